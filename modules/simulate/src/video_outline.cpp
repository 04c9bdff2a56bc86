#include "video_outline.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace adatom::simulate {
namespace {

constexpr double pi = std::numbers::pi;
// A circle of radius 20 px then deviates from its polygon by less than 0.002 px.
constexpr int circle_points = 192;

/// Scaled to the area pi, its mass centre moved to the origin.
void normalise(std::vector<OutlinePoint>& points) {
  double area = 0.0;
  double x = 0.0;
  double y = 0.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& a = points[i];
    const auto& b = points[(i + 1) % points.size()];
    const double cross = a.x * b.y - b.x * a.y;
    area += 0.5 * cross;
    x += (a.x + b.x) * cross / 6.0;
    y += (a.y + b.y) * cross / 6.0;
  }
  x /= area;
  y /= area;
  const double scale = std::sqrt(pi / std::abs(area));
  for (auto& point : points) point = {(point.x - x) * scale, (point.y - y) * scale};
}

OutlinePtr finished(Outline outline) {
  normalise(outline.points);
  return std::make_shared<const Outline>(std::move(outline));
}

/// One edge's share: what lies to its right in each cell of the rows it crosses, as differences
/// from cell to cell. With T(b) the mean of max(b - x, 0) over the edge's part in a row, the
/// share of cell i is T(i + 1) - T(i).
void add_edge(OutlinePoint p, OutlinePoint q, double weight, Grid<double>& differences) {
  if (p.y == q.y) return;
  double direction = weight;
  if (p.y > q.y) {
    std::swap(p, q);
    direction = -weight;
  }
  const double slope = (q.x - p.x) / (q.y - p.y);
  double x = p.x;
  const auto last = static_cast<std::size_t>(std::ceil(q.y));
  for (auto j = static_cast<std::size_t>(p.y); j < last; ++j) {
    const double height =
        std::min(static_cast<double>(j + 1), q.y) - std::max(static_cast<double>(j), p.y);
    const double next = x + slope * height;
    const double left = std::min(x, next);
    const double right = std::max(x, next);
    const auto mean_right_of = [&](double b) {
      if (b >= right) return b - 0.5 * (left + right);
      return b <= left ? 0.0 : 0.5 * (b - left) * (b - left) / (right - left);
    };
    const auto row = differences.row(j);
    double before = 0.0;
    for (auto i = static_cast<std::size_t>(left);; ++i) {
      const auto border = static_cast<double>(i);
      const double share = mean_right_of(border + 1.0) - mean_right_of(border);
      row[i] += direction * height * (share - before);
      before = share;
      if (border >= right) break;
    }
    x = next;
  }
}

}  // namespace

OutlinePtr ellipse_outline(double aspect, double angle_rad) {
  Outline outline{.points = {}, .aspect = aspect, .angle_rad = angle_rad};
  const double c = std::cos(angle_rad);
  const double s = std::sin(angle_rad);
  for (int i = 0; i < circle_points; ++i) {
    const double t = 2.0 * pi * i / circle_points;
    const double u = aspect * std::cos(t);
    const double w = std::sin(t);
    outline.points.push_back({c * u - s * w, s * u + c * w});
  }
  return finished(std::move(outline));
}

OutlinePtr round_outline() { return ellipse_outline(1.0, 0.0); }

OutlinePtr faceted_outline(std::int64_t corners, double rounding, double angle_rad) {
  // Circles about the corners of a smaller polygon; their hull has the inner radius 1.
  const auto n = static_cast<int>(corners);
  const double step = 2.0 * pi / n;
  const double corner_distance = (1.0 - rounding) / std::cos(0.5 * step);
  const int arc = circle_points / n;
  Outline outline;
  for (int k = 0; k < n; ++k) {
    const double corner = angle_rad + k * step;
    for (int i = 0; i <= arc; ++i) {
      const double normal = corner + step * (static_cast<double>(i) / arc - 0.5);
      outline.points.push_back({corner_distance * std::cos(corner) + rounding * std::cos(normal),
                                corner_distance * std::sin(corner) + rounding * std::sin(normal)});
    }
  }
  return finished(std::move(outline));
}

OutlinePtr flake_outline(RandomStream& random) {
  const double stretch = 1.5 + 1.5 * random.uniform();
  const double angle = 2.0 * pi * random.uniform();
  constexpr int waves = 5;
  double amplitude[waves];
  double phase[waves];
  for (int k = 0; k < waves; ++k) {
    amplitude[k] = 0.25 * random.uniform();
    phase[k] = 2.0 * pi * random.uniform();
  }
  Outline outline;
  for (int i = 0; i < circle_points; ++i) {
    const double t = 2.0 * pi * i / circle_points;
    double radius = 1.0;
    for (int k = 0; k < waves; ++k) radius += amplitude[k] * std::cos((k + 2) * t + phase[k]);
    radius = std::max(radius, 0.15);
    const double u = stretch * radius * std::cos(t);
    const double w = radius * std::sin(t);
    outline.points.push_back(
        {u * std::cos(angle) - w * std::sin(angle), u * std::sin(angle) + w * std::cos(angle)});
  }
  return finished(std::move(outline));
}

void add_coverage(const std::vector<OutlinePoint>& points, double weight, Grid<double>& cells) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    // A polygon that turns from x towards y has its inside to the right of what goes up (-y).
    add_edge(points[(i + 1) % points.size()], points[i], weight, cells);
  }
}

}  // namespace adatom::simulate
