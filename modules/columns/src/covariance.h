#pragma once
// Standard errors of the fitted parameters.
#include "likelihood.h"
#include "normal_matrix.h"
#include "scene.h"
#include "selected_inverse.h"

namespace adatom::columns {

/// The variance of a pixel as a function of its expected intensity: readout + gain * f, f >= 0.
struct VarianceModel {
  double readout = 0.0;
  double gain = 0.0;
};

/// Fitted to the squared residuals by iterated weighted least squares (their own variance goes with
/// the square of their mean), both parts at least zero.
[[nodiscard]] VarianceModel fit_variance(const Raster& image, const Raster& model);

/// The covariance A^-1 of an estimate of full information A (Poisson).
[[nodiscard]] Covariance invert_information(const Scene& scene, const Layout& layout,
                                            const Likelihood& likelihood);

/// The covariance A^-1 M A^-1 of plain least squares when pixel k has variance v(f_k): A = J^T J,
/// M = J^T diag(v) J (White, Econometrica 48 (1980) 817, with the variance modelled instead of the
/// squared residual of each single pixel). With equal variances it is the usual v A^-1.
[[nodiscard]] Covariance estimate_least_squares_covariance(const Scene& scene, const Layout& layout,
                                                           const VarianceModel& variance);

/// Infinite variances, for an image without noise or without anything in it.
[[nodiscard]] Covariance nothing_determined(const Scene& scene, const Layout& layout);

/// The columns and the background with their standard errors, in angstrom.
[[nodiscard]] Column to_column(const PixelColumn& column, const Eigen::Matrix4d& covariance,
                               double pixel_size_angstrom);
[[nodiscard]] Background to_background(const Scene& scene, const Layout& layout,
                                       const Covariance& covariance, double pixel_size_angstrom);

}  // namespace adatom::columns
