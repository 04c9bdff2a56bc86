#pragma once
// The rigid motion that lays one set of points best on another.
#include <span>

#include <Eigen/Core>

namespace adatom::reconstruct {

/// p -> rotation p + shift.
struct RigidMotion {
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();
  Eigen::Vector3d shift_angstrom = Eigen::Vector3d::Zero();

  [[nodiscard]] Eigen::Vector3d operator()(const Eigen::Vector3d& point) const {
    return rotation * point + shift_angstrom;
  }
};

/// That with the least sum of squared distances between `from`, moved, and `onto`, point by point;
/// never a reflection (Kabsch, Acta Cryst. A 32 (1976) 922). No points: none.
[[nodiscard]] RigidMotion fit_rigid_motion(std::span<const Eigen::Vector3d> from,
                                           std::span<const Eigen::Vector3d> onto);

}  // namespace adatom::reconstruct
