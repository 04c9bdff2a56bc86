#pragma once
// Which points of the plane lie near a place.
#include <cstddef>
#include <vector>

namespace adatom::columns::detail {

struct Point {
  double x = 0.0;
  double y = 0.0;
};

/// Points sorted into square cells as wide as the reach. Answers come in ascending order of index.
class Neighbours {
 public:
  Neighbours() = default;
  Neighbours(std::vector<Point> points, double reach);

  /// Indices of the points within `radius` <= reach of (x, y).
  [[nodiscard]] std::vector<std::size_t> within(double x, double y, double radius) const;

  /// The nearest point's distance but for `without`; `reach` when none is as near.
  [[nodiscard]] double nearest_distance(double x, double y, std::size_t without) const;

  [[nodiscard]] const std::vector<Point>& points() const { return points_; }

 private:
  [[nodiscard]] std::size_t cell(double coordinate, double low, std::size_t count) const;

  std::vector<Point> points_;
  double reach_ = 1.0;
  double low_x_ = 0.0;
  double low_y_ = 0.0;
  std::size_t columns_ = 0;
  std::size_t rows_ = 0;
  std::vector<std::size_t> begin_;
  std::vector<std::size_t> order_;
};

/// Median over the points of the distance to the nearest other one; 0 for fewer than two.
[[nodiscard]] double median_nearest_distance(const std::vector<Point>& points);

}  // namespace adatom::columns::detail
