#pragma once
// Particles as a microscope sees them, less than perfectly, and what is known of them.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/zone_axis.h"
#include "adatom/reconstruct/column_lattice.h"
#include "project_columns.h"

namespace adatom::reconstruct::testing {

/// @param axis nothing: the structure is in image coordinates
inline crystal::Structure view(const crystal::Structure& particle,
                               std::optional<crystal::ZoneAxis> axis, double rotation_deg) {
  Eigen::Matrix3d rotation = crystal::rotation_about_beam(rotation_deg * std::numbers::pi / 180.0);
  if (axis) rotation = rotation * crystal::zone_axis_rotation(*axis);
  return crystal::rotated(particle, rotation);
}

/// A truncated octahedron, of which what is beyond the (1 -1 1) plane through zero is the mirror
/// image of what is before it; the plane holds atoms and the direction [110].
inline crystal::Structure twin_110(const crystal::FccCrystal& crystal, std::int64_t length,
                                   std::int64_t cutoff) {
  const Eigen::Vector3d normal = Eigen::Vector3d(1, -1, 1).normalized();
  crystal::Structure whole = crystal::build_truncated_octahedron(crystal, length, cutoff);
  double plane = std::numeric_limits<double>::infinity();
  for (const auto& atom : whole.atoms) {
    const double off = atom.position_angstrom.dot(normal);
    if (std::abs(off) < std::abs(plane)) plane = off;
  }
  crystal::Structure twin;
  for (auto atom : whole.atoms) {
    atom.position_angstrom -= plane * normal;
    const double off = atom.position_angstrom.dot(normal);
    if (off > 0.01) continue;
    twin.atoms.push_back(atom);
    if (off > -0.01) continue;
    atom.position_angstrom -= 2.0 * off * normal;
    twin.atoms.push_back(atom);
  }
  return twin;
}

constexpr std::int64_t outlier_id = 100000;  ///< of the first column that is none

struct Spoiling {
  double position_error_angstrom = 0.0;  ///< standard deviation along each axis
  std::size_t missing = 0;
  std::size_t outliers = 0;                            ///< columns where none are
  std::array<double, 3> distortion = {1.0, 0.0, 1.0};  ///< xx, xy = yx, yy
};

inline std::vector<ObservedColumn> spoilt(std::vector<ObservedColumn> columns, const Spoiling& how,
                                          RandomStream random) {
  for (std::size_t k = 0; k < how.missing; ++k) {
    columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(random.below(columns.size())));
  }
  const auto [xx, xy, yy] = how.distortion;
  double reach = 0.0;
  for (ObservedColumn& column : columns) {
    const double x = column.x_angstrom;
    const double y = column.y_angstrom;
    column.x_angstrom = xx * x + xy * y + how.position_error_angstrom * random.normal();
    column.y_angstrom = xy * x + yy * y + how.position_error_angstrom * random.normal();
    reach = std::max({reach, std::abs(x), std::abs(y)});
  }
  for (std::size_t k = 0; k < how.outliers; ++k) {
    columns.push_back({.column_id = outlier_id + static_cast<std::int64_t>(k),
                       .x_angstrom = reach * (2.0 * random.uniform() - 1.0),
                       .y_angstrom = reach * (2.0 * random.uniform() - 1.0),
                       .atom_count = 1});
  }
  return columns;
}

inline bool is_true_column(const ObservedColumn& column, const LatticeSite& site) {
  return site.grain >= 0 && column.column_id < outlier_id;
}

/// Columns of the particle that are in a lattice.
inline std::size_t true_columns(const std::vector<ObservedColumn>& columns,
                                const ColumnLattice& lattice) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (is_true_column(columns[i], lattice.sites[i])) ++count;
  }
  return count;
}

/// Of these, how many have their atoms at the heights that the lattice says, for one shift of all
/// along the beam and, along [111] and [112], one sign.
/// @param columns of `project_columns(seen)`, or some of them
inline std::size_t heights_right(const crystal::Structure& seen,
                                 const std::vector<ObservedColumn>& columns,
                                 const ColumnLattice& lattice) {
  const auto of_atom = columns_of_atoms(seen);
  std::vector<double> height(1 + *std::ranges::max_element(of_atom));
  for (std::size_t i = 0; i < of_atom.size(); ++i) {
    height[of_atom[i]] = seen.atoms[i].position_angstrom.z() / lattice.spacing_angstrom;
  }
  const bool two_signs = lattice.zone_axis == crystal::ZoneAxis::axis_111 ||
                         lattice.zone_axis == crystal::ZoneAxis::axis_112;
  std::size_t best = 0;
  for (const double sign : {1.0, -1.0}) {
    if (sign < 0.0 && !two_signs) continue;
    std::vector<double> shifts;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!is_true_column(columns[i], lattice.sites[i])) continue;
      const auto column = static_cast<std::size_t>(columns[i].column_id) - 1;
      shifts.push_back(sign * height[column] - lattice.sites[i].phase);
    }
    for (const double shift : shifts) {
      const auto same = std::ranges::count_if(shifts, [shift](double other) {
        return std::abs(std::remainder(other - shift, 1.0)) < 1e-6;
      });
      best = std::max(best, static_cast<std::size_t>(same));
    }
  }
  return best;
}

}  // namespace adatom::reconstruct::testing
