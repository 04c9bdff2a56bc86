#pragma once
// Which columns are beside which, and the directions of the facets of their crystals.
#include <cstddef>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "adatom/reconstruct/column_model.h"

namespace adatom::reconstruct {

/// Does not change while columns move along the beam.
struct ColumnGraph {
  /// Of each column, those with sites a bond away from its own (shorter than 1.2 a / sqrt 2).
  std::vector<std::vector<std::size_t>> neighbours = {};
  /// Of each column, pairs of neighbours on opposite sides of it.
  std::vector<std::vector<std::pair<std::size_t, std::size_t>>> opposite = {};
  /// Of each column, itself and those within the potential's reach, nearest first.
  std::vector<std::vector<std::size_t>> reach = {};
  /// Of each grain, unit normals of {111} and {100} planes that look up or down the beam.
  std::vector<std::vector<Eigen::Vector3d>> normals = {};
  double bond_angstrom = 0.0;  ///< a / sqrt 2
};

[[nodiscard]] ColumnGraph make_column_graph(const ColumnModel& model, double reach_angstrom);

/// The position of a level of a column.
[[nodiscard]] inline Eigen::Vector3d site_angstrom(const ModelColumn& column, std::int64_t level) {
  return {column.x_angstrom, column.y_angstrom, column.z_angstrom(level)};
}

}  // namespace adatom::reconstruct
