#pragma once
// The moves that a search chooses from.
#include <cstddef>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/reconstruct/search_minima.h"
#include "column_graph.h"
#include "column_state.h"

namespace adatom::reconstruct {

/// One atom more or less in a column, at either end; an empty column gets one at any level that a
/// neighbour has atoms at, or a level beside.
[[nodiscard]] std::vector<Placement> count_changes(const ColumnState& state,
                                                   const ColumnGraph& graph, std::size_t column);

/// Makes a random move: of one column (two levels once in five times, else one), of a layer of a
/// facet or a patch of columns (several in a row, at times), or of one atom of a column. False: the
/// one that was drawn is impossible or makes pits, and nothing has changed.
[[nodiscard]] bool make_move(ColumnState& state, const ColumnGraph& graph,
                             const SearchOptions& options, RandomStream& random);

}  // namespace adatom::reconstruct
