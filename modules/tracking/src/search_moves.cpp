// Other bodies instead of those there are, where the pixels say so.
#include "search.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace adatom::tracking {
namespace {

/// Bodies closer than this share of the sum of their radii are not two that touch.
constexpr double least_distance_share = 0.72;
constexpr double corner_share = 0.5;

/// Two discs of the area of the ellipse, side by side on its long axis.
std::vector<Shape> halves_of(const Shape& whole) {
  const double e = std::hypot(whole.e1, whole.e2);
  const double angle = 0.5 * std::atan2(whole.e2, whole.e1);
  const double reach = 0.55 * whole.radius * std::exp(e);
  Shape one = whole;
  one.e1 = one.e2 = 0.0;
  one.radius = whole.radius / std::numbers::sqrt2;
  Shape two = one;
  one.x += reach * std::cos(angle);
  one.y += reach * std::sin(angle);
  two.x -= reach * std::cos(angle);
  two.y -= reach * std::sin(angle);
  return {one, two};
}

/// The ellipse of the area and about the second moments of the two, which may lie over each other.
Shape union_of(const Shape& a, const Shape& b, double radius_max) {
  Shape whole = a;
  const double wa = a.radius * a.radius;
  const double wb = b.radius * b.radius;
  const double distance = std::hypot(a.x - b.x, a.y - b.y);
  whole.x = (wa * a.x + wb * b.x) / (wa + wb);
  whole.y = (wa * a.y + wb * b.y) / (wa + wb);
  whole.radius = std::min(std::sqrt(wa + wb), radius_max);
  const double e = std::min(0.4, 0.25 * std::log1p(4.0 * wa * wb * distance * distance /
                                                   ((wa + wb) * (wa * wa + wb * wb))));
  const double angle = 2.0 * std::atan2(b.y - a.y, b.x - a.x);
  whole.e1 = e * std::cos(angle);
  whole.e2 = e * std::sin(angle);
  return whole;
}

}  // namespace

void Search::fit_neighbours(const std::vector<std::size_t>& which, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (const std::size_t i : which) {
      if (field_->bodies()[i].alive) field_->fit(i, 3, Field::Finish::no);
    }
  }
}

bool Search::plausible(const Shape& shape) const {
  return shape.radius >= settings_.radius_min * 0.8 && shape.radius <= 1.2 * settings_.radius_max &&
         std::abs(shape.contrast) >= settings_.contrast_min_share * contrast_;
}

bool Search::in_the_way(std::size_t i) const {
  const Body& own = field_->bodies()[i];
  for (const std::size_t k : field_->within(own.box)) {
    if (k == i) continue;
    const Shape& other = field_->bodies()[k].shape;
    const double distance = std::hypot(other.x - own.shape.x, other.y - own.shape.y);
    const double large = std::max(other.radius, own.shape.radius);
    const double small = std::min(other.radius, own.shape.radius);
    if (distance < least_distance_share * (large + small)) return true;
    // A corner of a faceted particle is no particle beside it.
    if (distance < large + corner_share * small && small < 0.5 * large) return true;
  }
  return false;
}

bool Search::try_exchange(const std::vector<std::size_t>& out, const std::vector<Shape>& in,
                          double least_gain) {
  Box box;
  bool first = true;
  const auto widen = [&](const Box& other) {
    if (first) {
      box = other;
    } else {
      box.include(other);
    }
    first = false;
  };
  for (const std::size_t i : out) widen(field_->bodies()[i].box);
  for (const Shape& shape : in) widen(field_->box_of(shape));
  std::vector<std::size_t> near = field_->within(box);
  Box window = box;
  std::vector<Body> saved;
  double before = 0.0;
  for (const std::size_t i : near) {
    saved.push_back(field_->bodies()[i]);
    window.include(field_->bodies()[i].box);
    before += field_->penalty(field_->bodies()[i].shape);
  }
  before += field_->cost(window);
  for (const std::size_t i : out) field_->remove(i);
  std::vector<std::size_t> moved;
  for (const Shape& shape : in) moved.push_back(field_->add(shape));
  const std::vector<std::size_t> added = moved;
  if (in.size() > 1) {
    const double usual = std::exchange(field_->priors().shape_spread, stiff_spread);
    fit_neighbours(added, 3);
    field_->priors().shape_spread = usual;
  }
  fit_neighbours(added, 2);
  for (const std::size_t i : near) {
    if (field_->bodies()[i].alive) moved.push_back(i);
  }
  fit_neighbours(moved, 2);
  bool good = true;
  double after = field_->cost(window);
  for (const std::size_t i : moved) after += field_->penalty(field_->bodies()[i].shape);
  for (const std::size_t i : added) {
    good = good && plausible(field_->bodies()[i].shape) && !in_the_way(i);
  }
  if (good && before - after > least_gain) return true;
  for (const std::size_t i : added) field_->remove(i);
  for (std::size_t k = 0; k < near.size(); ++k) field_->restore(near[k], saved[k]);
  return false;
}

void Search::divide_elongated() {
  const std::size_t count = field_->bodies().size();
  const double gain = settings_.threshold * settings_.threshold;
  for (std::size_t i = 0; i < count; ++i) {
    const Body& body = field_->bodies()[i];
    if (!body.alive) continue;
    const double e = std::hypot(body.shape.e1, body.shape.e2);
    // What fits as it is would gain nothing, unless it is very long.
    if (e < 0.17 || (e < 0.3 && body.chi2 < body.pixels)) continue;
    (void)try_exchange({i}, halves_of(body.shape), gain);
  }
}

void Search::sort_out_overlaps() {
  const double gain = settings_.threshold * settings_.threshold;
  const std::size_t count = field_->bodies().size();
  for (std::size_t i = 0; i < count; ++i) {
    if (!field_->bodies()[i].alive) continue;
    for (const std::size_t k : field_->within(field_->bodies()[i].box)) {
      if (k <= i || k >= count || !field_->bodies()[i].alive) continue;
      const Shape a = field_->bodies()[i].shape;
      const Shape b = field_->bodies()[k].shape;
      const double distance = std::hypot(a.x - b.x, a.y - b.y);
      const double touch = a.radius + b.radius;
      const bool small = std::min(a.radius, b.radius) < 0.4 * std::max(a.radius, b.radius);
      if (distance > (small ? 1.1 : 0.9) * touch + 0.5) continue;
      const Shape whole = union_of(a, b, settings_.radius_max);
      // One that stretches over both hides that there are two.
      if (distance < 0.85 * touch) {
        Shape longer = whole;
        longer.e1 = a.radius > b.radius ? a.e1 : b.e1;
        longer.e2 = a.radius > b.radius ? a.e2 : b.e2;
        const Shape& large = a.radius > b.radius ? a : b;
        longer.x = large.x;
        longer.y = large.y;
        longer.radius = large.radius;
        if (try_exchange({i, k}, halves_of(longer), 1.0)) break;
      }
      (void)try_exchange({i, k}, {whole}, -gain);
    }
  }
}

std::size_t Search::add_from_residuals() {
  field_->residuals(memory_.signal);
  const double sigma = 1.5;
  const double noise = smooth(memory_.signal, sigma, memory_.smoothed);
  const double gain = settings_.threshold * settings_.threshold;
  std::size_t added = 0;
  for (const Component& spot : find_components(memory_.smoothed, 3.7 * noise, 1)) {
    // Its peak, and the pixels above half of it.
    float peak = 0.0F;
    for (const Run& run : spot.runs) {
      const float* row = memory_.smoothed.row(run.y);
      for (std::size_t x = run.x0; x < run.x1; ++x) peak = std::max(peak, row[x]);
    }
    double n = 0.0;
    double sx = 0.0;
    double sy = 0.0;
    for (const Run& run : spot.runs) {
      const float* row = memory_.smoothed.row(run.y);
      for (std::size_t x = run.x0; x < run.x1; ++x) {
        if (row[x] < 0.5F * peak) continue;
        n += 1.0;
        sx += static_cast<double>(x);
        sy += static_cast<double>(run.y);
      }
    }
    Shape shape;
    shape.x = sx / n;
    shape.y = sy / n;
    shape.radius =
        std::clamp(std::sqrt(n / std::numbers::pi), settings_.radius_min, settings_.radius_max);
    shape.contrast = 0.7 * field_->priors().contrast;
    shape.blur = field_->priors().blur;
    if (try_exchange({}, {shape}, gain)) ++added;
  }
  return added;
}

void Search::prune() {
  const double gain = settings_.threshold * settings_.threshold;
  for (std::size_t i = 0; i < field_->bodies().size(); ++i) {
    const Body& body = field_->bodies()[i];
    if (!body.alive) continue;
    if (!plausible(body.shape)) {
      field_->remove(i);
      continue;
    }
    if (body.shape.radius > 6.0 && std::abs(body.shape.contrast) > 0.5 * contrast_) continue;
    if (field_->cost_without(i) - field_->cost(body.box) < gain) field_->remove(i);
  }
  field_->compact();
}

}  // namespace adatom::tracking
