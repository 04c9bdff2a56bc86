#include "column_graph.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Geometry>

namespace adatom::reconstruct {
namespace {

/// Above this share of a bond two sites are no longer next neighbours: halfway to the second shell.
constexpr double longest_bond = 1.2;
/// Directions that differ by less are the same: the lattice of columns may be strained a little.
constexpr double same_direction = 0.1;

/// The vectors from a site of `from` to those of `to` that are about a bond long.
std::vector<Eigen::Vector3d> bonds_between(const ModelColumn& from, const ModelColumn& to,
                                           double bond) {
  const double dx = to.x_angstrom - from.x_angstrom;
  const double dy = to.y_angstrom - from.y_angstrom;
  const double spacing = to.spacing_angstrom;
  const double offset = to.z_origin_angstrom - from.z_origin_angstrom;
  const double dz = offset - spacing * std::round(offset / spacing);
  std::vector<Eigen::Vector3d> bonds;
  for (int level = -1; level <= 1; ++level) {
    const Eigen::Vector3d vector(dx, dy, dz + spacing * level);
    if (vector.norm() < longest_bond * bond) bonds.push_back(vector);
  }
  return bonds;
}

void add_direction(std::vector<Eigen::Vector3d>& known, const Eigen::Vector3d& vector) {
  const Eigen::Vector3d unit = vector.normalized();
  for (const auto& other : known) {
    if ((other - unit).norm() < same_direction) return;
  }
  known.push_back(unit);
}

/// Two bonds 60 degrees apart span a {111} plane, two at right angles a {100} plane.
std::vector<Eigen::Vector3d> facet_normals(const std::vector<Eigen::Vector3d>& bonds) {
  std::vector<Eigen::Vector3d> normals;
  for (const auto& a : bonds) {
    for (const auto& b : bonds) {
      const double cosine = a.dot(b);
      const bool plane =
          std::abs(cosine - 0.5) < same_direction || std::abs(cosine) < same_direction;
      if (!plane) continue;
      const Eigen::Vector3d normal = a.cross(b);
      // A facet along the beam takes no part: it holds whole columns.
      if (std::abs(normal.normalized().z()) > same_direction) add_direction(normals, normal);
    }
  }
  return normals;
}

std::vector<std::vector<Eigen::Vector3d>> grain_normals(const ColumnModel& model,
                                                        const ColumnGraph& graph) {
  std::int64_t grains = 0;
  for (const auto& column : model.columns) grains = std::max(grains, column.grain + 1);
  std::vector<std::vector<Eigen::Vector3d>> bonds(static_cast<std::size_t>(grains));
  for (std::size_t c = 0; c < model.columns.size(); ++c) {
    const ModelColumn& column = model.columns[c];
    if (column.grain < 0) continue;
    auto& known = bonds[static_cast<std::size_t>(column.grain)];
    if (column.spacing_angstrom < longest_bond * graph.bond_angstrom) {
      add_direction(known, Eigen::Vector3d::UnitZ());
      add_direction(known, -Eigen::Vector3d::UnitZ());
    }
    for (const std::size_t other : graph.neighbours[c]) {
      if (model.columns[other].grain != column.grain) continue;
      for (const auto& bond : bonds_between(column, model.columns[other], graph.bond_angstrom)) {
        add_direction(known, bond);
      }
    }
  }
  std::vector<std::vector<Eigen::Vector3d>> normals;
  normals.reserve(bonds.size());
  for (const auto& known : bonds) normals.push_back(facet_normals(known));
  return normals;
}

Eigen::Vector2d in_image(const ModelColumn& column) {
  return {column.x_angstrom, column.y_angstrom};
}

}  // namespace

ColumnGraph make_column_graph(const ColumnModel& model, double reach_angstrom) {
  ColumnGraph graph;
  graph.bond_angstrom = model.lattice_parameter_angstrom / std::numbers::sqrt2;
  const std::size_t count = model.columns.size();
  graph.neighbours.resize(count);
  graph.opposite.resize(count);
  graph.reach.resize(count);
  for (std::size_t c = 0; c < count; ++c) {
    const Eigen::Vector2d here = in_image(model.columns[c]);
    std::vector<std::pair<double, std::size_t>> near;
    for (std::size_t d = 0; d < count; ++d) {
      const double distance = (in_image(model.columns[d]) - here).norm();
      if (distance < reach_angstrom) near.emplace_back(distance, d);
      if (c == d) continue;
      if (!bonds_between(model.columns[c], model.columns[d], graph.bond_angstrom).empty()) {
        graph.neighbours[c].push_back(d);
      }
    }
    std::ranges::sort(near);
    for (const auto& [distance, d] : near) graph.reach[c].push_back(d);
    const auto& around = graph.neighbours[c];
    for (std::size_t i = 0; i < around.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const Eigen::Vector2d middle =
            0.5 * (in_image(model.columns[around[i]]) + in_image(model.columns[around[j]]));
        if ((middle - here).norm() < same_direction * graph.bond_angstrom) {
          graph.opposite[c].emplace_back(around[j], around[i]);
        }
      }
    }
  }
  graph.normals = grain_normals(model, graph);
  return graph;
}

}  // namespace adatom::reconstruct
