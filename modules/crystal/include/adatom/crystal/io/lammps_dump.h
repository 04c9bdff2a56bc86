#pragma once
// LAMMPS dump files in text form.
#include <string>
#include <string_view>
#include <vector>

#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// The first snapshot (all of them: trajectory.h). Positions are x y z, unwrapped xu yu zu, or
/// shares of the box xs ys zs (xsu ysu zsu), in this order of preference; with a column id atoms
/// come in its order. The column element names them, else `elements` their types. Velocities vx vy
/// vz and, for positions that are wrapped, images ix iy iz are taken; fx fy fz become the column
/// "forces", name[1], name[2], ... one column "name", all others columns of their names (whole
/// numbers, else real ones, else text), and the types a column "type" where an element has several.
/// Boundaries pp are periodic, and so are all of a dump that does not say. Angstrom and
/// angstrom/ps, as of units metal; ITEM: UNITS may say real (velocities in angstrom/fs, time in
/// fs).
/// @throws InputError naming `source` and line; names the types whose element is not known
[[nodiscard]] Structure parse_lammps_dump(std::string_view text, const std::string& source,
                                          const TypeElements& elements = {});

struct LammpsDumpOptions {
  /// Elements of the types 1, 2, ...; empty: as `lammps_types` finds them.
  std::vector<std::string> elements = {};
};

/// One snapshot of a dump in text form, units metal (angstrom, angstrom/ps): ITEM: TIME where the
/// structure has a time (ps), its timestep (0 without), the box with pp for periodic directions and
/// ff for others, and the columns id type element x y z; then ix iy iz, vx vy vz and the columns of
/// the structure where it has them. "forces" are fx fy fz; of other columns with several values
/// each is name[1], name[2], ... Cells as by `lammps_box`; numbers in shortest round-trip form.
/// @throws InputError: a cell without volume, lists of wrong length
[[nodiscard]] std::string format_dump_snapshot(const Structure& structure,
                                               const LammpsDumpOptions& options = {});

}  // namespace adatom::crystal
