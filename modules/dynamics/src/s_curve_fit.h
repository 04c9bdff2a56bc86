#pragma once
// Least squares of an S-shaped curve.
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "adatom/dynamics/onset.h"

namespace adatom::dynamics {

/// A curve with what the fit knows of its errors.
struct FittedSCurve {
  SCurve curve;
  double chi2 = 0.0;
  /// Of base, slope, plateau, inflection and the logarithm of the width.
  std::array<std::array<double, 5>, 5> covariance = {};
};

/// @param sigmas of the points, positive
/// @param start empty: the best of a grid of inflections and widths
[[nodiscard]] FittedSCurve fit_s_curve(std::span<const CurvePoint> points,
                                       std::span<const double> sigmas,
                                       const std::optional<SCurve>& start = {});

}  // namespace adatom::dynamics
