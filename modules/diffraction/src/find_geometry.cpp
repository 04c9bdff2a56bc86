#include "adatom/diffraction/find_geometry.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include <fmt/core.h>
#include <Eigen/Dense>

#include "adatom/base/error.h"
#include "coarse_geometry.h"
#include "polar_sums.h"
#include "profile_rings.h"
#include "ring_shifts.h"

namespace adatom::diffraction {
namespace {

constexpr std::size_t smallest_side = 64;

void check_frame(const Grid<double>& frame, const Mask& mask) {
  if (frame.width() < smallest_side || frame.height() < smallest_side) {
    throw InputError(Complaint{
        .what = fmt::format("the frame has {} x {} pixels", frame.width(), frame.height()),
        .where = "finding the geometry",
        .why = "rings cannot be found in fewer than 64 x 64",
        .remedy = "give the geometry"});
  }
  if (!mask.empty() && (mask.width() != frame.width() || mask.height() != frame.height())) {
    throw InputError(
        Complaint{.what = fmt::format("the mask has {} x {} pixels, the frame {} x {}",
                                      mask.width(), mask.height(), frame.width(), frame.height()),
                  .where = "finding the geometry",
                  .why = {},
                  .remedy = "give a mask of the frame's size"});
  }
}

void check_radii(const RingSearchOptions& rings, std::vector<OptionIssue>& issues) {
  if (rings.radius_max_px && *rings.radius_max_px <= rings.radius_min_px) {
    issues.push_back({"radius_max_px", "must be larger than radius_min_px"});
  }
}

struct Search {
  RingSearchOptions rings;
  Fitted fitted;
  DistortionSearch distortion;
};

const Fitted everything = fitted_parts({0, 1, 2, 3, 4, 5, 6, 7});

Geometry without_scale(Geometry geometry) {
  geometry.s_per_px = 1.0;
  return geometry;
}

/// One state of the search: what the frame looks like in a geometry.
struct View {
  PolarSums sums;
  SmoothProfile profile;
  std::vector<RingWindow> windows;
  std::vector<FoundRing> rings;
  std::vector<RingShift> shifts;
  ShiftFit fit;
};

/// Smoothing over 0.7 of the usual ring's width leaves its shape as it is.
std::size_t window_for(const View& view) {
  if (view.windows.empty()) return view.profile.half_window;
  std::vector<double> widths;
  for (const RingWindow& window : view.windows) widths.push_back(window.width_px);
  const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
  std::nth_element(widths.begin(), middle, widths.end());
  return static_cast<std::size_t>(std::clamp(0.35 * *middle / view.profile.step_px, 2.0, 8.0));
}

View look(const Grid<double>& frame, const Mask& mask, const Geometry& geometry,
          const Search& search) {
  const double farthest = farthest_corner_px(frame, geometry);
  const double limit = std::min(search.rings.radius_max_px.value_or(farthest), farthest);
  View view;
  const auto sectors = static_cast<std::size_t>(search.rings.sectors);
  view.sums = polar_sums(frame, mask, geometry, sectors, limit);
  const auto find = [&](std::size_t half_window) {
    view.profile = smooth_profile(view.sums, half_window);
    view.windows =
        find_rings(view.profile, search.rings.ring_significance, search.rings.radius_min_px, limit);
  };
  constexpr std::size_t usual = 4;
  find(usual);
  const std::size_t fitting = window_for(view);
  if (fitting != usual) find(fitting);
  for (const RingWindow& window : view.windows) {
    FoundRing ring;
    ring.radius_px = window.radius_px;
    ring.width_px = window.width_px;
    ring.height = window.height;
    ring.significance = window.significance;
    view.rings.push_back(ring);
  }
  view.shifts = ring_shifts(view.sums, view.profile, view.windows);
  view.fit = fit_shifts(view.shifts, view.rings, search.fitted);
  return view;
}

/// Radii by a fit of the profile, and how much they vary with the azimuth.
void describe_rings(View& view) {
  for (std::size_t k = 0; k < view.rings.size(); ++k) {
    FoundRing& ring = view.rings[k];
    fit_ring(view.profile, view.windows[k]);
    ring.radius_px = view.windows[k].radius_px;
    ring.radius_stderr_px = view.windows[k].radius_stderr_px;
    double count = 0.0;
    double mean = 0.0;
    for (const RingShift& shift : view.shifts) {
      if (shift.ring != k) continue;
      count += 1.0;
      mean += shift.shift_px;
    }
    if (count < 2.0) continue;
    mean /= count;
    double scatter = 0.0;
    double noise = 0.0;
    for (const RingShift& shift : view.shifts) {
      if (shift.ring != k) continue;
      scatter += (shift.shift_px - mean) * (shift.shift_px - mean) / (count - 1.0);
      noise += shift.stderr_px * shift.stderr_px / count;
    }
    ring.azimuthal_spread_raw = std::sqrt(scatter) / ring.radius_px;
    ring.azimuthal_spread = std::sqrt(std::max(scatter - noise, 0.0)) / ring.radius_px;
  }
}

double outermost_px(const View& view) {
  double radius = 0.0;
  for (const FoundRing& ring : view.rings) {
    if (ring.use == RingUse::used) radius = std::max(radius, ring.radius_px);
  }
  return radius;
}

/// The standard error of the centre; where that was given, what the ellipse's makes of it at the
/// outermost ring.
double error_px(const View& view, const Fitted& fitted) {
  const ShiftMatrix& covariance = view.fit.covariance;
  if (fitted.parts[0] != 0) return std::sqrt(covariance(0, 0) + covariance(1, 1));
  return outermost_px(view) * std::sqrt(covariance(2, 2) + covariance(3, 3));
}

/// Moves the geometry as the shifts say. Returns how far the outermost ring moves, px.
double apply(Geometry& geometry, const View& view) {
  const double radius = outermost_px(view);
  const ShiftVector& move = view.fit.move;
  const auto matrix = RoundPattern(without_scale(geometry)).matrix();
  geometry.centre_x_px += matrix[2] * move[0] - matrix[1] * move[1];
  geometry.centre_y_px += matrix[0] * move[1] - matrix[1] * move[0];
  const auto vector = ellipse_vector(geometry);
  if (move[2] != 0.0 || move[3] != 0.0) {
    set_ellipse(geometry, {vector[0] + move[2], vector[1] + move[3]});
  }
  for (std::size_t i = 0; i < 4; ++i) {
    geometry.distortion_per_px[i] += move[static_cast<Eigen::Index>(4 + i)];
  }
  return move.head<2>().norm() + radius * move.segment<2>(2).norm() +
         radius * radius * move.tail<4>().norm();
}

struct EllipseErrors {
  double ratio = 0.0;
  double angle_deg = 0.0;
};

/// @param covariance of ellipse_vector
EllipseErrors ellipse_errors(const Geometry& geometry, const Eigen::Matrix2d& covariance) {
  const auto vector = ellipse_vector(geometry);
  const double size = std::hypot(vector[0], vector[1]);
  Eigen::Vector2d along(1.0, 0.0);
  if (size > 0.0) along = Eigen::Vector2d(vector[0], vector[1]) / size;
  const Eigen::Vector2d across(-along[1], along[0]);
  constexpr double any_angle = 51.96;  // 180 / sqrt(12)
  EllipseErrors errors{2.0 * geometry.ellipse_ratio * std::sqrt(along.dot(covariance * along)),
                       any_angle};
  if (size > 0.0) {
    const double turned = 0.5 * std::sqrt(across.dot(covariance * across)) / size;
    errors.angle_deg = std::min(turned * 180.0 / std::numbers::pi, any_angle);
  }
  return errors;
}

void set_errors(GeometryResult& result, const View& view) {
  // From the round pattern to the detector for the centre.
  const auto m = RoundPattern(without_scale(result.geometry)).matrix();
  ShiftMatrix turn = ShiftMatrix::Identity();
  turn(0, 0) = m[2];
  turn(0, 1) = -m[1];
  turn(1, 0) = -m[1];
  turn(1, 1) = m[0];
  const ShiftMatrix covariance = turn * view.fit.covariance * turn.transpose();
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t k = 0; k < 4; ++k) {
      result.covariance[i][k] =
          covariance(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k));
    }
  }
  Geometry& error = result.geometry_stderr;
  error.centre_x_px = std::sqrt(covariance(0, 0));
  error.centre_y_px = std::sqrt(covariance(1, 1));
  for (std::size_t i = 0; i < 4; ++i) {
    const auto at = static_cast<Eigen::Index>(4 + i);
    error.distortion_per_px[i] = std::sqrt(covariance(at, at));
  }
  const Eigen::Matrix2d part = covariance.block<2, 2>(2, 2);
  if (part.isZero(0.0)) return;
  const EllipseErrors ellipse = ellipse_errors(result.geometry, part);
  error.ellipse_ratio = ellipse.ratio;
  error.ellipse_angle_deg = ellipse.angle_deg;
}

/// Is there more than an ellipse in what the rings show now?
bool is_distorted(View view) {
  const ShiftFit fit = fit_shifts(view.shifts, view.rings, everything);
  if (!fit.solved) return false;
  if (std::ranges::count(view.rings, RingUse::used, &FoundRing::use) < 3) return false;
  constexpr double clearly = 6.0;  // standard errors
  for (const Eigen::Index first : {4, 6}) {
    const Eigen::Vector2d d = fit.move.segment<2>(first);
    const Eigen::Matrix2d covariance = fit.covariance.block<2, 2>(first, first);
    if (d.dot(covariance.inverse() * d) > clearly * clearly) return true;
  }
  return false;
}

/// Until nothing moves; the last view goes into `view`.
void iterate(const Grid<double>& frame, const Mask& mask, const Search& search, View& view,
             GeometryResult& result) {
  double last = 1e30;
  for (std::int64_t i = 0; i < search.rings.iterations_max; ++i) {
    view = look(frame, mask, result.geometry, search);
    ++result.iterations;
    if (search.fitted.count() == 0) {
      result.state = view.rings.empty() ? GeometryState::no_rings : GeometryState::converged;
      return;
    }
    if (!view.fit.solved) {
      result.state = GeometryState::no_rings;
      return;
    }
    const double moved = apply(result.geometry, view);
    const double error = error_px(view, search.fitted);
    result.state = GeometryState::not_converged;
    // Far below the errors; or it goes to and fro as sectors come and go.
    if (moved < std::max(0.05 * error, 1e-5) || (moved < 0.3 * error && moved > 0.7 * last)) {
      result.state = GeometryState::converged;
      return;
    }
    last = moved;
  }
}

GeometryResult search_from(const Grid<double>& frame, const Mask& mask, const Geometry& start,
                           Search search) {
  GeometryResult result;
  result.geometry = start;
  View view;
  iterate(frame, mask, search, view, result);
  if (search.distortion == DistortionSearch::automatic && result.state != GeometryState::no_rings &&
      is_distorted(view)) {
    search.fitted = everything;
    iterate(frame, mask, search, view, result);
  }
  if (result.state == GeometryState::no_rings) {
    result.geometry = start;
    result.warnings.emplace_back("no rings were found from which centre and ellipse follow");
  } else {
    set_errors(result, view);
    result.chi2_per_dof = view.fit.chi2_per_dof;
    result.radii = static_cast<std::int64_t>(view.fit.used);
  }
  describe_rings(view);
  result.rings = std::move(view.rings);
  if (result.state == GeometryState::not_converged) {
    result.warnings.emplace_back("centre and ellipse still move");
  }
  if (search.fitted.count() > 0 &&
      std::ranges::count(result.rings, RingUse::used, &FoundRing::use) == 1) {
    result.warnings.emplace_back("they rest on a single ring");
  }
  return result;
}

}  // namespace

void RingSearchOptions::describe(OptionVisitor& v) {
  v.visit({.name = "sectors",
           .help = "parts of the azimuth in each of which rings are placed",
           .min = 12,
           .max = 360},
          sectors);
  v.visit({.name = "ring_significance",
           .help = "height of a ring in the profile, in standard errors, from which on it counts",
           .min = 3,
           .max = 1000},
          ring_significance);
  v.visit({.name = "radius_min_px",
           .unit = "px",
           .help = "rings inside are not looked at",
           .min = 2,
           .max = 1e5},
          radius_min_px);
  v.visit({.name = "radius_max_px",
           .unit = "px",
           .help = "rings outside are not looked at; empty: as far as the frame reaches",
           .min = 10,
           .max = 1e6},
          radius_max_px);
  v.visit({.name = "iterations_max", .help = "passes over the frame", .min = 1, .max = 1000},
          iterations_max);
}

void FindGeometryOptions::describe(OptionVisitor& v) {
  v.visit({.name = "centre_x_px",
           .unit = "px",
           .help = "centre of the rings; empty: found",
           .min = -1e5,
           .max = 1e6},
          centre_x_px);
  v.visit({.name = "centre_y_px", .unit = "px", .help = "", .min = -1e5, .max = 1e6}, centre_y_px);
  v.visit({.name = "ellipse_ratio",
           .help = "long over short axis of the rings; empty: found",
           .min = 1,
           .max = 2},
          ellipse_ratio);
  v.visit({.name = "ellipse_angle_deg",
           .unit = "deg",
           .help = "of the long axis, from x towards y",
           .min = -360,
           .max = 360},
          ellipse_angle_deg);
  v.visit({.name = "distortion",
           .help = "rings are ellipses (none), or distorted to second order as well if that shows "
                   "in three rings"},
          distortion);
  rings.describe(v);
}

std::vector<OptionIssue> FindGeometryOptions::validate() const {
  auto issues = check_ranges(*this);
  if (centre_x_px.has_value() != centre_y_px.has_value()) {
    issues.push_back({"centre_x_px", "give both centre_x_px and centre_y_px, or none"});
  }
  if (ellipse_angle_deg && !ellipse_ratio) {
    issues.push_back({"ellipse_angle_deg", "give ellipse_ratio as well, or neither"});
  }
  check_radii(rings, issues);
  return issues;
}

void RefineGeometryOptions::describe(OptionVisitor& v) {
  v.visit({.name = "parts", .help = "what is found anew"}, parts);
  rings.describe(v);
}

std::vector<OptionIssue> RefineGeometryOptions::validate() const {
  auto issues = check_ranges(*this);
  check_radii(rings, issues);
  return issues;
}

GeometryResult find_geometry(const Grid<double>& frame, const Mask& mask,
                             const FindGeometryOptions& options) {
  require_valid(options.validate());
  check_frame(frame, mask);
  Fitted fitted;
  if (!options.centre_x_px) fitted.parts[0] = fitted.parts[1] = 1;
  if (!options.ellipse_ratio) fitted.parts[2] = fitted.parts[3] = 1;
  const auto distortion = fitted.count() == 4 ? options.distortion : DistortionSearch::none;
  const Geometry start = coarse_geometry(frame, mask, options);
  return search_from(frame, mask, start,
                     {.rings = options.rings, .fitted = fitted, .distortion = distortion});
}

GeometryResult refine_geometry(const Grid<double>& frame, const Mask& mask, const Geometry& start,
                               const RefineGeometryOptions& options) {
  require_valid(options.validate());
  check_frame(frame, mask);
  Fitted fitted;
  if (options.parts != RefineParts::ellipse) fitted.parts[0] = fitted.parts[1] = 1;
  if (options.parts != RefineParts::centre) fitted.parts[2] = fitted.parts[3] = 1;
  return search_from(
      frame, mask, start,
      {.rings = options.rings, .fitted = fitted, .distortion = DistortionSearch::none});
}

CommonEllipse common_ellipse(std::span<const GeometryResult> frames) {
  Eigen::Matrix2d weights = Eigen::Matrix2d::Zero();
  Eigen::Vector2d sum = Eigen::Vector2d::Zero();
  double squares = 0.0;
  CommonEllipse common;
  for (const GeometryResult& frame : frames) {
    Eigen::Matrix2d covariance;
    covariance << frame.covariance[2][2], frame.covariance[2][3], frame.covariance[3][2],
        frame.covariance[3][3];
    if (frame.state == GeometryState::no_rings || !(covariance.determinant() > 0.0)) continue;
    if (common.frames++ == 0) common.geometry = frame.geometry;
    const auto vector = ellipse_vector(frame.geometry);
    const Eigen::Vector2d own(vector[0], vector[1]);
    const Eigen::Matrix2d weight = covariance.inverse();
    weights += weight;
    sum += weight * own;
    squares += own.dot(weight * own);
  }
  if (common.frames == 0) {
    throw InputError(Complaint{.what = "the ellipse was found in none of the frames",
                               .where = "the series",
                               .why = {},
                               .remedy = "give the ellipse"});
  }
  const Eigen::Vector2d mean = weights.ldlt().solve(sum);
  set_ellipse(common.geometry, {mean[0], mean[1]});
  const EllipseErrors errors = ellipse_errors(common.geometry, weights.inverse());
  common.ellipse_ratio_stderr = errors.ratio;
  common.ellipse_angle_stderr_deg = errors.angle_deg;
  if (common.frames > 1) {
    common.chi2_per_dof = (squares - mean.dot(sum)) / static_cast<double>(2 * (common.frames - 1));
  }
  return common;
}

}  // namespace adatom::diffraction
