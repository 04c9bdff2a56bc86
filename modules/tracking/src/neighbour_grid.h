#pragma once
// Points in square cells, to find those near a place.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace adatom::tracking {

struct Place {
  double x = 0.0;
  double y = 0.0;
};

class NeighbourGrid {
 public:
  NeighbourGrid() = default;
  /// @param cell side of a cell, about the distance that is looked in
  NeighbourGrid(std::span<const Place> places, double cell);

  /// Calls found(index) for every point in the cells that the square of half side `reach` about
  /// (x, y) touches: all points within reach, and some more.
  template <class Found>
  void near(double x, double y, double reach, Found found) const {
    if (begin_.empty()) return;
    const auto [left, right] = range(x - reach, x + reach, x_min_, columns_);
    const auto [top, bottom] = range(y - reach, y + reach, y_min_, rows_);
    for (std::int64_t row = top; row <= bottom; ++row) {
      const auto first = static_cast<std::size_t>(row * columns_ + left);
      const auto last = static_cast<std::size_t>(row * columns_ + right);
      if (left > right) return;
      for (auto k = begin_[first]; k < begin_[last + 1]; ++k) found(members_[k]);
    }
  }

 private:
  struct Range {
    std::int64_t low;
    std::int64_t high;
  };
  [[nodiscard]] Range range(double low, double high, double origin, std::int64_t cells) const {
    const double first = std::floor((low - origin) / cell_);
    const double last = std::floor((high - origin) / cell_);
    const auto top = static_cast<double>(cells - 1);
    if (last < 0.0 || first > top) return {1, 0};
    return {static_cast<std::int64_t>(std::max(first, 0.0)),
            static_cast<std::int64_t>(std::min(last, top))};
  }

  double cell_ = 1.0;
  double x_min_ = 0.0;
  double y_min_ = 0.0;
  std::int64_t columns_ = 0;
  std::int64_t rows_ = 0;
  std::vector<std::size_t> begin_;  // of each cell's members, row by row
  std::vector<std::uint32_t> members_;
};

}  // namespace adatom::tracking
