#include "rigid_motion.h"

#include <Eigen/LU>
#include <Eigen/SVD>

namespace adatom::reconstruct {

RigidMotion fit_rigid_motion(std::span<const Eigen::Vector3d> from,
                             std::span<const Eigen::Vector3d> onto) {
  RigidMotion motion;
  if (from.empty()) return motion;
  Eigen::Vector3d middle_from = Eigen::Vector3d::Zero();
  Eigen::Vector3d middle_onto = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < from.size(); ++i) {
    middle_from += from[i];
    middle_onto += onto[i];
  }
  middle_from /= static_cast<double>(from.size());
  middle_onto /= static_cast<double>(from.size());
  Eigen::Matrix3d covariance = Eigen::Matrix3d::Zero();
  for (std::size_t i = 0; i < from.size(); ++i) {
    covariance += (onto[i] - middle_onto) * (from[i] - middle_from).transpose();
  }
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(covariance,
                                              Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::Vector3d signs = Eigen::Vector3d::Ones();
  if ((svd.matrixU() * svd.matrixV().transpose()).determinant() < 0.0) signs.z() = -1.0;
  motion.rotation = svd.matrixU() * signs.asDiagonal() * svd.matrixV().transpose();
  motion.shift_angstrom = middle_onto - motion.rotation * middle_from;
  return motion;
}

}  // namespace adatom::reconstruct
