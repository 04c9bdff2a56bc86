#pragma once
// Whole layers of atoms on a facet, as sets of columns that end on it.
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include <Eigen/Core>

#include "column_graph.h"
#include "column_state.h"

namespace adatom::reconstruct {

/// Columns that are moved together, all by as many levels.
struct ColumnGroup {
  std::vector<std::size_t> columns = {};  ///< ascending
  std::int64_t levels = 0;
  friend bool operator==(const ColumnGroup&, const ColumnGroup&) = default;
  friend bool operator<(const ColumnGroup& a, const ColumnGroup& b) {
    return std::tie(a.columns, a.levels) < std::tie(b.columns, b.levels);
  }
};

/// The connected columns around `column` whose upper ends (a normal that looks up) or lower ends
/// lie on one plane across `normal`, with the move that takes these atoms to the other side.
/// Fewer than two columns where the column is empty or alone.
[[nodiscard]] ColumnGroup facet_layer(const ColumnModel& model, const ColumnGraph& graph,
                                      std::size_t column, const Eigen::Vector3d& normal);

/// Every layer of every facet, each once.
[[nodiscard]] std::vector<ColumnGroup> facet_layers(const ColumnModel& model,
                                                    const ColumnGraph& graph);

/// Where its columns go.
[[nodiscard]] std::vector<Placement> moved_group(const ColumnState& state,
                                                 const ColumnGroup& group);

}  // namespace adatom::reconstruct
