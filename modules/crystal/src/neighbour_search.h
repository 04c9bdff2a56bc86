#pragma once
// All pairs of atoms of a grid within reach, in the order of the grid.
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/box.h"
#include "cell_grid.h"

namespace adatom::crystal {

/// The neighbours of every place of the grid, as found: rows in the order of places, an atom's
/// images by rising shift.
struct FoundRows {
  std::vector<std::uint64_t> first;  // one more than places
  std::vector<std::uint32_t> atom;
  std::vector<std::uint32_t> shift;  // packed, between atoms inside the cell; empty in an open box
};

/// @throws InputError: 4e9 pairs or more
[[nodiscard]] FoundRows search_grid(const CellGrid& grid, const Box& box, double reach_angstrom);

[[nodiscard]] Eigen::Vector3i unpack_shift(std::uint32_t packed);

/// @throws InputError unless 32 bits can count them
void require_countable(std::uint64_t number);

}  // namespace adatom::crystal
