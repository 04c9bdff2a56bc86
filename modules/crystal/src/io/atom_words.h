#pragma once
// What atom lines of several formats have in common.
#include <string>
#include <string_view>

#include "io/text_lines.h"

namespace adatom::crystal {

/// The symbol of the element that a symbol or an atomic number names; else fails.
[[nodiscard]] std::string element_of_word(std::string_view word, const TextLines& lines);

/// The value itself if atoms can move so far; else fails.
[[nodiscard]] double checked_displacement(double rms_displacement_angstrom, const TextLines& lines);

/// The value itself if it lies from 0 to 1; else fails.
[[nodiscard]] double checked_occupancy(double occupancy, const TextLines& lines);

}  // namespace adatom::crystal
