#include <algorithm>
#include <numeric>

#include "adatom/pipeline/yaml_options.h"

namespace adatom::pipeline {
namespace {

// Damerau-Levenshtein distance of neighbours (optimal string alignment): insertion, deletion,
// replacement and the swap of two neighbouring letters cost 1 each.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> now(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        now[j] = std::min(now[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

std::string plain(std::string_view name) {
  std::string text(name);
  for (char& c : text) {
    if (c == '-') c = '_';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace

std::string nearest_name(std::string_view wrong, std::span<const std::string> names) {
  constexpr std::size_t longest = 100;  // keeps the cost of nonsense small
  if (wrong.empty() || wrong.size() > longest) return {};
  const std::string typed = plain(wrong);
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, wrong.size() / 3) + 1;
  for (const auto& name : names) {
    // A name without its unit ("dose" for "dose_per_angstrom2") is near as well.
    const std::string known = plain(name);
    const bool shortened = typed.size() >= 4 && known.starts_with(typed);
    const std::size_t distance = shortened ? 1 : edit_distance(typed, known);
    if (distance < best_distance) {
      best_distance = distance;
      best = name;
    }
  }
  return best;
}

}  // namespace adatom::pipeline
