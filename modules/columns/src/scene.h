#pragma once
// The parameters of the model in pixels, and how they are laid out in the normal equations.
#include <cstddef>
#include <span>
#include <vector>

#include "adatom/columns/model.h"

namespace adatom::columns {

/// A column with lengths in pixels.
struct PixelColumn {
  double x = 0.0;
  double y = 0.0;
  double height = 0.0;
  double width = 0.0;
};

/// Everything the model image depends on. Slopes are per pixel about the image's centre.
struct Scene {
  std::size_t width = 0;
  std::size_t height = 0;
  std::vector<PixelColumn> columns;
  double level = 0.0;
  double slope_x = 0.0;
  double slope_y = 0.0;

  [[nodiscard]] double centre_x() const { return 0.5 * (static_cast<double>(width) - 1.0); }
  [[nodiscard]] double centre_y() const { return 0.5 * (static_cast<double>(height) - 1.0); }
  [[nodiscard]] double background(double x, double y) const {
    return level + slope_x * (x - centre_x()) + slope_y * (y - centre_y());
  }
};

/// Which parameters are fitted. Each column has a block (height, x, y, width) cut to `block`
/// entries: 1, 3 or 4. What all columns share stands in the border: the common width, then the
/// background's level, slope_x, slope_y.
struct Layout {
  std::size_t block = 3;
  std::size_t common_width = 1;      ///< 0 or 1
  std::size_t background_terms = 0;  ///< 0, 1 or 3
  [[nodiscard]] std::size_t border() const { return common_width + background_terms; }
};

/// Number of background parameters of a model.
[[nodiscard]] constexpr std::size_t count_terms(BackgroundModel model) {
  return model == BackgroundModel::none ? 0U : model == BackgroundModel::constant ? 1U : 3U;
}

/// All nonlinear and linear parameters.
[[nodiscard]] constexpr Layout full_layout(WidthModel width, BackgroundModel background) {
  const bool common = width == WidthModel::common;
  return {common ? 3U : 4U, common ? 1U : 0U, count_terms(background)};
}

/// Fitted columns and background as pixels; the inverse is in result.h.
[[nodiscard]] Scene to_scene(std::size_t width, std::size_t height, double pixel_size_angstrom,
                             std::span<const Column> columns, const Background& background);

}  // namespace adatom::columns
