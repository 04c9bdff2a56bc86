#include "s_curve_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace adatom::dynamics {
namespace {

template <std::size_t n>
using Vector = std::array<double, n>;
template <std::size_t n>
using Square = std::array<std::array<double, n>, n>;
using Parameters = Vector<5>;
using Normal = Square<5>;

/// Adds weight * row row^T and weight * value * row.
template <std::size_t n>
void accumulate(const Vector<n>& row, double weight, double value, Square<n>& normal,
                Vector<n>& right) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < n; ++k) normal[i][k] += weight * row[i] * row[k];
    right[i] += weight * value * row[i];
  }
}

/// The inverse of a matrix of normal equations, by Gauss and Jordan after scaling its diagonal
/// to 1. What the points do not tell gets a variance that is large but finite.
template <std::size_t n>
Square<n> inverse_of(Square<n> normal) {
  constexpr double least_pivot = 1e-13;
  Vector<n> scale;
  for (std::size_t i = 0; i < n; ++i) {
    scale[i] = 1.0 / std::sqrt(std::max(normal[i][i], std::numeric_limits<double>::min()));
  }
  Square<n> inverse = {};
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < n; ++k) normal[i][k] *= scale[i] * scale[k];
    inverse[i][i] = 1.0;
  }
  // A symmetric positive matrix needs no exchange of rows.
  for (std::size_t p = 0; p < n; ++p) {
    const double pivot = std::max(normal[p][p], least_pivot);
    normal[p][p] = pivot;
    for (std::size_t k = 0; k < n; ++k) {
      normal[p][k] /= pivot;
      inverse[p][k] /= pivot;
    }
    for (std::size_t i = 0; i < n; ++i) {
      if (i == p) continue;
      const double factor = normal[i][p];
      for (std::size_t k = 0; k < n; ++k) {
        normal[i][k] -= factor * normal[p][k];
        inverse[i][k] -= factor * inverse[p][k];
      }
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < n; ++k) inverse[i][k] *= scale[i] * scale[k];
  }
  return inverse;
}

template <std::size_t n>
Vector<n> product(const Square<n>& matrix, const Vector<n>& vector) {
  Vector<n> result = {};
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < n; ++k) result[i] += matrix[i][k] * vector[k];
  }
  return result;
}

double share_at(double temperature, double inflection, double width) {
  // Beyond 40 widths it is 0 or 1, and exp would overflow.
  const double x = std::clamp((temperature - inflection) / width, -40.0, 40.0);
  return 1.0 / (1.0 + std::exp(-x));
}

/// What the points allow: a width below a tenth of their least distance says nothing more.
struct Bounds {
  double first = 0.0;
  double last = 0.0;
  double least_log_width = 0.0;
  double most_log_width = 0.0;

  explicit Bounds(std::span<const CurvePoint> points)
      : first(points.front().temperature_k), last(points.back().temperature_k) {
    double least = last - first;
    for (std::size_t i = 1; i < points.size(); ++i) {
      least = std::min(least, points[i].temperature_k - points[i - 1].temperature_k);
    }
    least_log_width = std::log(0.1 * least);
    most_log_width = std::log(0.5 * (last - first));
  }
  void clamp(Parameters& p) const {
    p[3] = std::clamp(p[3], first, last);
    p[4] = std::clamp(p[4], least_log_width, most_log_width);
  }
};

Parameters parameters_of(const SCurve& curve) {
  return {curve.base, curve.slope_per_k, curve.plateau, curve.inflection_k,
          std::log(curve.width_k)};
}

SCurve curve_of(const Parameters& p, double centre) {
  return {centre, p[0], p[1], p[2], p[3], std::exp(p[4])};
}

double chi2_of(std::span<const CurvePoint> points, std::span<const double> sigmas,
               const SCurve& curve) {
  double chi2 = 0.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double miss = (points[i].value - curve.at(points[i].temperature_k)) / sigmas[i];
    chi2 += miss * miss;
  }
  return chi2;
}

/// The best base, slope and plateau for this inflection and width.
SCurve solve_linear(std::span<const CurvePoint> points, std::span<const double> sigmas,
                    double centre, double inflection, double width) {
  Square<3> normal = {};
  Vector<3> right = {};
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double s = share_at(points[i].temperature_k, inflection, width);
    accumulate({1.0 - s, (1.0 - s) * (points[i].temperature_k - centre), s},
               1.0 / (sigmas[i] * sigmas[i]), points[i].value, normal, right);
  }
  const auto linear = product(inverse_of(normal), right);
  return {centre, linear[0], linear[1], linear[2], inflection, width};
}

SCurve best_of_grid(std::span<const CurvePoint> points, std::span<const double> sigmas,
                    double centre, const Bounds& bounds) {
  constexpr int inflections = 60;
  constexpr int widths = 12;
  SCurve best;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i <= inflections; ++i) {
    const double inflection = bounds.first + (bounds.last - bounds.first) * i / inflections;
    for (int k = 0; k <= widths; ++k) {
      const double log_width =
          bounds.least_log_width + (bounds.most_log_width - bounds.least_log_width) * k / widths;
      const SCurve tried = solve_linear(points, sigmas, centre, inflection, std::exp(log_width));
      const double chi2 = chi2_of(points, sigmas, tried);
      if (!(chi2 < least)) continue;
      least = chi2;
      best = tried;
    }
  }
  return best;
}

/// Normal equations of a step of Gauss and Newton.
void linearise(std::span<const CurvePoint> points, std::span<const double> sigmas,
               const SCurve& curve, Normal& normal, Parameters& right) {
  normal = {};
  right = {};
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double t = points[i].temperature_k;
    const double s = share_at(t, curve.inflection_k, curve.width_k);
    const double solid = curve.base + curve.slope_per_k * (t - curve.centre_k);
    const double by_s = (curve.plateau - solid) * s * (1.0 - s);
    const double x = (t - curve.inflection_k) / curve.width_k;
    accumulate({1.0 - s, (1.0 - s) * (t - curve.centre_k), s, -by_s / curve.width_k, -by_s * x},
               1.0 / (sigmas[i] * sigmas[i]), points[i].value - curve.at(t), normal, right);
  }
}

}  // namespace

FittedSCurve fit_s_curve(std::span<const CurvePoint> points, std::span<const double> sigmas,
                         const std::optional<SCurve>& start) {
  const Bounds bounds(points);
  const double centre = 0.5 * (bounds.first + bounds.last);
  FittedSCurve fit;
  fit.curve = start ? *start : best_of_grid(points, sigmas, centre, bounds);
  fit.chi2 = chi2_of(points, sigmas, fit.curve);
  Normal normal = {};
  Parameters right = {};
  double damping = 1e-3;  // of Levenberg and Marquardt
  for (int step = 0; step < 200 && damping < 1e12; ++step) {
    linearise(points, sigmas, fit.curve, normal, right);
    Normal damped = normal;
    for (std::size_t i = 0; i < damped.size(); ++i) damped[i][i] *= 1.0 + damping;
    const Parameters move = product(inverse_of(damped), right);
    Parameters next = parameters_of(fit.curve);
    for (std::size_t i = 0; i < next.size(); ++i) next[i] += move[i];
    if (!std::ranges::all_of(next, [](double value) { return std::isfinite(value); })) break;
    bounds.clamp(next);
    const SCurve tried = curve_of(next, centre);
    const double chi2 = chi2_of(points, sigmas, tried);
    if (!(chi2 < fit.chi2)) {
      damping *= 10.0;
      continue;
    }
    const bool done = fit.chi2 - chi2 < 1e-10 * fit.chi2;
    fit.curve = tried;
    fit.chi2 = chi2;
    damping = std::max(0.1 * damping, 1e-12);
    if (done) break;
  }
  linearise(points, sigmas, fit.curve, normal, right);
  fit.covariance = inverse_of(normal);
  return fit;
}

}  // namespace adatom::dynamics
