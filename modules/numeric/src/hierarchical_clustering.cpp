#include "adatom/numeric/hierarchical_clustering.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "adatom/base/error.h"

namespace adatom::numeric {
namespace {

void require_distances(std::span<const double> distances, std::size_t items) {
  const auto refuse = [](const std::string& what, const std::string& why) {
    throw InputError({.what = what,
                      .where = "clustering",
                      .why = why,
                      .remedy = "give the finite distance of every pair of items once"});
  };
  const std::size_t pairs = items < 2 ? 0 : items * (items - 1) / 2;
  if (distances.size() != pairs) {
    refuse("the number of distances does not fit the number of items",
           std::to_string(items) + " items have " + std::to_string(pairs) + " pairs, " +
               std::to_string(distances.size()) + " distances are given");
  }
  for (const double distance : distances) {
    if (std::isfinite(distance) && distance >= 0.0) continue;
    refuse("a distance is no distance", "it is negative or not finite");
  }
}

/// Distances between clusters while they are joined; a cluster is known by one of its items.
class Joiner {
 public:
  Joiner(std::span<const double> distances, std::size_t items, Linkage linkage)
      : distances_(distances.begin(), distances.end()), sizes_(items, 1), linkage_(linkage) {}

  [[nodiscard]] bool alive(std::size_t cluster) const { return sizes_[cluster] > 0; }

  [[nodiscard]] double distance(std::size_t i, std::size_t j) const {
    return distances_[condensed_index(sizes_.size(), i, j)];
  }
  /// The nearest other cluster, `preferred` where several are equally near.
  [[nodiscard]] std::size_t nearest(std::size_t cluster,
                                    std::optional<std::size_t> preferred) const {
    std::optional<std::size_t> best = preferred;
    for (std::size_t other = 0; other < sizes_.size(); ++other) {
      if (other == cluster || !alive(other)) continue;
      if (!best || distance(cluster, other) < distance(cluster, *best)) best = other;
    }
    return *best;
  }
  /// `gone` becomes a part of `kept`.
  void join(std::size_t gone, std::size_t kept) {
    for (std::size_t other = 0; other < sizes_.size(); ++other) {
      if (other == gone || other == kept || !alive(other)) continue;
      distances_[condensed_index(sizes_.size(), other, kept)] = joint_distance(other, gone, kept);
    }
    sizes_[kept] += std::exchange(sizes_[gone], 0);
  }

 private:
  [[nodiscard]] double joint_distance(std::size_t other, std::size_t i, std::size_t j) const {
    const double to_i = distance(other, i);
    const double to_j = distance(other, j);
    switch (linkage_) {
      case Linkage::complete:
        return std::max(to_i, to_j);
      case Linkage::single:
        return std::min(to_i, to_j);
      case Linkage::average:
        break;
    }
    const auto n_i = static_cast<double>(sizes_[i]);
    const auto n_j = static_cast<double>(sizes_[j]);
    return (n_i * to_i + n_j * to_j) / (n_i + n_j);
  }

  std::vector<double> distances_;
  std::vector<std::size_t> sizes_;
  Linkage linkage_;
};

/// The joints as the chain finds them, not yet in order; a and b are items of the two clusters.
std::vector<Merge> chain_joints(Joiner& joiner, std::size_t items) {
  std::vector<Merge> joints;
  std::vector<std::size_t> chain;
  while (joints.size() + 1 < items) {
    if (chain.empty()) {
      std::size_t first = 0;
      while (!joiner.alive(first)) ++first;
      chain.push_back(first);
    }
    const std::size_t last = chain.back();
    std::optional<std::size_t> before;
    if (chain.size() > 1) before = chain[chain.size() - 2];
    const std::size_t next = joiner.nearest(last, before);
    if (next != before) {
      chain.push_back(next);
      continue;
    }
    // Each is the other's nearest: with these linkages no later joint can come between them.
    const auto [low, high] = std::minmax(last, next);
    joints.push_back({low, high, joiner.distance(low, high), 0});
    joiner.join(low, high);
    chain.resize(chain.size() - 2);
  }
  return joints;
}

/// Which cluster an item is in while joints are made in order.
class Groups {
 public:
  explicit Groups(std::size_t items) : parent_(2 * items), next_(items) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  [[nodiscard]] std::size_t cluster_of(std::size_t item) {
    while (parent_[item] != item) {
      parent_[item] = parent_[parent_[item]];
      item = parent_[item];
    }
    return item;
  }
  void join(std::size_t a, std::size_t b) { parent_[a] = parent_[b] = next_++; }

 private:
  std::vector<std::size_t> parent_;
  std::size_t next_;
};

}  // namespace

std::size_t condensed_index(std::size_t items, std::size_t i, std::size_t j) {
  if (i > j) std::swap(i, j);
  return i * items - i * (i + 1) / 2 + (j - i - 1);
}

ClusterTree cluster_items(std::span<const double> distances, std::size_t items, Linkage linkage) {
  require_distances(distances, items);
  Joiner joiner(distances, items, linkage);
  ClusterTree tree{items, chain_joints(joiner, items)};
  std::stable_sort(tree.merges.begin(), tree.merges.end(),
                   [](const Merge& x, const Merge& y) { return x.height < y.height; });
  Groups groups(items);
  std::vector<std::size_t> sizes(items, 1);
  for (Merge& merge : tree.merges) {
    const std::size_t a = groups.cluster_of(merge.a);
    const std::size_t b = groups.cluster_of(merge.b);
    groups.join(a, b);
    merge.a = std::min(a, b);
    merge.b = std::max(a, b);
    merge.size = sizes[a] + sizes[b];
    sizes.push_back(merge.size);
  }
  return tree;
}

std::vector<std::size_t> cut_tree(const ClusterTree& tree, double height) {
  Groups groups(tree.items);
  for (const Merge& merge : tree.merges) {
    if (merge.height > height) break;
    groups.join(merge.a, merge.b);
  }
  std::vector<std::size_t> number(2 * tree.items, tree.items);
  std::vector<std::size_t> labels;
  std::size_t next = 0;
  for (std::size_t item = 0; item < tree.items; ++item) {
    std::size_t& label = number[groups.cluster_of(item)];
    if (label == tree.items) label = next++;
    labels.push_back(label);
  }
  return labels;
}

std::vector<std::size_t> leaf_order(const ClusterTree& tree) {
  std::vector<std::size_t> order;
  if (tree.items == 0) return order;
  std::vector<std::size_t> open = {tree.items + tree.merges.size() - 1};
  while (!open.empty()) {
    const std::size_t cluster = open.back();
    open.pop_back();
    if (cluster < tree.items) {
      order.push_back(cluster);
      continue;
    }
    open.push_back(tree.merges[cluster - tree.items].b);
    open.push_back(tree.merges[cluster - tree.items].a);
  }
  return order;
}

std::vector<double> cophenetic_distances(const ClusterTree& tree) {
  const std::size_t pairs = tree.items < 2 ? 0 : tree.items * (tree.items - 1) / 2;
  std::vector<double> out(pairs, 0.0);
  std::vector<std::vector<std::size_t>> members(tree.items);
  for (std::size_t item = 0; item < tree.items; ++item) members[item] = {item};
  for (const Merge& merge : tree.merges) {
    std::vector<std::size_t> both = members[merge.a];
    for (const std::size_t i : members[merge.a]) {
      for (const std::size_t j : members[merge.b]) {
        out[condensed_index(tree.items, i, j)] = merge.height;
      }
    }
    both.insert(both.end(), members[merge.b].begin(), members[merge.b].end());
    members.push_back(std::move(both));
  }
  return out;
}

}  // namespace adatom::numeric
