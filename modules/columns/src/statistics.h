#pragma once
// Figures that say how well a model describes its image.
#include <cstddef>

#include "likelihood.h"
#include "raster.h"

namespace adatom::columns {

[[nodiscard]] double sum_squared_residuals(const Raster& image, const Raster& model);

/// The misfit per degree of freedom: 1 when the residual is noise only.
/// Poisson: Pearson's sum of (n - lambda)^2 / lambda over the pixels where at least one count is
/// expected (below that its scatter grows as 1/lambda and one stray count can outweigh the image),
/// per such pixel less `parameters`.
/// Gaussian: the residual's mean square over the noise variance; the noise is what is left of the
/// residual after the second difference along x and y, (1 -2 1; -2 4 -2; 1 -2 1), whose mean square
/// is 36 variances for independent noise (Immerkaer, CVIU 64 (1996) 300). Smooth misfit enters the
/// numerator only. `undetermined` below 3 x 3 pixels, without residual, or with no pixel to spare.
[[nodiscard]] double reduce_chi_square(const Raster& image, const Raster& model,
                                       const Likelihood& likelihood, std::size_t parameters);

/// Is there noise that standard errors can be told from? Gaussian: not where the model meets every
/// pixel to rounding, or has a parameter for each. Poisson: not where nothing is expected anywhere.
[[nodiscard]] bool shows_noise(const Raster& image, const Raster& model,
                               const Likelihood& likelihood, std::size_t parameters);

}  // namespace adatom::columns
