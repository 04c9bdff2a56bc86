#pragma once
// Atoms that wander from column to column at a particle's outline.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/simulate/incoherent.h"

namespace adatom::simulate {

/// The neighbours of each column: those within 1.3 times the median distance of nearest neighbours.
[[nodiscard]] std::vector<std::vector<std::size_t>> column_neighbours(
    std::span<const TrueColumn> columns);

/// The columns at the outline: with fewer neighbours than the most common number; all columns if
/// there is none.
[[nodiscard]] std::vector<std::size_t> outline(
    std::span<const std::vector<std::size_t>> neighbours);

/// Takes one atom off a column at the outline that has any, and puts it on another there that is
/// not higher than its highest neighbour. Changes `atom_count` only. Nothing if no such pair is
/// left.
/// @return whether an atom moved
bool move_one_atom(std::span<TrueColumn> columns, std::span<const std::size_t> edge,
                   std::span<const std::vector<std::size_t>> neighbours, RandomStream& random);

}  // namespace adatom::simulate
