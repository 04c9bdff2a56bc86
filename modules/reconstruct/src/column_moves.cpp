#include "column_moves.h"

#include <algorithm>
#include <cmath>

#include "facet_layers.h"

namespace adatom::reconstruct {
namespace {

/// Share of the moves of single columns that are by two levels.
constexpr double two_levels_share = 0.2;

std::vector<Placement> first_atoms(const ColumnState& state, const ColumnGraph& graph,
                                   std::size_t column) {
  const auto& columns = state.model().columns;
  const ModelColumn& here = columns[column];
  double low = 0.0;
  double high = 0.0;
  bool found = false;
  for (const std::size_t near : graph.neighbours[column]) {
    const ModelColumn& other = columns[near];
    if (other.atoms == 0) continue;
    const double bottom = other.z_angstrom(other.bottom);
    const double top = other.z_angstrom(other.bottom + other.atoms - 1);
    low = found ? std::min(low, bottom) : bottom;
    high = found ? std::max(high, top) : top;
    found = true;
  }
  std::vector<Placement> placements;
  if (!found) return placements;
  const double origin = here.z_angstrom(0);
  const auto first = static_cast<std::int64_t>(std::floor((low - origin) / here.spacing_angstrom));
  const auto last = static_cast<std::int64_t>(std::ceil((high - origin) / here.spacing_angstrom));
  for (std::int64_t level = first; level <= last; ++level) {
    placements.push_back({column, level, 1, here.shift_angstrom});
  }
  return placements;
}

std::vector<Placement> layer_move(const ColumnState& state, const ColumnGraph& graph,
                                  std::size_t column, RandomStream& random) {
  const std::int64_t grain = state.model().columns[column].grain;
  if (grain < 0) return {};
  const auto& normals = graph.normals[static_cast<std::size_t>(grain)];
  if (normals.empty()) return {};
  const auto& normal = normals[random.below(normals.size())];
  return moved_group(state, facet_layer(state.model(), graph, column, normal));
}

}  // namespace

std::vector<Placement> count_changes(const ColumnState& state, const ColumnGraph& graph,
                                     std::size_t column) {
  const Placement here = state.placement(column);
  if (here.atoms == 0) return first_atoms(state, graph, column);
  std::vector<Placement> changes(4, here);
  --changes[0].atoms;
  --changes[1].atoms;
  ++changes[1].bottom;
  ++changes[2].atoms;
  ++changes[3].atoms;
  --changes[3].bottom;
  return changes;
}

std::vector<Placement> propose_move(const ColumnState& state, const ColumnGraph& graph,
                                    const SearchOptions& options, RandomStream& random) {
  const std::size_t column = random.below(state.model().columns.size());
  if (options.moves == SearchMoves::uniform) {
    Placement to = state.placement(column);
    to.shift_angstrom += (2.0 * random.uniform() - 1.0) * state.model().lattice_parameter_angstrom;
    return {to};
  }
  const double kind = random.uniform();
  if (kind < options.count_share) {
    const auto changes = count_changes(state, graph, column);
    if (changes.empty()) return {};
    return {changes[random.below(changes.size())]};
  }
  if (kind < options.count_share + options.layer_share) {
    return layer_move(state, graph, column, random);
  }
  const std::int64_t size = random.uniform() < two_levels_share ? 2 : 1;
  const std::int64_t sign = random.below(2) == 0 ? -1 : 1;
  if (state.placement(column).atoms == 0) return {};
  return {state.shifted(column, sign * size)};
}

}  // namespace adatom::reconstruct
