#pragma once
// Outlines of particles as closed polygons, and the exact share of each cell that they cover.
#include <cstdint>
#include <memory>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/random.h"

namespace adatom::simulate {

struct OutlinePoint {
  double x = 0.0;
  double y = 0.0;
};

/// A closed polygon of area pi with its centre of mass at (0, 0); scaled by a radius it is a
/// particle of that (area-equivalent) radius.
struct Outline {
  std::vector<OutlinePoint> points;
  double aspect = 1.0;     ///< ellipse: long over short axis
  double angle_rad = 0.0;  ///< of its long axis, from x towards y
};
using OutlinePtr = std::shared_ptr<const Outline>;

[[nodiscard]] OutlinePtr round_outline();
[[nodiscard]] OutlinePtr ellipse_outline(double aspect, double angle_rad);
/// A regular polygon, its corners rounded by circles of `rounding` times its inner radius.
[[nodiscard]] OutlinePtr faceted_outline(std::int64_t corners, double rounding, double angle_rad);
/// A flake of no definite shape: long, with bays.
[[nodiscard]] OutlinePtr flake_outline(RandomStream& random);

/// Adds `weight` times the share of each unit cell [i, i + 1) x [j, j + 1) that the polygon
/// `points` (in cells, turning from x towards y) covers, exactly, as differences from the cell to
/// its left: a running sum along each row is the share. All points must lie inside the grid, with
/// two columns to spare.
void add_coverage(const std::vector<OutlinePoint>& points, double weight,
                  Grid<double>& differences);

}  // namespace adatom::simulate
