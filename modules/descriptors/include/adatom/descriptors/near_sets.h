#pragma once
// Who is near whom: sets of atoms, without distances and images.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/box.h"

namespace adatom::descriptors {

/// The set of atom i is entries first[i] to first[i + 1], rising: every atom at most so far away,
/// by its nearest image in a periodic box, once. The atom itself is none of them, nor its images.
struct NearSets {
  std::vector<std::uint32_t> first;
  std::vector<std::uint32_t> atom;

  [[nodiscard]] std::size_t atoms() const { return first.empty() ? 0 : first.size() - 1; }
  [[nodiscard]] std::span<const std::uint32_t> of(std::size_t i) const {
    return std::span(atom).subspan(first[i], first[i + 1] - first[i]);
  }
};

/// The sets of crystal::find_neighbours, without vectors, distances and images.
/// @throws InputError: a position that is not finite
[[nodiscard]] NearSets find_near_sets(std::span<const Eigen::Vector3d> positions_angstrom,
                                      const crystal::Box& box, double r_cut_angstrom);

}  // namespace adatom::descriptors
