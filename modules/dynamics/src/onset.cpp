#include "adatom/dynamics/onset.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "s_curve_fit.h"

namespace adatom::dynamics {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t parameters = 5;

void require_ordered(std::span<const CurvePoint> points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool finite = std::isfinite(points[i].temperature_k) && std::isfinite(points[i].value);
    const bool later = i == 0 || points[i].temperature_k > points[i - 1].temperature_k;
    if (finite && later) continue;
    throw InputError({.what = "points of a curve must be finite, in ascending temperature",
                      .where = "point " + std::to_string(i + 1),
                      .why = {},
                      .remedy = {}});
  }
}

/// The points' own errors; where they are not known, none.
std::vector<double> own_errors(std::span<const CurvePoint> points) {
  std::vector<double> errors;
  for (const CurvePoint& point : points) {
    errors.push_back(std::isfinite(point.standard_error) ? std::max(point.standard_error, 0.0)
                                                         : 0.0);
  }
  return errors;
}

std::vector<double> with_scatter(std::span<const double> errors, double scatter) {
  std::vector<double> sigmas;
  for (const double error : errors) sigmas.push_back(std::hypot(error, scatter));
  return sigmas;
}

std::optional<double> crossing_of(std::span<const CurvePoint> points, double threshold) {
  for (std::size_t i = points.size(); i-- > 1;) {
    const CurvePoint& low = points[i - 1];
    const CurvePoint& high = points[i];
    if (high.value < threshold) return {};
    if (low.value >= threshold) continue;
    const double share = (threshold - low.value) / (high.value - low.value);
    return low.temperature_k + share * (high.temperature_k - low.temperature_k);
  }
  return {};
}

/// Standard deviation of what a bootstrap gave; NaN where a tenth of it gave nothing.
double spread_of(const std::vector<double>& values, std::size_t tried) {
  if (values.size() < 2 || 10 * values.size() < 9 * tried) return unknown;
  double mean = 0.0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double square = 0.0;
  for (const double value : values) square += (value - mean) * (value - mean);
  return std::sqrt(square / static_cast<double>(values.size() - 1));
}

/// Points moved by normal deviates.
std::vector<CurvePoint> moved(std::span<const CurvePoint> points, std::span<const double> sigmas,
                              RandomStream random) {
  std::vector<CurvePoint> result(points.begin(), points.end());
  for (std::size_t i = 0; i < result.size(); ++i) result[i].value += sigmas[i] * random.normal();
  return result;
}

/// The fit, with so much scatter beside the points' errors that chi^2 is what it should be.
FittedSCurve fit_with_scatter(std::span<const CurvePoint> points, std::span<const double> errors,
                              double& scatter) {
  double low = points.front().value;
  double high = low;
  for (const CurvePoint& point : points) {
    low = std::min(low, point.value);
    high = std::max(high, point.value);
  }
  const auto freedom = static_cast<double>(points.size() - parameters);
  // Far below what matters; it also stands for errors that are not known.
  scatter = 1e-4 * std::max(high - low, std::numeric_limits<double>::min());
  auto fit = fit_s_curve(points, with_scatter(errors, scatter));
  if (fit.chi2 <= freedom) return fit;
  double above = high - low;
  for (int step = 0; step < 30 && above > 1.001 * scatter; ++step) {
    const double middle = std::sqrt(scatter * above);
    const auto tried = fit_s_curve(points, with_scatter(errors, middle));
    (tried.chi2 > freedom ? scatter : above) = middle;
  }
  scatter = above;
  return fit_s_curve(points, with_scatter(errors, scatter));
}

/// How far the points on both sides of the inflection stand apart.
double spacing_at(std::span<const CurvePoint> points, double inflection) {
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (points[i].temperature_k >= inflection) {
      return points[i].temperature_k - points[i - 1].temperature_k;
    }
  }
  return 0.0;
}

/// Nothing: it is a rise.
std::string why_no_rise(std::span<const CurvePoint> points, const FittedSCurve& fit) {
  const SCurve& curve = fit.curve;
  const double solid = curve.base + curve.slope_per_k * (curve.inflection_k - curve.centre_k);
  const double rise = curve.plateau - solid;
  const double variance = fit.covariance[0][0] + fit.covariance[2][2] - 2.0 * fit.covariance[0][2];
  constexpr double sigmas = 3.0;
  if (!(rise > sigmas * std::sqrt(std::max(variance, 0.0)))) {
    return "no rise stands out from the errors";
  }
  const double first = points.front().temperature_k;
  const double last = points.back().temperature_k;
  if (curve.inflection_k <= first || curve.inflection_k >= last) {
    return "the rise lies beyond the temperatures";
  }
  return {};
}

void add_bootstrap(std::span<const CurvePoint> points, std::span<const double> errors,
                   const OnsetOptions& options, OnsetResult& result) {
  const RandomStream random(static_cast<std::uint64_t>(options.seed));
  const auto sigmas = with_scatter(errors, result.fitted ? result.scatter : 0.0);
  std::vector<std::vector<double>> crossings(options.thresholds.size());
  std::vector<double> inflections;
  std::vector<double> onsets;
  const auto count = static_cast<std::size_t>(options.bootstrap);
  for (std::size_t b = 0; b < count; ++b) {
    const auto replica = moved(points, sigmas, random.substream(b));
    for (std::size_t k = 0; k < options.thresholds.size(); ++k) {
      const auto crossing = crossing_of(replica, options.thresholds[k]);
      if (crossing) crossings[k].push_back(*crossing);
    }
    if (!result.fitted) continue;
    const SCurve curve = fit_s_curve(replica, sigmas, result.curve).curve;
    inflections.push_back(curve.inflection_k);
    onsets.push_back(curve.onset_k());
  }
  const bool known = std::ranges::any_of(sigmas, [](double sigma) { return sigma > 0.0; });
  for (std::size_t k = 0; k < options.thresholds.size(); ++k) {
    const auto value = crossing_of(points, options.thresholds[k]);
    result.crossings.push_back({options.thresholds[k], {}});
    if (!value) continue;
    result.crossings.back().temperature_k =
        Measured{*value, known ? spread_of(crossings[k], count) : unknown};
  }
  if (!result.fitted) return;
  result.inflection_bootstrap_stderr_k = spread_of(inflections, count);
  result.onset_k.standard_error = spread_of(onsets, count);
}

}  // namespace

void OnsetOptions::describe(OptionVisitor& v) {
  v.visit({.name = "threshold",
           .help = "indices at which a solid counts as melting; customary are 0.1 to 0.15",
           .min = 0,
           .max = 10},
          thresholds);
  v.visit({.name = "bootstrap",
           .help = "curves drawn for the errors of onset temperatures; 0: none",
           .min = 0,
           .max = 100000},
          bootstrap);
  v.visit({.name = "seed", .help = "of these", .min = 0, .max = 9e15}, seed);
}

std::vector<OptionIssue> OnsetOptions::validate() const { return check_ranges(*this); }

double SCurve::at(double temperature_k) const {
  const double x = std::clamp((temperature_k - inflection_k) / width_k, -40.0, 40.0);
  const double s = 1.0 / (1.0 + std::exp(-x));
  return (base + slope_per_k * (temperature_k - centre_k)) * (1.0 - s) + plateau * s;
}

OnsetResult find_onset(std::span<const CurvePoint> points, const OnsetOptions& options) {
  require_valid(options.validate());
  require_ordered(points);
  OnsetResult result;
  const auto errors = own_errors(points);
  if (points.size() <= parameters) {
    result.reason = "an S-shaped curve needs six temperatures or more";
    add_bootstrap(points, errors, options, result);
    return result;
  }
  const FittedSCurve fit = fit_with_scatter(points, errors, result.scatter);
  result.curve = fit.curve;
  result.reason = why_no_rise(points, fit);
  result.fitted = result.reason.empty();
  add_bootstrap(points, errors, options, result);
  if (!result.fitted) return result;
  result.inflection_covariance_stderr_k = std::sqrt(std::max(fit.covariance[3][3], 0.0));
  const double spacing = spacing_at(points, fit.curve.inflection_k);
  // A logistic function climbs from 2 to 98 % within 8 widths.
  const double between = 8.0 * fit.curve.width_k < spacing ? spacing / std::sqrt(12.0) : 0.0;
  const double by_fit =
      std::fmax(result.inflection_covariance_stderr_k, result.inflection_bootstrap_stderr_k);
  result.inflection_k = {fit.curve.inflection_k, std::hypot(by_fit, between)};
  const double of_onset = std::isfinite(result.onset_k.standard_error)
                              ? result.onset_k.standard_error
                              : result.inflection_covariance_stderr_k;
  result.onset_k = {fit.curve.onset_k(), std::hypot(of_onset, between)};
  return result;
}

}  // namespace adatom::dynamics
