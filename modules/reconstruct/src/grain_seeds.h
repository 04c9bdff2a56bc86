#pragma once
// Places where points follow the crystal's plane lattice: where a grain may begin to grow.
#include <vector>

#include <Eigen/Core>

#include "grow_grains.h"
#include "plane_points.h"
#include "projected_crystal.h"

namespace adatom::reconstruct::detail {

struct GrainSeed {
  std::size_t point = 0;
  Eigen::Matrix2d basis_angstrom = Eigen::Matrix2d::Identity();
  /// Of the 24 sites around the point, those with a point, each counted less the farther it is.
  double score = 0.0;
};

/// The best one of each point, the highest scores first.
[[nodiscard]] std::vector<GrainSeed> find_seeds(const PlanePoints& points,
                                                const ProjectedCrystal& crystal,
                                                const GrowthLimits& limits);

}  // namespace adatom::reconstruct::detail
