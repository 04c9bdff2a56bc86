#include "adatom/crystal/nanoparticle.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "adatom/base/error.h"
#include "adatom/crystal/element.h"
#include "adatom/crystal/zone_axis.h"
#include "size_check.h"

namespace adatom::crystal {
namespace {

/// All lattice points h/2, k/2, l/2 (in units of a) with |h|, |k|, |l| <= reach and h + k + l of
/// the given parity that `keep(h, k, l)` accepts.
template <class Keep>
Structure fill(const FccCrystal& crystal, std::int64_t reach, std::int64_t parity, Keep keep) {
  Structure structure;
  const double step = crystal.lattice_parameter_angstrom / 2.0;
  for (std::int64_t h = -reach; h <= reach; ++h) {
    for (std::int64_t k = -reach; k <= reach; ++k) {
      for (std::int64_t l = -reach; l <= reach; ++l) {
        if (std::abs(h + k + l) % 2 != parity || !keep(h, k, l)) continue;
        structure.atoms.push_back({crystal.element,
                                   {static_cast<double>(h) * step, static_cast<double>(k) * step,
                                    static_cast<double>(l) * step}});
      }
    }
  }
  return structure;
}

/// Sites among the points of a box in steps of a/2: every second.
double sites_in_reach(double reach) { return 0.5 * std::pow(2.0 * reach + 1.0, 3); }

}  // namespace

FccCrystal fcc_crystal(const std::string& element) {
  const auto parameter = fcc_lattice_parameter_angstrom(element);
  if (!parameter) {
    throw InputError({.what = "no lattice parameter is known for \"" + element + '"',
                      .where = "element",
                      .why = "the fcc metals known are Al, Ni, Cu, Pd, Ag, Ir, Pt and Au",
                      .remedy = "give the lattice parameter, or choose one of these"});
  }
  return {element, *parameter};
}

Structure build_truncated_octahedron(const FccCrystal& crystal, std::int64_t length,
                                     std::int64_t cutoff) {
  if (length < 1 || cutoff < 0 || cutoff > (length - 1) / 2) {
    throw InputError({.what = "no truncated octahedron of length " + std::to_string(length) +
                              " and cutoff " + std::to_string(cutoff),
                      .where = "truncated octahedron",
                      .why = "the length is at least 1, the cutoff between 0 and (length - 1) / 2",
                      .remedy = "for instance length 12 and cutoff 4 (976 atoms)"});
  }
  require_lattice(crystal, "truncated octahedron");
  require_few_enough(sites_in_reach(static_cast<double>(length)), "truncated octahedron");
  // In steps of a/2: {111} planes |h| + |k| + |l| = length - 1, {100} planes |h| = length - 1 - n.
  const std::int64_t tip = length - 1;
  return fill(crystal, tip - cutoff, tip % 2,
              [tip](std::int64_t h, std::int64_t k, std::int64_t l) {
                return std::abs(h) + std::abs(k) + std::abs(l) <= tip;
              });
}

Structure build_cuboctahedron(const FccCrystal& crystal, std::int64_t shells) {
  if (shells < 0 || shells > 1000) {
    throw InputError({.what = "no cuboctahedron of " + std::to_string(shells) + " shells",
                      .where = "cuboctahedron",
                      .why = "their number is at least 0, and at most 1000",
                      .remedy = "for instance 4 (309 atoms)"});
  }
  return build_truncated_octahedron(crystal, 2 * shells + 1, shells);
}

Structure build_sphere(const FccCrystal& crystal, double radius_angstrom) {
  require_length(radius_angstrom, "the radius", "sphere");
  require_lattice(crystal, "sphere");
  const double steps = 2.0 * radius_angstrom / crystal.lattice_parameter_angstrom;
  require_few_enough(sites_in_reach(steps), "sphere");
  // The sum of squares is an integer: a shell on the radius is inside whatever the rounding.
  const auto limit = static_cast<std::int64_t>(std::floor(steps * steps * (1.0 + 1e-12) + 1e-12));
  return fill(crystal, static_cast<std::int64_t>(steps) + 1, 0,
              [limit](std::int64_t h, std::int64_t k, std::int64_t l) {
                return h * h + k * k + l * l <= limit;
              });
}

Structure build_wedge(const FccCrystal& crystal, const WedgeSize& size,
                      const Eigen::Matrix3d& rotation) {
  require_length(size.width_angstrom, "the width", "wedge");
  require_length(size.height_angstrom, "the height", "wedge");
  require_length(size.thickness_angstrom, "the thickness", "wedge");
  require_lattice(crystal, "wedge");
  const double diagonal =
      std::hypot(size.width_angstrom, size.height_angstrom, size.thickness_angstrom);
  const double reach = 2.0 * diagonal / crystal.lattice_parameter_angstrom + 1.0;
  // Only one octant or so of the searched box is wedge.
  require_few_enough(sites_in_reach(reach) / 8.0, "wedge");
  constexpr double rounding = 1e-9;
  const double slope = size.thickness_angstrom / size.width_angstrom;
  Structure box = fill(crystal, static_cast<std::int64_t>(reach), 0,
                       [&](std::int64_t h, std::int64_t k, std::int64_t l) {
                         const Eigen::Vector3d p =
                             rotation *
                             Eigen::Vector3d(static_cast<double>(h), static_cast<double>(k),
                                             static_cast<double>(l)) *
                             (crystal.lattice_parameter_angstrom / 2.0);
                         return p.x() >= -rounding && p.x() < size.width_angstrom - rounding &&
                                p.y() >= -rounding && p.y() < size.height_angstrom - rounding &&
                                p.z() >= -rounding && p.z() <= slope * p.x() + rounding;
                       });
  return rotated(std::move(box), rotation);
}

}  // namespace adatom::crystal
