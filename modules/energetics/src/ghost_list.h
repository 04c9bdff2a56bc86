#pragma once
// Neighbours without periodic boxes: images of atoms become atoms of their own.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/box.h"
#include "adatom/crystal/neighbours.h"

namespace adatom::energetics {

/// Lists of neighbours, each made of the pairs of the one before that are nearer.
inline constexpr std::size_t list_levels = 2;

/// A copy of an atom, displaced by whole cells.
struct Ghost {
  std::uint32_t owner;
  Eigen::Vector3d shift_angstrom;
};

/// Partners below the number of atoms are atoms, those above are ghosts in their order.
struct GhostList {
  std::vector<std::uint32_t> first;
  std::vector<std::uint32_t> partner;
  std::vector<Ghost> ghosts;
};

[[nodiscard]] GhostList with_ghosts(crystal::NeighbourList list, const crystal::Box& box);

}  // namespace adatom::energetics
