#include "adatom/diffraction/geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/core.h>

#include "adatom/base/error.h"

namespace adatom::diffraction {

RoundPattern::RoundPattern(const Geometry& geometry)
    : centre_x_(geometry.centre_x_px), centre_y_(geometry.centre_y_px) {
  const double q = geometry.ellipse_ratio;
  const double scale = geometry.s_per_px;
  const double angle = geometry.ellipse_angle_deg * std::numbers::pi / 180;
  if (!std::isfinite(centre_x_) || !std::isfinite(centre_y_) || !std::isfinite(angle)) {
    throw InputError({.what = "centre and angle of the ellipse must be finite numbers",
                      .where = "geometry",
                      .why = {},
                      .remedy = {}});
  }
  if (!(q >= 1.0) || !std::isfinite(q)) {
    throw InputError(Complaint{.what = fmt::format("the ratio of the ellipse's axes is {}", q),
                               .where = "geometry",
                               .why = "it is long over short, at least 1",
                               .remedy = "turn ellipse_angle_deg by 90 instead"});
  }
  if (!(scale > 0.0) || !std::isfinite(scale)) {
    throw InputError(Complaint{.what = fmt::format("the scale is {} 1/angstrom per pixel", scale),
                               .where = "geometry",
                               .why = "it must be positive",
                               .remedy = {}});
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < distortion_.size(); ++i) {
    distortion_[i] = geometry.distortion_per_px[i] / scale;
    sum += std::abs(geometry.distortion_per_px[i]);
  }
  if (!(sum <= 0.01)) {
    throw InputError(Complaint{.what = fmt::format("the distortion is {} per pixel", sum),
                               .where = "geometry",
                               .why = "radii would no longer grow outwards",
                               .remedy = "at most 0.01 in all is possible"});
  }
  const double pincushion = geometry.pincushion_per_px2;
  if (!(std::abs(pincushion) <= 1e-3)) {
    throw InputError(Complaint{.what = fmt::format("the pincushion is {} per px^2", pincushion),
                               .where = "geometry",
                               .why = "it must be small",
                               .remedy = "at most 0.001 is possible"});
  }
  pincushion_ = pincushion / (scale * scale);
  distorted_ = sum > 0.0 || pincushion != 0.0;
  const double c = std::cos(angle);
  const double s = std::sin(angle);
  const double along = 1.0 / std::sqrt(q);
  const double across = std::sqrt(q);
  forward_ = {scale * (along * c * c + across * s * s), scale * (along - across) * c * s,
              scale * (along * s * s + across * c * c)};
  backward_ = {forward_[2] / (scale * scale), -forward_[1] / (scale * scale),
               forward_[0] / (scale * scale)};
}

double RoundPattern::undo(double h, double k) {
  // Where 1 - h t - k t^2 is 2/3 or less, t is 3/2.
  constexpr double most = 1.0 / least_part;
  if (1.0 - h * most - k * most * most <= least_part) return most;
  double t = 1.0;
  for (int i = 0; i < 20; ++i) {
    const double rest = t * (1.0 - h * t - k * t * t) - 1.0;
    const double slope = std::max(1.0 - 2.0 * h * t - 3.0 * k * t * t, 0.05);
    t = std::clamp(t - rest / slope, 0.05, most);
    if (std::abs(rest) < 1e-15) break;
  }
  return t;
}

std::array<double, 2> ellipse_vector(const Geometry& geometry) {
  const double size = 0.5 * std::log(geometry.ellipse_ratio);
  const double angle = 2.0 * geometry.ellipse_angle_deg * std::numbers::pi / 180.0;
  return {size * std::cos(angle), size * std::sin(angle)};
}

void set_ellipse(Geometry& geometry, const std::array<double, 2>& vector) {
  geometry.ellipse_ratio = std::exp(2.0 * std::hypot(vector[0], vector[1]));
  double angle = 0.5 * std::atan2(vector[1], vector[0]) * 180.0 / std::numbers::pi;
  if (angle < 0.0) angle += 180.0;
  geometry.ellipse_angle_deg = angle < 180.0 ? angle : 0.0;
}

}  // namespace adatom::diffraction
