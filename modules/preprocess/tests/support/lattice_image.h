#pragma once
// Images of a round particle on a lattice, at any sub-pixel place.
#include <cmath>
#include <cstdint>

#include "adatom/base/grid.h"
#include "adatom/base/random.h"

namespace adatom::preprocess {

struct LatticeImage {
  std::size_t width = 192;
  std::size_t height = 176;
  double width_px = 3.5;       ///< standard deviation of a column
  double spacing_x_px = 18.0;  ///< centred rectangular lattice, like [110]
  double spacing_y_px = 25.5;
  double radius_px = 60.0;  ///< of the particle; large: the lattice fills the frame
  double peak = 0.2;        ///< of a column in the middle
  double background = 0.01;
  double centre_x_px = 95.5;
  double centre_y_px = 87.5;

  /// The noise-free image with the whole particle displaced by (dx, dy).
  [[nodiscard]] Grid<double> render(double dx = 0.0, double dy = 0.0) const {
    Grid<double> image(width, height, background);
    const int reach = static_cast<int>(2.0 * (radius_px + 10.0) / spacing_x_px) + 1;
    for (int j = -reach; j <= reach; ++j) {
      for (int i = -reach; i <= reach; ++i) {
        if ((i + j) % 2 != 0) continue;
        const double x = 0.5 * i * spacing_x_px;
        const double y = 0.5 * j * spacing_y_px;
        const double r = std::hypot(x, y) / radius_px;
        if (r >= 1.0) continue;
        add_column(image, centre_x_px + dx + x, centre_y_px + dy + y,
                   peak * std::sqrt(1.0 - r * r));
      }
    }
    return image;
  }

  void add_column(Grid<double>& image, double x, double y, double height_of_column) const {
    const double reach = 8.6 * width_px;
    for (std::size_t v = 0; v < image.height(); ++v) {
      const double dv = static_cast<double>(v) - y;
      if (std::abs(dv) > reach) continue;
      for (std::size_t u = 0; u < image.width(); ++u) {
        const double du = static_cast<double>(u) - x;
        if (std::abs(du) > reach) continue;
        image(u, v) +=
            height_of_column * std::exp(-0.5 * (du * du + dv * dv) / (width_px * width_px));
      }
    }
  }
};

/// Shot noise at so many electrons per pixel for a value of 1.
inline Grid<double> with_shot_noise(Grid<double> image, double electrons, RandomStream random) {
  for (double& value : image.values()) {
    value = static_cast<double>(random.poisson(electrons * value)) / electrons;
  }
  return image;
}

}  // namespace adatom::preprocess
