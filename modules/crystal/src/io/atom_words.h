#pragma once
// What atom lines of several formats have in common.
#include <string>
#include <string_view>
#include <vector>

#include "adatom/crystal/structure.h"
#include "io/text_lines.h"

namespace adatom::crystal {

/// The symbol of the element that a symbol or an atomic number names; else fails.
[[nodiscard]] std::string element_of_word(std::string_view word, const TextLines& lines);

/// The value itself if atoms can move so far; else fails.
[[nodiscard]] double checked_displacement(double rms_displacement_angstrom, const TextLines& lines);

/// The value itself if it lies from 0 to 1; else fails.
[[nodiscard]] double checked_occupancy(double occupancy, const TextLines& lines);

/// The image flag that a word spells; else fails.
[[nodiscard]] int image_number(std::string_view word, const TextLines& lines);

/// Takes away ids that are 1, 2, 3, ... and images that are all zero.
void drop_usual_lists(Structure& structure);

/// Makes the column "type" of LAMMPS's atom types where an element has several.
void keep_types(std::vector<std::int64_t> types, Structure& structure);

}  // namespace adatom::crystal
