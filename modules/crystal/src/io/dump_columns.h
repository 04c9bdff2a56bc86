#pragma once
// What the columns of a LAMMPS dump are.
#include <string_view>
#include <vector>

#include "io/atom_table.h"
#include "io/text_lines.h"

namespace adatom::crystal {

struct DumpColumns {
  std::vector<AtomField> fields;
  std::size_t count = 0;
  bool shares = false;  ///< positions are shares of the box
};

/// @param names behind "ITEM: ATOMS"
[[nodiscard]] DumpColumns find_dump_columns(const std::vector<std::string_view>& names,
                                            const TextLines& lines);

}  // namespace adatom::crystal
