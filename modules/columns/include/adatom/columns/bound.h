#pragma once
// Cramer-Rao lower bound of the column model under Poisson noise.
#include <cstddef>
#include <span>
#include <vector>

#include "adatom/columns/fit.h"

namespace adatom::columns {

/// The smallest standard error any unbiased estimator can reach, per column.
struct ColumnBound {
  double x_angstrom = 0.0;
  double y_angstrom = 0.0;
  double height = 0.0;
  double width_angstrom = 0.0;
  double scs_angstrom2 = 0.0;
};

/// F = sum over pixels of (1/lambda) d(lambda) d(lambda)^T with lambda = D dx^2 f, over all
/// parameters of the model (widths, background as in the options), inverted.
/// @param columns the true or fitted parameters (positions, height, width are read)
/// @throws InputError: dose or pixel size not positive, no columns
[[nodiscard]] std::vector<ColumnBound> cramer_rao_bound(
    std::size_t width, std::size_t height, double pixel_size_angstrom,
    std::span<const Column> columns, const Background& background, double dose_per_angstrom2,
    WidthModel width_model, BackgroundModel background_model);

}  // namespace adatom::columns
