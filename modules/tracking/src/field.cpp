#include "field.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "adatom/base/cpu_clones.h"
#include "cholesky.h"
#include "lanes.h"

namespace adatom::tracking {
namespace {

constexpr double reach_blurs = 3.5;    // beyond its outline a body is seen so far
constexpr float least_factor = 0.03F;  // of the transmission, which is divided by
constexpr double least_radius = 0.6;
constexpr double small_step = 0.01;  // the square of a step in units of the errors

ADATOM_CLONES
void multiply_row(float* model, const float* share, float contrast, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const float f = 1.0F + contrast * share[i];
    model[i] *= f > least_factor ? f : least_factor;
  }
}

ADATOM_CLONES
void divide_row(float* model, const float* share, float contrast, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const float f = 1.0F + contrast * share[i];
    model[i] /= f > least_factor ? f : least_factor;
  }
}

ADATOM_CLONES
void add_row(float* model, const float* share, const float* background, float contrast,
             std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) model[i] += contrast * share[i] * background[i];
}

ADATOM_CLONES
void residual_row(const float* data, const float* model, const Noise& noise, float sign,
                  float* result, std::size_t count) {
  const auto floor = static_cast<float>(noise.floor);
  const auto gain = static_cast<float>(noise.gain);
  const Lanes least = Lanes{} + static_cast<float>(noise.least);
  const Lanes nothing = Lanes{} + 0.5F * no_value;
  const Lanes zero{};
  for (std::size_t i = 0; i < count; i += lanes) {
    Lanes d;
    Lanes m;
    load(data + i, d);
    load(model + i, m);
    const Lanes raw = floor + gain * m;
    Lanes inverse;
    inverse_sqrt_lanes(raw > least ? raw : least, inverse);
    const Lanes r = d > nothing ? sign * (d - m) * inverse : zero;
    if (i + lanes <= count) {
      store(r, result + i);
    } else {
      for (std::size_t k = 0; i + k < count; ++k) result[i + k] = r[k];
    }
  }
}

double bounded(double value, double limit) { return std::clamp(value, -limit, limit); }

}  // namespace

void Box::include(const Box& o) {
  x0 = std::min(x0, o.x0);
  y0 = std::min(y0, o.y0);
  x1 = std::max(x1, o.x1);
  y1 = std::max(y1, o.y1);
}

double Body::long_axis() const { return shape.radius * std::exp(std::hypot(shape.e1, shape.e2)); }

Field::Field(const Plane& data, const Plane& background, const Noise& noise, Contrast contrast,
             Plane& model)
    : data_(data), background_(background), noise_(noise), contrast_(contrast), model_(model) {
  model_.resize(data.width(), data.height());
  for (std::size_t y = 0; y < data.height(); ++y) {
    std::copy_n(background.row(y), data.width(), model_.row(y));
  }
}

Box Field::box_of(const Shape& shape) const {
  const double reach =
      shape.radius * std::exp(std::hypot(shape.e1, shape.e2)) + reach_blurs * shape.blur;
  const auto low = [&](double at) {
    return std::max<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(std::floor(at - reach)), 0);
  };
  const auto high = [&](double at, std::size_t size) {
    return std::min(static_cast<std::ptrdiff_t>(std::ceil(at + reach)) + 1,
                    static_cast<std::ptrdiff_t>(size));
  };
  return {low(shape.x), low(shape.y), high(shape.x, data_.width()), high(shape.y, data_.height())};
}

void Field::render(std::size_t i) {
  Body& body = bodies_[i];
  body.box = box_of(body.shape);
  boxes_[i] = body.box;
  if (body.box.empty()) return;
  body.stride = (static_cast<std::size_t>(body.box.x1 - body.box.x0) + 15) / 16 * 16;
  const auto height = static_cast<std::size_t>(body.box.y1 - body.box.y0);
  if (body.share.size() < body.stride * height) body.share.resize(body.stride * height);
  render_share(body.shape, body.box.x0, body.box.y0, body.stride, height, body.share.data());
}

void Field::apply(const Body& body, Change change) {
  if (body.box.empty()) return;
  const auto width = static_cast<std::size_t>(body.box.x1 - body.box.x0);
  const auto contrast = static_cast<float>(body.shape.contrast);
  for (std::ptrdiff_t y = body.box.y0; y < body.box.y1; ++y) {
    const auto j = static_cast<std::size_t>(y);
    float* row = model_.row(j) + body.box.x0;
    const float* share =
        body.share.data() + static_cast<std::size_t>(y - body.box.y0) * body.stride;
    if (contrast_ == Contrast::bright) {
      add_row(row, share, background_.row(j) + body.box.x0,
              change == Change::put ? contrast : -contrast, width);
    } else if (change == Change::put) {
      multiply_row(row, share, contrast, width);
    } else {
      divide_row(row, share, contrast, width);
    }
  }
}

std::size_t Field::add(const Shape& shape) {
  const std::size_t i = bodies_.size();
  bodies_.emplace_back();
  boxes_.emplace_back();
  bodies_[i].shape = shape;
  render(i);
  apply(bodies_[i], Change::put);
  return i;
}

void Field::remove(std::size_t i) {
  if (!bodies_[i].alive) return;
  apply(bodies_[i], Change::take);
  bodies_[i].alive = false;
  boxes_[i] = {};
}

void Field::restore(std::size_t i, const Body& body) {
  if (bodies_[i].alive) apply(bodies_[i], Change::take);
  bodies_[i] = body;
  boxes_[i] = body.alive ? body.box : Box{};
  if (body.alive) apply(bodies_[i], Change::put);
}

void Field::compact() {
  std::erase_if(bodies_, [](const Body& body) { return !body.alive; });
  boxes_.clear();
  for (const Body& body : bodies_) boxes_.push_back(body.box);
}

void Field::cut_patch(const Body& body, const Box& box) {
  patch_.resize(box.x0, box.y0, static_cast<std::size_t>(box.x1 - box.x0),
                static_cast<std::size_t>(box.y1 - box.y0));
  for (std::size_t j = 0; j < patch_.height; ++j) {
    const std::size_t y = static_cast<std::size_t>(box.y0) + j;
    float* data = patch_.data.data() + j * patch_.stride;
    float* base = patch_.base.data() + j * patch_.stride;
    float* weight = patch_.weight.data() + j * patch_.stride;
    std::copy_n(data_.row(y) + box.x0, patch_.width, data);
    std::fill(data + patch_.width, data + patch_.stride, no_value);
    std::copy_n(model_.row(y) + box.x0, patch_.width, base);
    std::fill(base + patch_.width, base + patch_.stride, 1.0F);
    std::fill(weight + patch_.width, weight + patch_.stride, 0.0F);
    // Without the body itself, where it stands in the model.
    const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(y) - body.box.y0;
    const bool inside = row >= 0 && row < body.box.y1 - body.box.y0;
    const std::ptrdiff_t x0 = std::max(box.x0, body.box.x0);
    const std::ptrdiff_t x1 = std::min(box.x1, body.box.x1);
    if (inside && x0 < x1) {
      const float* share =
          body.share.data() + static_cast<std::size_t>(row) * body.stride + (x0 - body.box.x0);
      const auto contrast = static_cast<float>(body.shape.contrast);
      const auto count = static_cast<std::size_t>(x1 - x0);
      if (contrast_ == Contrast::bright) {
        add_row(base + (x0 - box.x0), share, background_.row(y) + x0, -contrast, count);
      } else {
        divide_row(base + (x0 - box.x0), share, contrast, count);
      }
    }
    const float* scale = contrast_ == Contrast::bright ? background_.row(y) + box.x0 : base;
    std::copy_n(scale, patch_.width, weight);
  }
}

double Field::penalty(const Shape& shape) const {
  const double c =
      (shape.contrast - priors_.contrast) / (priors_.contrast_spread * priors_.contrast);
  const double e =
      (shape.e1 * shape.e1 + shape.e2 * shape.e2) / (priors_.shape_spread * priors_.shape_spread);
  return c * c + e;
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
  SmallMatrix m = system_of(sums, shape, priors_, Blur::fixed, right);
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
  SmallMatrix m = system_of(sums, body.shape, priors_, Blur::fixed, right);
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

double Field::cost(const Box& box) const {
  double sum = 0.0;
  if (box.empty()) return sum;
  const auto count = static_cast<std::size_t>(box.x1 - box.x0);
  for (std::ptrdiff_t y = box.y0; y < box.y1; ++y) {
    const auto j = static_cast<std::size_t>(y);
    sum += minus_two_log_likelihood(data_.row(j) + box.x0, model_.row(j) + box.x0, noise_, count);
  }
  return sum;
}

double Field::cost_without(std::size_t i) {
  apply(bodies_[i], Change::take);
  const double without = cost(bodies_[i].box);
  apply(bodies_[i], Change::put);
  return without;
}

std::vector<std::size_t> Field::within(const Box& box) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < boxes_.size(); ++i) {
    if (boxes_[i].meets(box)) found.push_back(i);
  }
  return found;
}

void Field::residuals(Plane& result) const {
  result.resize(data_.width(), data_.height());
  const float sign = contrast_ == Contrast::bright ? 1.0F : -1.0F;
  for (std::size_t y = 0; y < data_.height(); ++y) {
    residual_row(data_.row(y), model_.row(y), noise_, sign, result.row(y), data_.width());
  }
}

}  // namespace adatom::tracking
