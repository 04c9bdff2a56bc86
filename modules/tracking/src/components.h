#pragma once
// Connected regions above a threshold, and their division at necks.
#include <cstddef>
#include <span>
#include <vector>

#include "plane.h"

namespace adatom::tracking {

/// Pixels x0 <= x < x1 of row y.
struct Run {
  std::size_t y = 0;
  std::size_t x0 = 0;
  std::size_t x1 = 0;
};

/// Runs of one region in the order of rows (8-connected), and what they say of its shape.
struct Component {
  std::vector<Run> runs;
  std::size_t x0 = 0;  ///< box: x0 <= x < x1
  std::size_t y0 = 0;
  std::size_t x1 = 0;
  std::size_t y1 = 0;
  double area = 0.0;
};

/// In the order of their first pixels. Those of fewer than `least` pixels are left out.
std::vector<Component> find_components(const Plane& image, double threshold, std::size_t least);

/// An ellipse of the same area and the same second moments but for their size.
struct Blob {
  double x = 0.0;
  double y = 0.0;
  double area = 0.0;
  double e1 = 0.0;  ///< as in Shape
  double e2 = 0.0;
  double fullness = 0.0;  ///< area over that of the ellipse of these second moments
};

/// A region as a whole.
Blob describe_component(const Component& component);

/// The parts of a region: maxima of the distance to the outside, where the way from one to another
/// goes through a neck that is narrower than both by more than `depth` and a share of the smaller.
std::vector<Blob> split_component(const Component& component, double depth);

}  // namespace adatom::tracking
