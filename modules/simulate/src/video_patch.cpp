#include "video_patch.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace adatom::simulate {
namespace {

// Cells along a pixel. Coverage of cells is exact, so few are enough; the tests say how exact the
// centroids are.
constexpr std::int64_t cells_per_pixel = 4;
constexpr double reach_in_sigmas = 5.0;

struct PixelBox {
  std::int64_t x0;
  std::int64_t y0;
  std::int64_t x1;  ///< one past the last
  std::int64_t y1;
};

/// The pixels within `reach` of any of the places.
PixelBox box_around(std::span<const OutlinePoint> places, double reach) {
  auto [left, right] = std::minmax_element(places.begin(), places.end(),
                                           [](const auto& a, const auto& b) { return a.x < b.x; });
  auto [top, bottom] = std::minmax_element(places.begin(), places.end(),
                                           [](const auto& a, const auto& b) { return a.y < b.y; });
  return {std::llround(left->x - reach), std::llround(top->y - reach),
          std::llround(right->x + reach) + 1, std::llround(bottom->y + reach) + 1};
}

/// How far an outline of radius 1 reaches from its centre.
double extent(const Outline& outline) {
  double most = 0.0;
  for (const auto& point : outline.points) most = std::max(most, std::hypot(point.x, point.y));
  return most;
}

/// Adds 1 - exp(-mu t) over its value at the middle, for an ellipsoid whose thickness at the
/// middle is the diameter; the mean over points in a cell, more of them in small particles.
void add_sphere(const Body& body, OutlinePoint centre, double weight, const PixelBox& box,
                Grid<double>& cells) {
  const double exponent = std::log1p(-body.contrast);  // -mu times the diameter
  const double c = std::cos(body.outline->angle_rad);
  const double s = std::sin(body.outline->angle_rad);
  const double stretch = std::sqrt(body.outline->aspect);
  const double along = 1.0 / (body.radius_px * stretch);
  const double across = stretch / body.radius_px;
  const std::size_t points = body.radius_px < 6.0 ? 4 : 2;
  const double step = 1.0 / static_cast<double>(cells_per_pixel) / static_cast<double>(points);
  const double share = weight / (body.contrast * static_cast<double>(points * points));
  for (std::size_t j = 0; j < points * cells.height(); ++j) {
    const double dy =
        static_cast<double>(box.y0) - 0.5 + (static_cast<double>(j) + 0.5) * step - centre.y;
    if (std::abs(dy) > body.radius_px * stretch) continue;
    const auto row = cells.row(j / points);
    for (std::size_t i = 0; i < points * cells.width(); ++i) {
      const double dx =
          static_cast<double>(box.x0) - 0.5 + (static_cast<double>(i) + 0.5) * step - centre.x;
      const double u = (c * dx + s * dy) * along;
      const double w = (c * dy - s * dx) * across;
      const double inside = 1.0 - u * u - w * w;
      if (inside > 0.0) row[i / points] -= share * std::expm1(exponent * std::sqrt(inside));
    }
  }
}

}  // namespace

PatchPainter::PatchPainter(double blur_px)
    : halo_(static_cast<std::int64_t>(std::ceil(reach_in_sigmas * blur_px + 0.5))),
      kernel_(static_cast<std::size_t>(2 * halo_ + 1), static_cast<std::size_t>(cells_per_pixel)) {
  const double cell = 1.0 / static_cast<double>(cells_per_pixel);
  // The cell is a little blur of its own.
  const double scale = std::sqrt(2.0 * (blur_px * blur_px - cell * cell / 12.0));
  for (std::size_t phase = 0; phase < kernel_.height(); ++phase) {
    const auto weights = kernel_.row(phase);
    double sum = 0.0;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      // From the middle of the cell to that of the pixel.
      const double distance = static_cast<double>(k) - static_cast<double>(halo_) + 0.5 -
                              (static_cast<double>(phase) + 0.5) * cell;
      weights[k] = std::erf((distance + 0.5) / scale) - std::erf((distance - 0.5) / scale);
      sum += weights[k];
    }
    // Nothing of a cell is lost at the ends; it is a cell wide.
    for (double& weight : weights) weight *= cell / sum;
  }
}

Grid<double> PatchPainter::blurred(const Grid<double>& cells) const {
  constexpr std::size_t n = cells_per_pixel;
  const auto halo = static_cast<std::size_t>(halo_);
  // Outside the halo, where cells may be other than zero.
  const std::size_t begin = halo * n;
  const std::size_t end = cells.width() - begin;
  const std::size_t count = kernel_.width();
  Grid<double> rows(cells.width(), cells.height() / n);
  for (std::size_t j = begin; j + begin < cells.height(); ++j) {
    const double* from = cells.row(j).data();
    for (std::size_t k = 0; k < count; ++k) {
      const double weight = kernel_(k, j % n);
      double* to = rows.row(j / n - halo + k).data();
      for (std::size_t i = begin; i < end; ++i) to[i] += weight * from[i];
    }
  }
  Grid<double> pixels(cells.width() / n, rows.height());
  for (std::size_t y = 0; y < rows.height(); ++y) {
    const double* from = rows.row(y).data();
    double* row = pixels.row(y).data();
    for (std::size_t i = begin; i < end; ++i) {
      const double* weights = kernel_.row(i % n).data();
      double* to = row + (i / n - halo);
      for (std::size_t k = 0; k < count; ++k) to[k] += from[i] * weights[k];
    }
  }
  return pixels;
}

Patch PatchPainter::paint_spot(const Body& body) const {
  const double sigma = body.radius_px;
  const auto box = box_around(body.places, reach_in_sigmas * sigma + 1.0);
  Patch patch{.x0 = box.x0,
              .y0 = box.y0,
              .values = Grid<double>(static_cast<std::size_t>(box.x1 - box.x0),
                                     static_cast<std::size_t>(box.y1 - box.y0))};
  const double height = body.contrast / static_cast<double>(body.places.size());
  const double root = std::sqrt(0.5 * std::numbers::pi) * sigma;
  const auto profile = [&](std::int64_t first, std::size_t count, double centre) {
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) {
      const double distance = static_cast<double>(first) + static_cast<double>(i) - centre;
      const double scale = sigma * std::numbers::sqrt2;
      values[i] = root * (std::erf((distance + 0.5) / scale) - std::erf((distance - 0.5) / scale));
    }
    return values;
  };
  for (const auto& place : body.places) {
    const auto along = profile(box.x0, patch.values.width(), place.x);
    const auto down = profile(box.y0, patch.values.height(), place.y);
    for (std::size_t y = 0; y < down.size(); ++y) {
      const auto row = patch.values.row(y);
      for (std::size_t x = 0; x < along.size(); ++x) row[x] += height * down[y] * along[x];
    }
  }
  return patch;
}

Patch PatchPainter::paint(const Body& body) const {
  if (body.profile == ParticleProfile::spot) return paint_spot(body);
  const double reach = body.radius_px * extent(*body.outline) + static_cast<double>(halo_) + 1.0;
  const auto box = box_around(body.places, reach);
  constexpr auto n = static_cast<double>(cells_per_pixel);
  Grid<double> cells(static_cast<std::size_t>((box.x1 - box.x0) * cells_per_pixel),
                     static_cast<std::size_t>((box.y1 - box.y0) * cells_per_pixel));
  const double weight = 1.0 / static_cast<double>(body.places.size());
  std::vector<OutlinePoint> points(body.outline->points.size());
  for (const auto& place : body.places) {
    if (body.profile == ParticleProfile::sphere) {
      add_sphere(body, place, weight, box, cells);
      continue;
    }
    const double x = (place.x + 0.5 - static_cast<double>(box.x0)) * n;
    const double y = (place.y + 0.5 - static_cast<double>(box.y0)) * n;
    std::transform(
        body.outline->points.begin(), body.outline->points.end(), points.begin(),
        [&](const OutlinePoint& point) {
          return OutlinePoint{x + n * body.radius_px * point.x, y + n * body.radius_px * point.y};
        });
    add_coverage(points, weight, cells);
  }
  if (body.profile == ParticleProfile::disc) {
    for (std::size_t y = 0; y < cells.height(); ++y) {
      double sum = 0.0;
      for (double& value : cells.row(y)) value = sum += value;
    }
  }
  Patch patch{.x0 = box.x0, .y0 = box.y0, .values = blurred(cells)};
  for (double& value : patch.values.values()) value *= body.contrast;
  return patch;
}

}  // namespace adatom::simulate
