#pragma once
// Levenberg-Marquardt minimisation of the joint model.
#include <cstdint>
#include <vector>

#include "adatom/base/progress.h"
#include "likelihood.h"
#include "normal_matrix.h"
#include "scene.h"

namespace adatom::columns {

/// When to stop.
struct StopRule {
  std::int64_t max_iterations = 100;
  double tolerance = 1e-10;
};

struct Outcome {
  double objective = 0.0;
  std::int64_t iterations = 0;
  Termination termination = Termination::iteration_limit;
};

/// Reach of the couplings kept in the normal equations, in widths. The gradient is exact, so what
/// is left out cannot move the optimum. Of the information matrix it is the part below 2e-5
/// (uniform weights: overlaps exp(-d^2/4)) or 1e-3 (1/f weights, two columns alone in front of
/// nothing: exp(-d^2/8)), and the covariances change by its square.
[[nodiscard]] constexpr double coupling_reach(NoiseModel noise) {
  return noise == NoiseModel::gaussian ? 7.5 : 9.0;
}

/// Moves `scene` to the optimum over the parameters of `layout` (block 3 or 4). Gauss-Newton for
/// least squares, Fisher scoring for Poisson, Marquardt's damping; a step moves no column by more
/// than half its width and changes no width by more than a third. One step of `progress` per
/// iteration.
/// @throws Interrupted when `progress` says so
Outcome minimize(const Raster& image, const Layout& layout, const Likelihood& likelihood,
                 const StopRule& stop, Progress& progress, Scene& scene);

/// Heights and background that fit best with positions and widths as they are: a linear problem.
/// @returns half the sum of squared residuals
double solve_heights(const Raster& image, std::size_t background_terms, Scene& scene);

}  // namespace adatom::columns
