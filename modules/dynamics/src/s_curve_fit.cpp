#include "s_curve_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Dense>

namespace adatom::dynamics {
namespace {

using Parameters = Eigen::Matrix<double, 5, 1>;
using Normal = Eigen::Matrix<double, 5, 5>;

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
  Parameters p;
  p << curve.base, curve.slope_per_k, curve.plateau, curve.inflection_k, std::log(curve.width_k);
  return p;
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
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d right = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double s = share_at(points[i].temperature_k, inflection, width);
    const Eigen::Vector3d row(1.0 - s, (1.0 - s) * (points[i].temperature_k - centre), s);
    const double weight = 1.0 / (sigmas[i] * sigmas[i]);
    normal += weight * row * row.transpose();
    right += weight * points[i].value * row;
  }
  // Equilibrated; directions that the points do not tell stay at zero.
  const Eigen::Vector3d scale =
      normal.diagonal().cwiseMax(std::numeric_limits<double>::min()).cwiseSqrt().cwiseInverse();
  const Eigen::Matrix3d scaled = scale.asDiagonal() * normal * scale.asDiagonal();
  const Eigen::Vector3d solved =
      scaled.completeOrthogonalDecomposition().solve(scale.asDiagonal() * right);
  const Eigen::Vector3d linear = scale.asDiagonal() * solved;
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
  normal.setZero();
  right.setZero();
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double t = points[i].temperature_k;
    const double s = share_at(t, curve.inflection_k, curve.width_k);
    const double solid = curve.base + curve.slope_per_k * (t - curve.centre_k);
    const double by_s = (curve.plateau - solid) * s * (1.0 - s);
    const double x = (t - curve.inflection_k) / curve.width_k;
    Parameters row;
    row << 1.0 - s, (1.0 - s) * (t - curve.centre_k), s, -by_s / curve.width_k, -by_s * x;
    const double weight = 1.0 / (sigmas[i] * sigmas[i]);
    normal += weight * row * row.transpose();
    right += weight * (points[i].value - curve.at(t)) * row;
  }
}

Normal inverse_of(const Normal& normal) {
  const Parameters scale =
      normal.diagonal().cwiseMax(std::numeric_limits<double>::min()).cwiseSqrt().cwiseInverse();
  const Normal scaled = scale.asDiagonal() * normal * scale.asDiagonal();
  return scale.asDiagonal() * scaled.completeOrthogonalDecomposition().pseudoInverse() *
         scale.asDiagonal();
}

}  // namespace

FittedSCurve fit_s_curve(std::span<const CurvePoint> points, std::span<const double> sigmas,
                         const std::optional<SCurve>& start) {
  const Bounds bounds(points);
  const double centre = 0.5 * (bounds.first + bounds.last);
  FittedSCurve fit;
  fit.curve = start ? *start : best_of_grid(points, sigmas, centre, bounds);
  fit.chi2 = chi2_of(points, sigmas, fit.curve);
  Normal normal;
  Parameters right;
  double damping = 1e-3;  // of Levenberg and Marquardt
  for (int step = 0; step < 200 && damping < 1e12; ++step) {
    linearise(points, sigmas, fit.curve, normal, right);
    Normal damped = normal;
    damped.diagonal() *= 1.0 + damping;
    damped.diagonal().array() += std::numeric_limits<double>::min();
    Parameters next = parameters_of(fit.curve) + damped.ldlt().solve(right);
    if (!next.allFinite()) break;
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
