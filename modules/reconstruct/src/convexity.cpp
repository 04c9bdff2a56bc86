#include "convexity.h"

#include <algorithm>
#include <vector>

namespace adatom::reconstruct {
namespace {

/// Depths that differ by less are alike, angstrom.
constexpr double same_depth_angstrom = 0.01;

double top_angstrom(const ModelColumn& column) {
  return column.z_angstrom(column.bottom + column.atoms - 1);
}

double pits_of(const ColumnModel& model, const ColumnGraph& graph,
               std::span<const std::size_t> columns) {
  double sum = 0.0;
  for (const std::size_t column : columns) sum += pit_depth_angstrom(model, graph, column);
  return sum;
}

}  // namespace

double pit_depth_angstrom(const ColumnModel& model, const ColumnGraph& graph, std::size_t column) {
  const ModelColumn& here = model.columns[column];
  if (here.atoms == 0) return 0.0;
  double sum = 0.0;
  for (const auto& [first, second] : graph.opposite[column]) {
    const ModelColumn& a = model.columns[first];
    const ModelColumn& b = model.columns[second];
    if (a.atoms == 0 || b.atoms == 0) continue;
    const double above = std::min(top_angstrom(a), top_angstrom(b)) - top_angstrom(here);
    const double below =
        here.z_angstrom(here.bottom) - std::max(a.z_angstrom(a.bottom), b.z_angstrom(b.bottom));
    sum += std::max(0.0, above - here.spacing_angstrom - same_depth_angstrom);
    sum += std::max(0.0, below - here.spacing_angstrom - same_depth_angstrom);
  }
  return sum;
}

bool makes_pits(const ColumnModel& model, const ColumnGraph& graph,
                std::span<const Placement> placements) {
  std::vector<std::size_t> near;
  for (const Placement& to : placements) {
    near.push_back(to.column);
    near.insert(near.end(), graph.neighbours[to.column].begin(), graph.neighbours[to.column].end());
  }
  std::ranges::sort(near);
  near.erase(std::unique(near.begin(), near.end()), near.end());
  ColumnModel moved = model;
  for (const Placement& to : placements) {
    ModelColumn& column = moved.columns[to.column];
    column.bottom = to.bottom;
    column.atoms = to.atoms;
    column.shift_angstrom = to.shift_angstrom;
  }
  return pits_of(moved, graph, near) > pits_of(model, graph, near) + same_depth_angstrom;
}

}  // namespace adatom::reconstruct
