#pragma once
// Extended XYZ as ASE and OVITO write and read it.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// Every structure in the text. Of the second line, Lattice="..." and Origin="..." give the cell
/// and its corner, pbc="T T F" the periodic directions (without pbc a cell is periodic in all),
/// Timestep and Time (ps) the place in a trajectory, comment="..." the comment, and Properties=...
/// says what the words of an atom's line are:
///   species (S), pos (R:3, angstrom), velo, vel, velocity or velocities (R:3, angstrom/ps),
///   momenta (R:3, in ASE's unit sqrt(eV u); velocities come of the masses), id (I), images (I:3),
///   the thermal displacement along one axis in angstrom (rms_displacement or thermal_sigma) or the
///   factor B = 8 pi^2 u^2 in angstrom^2 (debye_waller_factors, as ASE calls it), where nan is a
///   displacement not known, and the occupancy (occupancy or occupancies);
/// any other becomes a column of its name, logical values (L) as 1 and 0. A second line without
/// Properties is a comment of a plain XYZ file: symbol (or atomic number) and x y z first.
/// @throws InputError naming `source` and line
[[nodiscard]] std::vector<Structure> parse_extended_xyz(std::string_view text,
                                                        const std::string& source);

/// The structures as text: Lattice and Origin where there are such, pbc, Timestep and Time, the
/// comment as comment="...". Behind species and pos the properties that the structure has: velo in
/// angstrom/ps, id, images, rms_displacement (nan: not known), occupancy where an atom is not
/// wholly there, and its columns. Numbers in shortest round-trip form.
/// @throws InputError: lists of wrong length
[[nodiscard]] std::string format_extended_xyz(std::span<const Structure> structures);

}  // namespace adatom::crystal
