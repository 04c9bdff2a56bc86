#pragma once
// Where each atom's neighbours are: found once for a frame, used by all descriptors.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/box.h"

namespace adatom::descriptors {

/// Neighbours of atom i are entries first[i] to first[i + 1], in the order of atoms; in periodic
/// boxes every image of an atom is one, its own images too. The atom itself is none.
struct NeighbourVectors {
  double reach_angstrom = 0.0;  ///< all neighbours at most so far away are there, no others
  std::vector<std::size_t> first;
  std::vector<std::uint32_t> atom;
  std::vector<double> x_angstrom;  ///< from the atom to the neighbour
  std::vector<double> y_angstrom;
  std::vector<double> z_angstrom;
  std::vector<double> distance_angstrom;

  [[nodiscard]] std::size_t atoms() const { return first.empty() ? 0 : first.size() - 1; }
};

/// Pairs at most `reach_angstrom` apart. A list may be handed in again, to use its memory.
/// @throws InputError: a position that is not finite
void find_neighbour_vectors(std::span<const Eigen::Vector3d> positions_angstrom,
                            const crystal::Box& box, double reach_angstrom,
                            NeighbourVectors& neighbours);
[[nodiscard]] NeighbourVectors find_neighbour_vectors(
    std::span<const Eigen::Vector3d> positions_angstrom, const crystal::Box& box,
    double reach_angstrom);

}  // namespace adatom::descriptors
