#include "adatom/crystal/nanoparticle.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/element.h"
#include "adatom/crystal/zone_axis.h"

namespace adatom::crystal {
namespace {

// Ten million sites; a box of the fcc lattice in steps of a/2 has two points per site.
constexpr double max_points = 2e7;

void require_reasonable(const FccCrystal& crystal, double points, const char* where) {
  if (!(crystal.lattice_parameter_angstrom > 0.0) ||
      !std::isfinite(crystal.lattice_parameter_angstrom)) {
    throw InputError({.what = "the lattice parameter must be positive",
                      .where = where,
                      .why = "it is " + shortest(crystal.lattice_parameter_angstrom) + " angstrom",
                      .remedy = {}});
  }
  if (points > max_points) {
    throw InputError({.what = "the crystal is too large",
                      .where = where,
                      .why = "it would hold more than ten million atoms",
                      .remedy = "choose a smaller size"});
  }
}

void require_size(double value, const char* what, const char* where) {
  if (value > 0.0 && std::isfinite(value)) return;
  throw InputError({.what = std::string(what) + " must be positive",
                    .where = where,
                    .why = "it is " + shortest(value) + " angstrom",
                    .remedy = {}});
}

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

double points_in_reach(double reach) { return std::pow(2.0 * reach + 1.0, 3); }

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
  require_reasonable(crystal, points_in_reach(static_cast<double>(length)), "truncated octahedron");
  // In steps of a/2: {111} planes |h| + |k| + |l| = length - 1, {100} planes |h| = length - 1 - n.
  const std::int64_t tip = length - 1;
  return fill(crystal, tip - cutoff, tip % 2,
              [tip](std::int64_t h, std::int64_t k, std::int64_t l) {
                return std::abs(h) + std::abs(k) + std::abs(l) <= tip;
              });
}

Structure build_sphere(const FccCrystal& crystal, double radius_angstrom) {
  require_size(radius_angstrom, "the radius", "sphere");
  require_reasonable(crystal, 0.0, "sphere");
  const double steps = 2.0 * radius_angstrom / crystal.lattice_parameter_angstrom;
  require_reasonable(crystal, points_in_reach(steps), "sphere");
  // The sum of squares is an integer: a shell on the radius is inside whatever the rounding.
  const auto limit = static_cast<std::int64_t>(std::floor(steps * steps * (1.0 + 1e-12) + 1e-12));
  return fill(crystal, static_cast<std::int64_t>(steps) + 1, 0,
              [limit](std::int64_t h, std::int64_t k, std::int64_t l) {
                return h * h + k * k + l * l <= limit;
              });
}

Structure build_wedge(const FccCrystal& crystal, const WedgeSize& size,
                      const Eigen::Matrix3d& rotation) {
  require_size(size.width_angstrom, "the width", "wedge");
  require_size(size.height_angstrom, "the height", "wedge");
  require_size(size.thickness_angstrom, "the thickness", "wedge");
  require_reasonable(crystal, 0.0, "wedge");
  const double diagonal =
      std::hypot(size.width_angstrom, size.height_angstrom, size.thickness_angstrom);
  const double reach = 2.0 * diagonal / crystal.lattice_parameter_angstrom + 1.0;
  // Only one octant or so of the searched box is wedge.
  require_reasonable(crystal, points_in_reach(reach) / 8.0, "wedge");
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
