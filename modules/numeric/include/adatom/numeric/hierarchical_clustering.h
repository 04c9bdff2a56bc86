#pragma once
// Agglomerative clustering: items joined step by step, nearest clusters first.
#include <cstddef>
#include <span>
#include <vector>

namespace adatom::numeric {

/// The distance of two clusters: the largest of their items' distances, their mean, the smallest.
enum class Linkage { complete, average, single };

/// One step. Clusters 0 to n-1 are the items; the k-th step makes cluster n+k (SciPy's linkage
/// format).
struct Merge {
  std::size_t a = 0;  ///< a < b
  std::size_t b = 0;
  double height = 0.0;   ///< distance of a and b
  std::size_t size = 0;  ///< items in both
  friend bool operator==(const Merge&, const Merge&) = default;
};

/// All n-1 steps by increasing height.
struct ClusterTree {
  std::size_t items = 0;
  std::vector<Merge> merges = {};
};

/// Where the distance of items i != j stands in a condensed matrix of `items` items: the upper
/// triangle row by row, 01 02 ... 12 13 ...
[[nodiscard]] std::size_t condensed_index(std::size_t items, std::size_t i, std::size_t j);

/// @param distances condensed, items (items-1) / 2 of them, finite and not negative
/// Nearest-neighbour chain (Murtagh, Comput. J. 26 (1983) 354) with the update of Lance and
/// Williams (Comput. J. 9 (1967) 373): time and memory ~ items^2. Of equally near neighbours the
/// chain takes the one it came from, else the first.
/// @throws InputError: the wrong number of distances, a negative one or one that is not finite
[[nodiscard]] ClusterTree cluster_items(std::span<const double> distances, std::size_t items,
                                        Linkage linkage);

/// The cluster of each item when only joints not higher than `height` are made; clusters are
/// numbered in the order of their first items. `height` may be infinite.
[[nodiscard]] std::vector<std::size_t> cut_tree(const ClusterTree& tree, double height);

/// The items as a dendrogram's leaves stand without crossings: the branches of `a` before those of
/// `b`.
[[nodiscard]] std::vector<std::size_t> leaf_order(const ClusterTree& tree);

/// How high each pair of items is joined, condensed.
[[nodiscard]] std::vector<double> cophenetic_distances(const ClusterTree& tree);

}  // namespace adatom::numeric
