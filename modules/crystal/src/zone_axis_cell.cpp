#include "adatom/crystal/zone_axis_cell.h"

#include <cmath>

namespace adatom::crystal {
namespace {

/// In lattice parameters.
Eigen::Vector3d edges(ZoneAxis axis) {
  const double half_diagonal = std::sqrt(0.5);
  switch (axis) {
    case ZoneAxis::axis_100:
      return {1.0, 1.0, 1.0};
    case ZoneAxis::axis_110:
      return {half_diagonal, 1.0, half_diagonal};
    case ZoneAxis::axis_111:
      return {half_diagonal, std::sqrt(1.5), std::sqrt(3.0)};
    case ZoneAxis::axis_112:
      return {half_diagonal, std::sqrt(3.0), std::sqrt(1.5)};
  }
  return {1.0, 1.0, 1.0};
}

}  // namespace

Structure fcc_zone_axis_cell(const FccCrystal& crystal, ZoneAxis axis) {
  const Eigen::Matrix3d rotation = zone_axis_rotation(axis);
  const Eigen::Vector3d cell = edges(axis);
  // Sites on the cell's lower faces belong to it, those on the upper ones to the next.
  constexpr double rounding = 1e-9;
  constexpr int reach = 4;
  Structure structure;
  for (int i = -2 * reach; i <= 2 * reach; ++i) {
    for (int j = -2 * reach; j <= 2 * reach; ++j) {
      for (int k = -2 * reach; k <= 2 * reach; ++k) {
        if ((i + j + k) % 2 != 0) continue;
        const Eigen::Vector3d site = rotation * (0.5 * Eigen::Vector3d(i, j, k));
        const bool inside =
            (site.array() >= -rounding).all() && (site.array() < cell.array() - rounding).all();
        if (!inside) continue;
        structure.atoms.push_back({.element = crystal.element,
                                   .position_angstrom = crystal.lattice_parameter_angstrom * site});
      }
    }
  }
  structure.cell_angstrom = (crystal.lattice_parameter_angstrom * cell).asDiagonal();
  structure.periodic = {true, true, true};
  return structure;
}

}  // namespace adatom::crystal
