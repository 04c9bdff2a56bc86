#pragma once
// Which atoms are near which.
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/box.h"

namespace adatom::crystal {

/// Every atom's neighbours, each pair in both directions: those of atom i are entries first[i] to
/// first[i + 1], ordered by atom and then by shift.
struct NeighbourList {
  std::vector<std::uint32_t> first;  ///< one more than atoms
  std::vector<std::uint32_t> atom;   ///< the neighbour
  /// Cells to add to the neighbour's position (x[atom] + shift^T cell); empty in an open box.
  std::vector<Eigen::Vector3i> shift;
};

/// Pairs at most `reach_angstrom` apart, by a cell list: time and memory grow with the number of
/// atoms. Atoms may lie outside the box; a cell smaller than the reach gives several images of one
/// atom, and of the atom itself.
/// @throws InputError: a position that is not finite
[[nodiscard]] NeighbourList find_neighbours(std::span<const Eigen::Vector3d> positions_angstrom,
                                            const Box& box, double reach_angstrom);

/// As above, every pair once: only neighbours after atom i (or, of the same atom, half of its
/// images).
[[nodiscard]] NeighbourList find_half_neighbours(
    std::span<const Eigen::Vector3d> positions_angstrom, const Box& box, double reach_angstrom);

}  // namespace adatom::crystal
