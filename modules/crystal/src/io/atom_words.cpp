#include "io/atom_words.h"

#include <algorithm>
#include <map>

#include "adatom/base/number_text.h"
#include "adatom/crystal/element.h"

namespace adatom::crystal {

std::string element_of_word(std::string_view word, const TextLines& lines) {
  if (const auto element = find_element(word)) return std::string(element->symbol);
  if (const auto number = parse_integer(word)) {
    if (*number >= 1 && *number <= 118) {
      return std::string(find_element(static_cast<int>(*number))->symbol);
    }
  }
  lines.fail("no such element: \"" + std::string(word.substr(0, 20)) + '"', {},
             "use symbols such as Au, or atomic numbers");
}

double checked_displacement(double rms_displacement_angstrom, const TextLines& lines) {
  // Atoms of a crystal that melts move by a tenth of their distance.
  constexpr double largest = 1.0;
  if (rms_displacement_angstrom < 0.0 || rms_displacement_angstrom > largest) {
    lines.fail("a thermal displacement must lie from 0 to 1 angstrom", {},
               "it is the standard deviation along one axis");
  }
  return rms_displacement_angstrom;
}

double checked_occupancy(double occupancy, const TextLines& lines) {
  if (occupancy < 0.0 || occupancy > 1.0) lines.fail("an occupancy must lie from 0 to 1");
  return occupancy;
}

int image_number(std::string_view word, const TextLines& lines) {
  const long long image = lines.integer(word, "an image flag");
  constexpr long long most = 1'000'000'000;
  if (image < -most || image > most) lines.fail("an image flag is too large");
  return static_cast<int>(image);
}

void drop_usual_lists(Structure& structure) {
  bool counts = true;
  for (std::size_t i = 0; i < structure.ids.size() && counts; ++i) {
    counts = structure.ids[i] == static_cast<std::int64_t>(i) + 1;
  }
  if (counts) structure.ids.clear();
  const bool wraps = std::ranges::any_of(
      structure.images, [](const Eigen::Vector3i& image) { return !image.isZero(); });
  if (!wraps) structure.images.clear();
}

void keep_types(std::vector<std::int64_t> types, Structure& structure) {
  std::map<std::string_view, std::int64_t> type_of;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto [known, is_new] = type_of.try_emplace(structure.atoms[i].element, types[i]);
    if (known->second == types[i]) continue;
    structure.columns.push_back({.name = "type", .width = 1, .values = std::move(types)});
    return;
  }
}

}  // namespace adatom::crystal
