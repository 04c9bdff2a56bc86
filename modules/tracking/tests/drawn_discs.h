#pragma once
// Frames of blurred discs whose truth is known, drawn by numeric integration.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/random.h"

namespace adatom::tracking::testing {

struct DrawnDisc {
  double x = 0.0;
  double y = 0.0;
  double radius = 5.0;
  double contrast = -0.5;
};

/// What a disc convolved with a Gaussian of s.d. `blur` is at a point, (u, v) from its centre: the
/// integral over chords of 0.2 px.
inline double blurred_disc(double u, double v, double radius, double blur, double step = 0.2) {
  const auto normal = [](double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); };
  double sum = 0.0;
  const double low = std::max(-radius, u - 6.0 * blur);
  const double high = std::min(radius, u + 6.0 * blur);
  const auto count = static_cast<int>(std::ceil((high - low) / step));
  for (int k = 0; k < count; ++k) {
    const double a = low + (high - low) * k / count;
    const double b = low + (high - low) * (k + 1) / count;
    const double middle = 0.5 * (a + b);
    const double half = std::sqrt(std::max(radius * radius - middle * middle, 0.0));
    const double weight = normal((b - u) / blur) - normal((a - u) / blur);
    sum += weight * (normal((half - v) / blur) - normal((-half - v) / blur));
  }
  return sum;
}

/// The mean of it over a pixel (Gauss-Legendre, two by two points).
inline double disc_in_pixel(double u, double v, double radius, double blur) {
  const double d = 0.5 / std::sqrt(3.0);
  double sum = 0.0;
  for (const double i : {-d, d}) {
    for (const double j : {-d, d}) sum += blurred_disc(u + i, v + j, radius, blur);
  }
  return 0.25 * sum;
}

struct DrawnScene {
  std::size_t width = 128;
  std::size_t height = 128;
  double level = 60.0;
  double slope = 0.0;  ///< relative rise of the level from left to right
  double blur = 1.0;
  std::vector<DrawnDisc> discs;
};

/// Without noise. Transmissions multiply.
inline Grid<double> draw(const DrawnScene& scene) {
  Grid<double> image(scene.width, scene.height, scene.level);
  for (std::size_t y = 0; y < scene.height; ++y) {
    for (std::size_t x = 0; x < scene.width; ++x) {
      image(x, y) *=
          1.0 + scene.slope * (static_cast<double>(x) / static_cast<double>(scene.width) - 0.5);
    }
  }
  for (const DrawnDisc& disc : scene.discs) {
    const double reach = disc.radius + 6.0 * scene.blur;
    for (std::size_t y = 0; y < scene.height; ++y) {
      for (std::size_t x = 0; x < scene.width; ++x) {
        const double u = static_cast<double>(x) - disc.x;
        const double v = static_cast<double>(y) - disc.y;
        if (std::hypot(u, v) > reach) continue;
        image(x, y) *= 1.0 + disc.contrast * disc_in_pixel(u, v, disc.radius, scene.blur);
      }
    }
  }
  return image;
}

/// Values are counts times `gain`, plus `offset`.
inline Grid<double> count_electrons(const Grid<double>& image, std::uint64_t seed,
                                    double gain = 1.0, double offset = 0.0) {
  RandomStream random(seed);
  Grid<double> counted = image;
  for (double& value : counted.values()) {
    value = offset + gain * static_cast<double>(random.poisson(value));
  }
  return counted;
}

/// `across` x `across` discs of radii from 3 to 9, none within reach of another.
inline DrawnScene disc_grid(std::size_t across, std::uint64_t seed) {
  constexpr double spacing = 34.0;
  RandomStream random(seed);
  DrawnScene scene;
  scene.width = scene.height = static_cast<std::size_t>(spacing * static_cast<double>(across));
  for (std::size_t j = 0; j < across; ++j) {
    for (std::size_t i = 0; i < across; ++i) {
      scene.discs.push_back(
          {.x = spacing * (static_cast<double>(i) + 0.5) + 4.0 * (random.uniform() - 0.5),
           .y = spacing * (static_cast<double>(j) + 0.5) + 4.0 * (random.uniform() - 0.5),
           .radius = 3.0 + 6.0 * random.uniform(),
           .contrast = -0.45 - 0.1 * random.uniform()});
    }
  }
  return scene;
}

}  // namespace adatom::tracking::testing
