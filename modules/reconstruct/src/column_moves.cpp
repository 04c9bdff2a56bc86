#include "column_moves.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "convexity.h"
#include "facet_layers.h"

namespace adatom::reconstruct {
namespace {

/// Share of the moves of single columns that are by two levels.
constexpr double two_levels_share = 0.2;
/// Share of the moves of groups that are not of layers.
constexpr double patch_share = 0.4;
/// Of a disc of columns, in lattice parameters.
constexpr double least_radius = 0.75;
constexpr double most_radius = 3.0;

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

/// All columns in a disc about one, or on one side of a line through it, by a level: what has grown
/// together at a wrong height comes right at once.
std::vector<Placement> patch_move(const ColumnState& state, std::size_t column,
                                  RandomStream& random) {
  const auto& columns = state.model().columns;
  const auto from_centre = [&](const ModelColumn& other) {
    return Eigen::Vector2d(other.x_angstrom - columns[column].x_angstrom,
                           other.y_angstrom - columns[column].y_angstrom);
  };
  const double angle = 2.0 * std::numbers::pi * random.uniform();
  const Eigen::Vector2d direction(std::cos(angle), std::sin(angle));
  const bool disc = random.below(2) == 0;
  const double lattice = state.model().lattice_parameter_angstrom;
  const double radius = lattice * (least_radius + (most_radius - least_radius) * random.uniform());
  const std::int64_t levels = random.below(2) == 0 ? -1 : 1;
  std::vector<Placement> placements;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const Eigen::Vector2d place = from_centre(columns[c]);
    const bool in = disc ? place.norm() < radius : place.dot(direction) > -1e-6 * lattice;
    if (in) placements.push_back(state.shifted(c, levels));
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

bool make_if_possible(ColumnState& state, const ColumnGraph& graph,
                      const std::vector<Placement>& placements) {
  if (placements.empty() || makes_pits(state.model(), graph, placements)) return false;
  if (!std::isfinite(state.try_placements(placements))) return false;
  state.accept();
  return true;
}

/// As a rule several in a row, each next one once in two times.
bool make_group_moves(ColumnState& state, const ColumnGraph& graph, RandomStream& random) {
  bool made = false;
  do {
    const std::size_t column = random.below(state.model().columns.size());
    const bool patch = random.uniform() < patch_share;
    made = make_if_possible(state, graph,
                            patch ? patch_move(state, column, random)
                                  : layer_move(state, graph, column, random)) ||
           made;
  } while (random.below(2) == 0);
  return made;
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

bool make_move(ColumnState& state, const ColumnGraph& graph, const SearchOptions& options,
               RandomStream& random) {
  const std::size_t column = random.below(state.model().columns.size());
  if (options.moves == SearchMoves::uniform) {
    Placement to = state.placement(column);
    to.shift_angstrom += (2.0 * random.uniform() - 1.0) * state.model().lattice_parameter_angstrom;
    return make_if_possible(state, graph, {to});
  }
  const double kind = random.uniform();
  if (kind < options.count_share) {
    const auto changes = count_changes(state, graph, column);
    if (changes.empty()) return false;
    return make_if_possible(state, graph, {changes[random.below(changes.size())]});
  }
  if (kind < options.count_share + options.layer_share) {
    return make_group_moves(state, graph, random);
  }
  if (state.placement(column).atoms == 0) return false;
  const std::int64_t size = random.uniform() < two_levels_share ? 2 : 1;
  const std::int64_t sign = random.below(2) == 0 ? -1 : 1;
  return make_if_possible(state, graph, {state.shifted(column, sign * size)});
}

}  // namespace adatom::reconstruct
