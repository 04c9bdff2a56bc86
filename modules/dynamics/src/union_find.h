#pragma once
// Sets that are joined one by one.
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace adatom::dynamics {

/// Every set is named by its lowest member (union-find with path halving; Tarjan and van Leeuwen,
/// J. ACM 31 (1984) 245).
class UnionFind {
 public:
  explicit UnionFind(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), 0U);
  }
  [[nodiscard]] std::uint32_t find(std::uint32_t i) {
    while (parent_[i] != i) {
      parent_[i] = parent_[parent_[i]];
      i = parent_[i];
    }
    return i;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    a = find(a);
    b = find(b);
    if (a > b) std::swap(a, b);
    parent_[b] = a;
  }

 private:
  std::vector<std::uint32_t> parent_;
};

}  // namespace adatom::dynamics
