#include "io/atom_words.h"

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

}  // namespace adatom::crystal
