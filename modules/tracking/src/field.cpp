#include "field.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/base/cpu_clones.h"
#include "lanes.h"

namespace adatom::tracking {
namespace {

constexpr float least_factor = 0.03F;  // of the transmission, which is divided by

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

bool Field::reaches_out(const Shape& s) const {
  constexpr int points = 16;
  static const std::array<std::array<double, 2>, points> circle = [] {
    std::array<std::array<double, 2>, points> c{};
    for (std::size_t k = 0; k < points; ++k) {
      const double angle = 2.0 * std::numbers::pi * static_cast<double>(k) / points;
      c[k] = {std::cos(angle), std::sin(angle)};
    }
    return c;
  }();
  const double e = std::hypot(s.e1, s.e2);
  const double turn = 0.5 * std::atan2(s.e2, s.e1);
  const double cosine = std::cos(turn);
  const double sine = std::sin(turn);
  for (const auto& [u, v] : circle) {
    const double a = s.radius * std::exp(e) * u;
    const double b = s.radius * std::exp(-e) * v;
    const double x = std::round(s.x + a * cosine - b * sine);
    const double y = std::round(s.y + a * sine + b * cosine);
    if (x < 0.0 || y < 0.0 || x >= static_cast<double>(data_.width()) ||
        y >= static_cast<double>(data_.height())) {
      return true;
    }
    if (data_.row(static_cast<std::size_t>(y))[static_cast<std::size_t>(x)] < 0.5F * no_value) {
      return true;
    }
  }
  return false;
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

double Field::squares(const Box& box) const {
  double sum = 0.0;
  for (std::ptrdiff_t y = box.y0; y < box.y1; ++y) {
    const float* data = data_.row(static_cast<std::size_t>(y));
    const float* model = model_.row(static_cast<std::size_t>(y));
    for (std::ptrdiff_t x = box.x0; x < box.x1; ++x) {
      if (data[x] < 0.5F * no_value) continue;
      const auto m = static_cast<double>(model[x]);
      const double residual = static_cast<double>(data[x]) - m;
      sum += residual * residual / noise_.variance(m);
    }
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
