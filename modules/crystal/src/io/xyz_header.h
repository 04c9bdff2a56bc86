#pragma once
// The second line of a structure in extended XYZ.
#include <optional>
#include <string_view>
#include <vector>

#include "adatom/crystal/structure.h"
#include "io/atom_table.h"
#include "io/text_lines.h"

namespace adatom::crystal {

struct XyzHeader {
  Structure structure;  ///< without atoms
  std::vector<AtomField> fields;
  std::size_t words = 0;  ///< that an atom's line has at least
};

/// @param line what `lines` read last
[[nodiscard]] XyzHeader parse_xyz_header(std::string_view line, const TextLines& lines);

/// Timestep and time alone; they are left out where they cannot be read.
void parse_xyz_times(std::string_view line, std::optional<std::int64_t>& timestep,
                     std::optional<double>& time_ps);

}  // namespace adatom::crystal
