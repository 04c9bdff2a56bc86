#pragma once
// Structures for the programs Prismatic and computem.
#include <string>
#include <string_view>

#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// A comment, a line with the lengths of a rectangular cell, then an atom a line up to a line -1:
///
///   one unit cell of 100 silicon
///         5.43    5.43    5.43
///     14  0.0000  0.0000  0.0000  1.0  0.076
///     -1
///
/// The six numbers are atomic number, x, y, z in angstrom, occupancy, and thermal displacement in
/// angstrom: the standard deviation along each axis (Prismatic's documentation; silicon's 0.076 is
/// B = 0.46 angstrom^2 at room temperature).
/// @throws InputError naming `source` and line
[[nodiscard]] Structure parse_prismatic_xyz(std::string_view text, const std::string& source);

}  // namespace adatom::crystal
