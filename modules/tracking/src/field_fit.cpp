// How a body is fitted: Fisher's scoring with what is known beforehand, and what comes of it.
#include <algorithm>
#include <cmath>
#include <limits>

#include "cholesky.h"
#include "field.h"

namespace adatom::tracking {
namespace {

constexpr double least_radius = 0.6;
constexpr double small_step = 0.01;  // the square of a step in units of the errors

double bounded(double value, double limit) { return std::clamp(value, -limit, limit); }

}  // namespace

Priors Field::priors_of(const Shape& shape) const {
  Priors priors = priors_;
  if (!std::isfinite(part_priors_.radius_spread) || !reaches_out(shape)) return priors;
  priors.radius = part_priors_.radius;
  priors.radius_spread = part_priors_.radius_spread;
  priors.contrast_spread = std::min(priors.contrast_spread, part_priors_.contrast_spread);
  priors.shape_spread = std::min(priors.shape_spread, part_priors_.shape_spread);
  return priors;
}

double Field::penalty(const Shape& shape) const {
  const Priors priors = priors_of(shape);
  const double c = (shape.contrast - priors.contrast) / (priors.contrast_spread * priors.contrast);
  const double e =
      (shape.e1 * shape.e1 + shape.e2 * shape.e2) / (priors.shape_spread * priors.shape_spread);
  const double r = (shape.radius - priors.radius) / priors.radius_spread;
  return c * c + e + r * r;
}

namespace {

/// The Fisher matrix with what the priors say.
enum class Blur { fixed, open };
SmallMatrix system_of(const NormalSums& sums, const Shape& shape, const Priors& priors, Blur blur,
                      std::array<double, shape_parameters>& right) {
  SmallMatrix m{};
  for (std::size_t a = 0; a < shape_parameters; ++a) {
    for (std::size_t b = 0; b <= a; ++b) m[a][b] = sums.at(a, b);
    right[a] = sums.gradient[a];
  }
  const auto prior = [&](std::size_t a, double difference, double spread) {
    const double w = 1.0 / (spread * spread);
    m[a][a] += w;
    right[a] -= w * difference;
  };
  prior(2, shape.radius - priors.radius, priors.radius_spread);
  prior(3, shape.contrast - priors.contrast, priors.contrast_spread * priors.contrast);
  prior(4, shape.level - 1.0, priors.level_spread);
  prior(5, shape.e1, priors.shape_spread);
  prior(6, shape.e2, priors.shape_spread);
  if (blur == Blur::fixed) {
    for (std::size_t b = 0; b < 7; ++b) m[7][b] = 0.0;
    m[7][7] = 1.0;
    right[7] = 0.0;
  }
  // A body that its patch hardly shows must not make the matrix singular.
  for (std::size_t a = 0; a < 3; ++a) m[a][a] += 1e-4;
  return m;
}

}  // namespace

// Moves the shape unless the step is small.
bool Field::settled(Shape& shape, const NormalSums& sums) const {
  std::array<double, shape_parameters> right{};
  SmallMatrix m = system_of(sums, shape, priors_of(shape), Blur::fixed, right);
  if (!factorise(m)) return true;
  std::array<double, shape_parameters> s = right;
  solve_factorised(m, s);
  // The step in units of the errors: its own square in the metric of the Fisher matrix.
  double length = 0.0;
  for (std::size_t a = 0; a < shape_parameters; ++a) length += s[a] * right[a];
  if (length < small_step) return true;
  const double r = shape.radius;
  shape.x += bounded(s[0], 0.5 + 0.25 * r);
  shape.y += bounded(s[1], 0.5 + 0.25 * r);
  shape.radius = std::clamp(r + bounded(s[2], 0.3 + 0.25 * r), least_radius, priors_.radius_max);
  const double sign = priors_.contrast < 0.0 ? -1.0 : 1.0;
  const double most = priors_.contrast < 0.0 ? 0.97 : 1e6;
  const double contrast = sign * (shape.contrast + bounded(s[3], 0.3 * std::abs(priors_.contrast)));
  shape.contrast = sign * std::clamp(contrast, 0.05 * std::abs(priors_.contrast), most);
  shape.level = std::clamp(shape.level + bounded(s[4], 0.1), 0.5, 2.0);
  shape.e1 += bounded(s[5], 0.2);
  shape.e2 += bounded(s[6], 0.2);
  const double e = std::hypot(shape.e1, shape.e2);
  constexpr double most_e = 0.6;  // axis ratio 3.3
  if (e > most_e) {
    shape.e1 *= most_e / e;
    shape.e2 *= most_e / e;
  }
  return false;
}

void Field::finish_fit(Body& body, const NormalSums& sums) const {
  std::array<double, shape_parameters> right{};
  SmallMatrix m = system_of(sums, body.shape, priors_of(body.shape), Blur::fixed, right);
  body.chi2 = sums.chi2;
  body.pixels = sums.pixels;
  body.stderrs.fill(std::numeric_limits<double>::quiet_NaN());
  if (!factorise(m)) return;
  for (std::size_t a = 0; a < shape_parameters; ++a) {
    std::array<double, shape_parameters> unit{};
    unit[a] = 1.0;
    solve_factorised(m, unit);
    body.stderrs[a] = std::sqrt(std::max(unit[a], 0.0));
  }
}

void Field::fit(std::size_t i, int steps, Finish finish) {
  Body& body = bodies_[i];
  Shape shape = body.shape;
  Shape wide = shape;
  wide.radius += 1.0;
  const Box box = box_of(wide);
  if (box.empty()) return;
  cut_patch(body, box);
  const double reach = body.long_axis() + 1.0 + reach_blurs * shape.blur;
  bool done = false;
  bool moved = false;
  NormalSums sums;
  for (int k = 0; k < steps && !done; ++k) {
    sums = {};
    add_normal_sums(patch_, shape, noise_, reach, sums);
    done = settled(shape, sums);
    moved = moved || !done;
  }
  if (moved) {
    apply(body, Change::take);
    body.shape = shape;
    render(i);
    apply(body, Change::put);
  }
  body.chi2 = sums.chi2;
  body.pixels = sums.pixels;
  if (finish == Finish::no) return;
  if (!done) {
    sums = {};
    add_normal_sums(patch_, shape, noise_, reach, sums);
  }
  finish_fit(body, sums);
}

Field::BlurEvidence Field::blur_evidence(std::size_t i) {
  const Body& body = bodies_[i];
  cut_patch(body, body.box);
  NormalSums sums;
  add_normal_sums_with_blur(patch_, body.shape, noise_,
                            body.long_axis() + reach_blurs * body.shape.blur, sums);
  std::array<double, shape_parameters> right{};
  SmallMatrix m = system_of(sums, body.shape, priors_, Blur::open, right);
  if (!factorise(m)) return {};
  // The last row of the factor is what the others leave of the blur.
  for (std::size_t a = 0; a < shape_parameters; ++a) {
    for (std::size_t k = 0; k < a; ++k) right[a] -= m[a][k] * right[k];
    right[a] /= m[a][a];
  }
  BlurEvidence evidence{right[7] * m[7][7], m[7][7] * m[7][7], 0.0};
  const double r2 = body.shape.radius * body.shape.radius;
  const std::array<double, 7> weights{0.5, 0.5, 1.0, 0.0, 0.0, 0.5 * r2, 0.5 * r2};
  for (std::size_t a = 0; a < weights.size(); ++a) {
    std::array<double, shape_parameters> unit{};
    unit[a] = 1.0;
    solve_factorised(m, unit);
    evidence.outline_variance += weights[a] * unit[a];
  }
  return evidence;
}

}  // namespace adatom::tracking
