#pragma once
// Points in a plane that are found by place, and pairs between two sets of them.
#include <cstddef>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adatom/counting/match_columns.h"

namespace adatom::counting {

struct PlanePoint {
  double x = 0.0;
  double y = 0.0;
};

[[nodiscard]] double distance_between(const PlanePoint& a, const PlanePoint& b);

/// Points in square cells.
class PointCells {
 public:
  PointCells(std::span<const PlanePoint> points, double cell_angstrom);
  /// Indices of points within `reach` of `at`, increasing. `reach` is at most a few cells.
  [[nodiscard]] std::vector<std::size_t> within(const PlanePoint& at, double reach) const;
  [[nodiscard]] std::size_t size() const { return points_.size(); }
  [[nodiscard]] const PlanePoint& point(std::size_t i) const { return points_[i]; }

 private:
  [[nodiscard]] std::pair<long long, long long> cell_of(const PlanePoint& at) const;
  static long long key(std::pair<long long, long long> cell);
  std::vector<PlanePoint> points_;
  double cell_;
  std::unordered_map<long long, std::vector<std::size_t>> cells_;
};

/// first: of the set asked for; second: of the cells.
using PointPairs = std::vector<std::pair<std::size_t, std::size_t>>;

/// One-to-one pairs no farther apart than `reach`, the closest first.
[[nodiscard]] PointPairs pair_points(std::span<const PlanePoint> points, const PointCells& cells,
                                     double reach);

/// What moves the points near it: the median over the nearest pairs of where they are seen (`from`)
/// less where they belong, farther pairs left out.
class LocalShift {
 public:
  LocalShift(std::vector<PlanePoint> from, std::vector<PlanePoint> shift, double spacing_angstrom);
  /// @param leave_out index of a pair that shall not be asked; any other number: none
  [[nodiscard]] PlanePoint at(const PlanePoint& place, std::size_t leave_out) const;

 private:
  PointCells cells_;
  std::vector<PlanePoint> shift_;
  double spacing_;
};

/// Median distance from the nearest neighbour over all points of all frames.
[[nodiscard]] double neighbour_spacing(std::span<const std::vector<PlanePoint>> frames);

/// Sets u, v and on_lattice of columns by stepping from neighbour to neighbour.
void set_lattice_sites(std::vector<SeriesColumn>& columns, double spacing_angstrom);

}  // namespace adatom::counting
