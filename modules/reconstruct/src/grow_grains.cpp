#include "grow_grains.h"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "grain_seeds.h"

namespace adatom::reconstruct::detail {
namespace {

// Of the shortest vector. The columns of a twin next to its boundary are a third of the vector
// along it from the sites of the other grain; growth must not take them.
constexpr double growth_tolerance = 0.2;
// A point stays in two grains where it is about as near to the sites of both.
constexpr double shared_tolerance = 0.12;
// A coherent twin has every third site in common: lattices that share this much are one.
constexpr double same_lattice_share = 0.8;
constexpr double strained_grain = 0.06;
constexpr std::size_t least_members = 6;
constexpr std::size_t least_first = 4;  // of the only grain of a very small particle
constexpr std::size_t least_own = 4;    // that no other grain has
constexpr std::size_t patch_size = 20;  // about that of a seed's patch
constexpr int growth_passes = 4;

Eigen::Vector2d index_vector(const GrainMember& member) {
  return {static_cast<double>(member.u), static_cast<double>(member.v)};
}

struct IndexMoments {
  Eigen::Vector2d index = Eigen::Vector2d::Zero();  // means
  Eigen::Vector2d place = Eigen::Vector2d::Zero();
  Eigen::Matrix2d normal = Eigen::Matrix2d::Zero();  // about the means
  Eigen::Matrix2d right = Eigen::Matrix2d::Zero();   // place index^T
};

IndexMoments moments_of(const PlanePoints& points, const GrownGrain& grain) {
  IndexMoments m;
  const auto count = static_cast<double>(grain.members.size());
  for (const GrainMember& member : grain.members) {
    m.index += index_vector(member) / count;
    m.place += points[member.point] / count;
  }
  for (const GrainMember& member : grain.members) {
    const Eigen::Vector2d index = index_vector(member) - m.index;
    m.normal += index * index.transpose();
    m.right += (points[member.point] - m.place) * index.transpose();
  }
  return m;
}

double residual(const PlanePoints& points, const GrownGrain& grain, const GrainMember& member) {
  return (points[member.point] - grain.site(member.u, member.v)).norm();
}

// All points that are reached from the seed by steps of the ring from site to occupied site.
void grow_once(const PlanePoints& points, const ProjectedCrystal& crystal, std::size_t seed,
               GrownGrain& grain) {
  const double reach = growth_tolerance * crystal.shortest_angstrom;
  std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> seen;
  std::vector<bool> taken(points.size(), false);
  // A seed off its own lattice grows from there all the same.
  const GrainMember first = grain.nearest_site(seed, points[seed]);
  grain.members = {first};
  seen[{first.u, first.v}] = seed;
  taken[seed] = true;
  std::size_t shell = 0;
  while (shell < grain.members.size()) {
    const std::size_t end = grain.members.size();
    for (; shell < end; ++shell) {
      const GrainMember from = grain.members[shell];
      for (const Eigen::Vector2i& step : crystal.ring) {
        const std::int64_t u = from.u + step.x();
        const std::int64_t v = from.v + step.y();
        if (seen.contains({u, v})) continue;
        const auto there = points.nearest(grain.site(u, v), reach);
        if (!there || taken[*there]) continue;
        seen[{u, v}] = *there;
        taken[*there] = true;
        grain.members.push_back({*there, u, v});
      }
    }
    // Fewer points would say less of the lattice than the seed's patch did.
    if (grain.members.size() >= patch_size) fit_grain(points, grain);
  }
}

GrownGrain grow(const PlanePoints& points, const ProjectedCrystal& crystal, const GrainSeed& seed) {
  GrownGrain grain{
      .origin_angstrom = points[seed.point], .basis_angstrom = seed.basis_angstrom, .members = {}};
  std::size_t before = 0;
  for (int pass = 0; pass < growth_passes; ++pass) {
    grow_once(points, crystal, seed.point, grain);
    std::erase_if(grain.members, [&](const GrainMember& member) {
      return residual(points, grain, member) > growth_tolerance * crystal.shortest_angstrom;
    });
    fit_grain(points, grain);
    if (grain.members.size() == before) break;
    before = grain.members.size();
  }
  std::ranges::sort(grain.members, {}, &GrainMember::point);
  return grain;
}

bool possible_grain(const GrownGrain& grain, const ProjectedCrystal& crystal,
                    const GrowthLimits& limits) {
  const Eigen::Matrix2d map = grain.basis_angstrom * crystal.basis_angstrom.inverse();
  if (!(map.determinant() > 0.0)) return false;
  const Distortion found = decompose(map);
  return found.scale < limits.max_scale && found.scale > 1.0 / limits.max_scale &&
         found.anisotropy < limits.max_anisotropy;
}

// The image distorts all grains alike, and grains of one particle are strained by a few per cent at
// most against each other (in a decahedron 1.8 %).
bool alike(const GrownGrain& first, const GrownGrain& grain, const ProjectedCrystal& crystal) {
  const Eigen::Matrix2d to_crystal = crystal.basis_angstrom.inverse();
  const Distortion common = decompose(first.basis_angstrom * to_crystal);
  const Distortion own = decompose(common.stretch.inverse() * grain.basis_angstrom * to_crystal);
  return std::abs(own.scale - 1.0) < strained_grain && own.anisotropy < strained_grain;
}

// The share of b's points that are sites of a.
double common_share(const PlanePoints& points, const ProjectedCrystal& crystal, const GrownGrain& a,
                    const GrownGrain& b) {
  const auto common = std::ranges::count_if(b.members, [&](const GrainMember& member) {
    const GrainMember site = a.nearest_site(member.point, points[member.point]);
    return residual(points, a, site) < growth_tolerance * crystal.shortest_angstrom;
  });
  return static_cast<double>(common) / static_cast<double>(b.members.size());
}

void add_members(const PlanePoints& points, const GrownGrain& from, GrownGrain& to) {
  for (const GrainMember& member : from.members) {
    if (!to.has(member.point)) {
      to.members.push_back(to.nearest_site(member.point, points[member.point]));
      std::ranges::sort(to.members, {}, &GrainMember::point);
    }
  }
  fit_grain(points, to);
}

void merge_equal(const PlanePoints& points, const ProjectedCrystal& crystal,
                 std::vector<GrownGrain>& grains) {
  for (std::size_t a = 0; a < grains.size(); ++a) {
    for (std::size_t b = a + 1; b < grains.size();) {
      if (common_share(points, crystal, grains[a], grains[b]) < same_lattice_share) {
        ++b;
        continue;
      }
      add_members(points, grains[b], grains[a]);
      grains.erase(grains.begin() + static_cast<std::ptrdiff_t>(b));
    }
  }
}

// Points in no grain go to the nearest site of a grain that they are beside.
void take_in_strays(const PlanePoints& points, const ProjectedCrystal& crystal, double tolerance,
                    std::vector<GrownGrain>& grains) {
  const double reach = tolerance * crystal.shortest_angstrom;
  std::vector<std::pair<std::size_t, GrainMember>> strays;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (std::ranges::any_of(grains, [&](const GrownGrain& g) { return g.has(i); })) continue;
    double least = reach;
    std::pair<std::size_t, GrainMember> best{grains.size(), {}};
    for (std::size_t g = 0; g < grains.size(); ++g) {
      const GrainMember site = grains[g].nearest_site(i, points[i]);
      const double distance = residual(points, grains[g], site);
      const bool beside =
          grains.size() == 1 || std::ranges::any_of(crystal.ring, [&](const Eigen::Vector2i& step) {
            const auto near =
                points.nearest(grains[g].site(site.u + step.x(), site.v + step.y()), reach);
            return near && grains[g].has(*near);
          });
      if (!beside || distance > least) continue;
      least = distance;
      best = {g, site};
    }
    if (best.first < grains.size()) strays.push_back(best);
  }
  for (const auto& [g, site] : strays) {
    // Two points on one site: the one that was there stays.
    const bool free = std::ranges::none_of(
        grains[g].members, [&s = site](const GrainMember& m) { return m.u == s.u && m.v == s.v; });
    if (free) grains[g].members.push_back(site);
  }
  for (GrownGrain& grain : grains) {
    std::ranges::sort(grain.members, {}, &GrainMember::point);
    fit_grain(points, grain);
  }
}

// A point that growth took into a second grain by its tolerance leaves that whose site is farther.
void settle_shared(const PlanePoints& points, const ProjectedCrystal& crystal,
                   std::vector<GrownGrain>& grains) {
  std::vector<double> least(points.size(), crystal.longest_angstrom);
  for (const GrownGrain& grain : grains) {
    for (const GrainMember& m : grain.members) {
      least[m.point] = std::min(least[m.point], residual(points, grain, m));
    }
  }
  for (GrownGrain& grain : grains) {
    std::erase_if(grain.members, [&](const GrainMember& m) {
      return residual(points, grain, m) >
             least[m.point] + shared_tolerance * crystal.shortest_angstrom;
    });
    fit_grain(points, grain);
  }
}

// The same lattice with indices as if the crystal were turned as little as its symmetry allows.
void turn_indices(const ProjectedCrystal& crystal, GrownGrain& grain) {
  const Eigen::Matrix2d to_crystal = crystal.basis_angstrom.inverse();
  const double turn = decompose(grain.basis_angstrom * to_crystal).rotation_rad;
  const Eigen::Matrix2d symmetry = plane_rotation(crystal.symmetry_turn(turn));
  // basis = map B: with map S the indices become B^-1 S^-1 B (u, v), whole numbers.
  const Eigen::Matrix2d change = to_crystal * symmetry.transpose() * crystal.basis_angstrom;
  grain.basis_angstrom = grain.basis_angstrom * change.inverse();
  for (GrainMember& m : grain.members) {
    const Eigen::Vector2d index = change * index_vector(m);
    m.u = std::lround(index.x());
    m.v = std::lround(index.y());
  }
}

}  // namespace

GrainMember GrownGrain::nearest_site(std::size_t point, const Eigen::Vector2d& at) const {
  const Eigen::Vector2d index = basis_angstrom.inverse() * (at - origin_angstrom);
  return {point, std::lround(index.x()), std::lround(index.y())};
}

bool GrownGrain::has(std::size_t point) const {
  return std::ranges::binary_search(members, point, {}, &GrainMember::point);
}

bool fit_grain(const PlanePoints& points, GrownGrain& grain) {
  if (grain.members.size() < 3) return false;
  const IndexMoments m = moments_of(points, grain);
  if (!(m.normal.determinant() > 1e-6 * m.normal.squaredNorm())) return false;
  const Eigen::Matrix2d basis = m.right * m.normal.inverse();
  if (!(std::abs(basis.determinant()) > 1e-6 * basis.squaredNorm())) return false;
  grain.basis_angstrom = basis;
  grain.origin_angstrom = m.place - basis * m.index;
  return true;
}

GrainPrecision grain_precision(const PlanePoints& points, const GrownGrain& grain) {
  double sum_squares = 0.0;
  for (const GrainMember& m : grain.members) {
    sum_squares += std::pow(residual(points, grain, m), 2);
  }
  const auto count = static_cast<double>(grain.members.size());
  GrainPrecision result{.rms_angstrom = std::sqrt(sum_squares / count)};
  const double freedom = 2.0 * count - 6.0;
  if (freedom < 1.0) return result;
  // d ln sqrt(det B) = tr(B^-1 dB) / 2; each row of B has the covariance variance normal^-1.
  const Eigen::Matrix2d covariance =
      sum_squares / freedom * moments_of(points, grain).normal.inverse();
  const Eigen::Matrix2d inverse = grain.basis_angstrom.inverse();
  double variance = 0.0;
  for (int row = 0; row < 2; ++row) {
    variance += 0.25 * inverse.col(row).dot(covariance * inverse.col(row));
  }
  result.scale_stderr = std::sqrt(variance);
  return result;
}

std::vector<GrownGrain> grow_grains(const PlanePoints& points, const ProjectedCrystal& crystal,
                                    const GrowthLimits& limits) {
  std::vector<GrownGrain> grains;
  std::vector<bool> taken(points.size(), false);
  for (const GrainSeed& seed : find_seeds(points, crystal, limits)) {
    if (taken[seed.point]) continue;
    GrownGrain grain = grow(points, crystal, seed);
    const auto own = static_cast<std::size_t>(std::ranges::count_if(
        grain.members, [&](const GrainMember& m) { return !taken[m.point]; }));
    const std::size_t least = grains.empty() ? least_first : least_members;
    if (grain.members.size() < least || own < least_own) continue;
    if (!possible_grain(grain, crystal, limits)) continue;
    if (!grains.empty() && !alike(grains.front(), grain, crystal)) continue;
    for (const GrainMember& m : grain.members) taken[m.point] = true;
    grains.push_back(std::move(grain));
  }
  merge_equal(points, crystal, grains);
  std::ranges::stable_sort(grains, std::ranges::greater{},
                           [](const GrownGrain& g) { return g.members.size(); });
  const auto most = static_cast<std::size_t>(limits.max_grains);
  if (grains.size() > most) grains.resize(most);
  if (grains.empty()) return grains;
  settle_shared(points, crystal, grains);
  take_in_strays(points, crystal, limits.tolerance, grains);
  for (GrownGrain& grain : grains) turn_indices(crystal, grain);
  return grains;
}

}  // namespace adatom::reconstruct::detail
