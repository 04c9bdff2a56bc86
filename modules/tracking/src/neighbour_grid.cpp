#include "neighbour_grid.h"

namespace adatom::tracking {

NeighbourGrid::NeighbourGrid(std::span<const Place> places, double cell) : cell_(cell) {
  if (places.empty()) return;
  double x_max = places[0].x;
  double y_max = places[0].y;
  x_min_ = x_max;
  y_min_ = y_max;
  for (const auto& place : places) {
    x_min_ = std::min(x_min_, place.x);
    x_max = std::max(x_max, place.x);
    y_min_ = std::min(y_min_, place.y);
    y_max = std::max(y_max, place.y);
  }
  // No more cells than twice the points in each direction, however small the cell that is asked
  // for.
  const double most = 2.0 * std::sqrt(static_cast<double>(places.size())) + 8.0;
  cell_ = std::max({cell_, (x_max - x_min_) / most, (y_max - y_min_) / most, 1e-9});
  columns_ = static_cast<std::int64_t>((x_max - x_min_) / cell_) + 1;
  rows_ = static_cast<std::int64_t>((y_max - y_min_) / cell_) + 1;
  const auto cell_of = [&](const Place& place) {
    const auto column = static_cast<std::int64_t>((place.x - x_min_) / cell_);
    const auto row = static_cast<std::int64_t>((place.y - y_min_) / cell_);
    return static_cast<std::size_t>(row * columns_ + column);
  };
  begin_.assign(static_cast<std::size_t>(columns_ * rows_) + 1, 0);
  for (const auto& place : places) ++begin_[cell_of(place) + 1];
  for (std::size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
  members_.resize(places.size());
  auto next = begin_;
  for (std::size_t i = 0; i < places.size(); ++i) {
    members_[next[cell_of(places[i])]++] = static_cast<std::uint32_t>(i);
  }
}

}  // namespace adatom::tracking
