#pragma once
// Does a move make pits in the particle's surface?
#include <span>

#include "column_graph.h"
#include "column_state.h"

namespace adatom::reconstruct {

/// A column of contiguous atoms has neither holes nor overhangs along the beam; what can be lacking
/// is convexity across it. The pit of a column's upper end is how much farther than one spacing it
/// lies below both ends of two opposite neighbours (flat facets and single steps have none),
/// likewise at its lower end. The sum over the column's opposite pairs and both ends, angstrom.
[[nodiscard]] double pit_depth_angstrom(const ColumnModel& model, const ColumnGraph& graph,
                                        std::size_t column);

/// Would the pits of these columns and their neighbours, together, be deeper than they are?
[[nodiscard]] bool makes_pits(const ColumnModel& model, const ColumnGraph& graph,
                              std::span<const Placement> placements);

}  // namespace adatom::reconstruct
