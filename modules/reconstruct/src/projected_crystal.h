#pragma once
// An fcc crystal seen along a zone axis: a plane lattice of columns, and the heights of their
// atoms.
#include <array>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/zone_axis.h"

namespace adatom::reconstruct::detail {

/// Heights are counted in sixths of the spacing: that of column (u, v) is phase_steps . (u, v),
/// modulo 6, above that of column (0, 0).
constexpr std::int64_t phases = 6;

struct ProjectedCrystal {
  crystal::ZoneAxis axis = crystal::ZoneAxis::axis_110;
  double lattice_parameter_angstrom = 0.0;
  double spacing_angstrom = 0.0;                             ///< along the beam
  Eigen::Matrix2d basis_angstrom = Eigen::Matrix2d::Zero();  ///< the two shortest, in columns
  std::array<std::int64_t, 2> phase_steps = {};
  double shortest_angstrom = 0.0;
  double longest_angstrom = 0.0;  ///< of the two
  /// The plane lattice comes back when turned by this.
  double symmetry_rad = 0.0;
  /// Steps (u, v) to the columns around one, up to 1.2 of the longer basis vector.
  std::vector<Eigen::Vector2i> ring = {};

  [[nodiscard]] std::int64_t phase(std::int64_t u, std::int64_t v) const;  ///< in sixths, 0 to 5
  /// The rotation by a multiple of `symmetry_rad` that brings `rotation_rad` nearest to zero.
  [[nodiscard]] double symmetry_turn(double rotation_rad) const;
};

[[nodiscard]] ProjectedCrystal project(const crystal::FccCrystal& crystal, crystal::ZoneAxis axis);

/// F = V R: what takes the crystal's plane to the image. V is symmetrical, R a rotation.
struct Distortion {
  Eigen::Matrix2d stretch = Eigen::Matrix2d::Identity();  ///< V
  double rotation_rad = 0.0;
  double scale = 1.0;       ///< sqrt(det V)
  double anisotropy = 0.0;  ///< half the difference of V's eigenvalues over the scale
};
/// @param map with a positive determinant
[[nodiscard]] Distortion decompose(const Eigen::Matrix2d& map);

[[nodiscard]] Eigen::Matrix2d plane_rotation(double angle_rad);

}  // namespace adatom::reconstruct::detail
