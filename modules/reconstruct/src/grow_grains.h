#pragma once
// Plane lattices found in points: each grows from a place where the points follow the crystal.
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "plane_points.h"
#include "projected_crystal.h"

namespace adatom::reconstruct::detail {

struct GrainMember {
  std::size_t point = 0;
  std::int64_t u = 0;
  std::int64_t v = 0;
};

/// Points at origin + basis (u, v)^T.
struct GrownGrain {
  Eigen::Vector2d origin_angstrom = Eigen::Vector2d::Zero();
  Eigen::Matrix2d basis_angstrom = Eigen::Matrix2d::Identity();
  std::vector<GrainMember> members = {};  ///< by rising point

  [[nodiscard]] Eigen::Vector2d site(std::int64_t u, std::int64_t v) const {
    return origin_angstrom +
           basis_angstrom * Eigen::Vector2d(static_cast<double>(u), static_cast<double>(v));
  }
  /// The site nearest to a point.
  [[nodiscard]] GrainMember nearest_site(std::size_t point, const Eigen::Vector2d& at) const;
  [[nodiscard]] bool has(std::size_t point) const;
};

struct GrowthLimits {
  std::int64_t max_grains = 5;
  double tolerance = 0.3;  ///< of the crystal's shortest vector, for points beside a grain
  double max_scale = 1.15;
  double max_anisotropy = 0.1;
};

/// Least squares of origin and basis. @return false, with nothing changed: points on one line
bool fit_grain(const PlanePoints& points, GrownGrain& grain);

/// Standard error of ln sqrt(det basis), and the root mean square distance from the sites.
struct GrainPrecision {
  double scale_stderr = 0.0;  ///< relative; 0: as many parameters as coordinates
  double rms_angstrom = 0.0;
};
[[nodiscard]] GrainPrecision grain_precision(const PlanePoints& points, const GrownGrain& grain);

/// The grains of one crystal, the largest first. Neighbouring grains share the points between them
/// that are sites of both.
[[nodiscard]] std::vector<GrownGrain> grow_grains(const PlanePoints& points,
                                                  const ProjectedCrystal& crystal,
                                                  const GrowthLimits& limits);

}  // namespace adatom::reconstruct::detail
