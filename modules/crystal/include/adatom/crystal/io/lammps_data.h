#pragma once
// LAMMPS data files.
#include <string>
#include <string_view>
#include <vector>

#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// Atoms of atom_style atomic, charge or full, by the hint behind `Atoms #`, else by the number of
/// values in a line. Atoms come in the order of their ids, which are kept unless they are 1, 2, 3,
/// ...; so are image flags unless all are zero, velocities, the box with its corner and tilt, and a
/// column "type" where an element has several types; positions are as written. The file does not
/// say which directions are periodic: as LAMMPS does by default, all are where there is a box.
/// Types become elements by `elements`, else by a `# Au` behind the type's mass, else by the mass
/// itself. Positions in angstrom, velocities in angstrom per ps (units metal).
/// @throws InputError naming `source` and line; names the types whose element is not known
[[nodiscard]] Structure parse_lammps_data(std::string_view text, const std::string& source,
                                          const TypeElements& elements = {});

struct LammpsDataOptions {
  /// Elements of the types 1, 2, ...; empty: as `lammps_types` finds them.
  std::vector<std::string> elements = {};
};

/// As text, atom_style atomic, units metal: box, masses with their elements behind them, positions
/// with ids and image flags where the structure has them, velocities where it has them; numbers in
/// shortest round-trip form. The first line is the comment. Cells that LAMMPS would not take are
/// turned, and missing ones made, by `lammps_box`. LAMMPS rejects tilts that rounding leaves beyond
/// half a length, unless the script says `box tilt large`.
/// @throws InputError: elements without mass, a cell without volume, lists of wrong length
[[nodiscard]] std::string format_lammps_data(const Structure& structure,
                                             const LammpsDataOptions& options = {});

}  // namespace adatom::crystal
