#pragma once
// Single snapshots of LAMMPS dumps.
#include <optional>
#include <string>
#include <string_view>

#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/structure.h"
#include "io/text_lines.h"

namespace adatom::crystal {

/// What LAMMPS's units are in angstrom and ps. A dump tells them once, before its first snapshot,
/// if at all.
struct DumpUnits {
  double velocity_angstrom_per_ps = 1.0;
  double time_ps = 1.0;
};

/// "metal" or "real"; nothing: others have no angstrom.
[[nodiscard]] std::optional<DumpUnits> find_dump_units(std::string_view name);

/// The next snapshot; nothing at the end of the text. Fails as parse_lammps_dump.
/// @param units as told before; changed where the snapshot tells others
[[nodiscard]] std::optional<Structure> next_dump_frame(TextLines& lines,
                                                       const TypeElements& elements,
                                                       DumpUnits& units);

}  // namespace adatom::crystal
