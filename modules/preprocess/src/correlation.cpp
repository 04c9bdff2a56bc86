#include "correlation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <Eigen/LU>

#include "adatom/numeric/statistics.h"

namespace adatom::preprocess {
namespace {

using numeric::Complex;

constexpr double two_pi = 2.0 * std::numbers::pi;

/// How often a term of the half spectrum counts in a sum over the whole.
double multiplicity(std::size_t u, std::size_t width) {
  return u == 0 || 2 * u == width ? 1.0 : 2.0;
}

/// W(k): zero beyond the cutoff; inside 1, or for phase correlation 1 / |R F| where the product
/// stands well above what noise alone makes of it at the highest frequencies, falling to 0 at that
/// limit.
Grid<double> make_weights(const Grid<Complex>& reference, const Grid<Complex>& frame,
                          std::size_t width, std::size_t height, const RegisterOptions& options) {
  Grid<double> weights(reference.width(), reference.height(), 0.0);
  Grid<double> magnitude(reference.width(), reference.height(), 0.0);
  std::vector<double> highest;
  double largest = 0.0;
  for (std::size_t v = 0; v < reference.height(); ++v) {
    for (std::size_t u = 0; u < reference.width(); ++u) {
      const double k = std::hypot(numeric::frequency(u, width), numeric::frequency(v, height));
      magnitude(u, v) = std::abs(reference(u, v)) * std::abs(frame(u, v));
      largest = std::max(largest, magnitude(u, v));
      if (k > 0.45) highest.push_back(magnitude(u, v));
      if (k <= options.cutoff_per_px) weights(u, v) = 1.0;
    }
  }
  if (options.weight == CorrelationWeight::amplitude) return weights;
  // Of the products of two noise spectra, one in a thousand exceeds eight times their median.
  const double limit =
      std::max(highest.empty() ? 0.0 : 8.0 * numeric::median(highest), 1e-6 * largest);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double m = magnitude.values()[i];
    weights.values()[i] *= m > limit ? (1.0 - limit / m) / m : 0.0;
  }
  return weights;
}

}  // namespace

Correlation::Correlation(const Grid<Complex>& reference, const Grid<Complex>& frame,
                         std::size_t width, std::size_t height, const RegisterOptions& options)
    : width_(width),
      height_(height),
      weights_(make_weights(reference, frame, width, height, options)),
      product_(reference.width(), reference.height()) {
  double of_reference = 0.0;
  double of_frame = 0.0;
  for (std::size_t v = 0; v < reference.height(); ++v) {
    for (std::size_t u = 0; u < reference.width(); ++u) {
      const double weight = weights_(u, v);
      if (weight == 0.0) continue;
      const Complex product = weight * std::conj(reference(u, v)) * frame(u, v);
      const double times = multiplicity(u, width);
      product_(u, v) = product;
      terms_.push_back({u, v, times * product});
      of_reference += times * weight * std::norm(reference(u, v));
      of_frame += times * weight * std::norm(frame(u, v));
    }
  }
  bound_ = std::sqrt(of_reference * of_frame);
}

Correlation::Value Correlation::at(const Eigen::Vector2d& shift_px) const {
  const auto phases = [](std::size_t count, std::size_t length, double shift) {
    std::vector<Complex> list(count);
    for (std::size_t i = 0; i < count; ++i) {
      list[i] = std::polar(1.0, two_pi * numeric::frequency(i, length) * shift);
    }
    return list;
  };
  const auto along_x = phases(product_.width(), width_, shift_px.x());
  const auto along_y = phases(product_.height(), height_, shift_px.y());
  Value sum;
  for (const auto& term : terms_) {
    const double kx = two_pi * numeric::frequency(term.u, width_);
    const double ky = two_pi * numeric::frequency(term.v, height_);
    const Complex c = term.product * along_x[term.u] * along_y[term.v];
    sum.value += c.real();
    sum.gradient.x() -= kx * c.imag();
    sum.gradient.y() -= ky * c.imag();
    sum.hessian(0, 0) -= kx * kx * c.real();
    sum.hessian(0, 1) -= kx * ky * c.real();
    sum.hessian(1, 1) -= ky * ky * c.real();
  }
  sum.hessian(1, 0) = sum.hessian(0, 1);
  return sum;
}

Correlation::Peak Correlation::climb(const Eigen::Vector2d& start) const {
  constexpr int most_steps = 30;
  constexpr double furthest_px = 1.5;
  Peak peak{start, at(start).value};
  Eigen::Vector2d shift = start;
  for (int i = 0; i < most_steps; ++i) {
    const Value here = at(shift);
    if (here.value >= peak.value) peak = {shift, here.value};
    const double determinant = here.hessian.determinant();
    if (!(determinant > 0.0) || !(here.hessian(0, 0) < 0.0)) break;  // not around a maximum
    Eigen::Vector2d step = -here.hessian.inverse() * here.gradient;
    if (step.norm() > 0.5) step *= 0.5 / step.norm();
    shift += step;
    if ((shift - start).norm() > furthest_px) break;
    if (step.norm() < 1e-9) return {shift, at(shift).value};
  }
  return peak;
}

std::vector<Correlation::Peak> Correlation::peaks(const Eigen::Vector2d& centre,
                                                  double reach) const {
  const auto map = numeric::RealFft2d(width_, height_).inverse(product_);
  const auto w = static_cast<std::ptrdiff_t>(width_);
  const auto h = static_cast<std::ptrdiff_t>(height_);
  const auto value = [&](std::ptrdiff_t x, std::ptrdiff_t y) {
    return map(static_cast<std::size_t>(((x % w) + w) % w),
               static_cast<std::size_t>(((y % h) + h) % h));
  };
  const auto clamped = [](double v, std::ptrdiff_t length) {
    const double half = 0.5 * static_cast<double>(length - 1);
    return static_cast<std::ptrdiff_t>(std::clamp(v, -half, half));
  };
  std::vector<Peak> found;
  Peak highest{centre, -std::numeric_limits<double>::infinity()};
  for (auto y = clamped(std::ceil(centre.y() - reach), h);
       y <= clamped(std::floor(centre.y() + reach), h); ++y) {
    for (auto x = clamped(std::ceil(centre.x() - reach), w);
         x <= clamped(std::floor(centre.x() + reach), w); ++x) {
      const double here = value(x, y);
      const Eigen::Vector2d at_pixel(static_cast<double>(x), static_cast<double>(y));
      if (here > highest.value) highest = {at_pixel, here};
      bool is_maximum = true;
      for (std::ptrdiff_t dy = -1; dy <= 1 && is_maximum; ++dy) {
        for (std::ptrdiff_t dx = -1; dx <= 1; ++dx) {
          if ((dx != 0 || dy != 0) && value(x + dx, y + dy) > here) is_maximum = false;
        }
      }
      if (is_maximum) found.push_back({at_pixel, here});
    }
  }
  if (found.empty()) found.push_back(highest);  // the maximum lies beyond the reach
  const auto higher = [](const Peak& a, const Peak& b) { return a.value > b.value; };
  std::stable_sort(found.begin(), found.end(), higher);
  if (found.size() > 8) found.resize(8);
  for (auto& peak : found) peak = climb(peak.shift_px);
  std::stable_sort(found.begin(), found.end(), higher);
  return found;
}

}  // namespace adatom::preprocess
