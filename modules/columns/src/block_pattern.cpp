#include <algorithm>
#include <cmath>

#include "normal_matrix.h"

namespace adatom::columns {
namespace {

// Columns by square cells, so that only cells nearby are searched for neighbours.
class CellList {
 public:
  CellList(const std::vector<PixelColumn>& columns, double cell) : columns_(columns) {
    double x_end = columns.front().x;
    double y_end = columns.front().y;
    x_begin_ = x_end;
    y_begin_ = y_end;
    for (const PixelColumn& c : columns) {
      x_begin_ = std::min(x_begin_, c.x);
      y_begin_ = std::min(y_begin_, c.y);
      x_end = std::max(x_end, c.x);
      y_end = std::max(y_end, c.y);
    }
    // No more cells than columns in either direction, or a few far columns would need a huge grid.
    const double most = static_cast<double>(columns.size());
    cell_ = std::max({cell, (x_end - x_begin_) / most, (y_end - y_begin_) / most});
    across_ = index(x_end - x_begin_) + 1;
    down_ = index(y_end - y_begin_) + 1;
    const double limit = 4.0 * most + 64.0;
    while (static_cast<double>(across_) * static_cast<double>(down_) > limit) {
      cell_ *= 2.0;
      across_ = index(x_end - x_begin_) + 1;
      down_ = index(y_end - y_begin_) + 1;
    }
    cells_.resize(across_ * down_);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      cells_[row(i) * across_ + column(i)].push_back(static_cast<std::uint32_t>(i));
    }
  }

  // Calls visit(j) for every column in the cells around column i.
  template <class Visit>
  void near(std::size_t i, const Visit& visit) const {
    const std::size_t x = column(i);
    const std::size_t y = row(i);
    for (std::size_t v = y == 0 ? 0 : y - 1; v <= std::min(y + 1, down_ - 1); ++v) {
      for (std::size_t u = x == 0 ? 0 : x - 1; u <= std::min(x + 1, across_ - 1); ++u) {
        for (const std::uint32_t j : cells_[v * across_ + u]) visit(j);
      }
    }
  }

 private:
  [[nodiscard]] std::size_t index(double distance) const {
    return static_cast<std::size_t>(distance / cell_);
  }
  [[nodiscard]] std::size_t column(std::size_t i) const { return index(columns_[i].x - x_begin_); }
  [[nodiscard]] std::size_t row(std::size_t i) const { return index(columns_[i].y - y_begin_); }

  const std::vector<PixelColumn>& columns_;
  double cell_ = 1.0;
  double x_begin_ = 0.0;
  double y_begin_ = 0.0;
  std::size_t across_ = 1;
  std::size_t down_ = 1;
  std::vector<std::vector<std::uint32_t>> cells_;
};

bool overlap(const Support& a, const Support& b) {
  return std::max(a.x_begin, b.x_begin) < std::min(a.x_end, b.x_end) &&
         std::max(a.y_begin, b.y_begin) < std::min(a.y_end, b.y_end);
}

void list_lower(BlockPattern& pattern) {
  pattern.lower_begin.assign(pattern.columns + 1, 0);
  for (const std::uint32_t j : pattern.upper_column) ++pattern.lower_begin[j + 1];
  for (std::size_t i = 0; i < pattern.columns; ++i) {
    pattern.lower_begin[i + 1] += pattern.lower_begin[i];
  }
  std::vector<std::size_t> next(pattern.lower_begin.begin(), pattern.lower_begin.end() - 1);
  pattern.lower_column.resize(pattern.pairs());
  pattern.lower_pair.resize(pattern.pairs());
  for (std::size_t i = 0; i < pattern.columns; ++i) {
    for (std::size_t p = pattern.upper_begin[i]; p < pattern.upper_begin[i + 1]; ++p) {
      const std::size_t place = next[pattern.upper_column[p]]++;
      pattern.lower_column[place] = static_cast<std::uint32_t>(i);
      pattern.lower_pair[place] = p;
    }
  }
}

}  // namespace

BlockPattern find_pairs(const Scene& scene, const std::vector<Support>& supports, double reach) {
  const std::vector<PixelColumn>& columns = scene.columns;
  BlockPattern pattern;
  pattern.columns = columns.size();
  pattern.upper_begin = {0};
  double widest = 0.0;
  for (const PixelColumn& c : columns) widest = std::max(widest, c.width);
  const CellList cells(columns, reach * widest);
  std::vector<std::uint32_t> partners;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    partners.clear();
    cells.near(i, [&](std::uint32_t j) {
      if (j <= i) return;
      const double dx = columns[i].x - columns[j].x;
      const double dy = columns[i].y - columns[j].y;
      const double limit = reach * 0.5 * (columns[i].width + columns[j].width);
      if (dx * dx + dy * dy < limit * limit && overlap(supports[i], supports[j])) {
        partners.push_back(j);
      }
    });
    std::ranges::sort(partners);
    pattern.upper_column.insert(pattern.upper_column.end(), partners.begin(), partners.end());
    pattern.upper_begin.push_back(pattern.upper_column.size());
  }
  list_lower(pattern);
  return pattern;
}

}  // namespace adatom::columns
