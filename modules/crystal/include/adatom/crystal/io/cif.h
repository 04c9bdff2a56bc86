#pragma once
// Crystal structures in the Crystallographic Information File (Hall, Allen and Brown, Acta Cryst. A
// 47 (1991) 655).
#include <string>
#include <string_view>

#include "adatom/crystal/phase.h"

namespace adatom::crystal {

/// The one structure of a CIF 1.1, all atoms of its cell: each site by every symmetry operation
/// (`_symmetry_equiv_pos_as_xyz` or `_space_group_symop_operation_xyz`; without them the space
/// group must be P 1), images within 0.05 angstrom of one another being one atom. Coordinates that
/// print 1/3 or 1/6 with four digits or more become exact. Occupancies and isotropic B or U (B = 8
/// pi^2 U) are taken where given; anisotropic displacements are not looked at. The element is the
/// type symbol without its charge, else the letters at the front of the label. The phase is called
/// by its formula without blanks, else by its data block.
/// @param source names the text in messages
/// @throws InputError with the line: not CIF, no or several structures, missing or wrong values,
/// an unknown element, more than 1e5 atoms
[[nodiscard]] Phase parse_cif(std::string_view text, const std::string& source);

}  // namespace adatom::crystal
