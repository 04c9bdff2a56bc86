#include "rigid_motion.h"

#include <Eigen/LU>
#include <Eigen/SVD>

namespace adatom::dynamics {
namespace {

// Atoms that moved pull the first fit; after a few repetitions none of them takes part.
constexpr int repetitions = 4;

RigidTransform fit(std::span<const Eigen::Vector3d> positions,
                   std::span<const Eigen::Vector3d> reference, std::span<const std::uint8_t> taken,
                   RigidMotion motion) {
  RigidTransform transform;
  double count = 0.0;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (taken[i] == 0) continue;
    transform.from += positions[i];
    transform.to += reference[i];
    count += 1.0;
  }
  transform.from /= count;
  transform.to /= count;
  if (motion != RigidMotion::rotation) return transform;
  Eigen::Matrix3d correlation = Eigen::Matrix3d::Zero();
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (taken[i] == 0) continue;
    correlation += (positions[i] - transform.from) * (reference[i] - transform.to).transpose();
  }
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(correlation,
                                              Eigen::ComputeFullU | Eigen::ComputeFullV);
  // A rotation, never a mirror image.
  Eigen::Vector3d signs = Eigen::Vector3d::Ones();
  if ((svd.matrixV() * svd.matrixU().transpose()).determinant() < 0.0) signs[2] = -1.0;
  transform.rotation = svd.matrixV() * signs.asDiagonal() * svd.matrixU().transpose();
  return transform;
}

}  // namespace

RigidTransform fit_rigid_motion(std::span<const Eigen::Vector3d> positions,
                                std::span<const Eigen::Vector3d> reference, RigidMotion motion,
                                double outlier_angstrom) {
  if (motion == RigidMotion::none || positions.empty()) return {};
  std::vector<std::uint8_t> taken(positions.size(), 1);
  RigidTransform transform;
  for (int r = 0; r < repetitions; ++r) {
    transform = fit(positions, reference, taken, motion);
    std::vector<std::uint8_t> near(positions.size(), 0);
    std::size_t count = 0;
    for (std::size_t i = 0; i < positions.size(); ++i) {
      const double off = (transform(positions[i]) - reference[i]).norm();
      near[i] = off <= outlier_angstrom ? 1 : 0;
      count += near[i];
    }
    if (count < 3 || near == taken) break;
    taken = std::move(near);
  }
  return transform;
}

}  // namespace adatom::dynamics
