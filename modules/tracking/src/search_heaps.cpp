// One body instead of the many that noise has made of it.
#include <algorithm>
#include <cmath>

#include "search.h"

namespace adatom::tracking {
namespace {

/// Bodies together: the ellipse of their second moments, and their area over its.
struct Heap {
  Shape whole;
  double fullness = 0.0;
};

Heap heap_of(const std::vector<Shape>& shapes) {
  double area = 0.0;
  double x = 0.0;
  double y = 0.0;
  double contrast = 0.0;
  for (const Shape& s : shapes) {
    const double w = s.radius * s.radius;
    area += w;
    x += w * s.x;
    y += w * s.y;
    contrast += w * s.contrast;
  }
  x /= area;
  y /= area;
  double xx = 0.0;
  double xy = 0.0;
  double yy = 0.0;
  for (const Shape& s : shapes) {
    const double w = s.radius * s.radius / area;
    const double e = std::max(std::hypot(s.e1, s.e2), 1e-9);
    const double round = 0.25 * s.radius * s.radius * std::cosh(2.0 * e);
    const double along = 0.25 * s.radius * s.radius * std::sinh(2.0 * e) / e;
    xx += w * ((s.x - x) * (s.x - x) + round + along * s.e1);
    yy += w * ((s.y - y) * (s.y - y) + round - along * s.e1);
    xy += w * ((s.x - x) * (s.y - y) + along * s.e2);
  }
  Heap heap{.whole = shapes.front()};
  heap.whole.x = x;
  heap.whole.y = y;
  heap.whole.contrast = contrast / area;
  const double ellipse = 4.0 * std::sqrt(std::max(xx * yy - xy * xy, 1e-6));
  heap.fullness = area / ellipse;
  heap.whole.radius = std::sqrt(ellipse);
  const double half = 0.5 * (xx - yy);
  const double root = std::max(std::hypot(half, xy), 1e-9);
  const double e =
      0.25 * std::log((0.5 * (xx + yy) + root) / std::max(0.5 * (xx + yy) - root, 1e-6));
  heap.whole.e1 = e * half / root;
  heap.whole.e2 = e * xy / root;
  return heap;
}

}  // namespace

std::vector<std::size_t> Search::touching(std::size_t i) const {
  constexpr std::size_t most = 12;
  std::vector<std::size_t> heap{i};
  for (std::size_t k = 0; k < heap.size() && heap.size() < most; ++k) {
    const Shape& a = field_->bodies()[heap[k]].shape;
    for (const std::size_t j : field_->within(field_->bodies()[heap[k]].box)) {
      const Shape& b = field_->bodies()[j].shape;
      const bool known = std::ranges::find(heap, j) != heap.end();
      if (known || std::hypot(a.x - b.x, a.y - b.y) > 1.1 * (a.radius + b.radius) + 1.0) continue;
      heap.push_back(j);
    }
  }
  return heap;
}

void Search::unite_heaps() {
  // Of two that touch the fullness is 0.89, of three 0.82; what noise has torn has holes.
  constexpr double full = 0.94;
  constexpr double torn = 0.65;
  constexpr double longest_e = 0.3;
  const double gain = settings_.threshold * settings_.threshold;
  const std::size_t count = field_->bodies().size();
  for (std::size_t i = 0; i < count; ++i) {
    if (!field_->bodies()[i].alive) continue;
    for (std::vector<std::size_t> heap = touching(i); heap.size() > 1; leave_one_out(heap)) {
      const Heap found = heap_of(shapes_of(heap));
      const bool may_be_torn = std::abs(found.whole.contrast) < torn_below_;
      if (found.fullness < (may_be_torn ? torn : full)) continue;
      if (found.whole.radius > settings_.radius_max) continue;
      if (std::hypot(found.whole.e1, found.whole.e2) > longest_e) continue;
      double most_loss = gain * static_cast<double>(heap.size() - 1);
      // Two small faint ones that touch are hardly less likely as one.
      if (heap.size() == 2 && found.fullness < full) most_loss *= 0.3;
      if (try_exchange(heap, {found.whole}, -most_loss)) break;
    }
  }
}

std::vector<Shape> Search::shapes_of(const std::vector<std::size_t>& which) const {
  std::vector<Shape> shapes;
  for (const std::size_t i : which) shapes.push_back(field_->bodies()[i].shape);
  return shapes;
}

void Search::leave_one_out(std::vector<std::size_t>& heap) const {
  std::size_t beside = 0;
  double best = 0.0;
  for (std::size_t k = 0; k < heap.size() && heap.size() > 2; ++k) {
    auto others = heap;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(k));
    const double fullness = heap_of(shapes_of(others)).fullness;
    if (fullness <= best) continue;
    best = fullness;
    beside = k;
  }
  heap.erase(heap.begin() + static_cast<std::ptrdiff_t>(beside));
}

}  // namespace adatom::tracking
