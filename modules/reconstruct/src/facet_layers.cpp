#include "facet_layers.h"

#include <algorithm>
#include <cmath>

namespace adatom::reconstruct {
namespace {

/// In bonds: {111} planes are 0.82 of them apart, {100} planes 0.71.
constexpr double layer_thickness = 0.2;
constexpr double layer_bond = 1.2;

Eigen::Vector3d end_angstrom(const ModelColumn& column, const Eigen::Vector3d& normal) {
  const bool up = normal.z() > 0.0;
  return site_angstrom(column, up ? column.bottom + column.atoms - 1 : column.bottom);
}

}  // namespace

ColumnGroup facet_layer(const ColumnModel& model, const ColumnGraph& graph, std::size_t column,
                        const Eigen::Vector3d& normal) {
  ColumnGroup group;
  group.levels = normal.z() > 0.0 ? -1 : 1;
  if (model.columns[column].atoms == 0) return group;
  group.columns.push_back(column);
  for (std::size_t next = 0; next < group.columns.size(); ++next) {
    const std::size_t from = group.columns[next];
    const Eigen::Vector3d here = end_angstrom(model.columns[from], normal);
    for (const std::size_t to : graph.neighbours[from]) {
      const ModelColumn& other = model.columns[to];
      if (other.atoms == 0 || other.grain != model.columns[column].grain) continue;
      const Eigen::Vector3d step = end_angstrom(other, normal) - here;
      if (step.norm() > layer_bond * graph.bond_angstrom) continue;
      if (std::abs(step.dot(normal)) > layer_thickness * graph.bond_angstrom) continue;
      if (std::ranges::find(group.columns, to) == group.columns.end()) {
        group.columns.push_back(to);
      }
    }
  }
  std::ranges::sort(group.columns);
  return group;
}

std::vector<ColumnGroup> facet_layers(const ColumnModel& model, const ColumnGraph& graph) {
  std::vector<ColumnGroup> layers;
  for (std::size_t grain = 0; grain < graph.normals.size(); ++grain) {
    for (const auto& normal : graph.normals[grain]) {
      std::vector<bool> done(model.columns.size(), false);
      for (std::size_t c = 0; c < model.columns.size(); ++c) {
        if (done[c] || model.columns[c].grain != static_cast<std::int64_t>(grain)) continue;
        auto layer = facet_layer(model, graph, c, normal);
        for (const std::size_t member : layer.columns) done[member] = true;
        if (layer.columns.size() > 1) layers.push_back(std::move(layer));
      }
    }
  }
  std::sort(layers.begin(), layers.end());
  layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
  return layers;
}

std::vector<Placement> moved_group(const ColumnState& state, const ColumnGroup& group) {
  std::vector<Placement> placements;
  placements.reserve(group.columns.size());
  for (const std::size_t column : group.columns) {
    placements.push_back(state.shifted(column, group.levels));
  }
  return placements;
}

}  // namespace adatom::reconstruct
