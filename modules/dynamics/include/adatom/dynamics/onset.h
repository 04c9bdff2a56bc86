#pragma once
// Where a quantity that grows with temperature along an S rises: the onset of melting.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/options.h"

namespace adatom::dynamics {

struct OnsetOptions {
  /// Customary for the Lindemann index: 0.1 to 0.15.
  std::vector<double> thresholds = {0.1, 0.15};
  std::int64_t bootstrap = 400;
  std::int64_t seed = 1;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct CurvePoint {
  double temperature_k = 0.0;
  double value = 0.0;
  double standard_error = 0.0;  ///< zero or not finite: not known
};

/// index(T) = (base + slope (T - centre)) (1 - s) + plateau s, s = 1 / (1 + exp((inflection - T) /
/// width)): a solid's fluctuations that grow with temperature, and a liquid's that do not.
struct SCurve {
  double centre_k = 0.0;
  double base = 0.0;
  double slope_per_k = 0.0;
  double plateau = 0.0;
  double inflection_k = 0.0;
  double width_k = 1.0;

  [[nodiscard]] double at(double temperature_k) const;
  /// Where the tangent in the middle of s leaves the base: two widths below.
  [[nodiscard]] double onset_k() const { return inflection_k - 2.0 * width_k; }
};

struct Measured {
  double value = 0.0;
  double standard_error = 0.0;  ///< NaN: not known
};

/// Where the value passes a threshold for good, between the points on its two sides.
struct Crossing {
  double threshold = 0.0;
  std::optional<Measured> temperature_k = {};  ///< empty: it does not pass it
};

struct OnsetResult {
  std::vector<Crossing> crossings = {};  ///< in the order of the thresholds
  /// False: there is no rise that stands out, or the points are too few; `reason` says which. The
  /// rest is then without meaning.
  bool fitted = false;
  std::string reason = {};
  SCurve curve = {};
  Measured inflection_k = {};  ///< the larger of the errors by covariance and by bootstrap
  Measured onset_k = {};
  double inflection_covariance_stderr_k = 0.0;
  double inflection_bootstrap_stderr_k = 0.0;
  /// Standard deviation, beside the points' own errors, by which they miss the curve.
  double scatter = 0.0;
};

/// Least squares weighted by 1 / (standard_error^2 + scatter^2), scatter so large that chi^2 is at
/// most the number of degrees of freedom. Errors by the fit's covariance and by `bootstrap` curves
/// through points moved by normal deviates of that size. A rise between two neighbouring points is
/// known no better than these stand apart: their distance / sqrt(12) is part of its error.
/// @param points ascending in temperature, each temperature once
/// @throws InputError: invalid options, points not in order or not finite
[[nodiscard]] OnsetResult find_onset(std::span<const CurvePoint> points,
                                     const OnsetOptions& options = {});

}  // namespace adatom::dynamics
