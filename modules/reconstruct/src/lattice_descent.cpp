#include "lattice_descent.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "column_moves.h"
#include "facet_layers.h"

namespace adatom::reconstruct {
namespace {

/// The lowest of some changes, made if it lowers the cost.
class BestChange {
 public:
  explicit BestChange(ColumnState& state) : state_(state) {}
  void consider(std::span<const Placement> placements) {
    const double change = state_.try_placements(placements);
    if (change >= lowest_) return;
    lowest_ = change;
    best_.assign(placements.begin(), placements.end());
  }
  /// The columns that it changes; none if nothing was lower.
  std::vector<std::size_t> make() {
    std::vector<std::size_t> columns;
    if (best_.empty()) return columns;
    state_.try_placements(best_);
    state_.accept();
    for (const Placement& to : best_) columns.push_back(to.column);
    return columns;
  }

 private:
  ColumnState& state_;
  double lowest_ = -lower_by_ev;
  std::vector<Placement> best_ = {};
};

std::vector<std::size_t> all_columns(const ColumnState& state) {
  std::vector<std::size_t> columns(state.model().columns.size());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  return columns;
}

bool sweep_columns(ColumnState& state, const ColumnGraph& graph, Counts counts) {
  bool lowered = false;
  for (const std::size_t column : all_columns(state)) {
    BestChange best(state);
    const Placement here = state.placement(column);
    for (const std::int64_t levels : {-3, -2, -1, 1, 2, 3}) {
      if (here.atoms > 0) best.consider(std::array{state.shifted(column, levels)});
    }
    if (counts == Counts::free) {
      for (const Placement& to : count_changes(state, graph, column)) {
        best.consider(std::array{to});
      }
    }
    const auto changed = best.make();
    if (changed.empty()) continue;
    descend(state, graph, changed);
    lowered = true;
  }
  return lowered;
}

bool sweep_pairs(ColumnState& state, const ColumnGraph& graph) {
  bool lowered = false;
  for (std::size_t a = 0; a < graph.neighbours.size(); ++a) {
    for (const std::size_t b : graph.neighbours[a]) {
      if (b < a) continue;
      BestChange best(state);
      for (const std::int64_t of_a : {-1, 1}) {
        for (const std::int64_t of_b : {-1, 1}) {
          best.consider(std::array{state.shifted(a, of_a), state.shifted(b, of_b)});
        }
      }
      const auto changed = best.make();
      if (changed.empty()) continue;
      descend(state, graph, changed);
      lowered = true;
    }
  }
  return lowered;
}

/// Makes the change, descends, and takes both back unless the cost is lower.
bool descend_from(ColumnState& state, const ColumnGraph& graph,
                  std::span<const Placement> placements) {
  const double before = state.cost_ev();
  state.mark();
  if (!std::isfinite(state.try_placements(placements))) return false;
  state.accept();
  descend(state, graph, state.changed());
  if (state.cost_ev() < before - lower_by_ev) return true;
  state.undo();
  return false;
}

bool sweep_layers(ColumnState& state, const ColumnGraph& graph) {
  bool lowered = false;
  for (const ColumnGroup& layer : facet_layers(state.model(), graph)) {
    lowered = descend_from(state, graph, moved_group(state, layer)) || lowered;
  }
  return lowered;
}

bool sweep_whole(ColumnState& state, const ColumnGraph& graph) {
  bool lowered = false;
  for (const std::int64_t levels : {-1, 1}) {
    const ColumnGroup all{all_columns(state), levels};
    lowered = descend_from(state, graph, moved_group(state, all)) || lowered;
  }
  for (const std::int64_t levels : {-1, 0, 1}) {
    auto turned = upside_down(state.model());
    for (Placement& to : turned) to.bottom += levels;
    if (!turned.empty()) lowered = descend_from(state, graph, turned) || lowered;
  }
  return lowered;
}

}  // namespace

void descend(ColumnState& state, const ColumnGraph& graph, std::span<const std::size_t> changed) {
  std::vector<bool> waits(graph.reach.size(), false);
  std::vector<std::size_t> queue;
  const auto wait = [&](std::size_t column) {
    for (const std::size_t near : graph.reach[column]) {
      if (waits[near]) continue;
      waits[near] = true;
      queue.push_back(near);
    }
  };
  for (const std::size_t column : changed) wait(column);
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const std::size_t column = queue[next];
    waits[column] = false;
    if (state.placement(column).atoms == 0) continue;
    BestChange best(state);
    best.consider(std::array{state.shifted(column, 1)});
    best.consider(std::array{state.shifted(column, -1)});
    if (!best.make().empty()) wait(column);
  }
}

void sweep(ColumnState& state, const ColumnGraph& graph, Counts counts,
           const energetics::ExternalField* support, const Progress& progress) {
  descend(state, graph, all_columns(state));
  for (bool lowered = true; lowered;) {
    stop_if_cancelled(progress);
    lowered = sweep_columns(state, graph, counts);
    lowered = sweep_pairs(state, graph) || lowered;
    lowered = sweep_layers(state, graph) || lowered;
    if (support != nullptr) lowered = sweep_whole(state, graph) || lowered;
  }
}

std::vector<Placement> upside_down(const ColumnModel& model) {
  std::vector<Placement> turned;
  double low = 0.0;
  double high = 0.0;
  double reference = 0.0;
  double spacing = 0.0;
  for (const ModelColumn& column : model.columns) {
    if (column.atoms == 0) continue;
    const double bottom = column.z_angstrom(column.bottom);
    const double top = column.z_angstrom(column.bottom + column.atoms - 1);
    const bool first = spacing == 0.0;
    low = first ? bottom : std::min(low, bottom);
    high = first ? top : std::max(high, top);
    if (first) reference = column.z_origin_angstrom;
    if (first) spacing = column.spacing_angstrom;
  }
  if (spacing == 0.0) return turned;
  // Twice the height of the plane: the middle of the particle, rounded to a plane of the lattice
  // (through the sites of the first column, or halfway between them).
  const double twice =
      2.0 * reference + spacing * std::round((low + high - 2.0 * reference) / spacing);
  for (std::size_t c = 0; c < model.columns.size(); ++c) {
    const ModelColumn& column = model.columns[c];
    const double top =
        column.z_angstrom(column.bottom + std::max<std::int64_t>(column.atoms, 1) - 1);
    const double level =
        (twice - top - column.z_origin_angstrom - column.shift_angstrom) / column.spacing_angstrom;
    if (std::abs(level - std::round(level)) > 0.01) return {};
    turned.push_back(
        {c, static_cast<std::int64_t>(std::llround(level)), column.atoms, column.shift_angstrom});
  }
  return turned;
}

}  // namespace adatom::reconstruct
