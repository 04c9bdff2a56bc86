#include "adatom/simulate/detector.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::simulate {

Detector annulus(double inner_mrad, double outer_mrad) {
  return {.name = shortest(inner_mrad) + "_" + shortest(outer_mrad),
          .largest_mrad = outer_mrad,
          .sensitivity = [inner_mrad, outer_mrad](double x, double y) {
            const double angle = std::sqrt(x * x + y * y);
            return angle >= inner_mrad && angle < outer_mrad ? 1.0 : 0.0;
          }};
}

Detector radial_detector(const storage::Table& table) {
  const auto angles = table.numbers("angle_mrad");
  const auto values = table.numbers("sensitivity");
  for (std::size_t i = 0; i < angles.size(); ++i) {
    const bool ascends =
        std::isfinite(angles[i]) && angles[i] >= 0.0 && (i == 0 || angles[i] > angles[i - 1]);
    if (!ascends || !std::isfinite(values[i]) || values[i] < 0.0) {
      throw InputError({.what = "no sensitivity of a detector",
                        .where = table.place(i),
                        .why = "angles must ascend from zero on, sensitivities be zero or more",
                        .remedy = {}});
    }
  }
  if (angles.size() < 2) {
    throw InputError({.what = "fewer than two rows",
                      .where = table.source,
                      .why = "the sensitivity runs along lines between them",
                      .remedy = {}});
  }
  return {.name = "sensitivity",
          .largest_mrad = angles.back(),
          .sensitivity = [angles, values](double x, double y) {
            const double angle = std::sqrt(x * x + y * y);
            if (angle < angles.front() || angle > angles.back()) return 0.0;
            const auto above = static_cast<std::size_t>(
                std::upper_bound(angles.begin() + 1, angles.end() - 1, angle) - angles.begin());
            const double share = (angle - angles[above - 1]) / (angles[above] - angles[above - 1]);
            return values[above - 1] + share * (values[above] - values[above - 1]);
          }};
}

Detector detector_map(Grid<double> sensitivity, double mrad_per_px, double centre_x_px,
                      double centre_y_px) {
  const auto width = static_cast<double>(sensitivity.width());
  const auto height = static_cast<double>(sensitivity.height());
  const double reach = std::hypot(std::max(centre_x_px, width - 1.0 - centre_x_px),
                                  std::max(centre_y_px, height - 1.0 - centre_y_px));
  const auto map = std::make_shared<const Grid<double>>(std::move(sensitivity));
  return {.name = "map",
          .largest_mrad = mrad_per_px * reach,
          .sensitivity = [=](double x_mrad, double y_mrad) {
            const double x = centre_x_px + x_mrad / mrad_per_px;
            const double y = centre_y_px + y_mrad / mrad_per_px;
            if (x < 0.0 || y < 0.0 || x > width - 1.0 || y > height - 1.0) return 0.0;
            const auto x0 = std::min(static_cast<std::size_t>(x), map->width() - 1);
            const auto y0 = std::min(static_cast<std::size_t>(y), map->height() - 1);
            const std::size_t x1 = std::min(x0 + 1, map->width() - 1);
            const std::size_t y1 = std::min(y0 + 1, map->height() - 1);
            const double u = x - static_cast<double>(x0);
            const double v = y - static_cast<double>(y0);
            return (1.0 - v) * ((1.0 - u) * (*map)(x0, y0) + u * (*map)(x1, y0)) +
                   v * ((1.0 - u) * (*map)(x0, y1) + u * (*map)(x1, y1));
          }};
}

}  // namespace adatom::simulate
