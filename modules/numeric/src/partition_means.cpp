#include <algorithm>
#include <cstdint>
#include <limits>

#include "adatom/numeric/mixture.h"

namespace adatom::numeric {

namespace {

/// Sums of squared distances of intervals from their means, in constant time each.
class IntervalCost {
 public:
  explicit IntervalCost(std::span<const double> sorted)
      : sum_(sorted.size() + 1, 0.0), square_(sorted.size() + 1, 0.0) {
    // Distances from the middle item: squares of the plain values would cancel.
    origin_ = sorted[sorted.size() / 2];
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      const double x = sorted[i] - origin_;
      sum_[i + 1] = sum_[i] + x;
      square_[i + 1] = square_[i] + x * x;
    }
  }
  [[nodiscard]] double mean(std::size_t begin, std::size_t end) const {
    return origin_ + (sum_[end] - sum_[begin]) / static_cast<double>(end - begin);
  }
  [[nodiscard]] double cost(std::size_t begin, std::size_t end) const {
    const double sum = sum_[end] - sum_[begin];
    return std::max(0.0,
                    square_[end] - square_[begin] - sum * sum / static_cast<double>(end - begin));
  }

 private:
  double origin_ = 0.0;
  std::vector<double> sum_;
  std::vector<double> square_;
};

/// One more group: best[i] is the least cost of the first i items in one group more than before,
/// split[i] where its last group begins. The best split grows with i, so halves narrow the search.
struct Layer {
  const IntervalCost& cost;
  const std::vector<double>& before;
  std::size_t groups;
  std::vector<double>& best;
  std::vector<std::uint32_t>& split;

  void solve(std::size_t low, std::size_t high, std::size_t first, std::size_t last) {
    if (low >= high) return;
    const std::size_t i = low + (high - low) / 2;
    best[i] = std::numeric_limits<double>::max();
    for (std::size_t s = std::max(first, groups - 1); s <= std::min(last, i - 1); ++s) {
      const double value = before[s] + cost.cost(s, i);
      if (value < best[i]) {
        best[i] = value;
        split[i] = static_cast<std::uint32_t>(s);
      }
    }
    solve(low, i, first, split[i]);
    solve(i + 1, high, split[i], last);
  }
};

}  // namespace

std::vector<std::vector<double>> partition_means(std::span<const double> sorted,
                                                 std::size_t max_groups) {
  const std::size_t size = sorted.size();
  std::vector<std::vector<double>> means;
  if (size == 0) return means;
  const IntervalCost cost(sorted);
  std::vector<double> before(size + 1, 0.0);
  for (std::size_t i = 1; i <= size; ++i) before[i] = cost.cost(0, i);
  std::vector<std::vector<std::uint32_t>> splits{std::vector<std::uint32_t>(size + 1, 0)};
  for (std::size_t groups = 1; groups <= std::min(max_groups, size); ++groups) {
    if (groups > 1) {
      std::vector<double> best(size + 1, 0.0);
      splits.emplace_back(size + 1, 0);
      Layer{cost, before, groups, best, splits.back()}.solve(groups, size + 1, groups - 1,
                                                             size - 1);
      before = std::move(best);
    }
    std::vector<double> centres(groups);
    std::size_t end = size;
    for (std::size_t g = groups; g-- > 0;) {
      const std::size_t begin = splits[g][end];
      centres[g] = cost.mean(begin, end);
      end = begin;
    }
    means.push_back(std::move(centres));
  }
  return means;
}

}  // namespace adatom::numeric
