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

/// The second derivative of a pixel's objective by its model intensity: n/lambda^2 for Poisson
/// counts, where `weight` is its expectation 1/lambda.
[[nodiscard]] double curve_pixel(double image, double model, const Likelihood& likelihood);

/// The sum over all pixels, row by row.
[[nodiscard]] double evaluate_objective(const Raster& image, const Raster& model,
                                        const Likelihood& likelihood);

/// Which of the two a step is made with.
enum class Curvature { expected, observed };

/// The weight (expected or observed) of every pixel, and its pull: expected weight * residual.
void weigh_pixels(const Raster& image, const Raster& model, const Likelihood& likelihood,
                  Curvature curvature, Raster& weight, Raster& pull);

/// ln of the probability of the image: of the counts (Poisson), or with the variance that makes it
/// greatest, the mean squared residual (Gaussian).
[[nodiscard]] double evaluate_log_likelihood(const Raster& image, const Raster& model,
                                             const Likelihood& likelihood);

}  // namespace adatom::columns
