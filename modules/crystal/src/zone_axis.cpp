#include "adatom/crystal/zone_axis.h"

#include <cmath>

#include <Eigen/Geometry>

namespace adatom::crystal {
namespace {

struct Directions {
  Eigen::Vector3d x;
  Eigen::Vector3d beam;
};

Directions directions(ZoneAxis axis) {
  switch (axis) {
    case ZoneAxis::axis_100:
      return {{1, 0, 0}, {0, 0, 1}};
    case ZoneAxis::axis_110:
      return {{1, -1, 0}, {1, 1, 0}};
    case ZoneAxis::axis_111:
      return {{1, -1, 0}, {1, 1, 1}};
    case ZoneAxis::axis_112:
      return {{1, -1, 0}, {1, 1, 2}};
  }
  return {{1, 0, 0}, {0, 0, 1}};
}

}  // namespace

Eigen::Matrix3d zone_axis_rotation(ZoneAxis axis) {
  const auto [along_x, along_z] = directions(axis);
  const Eigen::Vector3d x = along_x.normalized();
  const Eigen::Vector3d z = along_z.normalized();
  Eigen::Matrix3d rotation;
  rotation << x.transpose(), z.cross(x).transpose(), z.transpose();
  return rotation;
}

Eigen::Matrix3d rotation_about_beam(double angle_rad) {
  const double c = std::cos(angle_rad);
  const double s = std::sin(angle_rad);
  Eigen::Matrix3d rotation;
  rotation << c, -s, 0, s, c, 0, 0, 0, 1;
  return rotation;
}

Structure rotated(Structure structure, const Eigen::Matrix3d& rotation) {
  for (auto& atom : structure.atoms) atom.position_angstrom = rotation * atom.position_angstrom;
  structure.cell_angstrom = structure.cell_angstrom * rotation.transpose();  // rows are vectors
  structure.origin_angstrom = (rotation * structure.origin_angstrom).eval();
  for (auto& velocity : structure.velocities_angstrom_per_ps) {
    velocity = (rotation * velocity).eval();
  }
  for (auto& column : structure.columns) {
    auto* values = std::get_if<std::vector<double>>(&column.values);
    if (column.name != "forces" || column.width != 3 || values == nullptr) continue;
    for (std::size_t i = 0; i + 3 <= values->size(); i += 3) {
      Eigen::Map<Eigen::Vector3d> force(&(*values)[i]);
      force = (rotation * force).eval();
    }
  }
  return structure;
}

}  // namespace adatom::crystal
