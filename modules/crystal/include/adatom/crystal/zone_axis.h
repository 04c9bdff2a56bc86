#pragma once
// Which crystal direction points along the beam, and which along x.
#include <array>

#include <Eigen/Core>

#include "adatom/base/options.h"
#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// Low-index directions of a cubic crystal.
enum class ZoneAxis { axis_100, axis_110, axis_111, axis_112 };

/// The rotation that takes crystal coordinates (cube axes) to image coordinates (beam along z).
/// Its rows are the crystal directions along x, y and z:
///
///   zone axis   x         y         z (beam)
///   100         [1 0 0]   [0 1 0]   [0 0 1]
///   110         [1 -1 0]  [0 0 -1]  [1 1 0]
///   111         [1 -1 0]  [1 1 -2]  [1 1 1]
///   112         [1 -1 0]  [1 1 -1]  [1 1 2]
[[nodiscard]] Eigen::Matrix3d zone_axis_rotation(ZoneAxis axis);

/// The rotation by `angle_rad` about z, from x towards y (clockwise on the screen, y down).
[[nodiscard]] Eigen::Matrix3d rotation_about_beam(double angle_rad);

/// All positions, velocities, cell vectors, the corner and the column "forces" turned by
/// `rotation`.
[[nodiscard]] Structure rotated(Structure structure, const Eigen::Matrix3d& rotation);

}  // namespace adatom::crystal

namespace adatom {
template <>
struct EnumNames<crystal::ZoneAxis> {
  static constexpr std::array names = {"100", "110", "111", "112"};
};
}  // namespace adatom
