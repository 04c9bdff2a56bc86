#pragma once
// Directions that fill an aperture evenly.
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace adatom::simulate {

/// Point `i` of a sequence that fills a disc of radius 1: the plane's golden ratio (M. Roberts,
/// "The unreasonable effectiveness of quasirandom sequences", 2018: additive recurrence with the
/// inverse powers of the root of x^3 = x + 1), moved by `offset` in the unit square, taken to the
/// disc with equal areas.
inline std::array<double, 2> disc_point(std::size_t i, std::array<double, 2> offset) {
  constexpr double root = 1.32471795724474602596;
  const auto n = static_cast<double>(i) + 1.0;
  const double u = offset[0] + n / root;
  const double v = offset[1] + n / (root * root);
  const double radius = std::sqrt(u - std::floor(u));
  const double angle = 2.0 * std::numbers::pi * v;
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

}  // namespace adatom::simulate
