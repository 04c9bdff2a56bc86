#include "edit_words.h"

#include <cmath>

#include "adatom/base/number_text.h"
#include "adatom/crystal/element.h"

namespace adatom::crystal {

std::optional<std::vector<std::pair<std::int64_t, std::int64_t>>> parse_number_ranges(
    std::string_view text) {
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
  while (true) {
    const auto comma = text.find(',');
    const auto word = text.substr(0, comma);
    const auto colon = word.find(':');
    const auto first = parse_integer(word.substr(0, colon));
    const auto last =
        colon == std::string_view::npos ? first : parse_integer(word.substr(colon + 1));
    if (!first || !last || *first < 1 || *last < *first) return std::nullopt;
    ranges.emplace_back(*first, *last);
    if (comma == std::string_view::npos) return ranges;
    text.remove_prefix(comma + 1);
  }
}

std::optional<ElementShare> parse_share(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto element = find_element(text.substr(0, colon));
  const auto share = parse_double(text.substr(colon + 1));
  if (!element || !share || !std::isfinite(*share) || *share < 0.0 || *share > 1.0) {
    return std::nullopt;
  }
  return ElementShare{std::string(element->symbol), *share};
}

}  // namespace adatom::crystal
