#pragma once
// Ring patterns whose geometry is known, drawn without the code under test.
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/random.h"

namespace adatom::diffraction::drawn {

struct Pattern {
  std::size_t side = 256;
  double centre_x = 131.4;
  double centre_y = 122.7;
  double ratio = 1.02;
  double angle_deg = 35.0;
  std::vector<double> radii = {40.0, 62.0, 85.0, 110.0};
  double sigma = 1.8;
  double height = 400.0;
  double background = 60.0;          ///< at the centre
  double background_radius = 70.0;   ///< in which it falls to 1/e
  double texture = 0.0;              ///< of cos(2 azimuth)
  std::vector<double> second_order;  ///< of the azimuth and of three times, or none
};

/// Expected counts at a point. The ring's shape is written out here once more: an ellipse of axes
/// R sqrt(ratio) and R / sqrt(ratio).
inline double value_at(const Pattern& p, double x, double y) {
  const double angle = p.angle_deg * std::numbers::pi / 180.0;
  const double dx = x - p.centre_x;
  const double dy = y - p.centre_y;
  const double along = (dx * std::cos(angle) + dy * std::sin(angle)) / std::sqrt(p.ratio);
  const double across = (dy * std::cos(angle) - dx * std::sin(angle)) * std::sqrt(p.ratio);
  const double r = std::hypot(along, across);
  const double phi = std::atan2(across, along) + angle;
  double value = 5.0 + p.background * std::exp(-r / p.background_radius);
  for (const double radius : p.radii) {
    double out = radius;
    if (!p.second_order.empty()) {
      const auto& d = p.second_order;
      out += radius * radius *
             (d[0] * std::cos(phi) + d[1] * std::sin(phi) + d[2] * std::cos(3.0 * phi) +
              d[3] * std::sin(3.0 * phi));
    }
    const double z = (r - out) / p.sigma;
    value += p.height * (1.0 + p.texture * std::cos(2.0 * phi)) * std::exp(-0.5 * z * z);
  }
  return value;
}

/// The mean over 3 x 3 points of each pixel.
inline Grid<double> draw(const Pattern& p) {
  Grid<double> frame(p.side, p.side);
  for (std::size_t y = 0; y < p.side; ++y) {
    for (std::size_t x = 0; x < p.side; ++x) {
      double sum = 0.0;
      for (const double dy : {-1.0 / 3.0, 0.0, 1.0 / 3.0}) {
        for (const double dx : {-1.0 / 3.0, 0.0, 1.0 / 3.0}) {
          sum += value_at(p, static_cast<double>(x) + dx, static_cast<double>(y) + dy);
        }
      }
      frame(x, y) = sum / 9.0;
    }
  }
  return frame;
}

inline Grid<double> counted(const Grid<double>& expected, std::uint64_t seed) {
  RandomStream random(seed);
  Grid<double> frame = expected;
  for (double& value : frame.values()) value = static_cast<double>(random.poisson(value));
  return frame;
}

}  // namespace adatom::diffraction::drawn
