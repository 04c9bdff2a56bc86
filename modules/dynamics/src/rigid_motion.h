#pragma once
// The rigid motion that brings most atoms back to where they were.
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/dynamics/rare_events.h"

namespace adatom::dynamics {

/// x -> rotation (x - from) + to
struct RigidTransform {
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();
  Eigen::Vector3d from = Eigen::Vector3d::Zero();
  Eigen::Vector3d to = Eigen::Vector3d::Zero();

  [[nodiscard]] Eigen::Vector3d operator()(const Eigen::Vector3d& x) const {
    return rotation * (x - from) + to;
  }
};

/// Least squares (Kabsch 1976), repeated without the atoms that are then more than
/// `outlier_angstrom` off, as long as three are left.
/// @param motion not automatic
[[nodiscard]] RigidTransform fit_rigid_motion(std::span<const Eigen::Vector3d> positions,
                                              std::span<const Eigen::Vector3d> reference,
                                              RigidMotion motion, double outlier_angstrom);

}  // namespace adatom::dynamics
