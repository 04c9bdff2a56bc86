#include "adatom/diffraction/fringe_filter.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/numeric/filter.h"
#include "adatom/numeric/statistics.h"
#include "image_check.h"

namespace adatom::diffraction {
namespace {

using numeric::Complex;

constexpr double two_pi = 2.0 * std::numbers::pi;
constexpr double mask_reach = 5.5;  // in sigma_k: the mask has fallen to 3e-7

/// One axis of the image, of its padded transform, and of the coarse one.
struct Axis {
  std::size_t pixels = 0;
  std::size_t padded = 0;
  std::size_t coarse = 0;         ///< points of the coarse inverse transform
  std::size_t coarse_inside = 0;  ///< of these within the image
  double k_step_per_nm = 0.0;
  [[nodiscard]] double coarse_step_px() const {
    return static_cast<double>(padded) / static_cast<double>(coarse);
  }
};

Axis make_axis(std::size_t pixels, double pixel_nm, double kernel_nm) {
  Axis axis;
  axis.pixels = pixels;
  const double margin = 6.0 * kernel_nm / pixel_nm;
  axis.padded = numeric::fast_length(pixels + static_cast<std::size_t>(std::ceil(margin)));
  const double length_nm = static_cast<double>(axis.padded) * pixel_nm;
  axis.coarse = std::min(
      axis.padded,
      numeric::fast_length(static_cast<std::size_t>(std::ceil(4.0 * length_nm / kernel_nm))));
  const double last = static_cast<double>(pixels) - 1.0;
  axis.coarse_inside = static_cast<std::size_t>(last / axis.coarse_step_px()) + 1;
  axis.k_step_per_nm = 1.0 / length_nm;
  return axis;
}

/// The share of the kernel within the image, at points a step apart.
std::vector<double> coverage(const Axis& axis, double step_px, std::size_t points,
                             double kernel_px) {
  std::vector<double> shares;
  const double end = static_cast<double>(axis.pixels) - 0.5;
  const double scale = 1.0 / (std::numbers::sqrt2 * kernel_px);
  for (std::size_t i = 0; i < points; ++i) {
    const double x = step_px * static_cast<double>(i);
    shares.push_back(0.5 * (std::erf((end - x) * scale) + std::erf((x + 0.5) * scale)));
  }
  return shares;
}

}  // namespace

struct FringeFilter::State {
  double pixel_nm = 0.0;
  double sigma_k = 0.0;
  double kernel_nm = 0.0;
  Axis x;
  Axis y;
  Grid<Complex> spectrum;  ///< kx from 0 to the middle, as RealFft2d gives it
  std::unique_ptr<numeric::ComplexFft2d> full;
  std::unique_ptr<numeric::ComplexFft2d> coarse;
  std::vector<double> coarse_share_x;
  std::vector<double> coarse_share_y;

  /// F at any signed place.
  [[nodiscard]] Complex at(std::int64_t u, std::int64_t v) const {
    const auto width = static_cast<std::int64_t>(x.padded);
    const auto height = static_cast<std::int64_t>(y.padded);
    u = ((u % width) + width) % width;
    v = ((v % height) + height) % height;
    if (2 * u <= width) return spectrum(static_cast<std::size_t>(u), static_cast<std::size_t>(v));
    const auto opposite = static_cast<std::size_t>((height - v) % height);
    return std::conj(spectrum(static_cast<std::size_t>(width - u), opposite));
  }
  [[nodiscard]] Grid<Complex> masked(double kx, double ky, std::int64_t u0, std::int64_t v0,
                                     std::size_t width, std::size_t height,
                                     Derivative derivative) const;
};

/// The transform about (u0, v0), which moves to (0, 0), times the mask.
Grid<Complex> FringeFilter::State::masked(double kx, double ky, std::int64_t u0, std::int64_t v0,
                                          std::size_t width, std::size_t height,
                                          Derivative derivative) const {
  Grid<Complex> values(width, height, Complex{});
  const auto reach = [&](const Axis& axis, std::size_t length) {
    const auto wanted =
        static_cast<std::int64_t>(std::ceil(mask_reach * sigma_k / axis.k_step_per_nm));
    return std::min(wanted, static_cast<std::int64_t>(length - 1) / 2);
  };
  const std::int64_t reach_x = reach(x, width);
  const std::int64_t reach_y = reach(y, height);
  const double area_ratio = static_cast<double>(width) / static_cast<double>(x.padded) *
                            (static_cast<double>(height) / static_cast<double>(y.padded));
  for (std::int64_t dv = -reach_y; dv <= reach_y; ++dv) {
    const double qy = static_cast<double>(dv) * y.k_step_per_nm;
    const double off_y = static_cast<double>(v0) * y.k_step_per_nm + qy - ky;
    const auto row = static_cast<std::size_t>(dv < 0 ? dv + static_cast<std::int64_t>(height) : dv);
    for (std::int64_t du = -reach_x; du <= reach_x; ++du) {
      const double qx = static_cast<double>(du) * x.k_step_per_nm;
      const double off_x = static_cast<double>(u0) * x.k_step_per_nm + qx - kx;
      const double weight =
          2.0 * area_ratio * std::exp(-0.5 * (off_x * off_x + off_y * off_y) / (sigma_k * sigma_k));
      Complex value = weight * at(u0 + du, v0 + dv);
      if (derivative == Derivative::x) value *= Complex(0.0, two_pi * qx);
      if (derivative == Derivative::y) value *= Complex(0.0, two_pi * qy);
      const auto column =
          static_cast<std::size_t>(du < 0 ? du + static_cast<std::int64_t>(width) : du);
      values(column, row) = value;
    }
  }
  return values;
}

FringeFilter::FringeFilter(const Grid<double>& image, double pixel_size_nm, double sigma_k_per_nm,
                           double k_min_per_nm)
    : state_(std::make_unique<State>()) {
  require_fringe_image(image, pixel_size_nm);
  if (!(sigma_k_per_nm > 0.0) || !(k_min_per_nm >= 4.0 * sigma_k_per_nm)) {
    throw InputError(
        {.what = "the masks are too wide for the fringes",
         .where = "sigma_k_per_nm",
         .why = fmt::format("{:.4g} 1/nm is not between 0 and a quarter of 1/d = {:.4g} 1/nm",
                            sigma_k_per_nm, k_min_per_nm),
         .remedy = "give a narrower mask"});
  }
  State& s = *state_;
  s.pixel_nm = pixel_size_nm;
  s.sigma_k = sigma_k_per_nm;
  s.kernel_nm = 1.0 / (two_pi * sigma_k_per_nm);
  s.x = make_axis(image.width(), pixel_size_nm, s.kernel_nm);
  s.y = make_axis(image.height(), pixel_size_nm, s.kernel_nm);
  const double blur_px = 0.8 / (k_min_per_nm * pixel_size_nm);
  const auto slow = numeric::gaussian_filter(image, blur_px, numeric::Edge::normalised);
  Grid<double> padded(s.x.padded, s.y.padded, 0.0);
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) padded(x, y) = image(x, y) - slow(x, y);
  }
  s.spectrum = numeric::RealFft2d(s.x.padded, s.y.padded).forward(padded);
  s.full = std::make_unique<numeric::ComplexFft2d>(s.x.padded, s.y.padded);
  s.coarse = std::make_unique<numeric::ComplexFft2d>(s.x.coarse, s.y.coarse);
  const double kernel_px = s.kernel_nm / pixel_size_nm;
  s.coarse_share_x = coverage(s.x, s.x.coarse_step_px(), s.x.coarse_inside, kernel_px);
  s.coarse_share_y = coverage(s.y, s.y.coarse_step_px(), s.y.coarse_inside, kernel_px);
}

FringeFilter::~FringeFilter() = default;
FringeFilter::FringeFilter(FringeFilter&&) noexcept = default;
FringeFilter& FringeFilter::operator=(FringeFilter&&) noexcept = default;

FringeEnvelope FringeFilter::envelope(double kx_per_nm, double ky_per_nm, Sampling sampling,
                                      Derivative derivative) const {
  const State& s = *state_;
  require_sampled(std::hypot(kx_per_nm, ky_per_nm), s.pixel_nm);
  const auto u0 = static_cast<std::int64_t>(std::lround(kx_per_nm / s.x.k_step_per_nm));
  const auto v0 = static_cast<std::int64_t>(std::lround(ky_per_nm / s.y.k_step_per_nm));
  const bool is_full = sampling == Sampling::full;
  auto values = s.masked(kx_per_nm, ky_per_nm, u0, v0, is_full ? s.x.padded : s.x.coarse,
                         is_full ? s.y.padded : s.y.coarse, derivative);
  (is_full ? *s.full : *s.coarse).inverse(values);
  const std::size_t width = is_full ? s.x.pixels : s.x.coarse_inside;
  const std::size_t height = is_full ? s.y.pixels : s.y.coarse_inside;
  const double kernel_px = s.kernel_nm / s.pixel_nm;
  const auto share_x = coverage(s.x, is_full ? 1.0 : s.x.coarse_step_px(), width, kernel_px);
  const auto share_y = coverage(s.y, is_full ? 1.0 : s.y.coarse_step_px(), height, kernel_px);
  FringeEnvelope result{Grid<Complex>(width, height), static_cast<double>(u0) * s.x.k_step_per_nm,
                        static_cast<double>(v0) * s.y.k_step_per_nm};
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      result.values(x, y) = values(x, y) / (share_x[x] * share_y[y]);
    }
  }
  return result;
}

Grid<Complex> FringeFilter::noise(double power, RandomStream& random) const {
  const State& s = *state_;
  Grid<Complex> values(s.x.coarse, s.y.coarse, Complex{});
  double sum = 0.0;
  for (std::size_t v = 0; v < s.y.coarse; ++v) {
    const double qy =
        s.y.k_step_per_nm * static_cast<double>(s.y.coarse) * numeric::frequency(v, s.y.coarse);
    for (std::size_t u = 0; u < s.x.coarse; ++u) {
      const double qx =
          s.x.k_step_per_nm * static_cast<double>(s.x.coarse) * numeric::frequency(u, s.x.coarse);
      const double square = (qx * qx + qy * qy) / (s.sigma_k * s.sigma_k);
      if (square > mask_reach * mask_reach) continue;
      const double weight = std::exp(-0.5 * square);
      sum += weight * weight;
      const double real = random.normal();
      values(u, v) = weight * Complex(real, random.normal());
    }
  }
  s.coarse->inverse(values);
  const double points = static_cast<double>(s.x.coarse) * static_cast<double>(s.y.coarse);
  const double scale = points * std::sqrt(0.5 * power / sum);
  Grid<Complex> inside(s.x.coarse_inside, s.y.coarse_inside);
  for (std::size_t y = 0; y < inside.height(); ++y) {
    for (std::size_t x = 0; x < inside.width(); ++x) {
      // Near a border the envelope's noise grows as the root of what is missing there.
      inside(x, y) = scale / std::sqrt(coarse_share(x, y)) * values(x, y);
    }
  }
  return inside;
}

double FringeFilter::coarse_share(std::size_t x, std::size_t y) const {
  return state_->coarse_share_x[x] * state_->coarse_share_y[y];
}
double FringeFilter::coarse_step_x_px() const { return state_->x.coarse_step_px(); }
double FringeFilter::coarse_step_y_px() const { return state_->y.coarse_step_px(); }
double FringeFilter::sigma_k_per_nm() const { return state_->sigma_k; }
double FringeFilter::kernel_nm() const { return state_->kernel_nm; }
double FringeFilter::pixel_size_nm() const { return state_->pixel_nm; }

std::vector<std::array<double, 2>> noise_places(double k_per_nm, std::span<const Fringe> avoid,
                                                double sigma_k_per_nm, std::size_t most) {
  constexpr int directions = 720;  // of half the ring; -k is the same as k
  constexpr double from_peaks = 4.0;
  constexpr double from_others = 3.0;
  std::vector<std::array<double, 2>> places;
  const auto apart = [](const std::array<double, 2>& a, double x, double y) {
    return std::min(std::hypot(a[0] - x, a[1] - y), std::hypot(a[0] + x, a[1] + y));
  };
  for (int i = 0; i < directions; ++i) {
    const double angle = std::numbers::pi * i / directions;
    const std::array<double, 2> place = {k_per_nm * std::cos(angle), k_per_nm * std::sin(angle)};
    const bool near_peak = std::ranges::any_of(avoid, [&](const Fringe& peak) {
      return apart(place, peak.kx_per_nm, peak.ky_per_nm) < from_peaks * sigma_k_per_nm;
    });
    const bool near_other = std::ranges::any_of(places, [&](const auto& other) {
      return apart(place, other[0], other[1]) < from_others * sigma_k_per_nm;
    });
    if (!near_peak && !near_other) places.push_back(place);
  }
  if (places.size() <= most) return places;
  std::vector<std::array<double, 2>> chosen;
  for (std::size_t i = 0; i < most; ++i) chosen.push_back(places[i * places.size() / most]);
  return chosen;
}

FringeNoise fringe_noise(const FringeFilter& filter, const Fringe& fringe,
                         std::span<const Fringe> avoid) {
  constexpr std::size_t most_masks = 12;
  const auto places =
      noise_places(length_per_nm(fringe), avoid, filter.sigma_k_per_nm(), most_masks);
  if (places.empty()) {
    throw InputError({.what = "there is no room for masks that see only noise",
                      .where = place_of(fringe),
                      .why = "reflections fill its ring",
                      .remedy = "give narrower masks"});
  }
  FringeNoise noise;
  std::vector<double> squares;
  for (const auto& place : places) {
    noise.envelopes.push_back(filter.envelope(place[0], place[1], Sampling::coarse).values);
    const auto& seen = noise.envelopes.back();
    for (std::size_t y = 0; y < seen.height(); ++y) {
      for (std::size_t x = 0; x < seen.width(); ++x)
        squares.push_back(std::norm(seen(x, y)) * filter.coarse_share(x, y));
    }
  }
  noise.power = numeric::median(squares) / std::numbers::ln2;
  if (!(noise.power > 0.0)) {
    throw InputError({.what = "the image has no noise",
                      .where = place_of(fringe),
                      .why = "beside the reflection its transform is zero",
                      .remedy = "use the image as it was recorded"});
  }
  return noise;
}

}  // namespace adatom::diffraction
