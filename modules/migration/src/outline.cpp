#include "adatom/migration/outline.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <optional>

#include "adatom/base/error.h"

namespace adatom::migration {
namespace {

constexpr double square_metre_per_nm2 = 1e-18;

struct Vector {
  double x = 0.0;
  double y = 0.0;
};

[[noreturn]] void refuse(const char* what, const char* remedy) {
  throw InputError({.what = what, .where = "outline", .why = {}, .remedy = remedy});
}

/// Positive where the vertices go from x towards y.
double signed_area(std::span<const OutlinePoint> outline) {
  double twice = 0.0;
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const OutlinePoint& a = outline[i];
    const OutlinePoint& b = outline[(i + 1) % outline.size()];
    // From the first vertex on, so that no digits are lost far from the origin.
    twice += (a.x_nm - outline[0].x_nm) * (b.y_nm - outline[0].y_nm) -
             (b.x_nm - outline[0].x_nm) * (a.y_nm - outline[0].y_nm);
  }
  return 0.5 * twice;
}

double require_outline(std::span<const OutlinePoint> outline) {
  if (outline.size() < 3) refuse("it has fewer than three vertices", "give a closed outline");
  for (const OutlinePoint& each : outline) {
    if (!std::isfinite(each.x_nm) || !std::isfinite(each.y_nm)) {
      refuse("a place is not finite", "give x and y of every vertex in nm");
    }
  }
  const double area = signed_area(outline);
  if (area == 0.0) refuse("it has no area", "give the vertices in their order around the particle");
  return area;
}

/// n dl of the edge behind each vertex, outwards.
std::vector<Vector> edge_normals(std::span<const OutlinePoint> outline, double area) {
  const double turn = area > 0.0 ? 1.0 : -1.0;
  std::vector<Vector> normals;
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const OutlinePoint& a = outline[i];
    const OutlinePoint& b = outline[(i + 1) % outline.size()];
    normals.push_back({turn * (b.y_nm - a.y_nm), turn * (a.x_nm - b.x_nm)});
  }
  return normals;
}

/// Empty beyond the map, or where one of the four pixels says nothing.
std::optional<double> bilinear(const Grid<double>& map, double x, double y) {
  if (!(x >= 0.0 && y >= 0.0 && x <= static_cast<double>(map.width() - 1) &&
        y <= static_cast<double>(map.height() - 1))) {
    return std::nullopt;
  }
  const auto left = std::min(static_cast<std::size_t>(x), map.width() - 2);
  const auto top = std::min(static_cast<std::size_t>(y), map.height() - 2);
  const double right_share = x - static_cast<double>(left);
  const double lower_share = y - static_cast<double>(top);
  const double upper = (1.0 - right_share) * map(left, top) + right_share * map(left + 1, top);
  const double lower =
      (1.0 - right_share) * map(left, top + 1) + right_share * map(left + 1, top + 1);
  const double value = (1.0 - lower_share) * upper + lower_share * lower;
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

PlaneVector scaled(const PlaneVector& vector, double factor) {
  return {factor * vector.x, factor * vector.y, factor * vector.x_stderr, factor * vector.y_stderr,
          factor * factor * vector.xy_covariance};
}

}  // namespace

double PlaneVector::length() const { return std::hypot(x, y); }

double PlaneVector::length_stderr() const {
  const double larger = std::max(x_stderr, y_stderr);
  const double size = length();
  if (size <= larger) return larger;
  const double variance =
      x * x * x_stderr * x_stderr + y * y * y_stderr * y_stderr + 2.0 * x * y * xy_covariance;
  return std::sqrt(std::max(0.0, variance)) / size;
}

double PlaneVector::angle_deg() const {
  return x == 0.0 && y == 0.0 ? 0.0 : std::atan2(y, x) * 180.0 / std::numbers::pi;
}

OutlineForce outline_force(std::span<const OutlinePoint> outline, double thickness_nm,
                           const GasState& gas, double rate_per_s, double interval_s) {
  const double area = require_outline(outline);
  if (!(thickness_nm > 0.0)) refuse("the thickness is not above zero", "give it in nm");
  const std::vector<Vector> normals = edge_normals(outline, area);
  OutlineForce result{.asymmetry = {}, .impulse = {}, .area_nm2 = std::abs(area)};
  double x_variance = 0.0;
  double y_variance = 0.0;
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const std::size_t before = (i + outline.size() - 1) % outline.size();
    const double before_length = std::hypot(normals[before].x, normals[before].y);
    const double length = std::hypot(normals[i].x, normals[i].y);
    // Half of both edges that meet here: the integral of what is linear along them.
    const Vector weight{0.5 * (normals[before].x + normals[i].x),
                        0.5 * (normals[before].y + normals[i].y)};
    const Estimate& copper = outline[i].copper;
    require_share(copper);
    const double variance = copper.standard_error * copper.standard_error;
    result.asymmetry.x += copper.value * weight.x;
    result.asymmetry.y += copper.value * weight.y;
    result.asymmetry.xy_covariance += variance * weight.x * weight.y;
    x_variance += variance * weight.x * weight.x;
    y_variance += variance * weight.y * weight.y;
    result.length_nm += length;
    result.mean_copper += 0.5 * copper.value * (before_length + length);
  }
  result.mean_copper /= result.length_nm;
  result.asymmetry.x_stderr = std::sqrt(x_variance);
  result.asymmetry.y_stderr = std::sqrt(y_variance);
  const double size = result.asymmetry.length();
  if (size > 0.0) {
    double most = 0.0;
    for (const Vector& normal : normals) {
      most += std::max(0.0, (normal.x * result.asymmetry.x + normal.y * result.asymmetry.y) / size);
    }
    result.contrast = size / most;
  }
  const double per_area = impulse_per_area(gas, rate_per_s, interval_s, {1.0, 0.0}).value;
  result.impulse = scaled(result.asymmetry, per_area * thickness_nm * square_metre_per_nm2);
  return result;
}

std::vector<OutlinePoint> copper_along_outline(const Grid<double>& map, double pixel_nm,
                                               std::span<const OutlinePoint> outline,
                                               double depth_nm) {
  const double area = require_outline(outline);
  if (!(pixel_nm > 0.0 && depth_nm > 0.0)) {
    refuse("pixel or depth is not above zero", "give both in nm");
  }
  if (map.width() < 2 || map.height() < 2)
    refuse("the map has no area", "give a map of the phases");
  const std::vector<Vector> normals = edge_normals(outline, area);
  const auto samples = static_cast<std::size_t>(std::ceil(depth_nm / pixel_nm)) + 1;
  std::vector<OutlinePoint> result(outline.begin(), outline.end());
  std::vector<double> counts(outline.size(), 0.0);
  double pooled = 0.0;  // squares about the mean of their vertex
  double freedom = 0.0;
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const Vector& before = normals[(i + outline.size() - 1) % outline.size()];
    const Vector sum{before.x + normals[i].x, before.y + normals[i].y};
    const double size = std::hypot(sum.x, sum.y);
    if (size == 0.0) refuse("it turns back on itself", "leave out vertices that stand twice");
    double& count = counts[i];
    double mean = 0.0;
    double squares = 0.0;
    for (std::size_t k = 0; k < samples; ++k) {
      const double depth = depth_nm * static_cast<double>(k) / static_cast<double>(samples - 1);
      const auto value = bilinear(map, (outline[i].x_nm - depth * sum.x / size) / pixel_nm,
                                  (outline[i].y_nm - depth * sum.y / size) / pixel_nm);
      if (!value) continue;
      count += 1.0;
      const double off = *value - mean;
      mean += off / count;
      squares += off * (*value - mean);
    }
    if (count == 0.0) {
      refuse("the map says nothing below a vertex", "give more depth, or the outline of the map");
    }
    result[i].copper = {std::clamp(mean, 0.0, 1.0), 0.0};
    pooled += squares;
    freedom += count - 1.0;
    if (count > 1.0) result[i].copper.standard_error = std::sqrt(squares / (count - 1.0) / count);
  }
  if (freedom == 0.0) {
    refuse("below every vertex the map has one value, which has no error", "give more depth");
  }
  // One sample does not say how it scatters; those of the other vertices do.
  for (std::size_t i = 0; i < outline.size(); ++i) {
    if (counts[i] == 1.0) result[i].copper.standard_error = std::sqrt(pooled / freedom);
  }
  return result;
}

}  // namespace adatom::migration
