#include "grain_seeds.h"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace adatom::reconstruct::detail {
namespace {

// How much longer or shorter than the crystal's, beyond the largest scale, a vector between two
// points may be by the errors of both.
constexpr double seed_slack = 1.1;
constexpr double patch_tolerance = 0.3;  // of the shortest vector
constexpr double least_score = 2.0;

// The lattice of `patch` fitted anew to the points on the sites up to `reach` steps away; its
// score. Across the boundary of a twin the sites of a strained lattice between the two have points,
// too, but off them.
double refine_patch(const PlanePoints& points, const ProjectedCrystal& crystal, int reach,
                    GrownGrain& patch) {
  const double tolerance = patch_tolerance * crystal.shortest_angstrom;
  const std::size_t centre = patch.members.front().point;
  std::vector<GrainMember> members = {{centre, 0, 0}};
  for (int u = -reach; u <= reach; ++u) {
    for (int v = -reach; v <= reach; ++v) {
      if (u == 0 && v == 0) continue;
      const auto there = points.nearest(patch.site(u, v), tolerance);
      if (there && *there != centre) members.push_back({*there, u, v});
    }
  }
  patch.members = std::move(members);
  if (!fit_grain(points, patch)) return 0.0;
  double score = -1.0;  // the centre's own
  for (const GrainMember& m : patch.members) {
    score += 1.0 - (points[m.point] - patch.site(m.u, m.v)).squaredNorm() / (tolerance * tolerance);
  }
  return score;
}

bool possible_map(const Eigen::Matrix2d& map, const GrowthLimits& limits, double slack) {
  if (!(map.determinant() > 0.0)) return false;
  const Distortion found = decompose(map);
  const double most = limits.max_scale * slack;
  return found.scale < most && found.scale > 1.0 / most &&
         found.anisotropy < limits.max_anisotropy + (slack - 1.0);
}

std::optional<GrainSeed> best_seed(const PlanePoints& points, const ProjectedCrystal& crystal,
                                   const GrowthLimits& limits, std::size_t point) {
  const double most = limits.max_scale * (1.0 + limits.max_anisotropy) * seed_slack;
  const Eigen::Matrix2d to_crystal = crystal.basis_angstrom.inverse();
  std::vector<Eigen::Vector2d> first;
  std::vector<Eigen::Vector2d> second;
  for (const std::size_t i : points.within(points[point], most * crystal.longest_angstrom)) {
    if (i == point) continue;
    const Eigen::Vector2d v = points[i] - points[point];
    const auto fits = [&](double length) {
      return v.norm() < most * length && v.norm() > length / most;
    };
    if (fits(crystal.shortest_angstrom)) first.push_back(v);
    if (fits(crystal.longest_angstrom)) second.push_back(v);
  }
  std::optional<GrainSeed> best;
  for (const Eigen::Vector2d& a : first) {
    for (const Eigen::Vector2d& b : second) {
      Eigen::Matrix2d basis;
      basis << a, b;
      const Eigen::Matrix2d map = basis * to_crystal;
      if (!possible_map(map, limits, seed_slack)) continue;
      // Of the ways to say the same by the lattice's symmetry, one is enough.
      const double turn = decompose(map).rotation_rad;
      if (std::abs(turn) > 0.5 * crystal.symmetry_rad + 0.2) continue;
      GrownGrain patch{
          .origin_angstrom = points[point], .basis_angstrom = basis, .members = {{point, 0, 0}}};
      if (refine_patch(points, crystal, 1, patch) < least_score) continue;
      const double score = refine_patch(points, crystal, 2, patch);
      if (score < least_score || (best && score <= best->score)) continue;
      if (!possible_map(patch.basis_angstrom * to_crystal, limits, 1.0)) continue;
      best = GrainSeed{point, patch.basis_angstrom, score};
    }
  }
  return best;
}

}  // namespace

std::vector<GrainSeed> find_seeds(const PlanePoints& points, const ProjectedCrystal& crystal,
                                  const GrowthLimits& limits) {
  std::vector<GrainSeed> seeds;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (const auto seed = best_seed(points, crystal, limits, i)) seeds.push_back(*seed);
  }
  std::ranges::stable_sort(seeds, std::ranges::greater{}, &GrainSeed::score);
  return seeds;
}

}  // namespace adatom::reconstruct::detail
