#pragma once
// Connected components as numbered clusters.
#include <cstdint>
#include <vector>

#include "adatom/dynamics/clusters.h"
#include "union_find.h"

namespace adatom::dynamics {

[[nodiscard]] Clusters number_clusters(UnionFind& sets, std::size_t atoms);

/// Of each atom the lowest one of its cluster.
[[nodiscard]] std::vector<std::uint32_t> lowest_atoms(const Clusters& clusters);

}  // namespace adatom::dynamics
