#include "detect_neighbours.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "adatom/numeric/statistics.h"

namespace adatom::columns::detail {

Neighbours::Neighbours(std::vector<Point> points, double reach)
    : points_(std::move(points)), reach_(reach) {
  if (points_.empty()) return;
  double high_x = points_[0].x;
  double high_y = points_[0].y;
  low_x_ = high_x;
  low_y_ = high_y;
  for (const Point& p : points_) {
    low_x_ = std::min(low_x_, p.x);
    low_y_ = std::min(low_y_, p.y);
    high_x = std::max(high_x, p.x);
    high_y = std::max(high_y, p.y);
  }
  // Few points far apart must not make a huge table: at most about four cells a point.
  const double area = (high_x - low_x_) * (high_y - low_y_);
  reach_ = std::max(reach_, std::sqrt(area / (4.0 * static_cast<double>(points_.size()))));
  const double longest = std::max(high_x - low_x_, high_y - low_y_);
  reach_ = std::max(reach_, longest / (16.0 * static_cast<double>(points_.size())));
  columns_ = static_cast<std::size_t>((high_x - low_x_) / reach_) + 1;
  rows_ = static_cast<std::size_t>((high_y - low_y_) / reach_) + 1;
  begin_.assign(columns_ * rows_ + 1, 0);
  std::vector<std::size_t> place(points_.size());
  for (std::size_t i = 0; i < points_.size(); ++i) {
    place[i] = cell(points_[i].y, low_y_, rows_) * columns_ + cell(points_[i].x, low_x_, columns_);
    ++begin_[place[i] + 1];
  }
  for (std::size_t c = 0; c + 1 < begin_.size(); ++c) begin_[c + 1] += begin_[c];
  std::vector<std::size_t> next(begin_.begin(), begin_.end() - 1);
  order_.resize(points_.size());
  for (std::size_t i = 0; i < points_.size(); ++i) order_[next[place[i]]++] = i;
}

std::size_t Neighbours::cell(double coordinate, double low, std::size_t count) const {
  const double place = std::floor((coordinate - low) / reach_);
  return static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(count - 1)));
}

std::vector<std::size_t> Neighbours::within(double x, double y, double radius) const {
  std::vector<std::size_t> found;
  if (points_.empty()) return found;
  const std::size_t left = cell(x - radius, low_x_, columns_);
  const std::size_t right = cell(x + radius, low_x_, columns_);
  const std::size_t top = cell(y - radius, low_y_, rows_);
  const std::size_t bottom = cell(y + radius, low_y_, rows_);
  for (std::size_t row = top; row <= bottom; ++row) {
    for (std::size_t k = begin_[row * columns_ + left]; k < begin_[row * columns_ + right + 1];
         ++k) {
      const Point& p = points_[order_[k]];
      if ((p.x - x) * (p.x - x) + (p.y - y) * (p.y - y) <= radius * radius) {
        found.push_back(order_[k]);
      }
    }
  }
  std::ranges::sort(found);
  return found;
}

double Neighbours::nearest_distance(double x, double y, std::size_t without) const {
  double nearest = reach_;
  for (const std::size_t i : within(x, y, reach_)) {
    if (i != without) nearest = std::min(nearest, std::hypot(points_[i].x - x, points_[i].y - y));
  }
  return nearest;
}

double median_nearest_distance(const std::vector<Point>& points) {
  if (points.size() < 2) return 0.0;
  std::vector<double> distances;
  distances.reserve(points.size());
  // Cells that hold about two points each; a search that finds none looks farther.
  double reach = 0.0;
  const Neighbours coarse(points, std::numeric_limits<double>::min());
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (reach = std::max(reach, 1e-12);; reach *= 2.0) {
      double nearest = std::numeric_limits<double>::max();
      for (const std::size_t j : coarse.within(points[i].x, points[i].y, reach)) {
        if (j == i) continue;
        nearest =
            std::min(nearest, std::hypot(points[i].x - points[j].x, points[i].y - points[j].y));
      }
      if (nearest < std::numeric_limits<double>::max()) {
        distances.push_back(nearest);
        reach = nearest;
        break;
      }
    }
  }
  return numeric::median(distances);
}

}  // namespace adatom::columns::detail
