#pragma once
// Extended XYZ as ASE and OVITO write and read it.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// Every structure in the text. Of the second line, Lattice="..." gives the cell and
/// Properties=... says where species (S) and pos (R) stand, and where they are there the thermal
/// displacement along one axis in angstrom (rms_displacement or thermal_sigma), or the factor B = 8
/// pi^2 u^2 in angstrom^2 (debye_waller_factors, as ASE calls it), and the occupancy (occupancy or
/// occupancies); nan is a displacement not known. Other properties are passed over. A second line
/// without Properties is a comment of a plain XYZ file: symbol (or atomic number) and x y z first.
/// @throws InputError naming `source` and line
[[nodiscard]] std::vector<Structure> parse_extended_xyz(std::string_view text,
                                                        const std::string& source);

/// The structures as text: Lattice where there is a cell, pbc="T T T" with one and "F F F" without,
/// the comment as comment="...". Columns rms_displacement (nan: not known) and occupancy where an
/// atom has a displacement, or is not wholly there. Numbers in shortest round-trip form.
[[nodiscard]] std::string format_extended_xyz(std::span<const Structure> structures);

}  // namespace adatom::crystal
