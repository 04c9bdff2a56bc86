#pragma once
// From columns to the image (render) and from an image to columns (project: the transpose).
#include <array>
#include <cstddef>
#include <vector>

#include "raster.h"
#include "scene.h"
#include "stamps.h"

namespace adatom::columns {

/// Rows of pixels one task works on.
inline constexpr std::size_t rows_per_band = 16;

/// The model image, background included.
void render_model(const Scene& scene, const std::vector<Stamp>& stamps, Raster& model);

/// The same with supports and stamps made for the purpose.
[[nodiscard]] Raster draw_model(const Scene& scene);

/// The derivative of the model by a width that all columns share.
void render_width_slope(const Scene& scene, const std::vector<Stamp>& stamps, Raster& slope);

/// Sums of image * u_a v_b over a column's support for (a,b) = (0,0), (1,0), (0,1), (2,0), (0,2).
using Projection = std::array<double, 5>;
[[nodiscard]] Projection project(const Raster& image, const Stamp& stamp);

}  // namespace adatom::columns
