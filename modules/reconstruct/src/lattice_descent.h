#pragma once
// The way down to a local minimum on the lattice.
#include <cstddef>
#include <span>

#include "adatom/base/progress.h"
#include "column_graph.h"
#include "column_state.h"

namespace adatom::reconstruct {

/// A cost must fall by more than this to count as lower, eV: differences of equal arrangements are
/// rounding.
constexpr double lower_by_ev = 1e-7;

/// May atoms come and go?
enum class Counts { fixed, free };

/// Moves columns up or down by a level, the better of the two, as long as that lowers the cost;
/// looks at the columns near `changed` and near those it moves.
void descend(ColumnState& state, const ColumnGraph& graph, std::span<const std::size_t> changed);

/// What descent cannot reach: single columns by up to three levels or, with counts free, an atom
/// more or less; layers of facets with a descent after; pairs of neighbouring columns. With a
/// support also the whole particle a level up or down, and upside down. Goes on until nothing
/// lowers the cost.
/// @throws Interrupted
void sweep(ColumnState& state, const ColumnGraph& graph, Counts counts,
           const energetics::ExternalField* support, const Progress& progress);

/// All columns turned upside down about a plane across the beam, near where they are; nothing where
/// the lattice has no such plane.
[[nodiscard]] std::vector<Placement> upside_down(const ColumnModel& model);

}  // namespace adatom::reconstruct
