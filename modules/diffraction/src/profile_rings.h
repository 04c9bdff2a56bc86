#pragma once
// The radial profile of polar sums and the rings that stand out of it.
#include <cstddef>
#include <vector>

#include "polar_sums.h"

namespace adatom::diffraction {

/// At the bins of the sums.
struct SmoothProfile {
  double step_px = 0.5;
  std::size_t half_window = 4;   ///< bins of the local parabola on each side
  std::vector<double> count;     ///< pixels
  std::vector<double> mean;      ///< of the bin alone
  std::vector<double> variance;  ///< of a pixel about it, smoothed
  std::vector<double> value;     ///< the mean smoothed (local parabola)
  std::vector<double> slope;     ///< of that, per pixel
};

[[nodiscard]] SmoothProfile smooth_profile(const PolarSums& sums, std::size_t half_window);

/// Bins [begin, end) about a peak; windows do not overlap.
struct RingWindow {
  std::size_t begin = 0;
  std::size_t end = 0;
  double radius_px = 0.0;
  double radius_stderr_px = 0.0;
  double width_px = 0.0;
  double height = 0.0;
  double significance = 0.0;
};

/// Maxima of the smoothed profile that are `significance` standard errors higher than the higher
/// one of the minima beside them.
[[nodiscard]] std::vector<RingWindow> find_rings(const SmoothProfile& profile, double significance,
                                                 double radius_min_px, double radius_max_px);

/// Radius, height and width by a Gaussian on a parabola, least squares with the bins' errors.
void fit_ring(const SmoothProfile& profile, RingWindow& ring);

}  // namespace adatom::diffraction
