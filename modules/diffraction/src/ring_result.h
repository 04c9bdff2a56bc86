#pragma once
// From fitted parameters to what a microscopist reads.
#include <span>

#include "adatom/crystal/phase.h"
#include "adatom/diffraction/rings.h"
#include "ring_solver.h"

namespace adatom::diffraction {

struct RingFitInput {
  std::span<const crystal::Phase> phases;
  const RingFitOptions& options;
  const RingModel& model;
  const RingProblem& problem;
  const RingSolution& solution;
  BinRange range;
  /// Variances without the inflation that correlated bins need.
  const Eigen::VectorXd& stated_variance;
  double s_per_px = 1.0;
};

[[nodiscard]] RingFit ring_result(const RingFitInput& input);

/// How much larger variances must be to explain the middle of the squared residuals: a misfit all
/// over, not that of a peak that is missing. At least 1.
[[nodiscard]] double robust_misfit(const RingModel& model, const RingProblem& problem,
                                   const Eigen::VectorXd& parameters);

/// The largest peak of ring shape in the residual, besides what a misfit of 5 % of the rings there
/// would leave. @param variance of the bins, misfit and correlation included
[[nodiscard]] ResidualPeak residual_peak(const RingModel& model, const Eigen::VectorXd& parameters,
                                         const Eigen::VectorXd& measured,
                                         const Eigen::VectorXd& variance);

}  // namespace adatom::diffraction
