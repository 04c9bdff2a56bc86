#pragma once
// What a fit makes small: half the sum of squares, or half the Poisson deviance.
#include "adatom/base/grid.h"
#include "adatom/columns/model.h"
#include "raster.h"

namespace adatom::columns {

/// With n = c I counts measured and lambda = c f expected, a pixel adds
///   Gaussian: (I - f)^2 / 2
///   Poisson:  lambda - n + n ln(n / lambda).
/// Where lambda < lambda_0 = c `floor` (far from every column, or a negative height on the way) the
/// logarithm is replaced by (n - lambda)^2 / (2 lambda_0) + constant. Value and slope go on
/// smoothly. The pixel's pull on the parameters becomes (n - lambda) / lambda_0 instead of
/// (n - lambda) / lambda: its expectation is zero whatever lambda_0 is, so the floor brings no
/// bias, and a stray count where the model is zero has a finite weight. With lambda_0 at 1e-6 of
/// the highest column those pixels carry less than 2e-4 of the information about a column.
struct Likelihood {
  NoiseModel noise = NoiseModel::gaussian;
  double counts_per_unit = 1.0;  ///< c = dose * pixel area
  double floor = 0.0;            ///< smallest intensity whose logarithm is taken; Poisson only

  /// The information a pixel carries: the inverse variance of its intensity (1 for Gaussian).
  [[nodiscard]] double weight(double model) const {
    if (noise == NoiseModel::gaussian) return 1.0;
    return counts_per_unit / (model > floor ? model : floor);
  }
};

/// The sum over all pixels, row by row.
[[nodiscard]] double evaluate_objective(const Raster& image, const Raster& model,
                                        const Likelihood& likelihood);

/// weight and weight * (image - model) of every pixel.
void weigh_pixels(const Raster& image, const Raster& model, const Likelihood& likelihood,
                  Raster& weight, Raster& pull);

/// ln of the probability of the image: of the counts (Poisson), or with the variance that makes it
/// greatest, the mean squared residual (Gaussian).
[[nodiscard]] double evaluate_log_likelihood(const Raster& image, const Raster& model,
                                             const Likelihood& likelihood);

}  // namespace adatom::columns
