#pragma once
// Where the search for a rigid motion starts.
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/reconstruct/align.h"

namespace adatom::reconstruct {

/// A motion to start from, and how many differences of positions agree on its shift.
struct AlignStart {
  Motion motion;
  double votes = 0.0;
};

/// Turns of b that the options allow and that lay neighbours on neighbours, the identity first;
/// mirrored ones last.
[[nodiscard]] std::vector<Eigen::Matrix3d> turns_to_try(std::span<const Eigen::Vector3d> a,
                                                        std::span<const Eigen::Vector3d> b,
                                                        double bond_angstrom,
                                                        const AlignOptions& options);

/// The shifts that the most differences a - turn b agree on, the best first, and that of the
/// centroids.
[[nodiscard]] std::vector<AlignStart> shifts_to_try(std::span<const Eigen::Vector3d> a,
                                                    std::span<const Eigen::Vector3d> b,
                                                    const Eigen::Matrix3d& turn,
                                                    double bond_angstrom);

}  // namespace adatom::reconstruct
