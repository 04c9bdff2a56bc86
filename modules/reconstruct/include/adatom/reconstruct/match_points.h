#pragma once
// Which point of one set is which of another.
#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

namespace adatom::reconstruct {

struct PointPair {
  std::size_t a = 0;
  std::size_t b = 0;
  double distance_angstrom = 0.0;
  friend bool operator==(const PointPair&, const PointPair&) = default;
};

/// One-to-one pairs at most `tolerance_angstrom` apart: as many as there can be, and of all ways to
/// have so many that with the least sum of squared distances (an assignment problem, solved
/// exactly: shortest augmenting paths, Jonker and Volgenant, Computing 38 (1987) 325, over the
/// pairs that are near enough). Time and memory grow with the number of such pairs.
/// @return ordered by a
/// @throws InputError: a position that is not finite, a tolerance that is not positive
[[nodiscard]] std::vector<PointPair> match_points(std::span<const Eigen::Vector3d> a_angstrom,
                                                  std::span<const Eigen::Vector3d> b_angstrom,
                                                  double tolerance_angstrom);

}  // namespace adatom::reconstruct
