#include "plane_points.h"

#include <algorithm>
#include <cmath>

namespace adatom::reconstruct::detail {

PlanePoints::PlanePoints(std::vector<Eigen::Vector2d> points_angstrom, double cell_angstrom)
    : points_(std::move(points_angstrom)), cell_(cell_angstrom) {
  for (std::size_t i = 0; i < points_.size(); ++i) sorted_.emplace_back(cell_of(points_[i]), i);
  std::ranges::sort(sorted_);
}

PlanePoints::Cell PlanePoints::cell_of(const Eigen::Vector2d& at) const {
  return {static_cast<std::int64_t>(std::floor(at.x() / cell_)),
          static_cast<std::int64_t>(std::floor(at.y() / cell_))};
}

std::span<const std::pair<PlanePoints::Cell, std::size_t>> PlanePoints::in_cell(
    const Cell& cell) const {
  const auto by_cell = &std::pair<Cell, std::size_t>::first;
  return {std::ranges::lower_bound(sorted_, cell, {}, by_cell),
          std::ranges::upper_bound(sorted_, cell, {}, by_cell)};
}

std::optional<std::size_t> PlanePoints::nearest(const Eigen::Vector2d& at,
                                                double reach_angstrom) const {
  std::optional<std::size_t> best;
  double least = reach_angstrom;
  for (const std::size_t i : within(at, reach_angstrom)) {
    const double distance = (points_[i] - at).norm();
    if (best && distance >= least) continue;
    least = distance;
    best = i;
  }
  return best;
}

std::vector<std::size_t> PlanePoints::within(const Eigen::Vector2d& at,
                                             double reach_angstrom) const {
  std::vector<std::size_t> found;
  const auto [column, row] = cell_of(at);
  for (std::int64_t i = column - 1; i <= column + 1; ++i) {
    for (std::int64_t j = row - 1; j <= row + 1; ++j) {
      for (const auto& [cell, index] : in_cell({i, j})) {
        if ((points_[index] - at).norm() <= reach_angstrom) found.push_back(index);
      }
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace adatom::reconstruct::detail
