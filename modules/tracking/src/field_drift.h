#pragma once
// How far the whole field is displaced between two frames.
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "neighbour_grid.h"

namespace adatom::tracking {

/// The displacement at which most places of `before` have one of `after` near: votes of all pairs
/// on a raster of 1 px about the expected displacement, then the median of the differences there.
/// Up to half of the places may be new, gone or elsewhere.
/// @param reach farthest from the expected displacement, along x and y
[[nodiscard]] Place coarse_step(std::span<const Place> before, std::span<const Place> after,
                                Place expected, double reach);

/// One particle seen in both frames.
struct StepSample {
  Place step;
  double variance = 0.0;  ///< that its earlier steps let expect, along an axis
  double weight = 0.0;    ///< how many they are
};

struct FieldStep {
  double x = 0.0;
  double y = 0.0;
  double x_stderr = 0.0;
  double y_stderr = 0.0;
};

/// Weighted mean of the steps, repeated: a particle's weight is one over the variance that its
/// earlier steps and this one show (Student's t), so that those at rest lead and wanderers hardly
/// count. Errors by White's estimator. At least one sample.
[[nodiscard]] FieldStep fine_step(std::span<const StepSample> samples);

/// How the field has stepped so far, per frame: what the next step is likely to be. A microscope
/// that drifts evenly is told from particles that are known badly.
struct FieldSteps {
  double count = 0.0;
  double mean_x = 0.0;
  double mean_y = 0.0;
  double square = 0.0;  ///< mean square along an axis about the mean, errors included
  double noise = 0.0;   ///< mean variance of these errors

  /// The measured step and the expected one, each weighted by one over its variance; one far from
  /// all before stands as it was measured (Student's t). The first ten stand as they are.
  [[nodiscard]] FieldStep likeliest(const FieldStep& measured, std::int64_t frames) const;
  void learn(const FieldStep& measured, std::int64_t frames);
};

}  // namespace adatom::tracking
