#pragma once
// The image that columns and a background make.
#include <cstddef>
#include <span>

#include "adatom/base/grid.h"
#include "adatom/columns/model.h"

namespace adatom::columns {

/// f(x,y) = zeta(x,y) + sum_c eta_c exp(-((x-x_c)^2+(y-y_c)^2)/(2 rho_c^2)), sampled at the centres
/// of width x height pixels. Each Gaussian is cut where it is below 1e-6 of its height; columns may
/// stand outside the image. Only positions, heights and widths are read.
/// @throws InputError: empty image, pixel size not positive, a column that is not finite or whose
///   width is not positive
[[nodiscard]] Grid<double> evaluate_model(std::size_t width, std::size_t height,
                                          double pixel_size_angstrom,
                                          std::span<const Column> columns,
                                          const Background& background);

}  // namespace adatom::columns
