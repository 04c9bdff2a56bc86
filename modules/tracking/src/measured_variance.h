#pragma once
// What a standard error given with a place is taken for.
#include <algorithm>

#include "adatom/tracking/particle.h"

namespace adatom::tracking {

/// A place is not better known than 0.02 px, whatever a fit says.
inline double measured_variance(double stderr_px) {
  constexpr double least_stderr_px = 0.02;
  const double s = std::max(stderr_px, least_stderr_px);
  return s * s;
}

/// Mean of both axes.
inline double mean_variance(const Particle& particle) {
  return 0.5 * (measured_variance(particle.x_stderr_px) + measured_variance(particle.y_stderr_px));
}

}  // namespace adatom::tracking
