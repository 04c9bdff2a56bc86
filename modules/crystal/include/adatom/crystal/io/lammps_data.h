#pragma once
// LAMMPS data files.
#include <string>
#include <string_view>

#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// Atoms of atom_style atomic, charge or full, by the hint behind `Atoms #`, else by the number of
/// values in a line. Atoms come in the order of their ids. Image flags are passed over: positions
/// are as written. Types become elements by `elements`, else by a `# Au` behind the type's mass,
/// else by the mass itself. Positions in angstrom (units metal or real).
/// @throws InputError naming `source` and line; names the types whose element is not known
[[nodiscard]] Structure parse_lammps_data(std::string_view text, const std::string& source,
                                          const TypeElements& elements = {});

}  // namespace adatom::crystal
