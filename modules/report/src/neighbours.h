#pragma once
// How close the points of a picture stand, which decides how large their markers may be.
#include <span>

namespace adatom::report {

/// The median distance from a point to its nearest neighbour, over at most 400 of the points evenly
/// taken; 0 if there are fewer than two points. All coordinates finite.
[[nodiscard]] double typical_spacing(std::span<const double> x, std::span<const double> y);

}  // namespace adatom::report
