#include "adatom/preprocess/register.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/LU>

#include "adatom/numeric/fft.h"
#include "correlation.h"
#include "finite.h"

namespace adatom::preprocess {
namespace {

using numeric::Complex;

/// One axis of the window: what both frame 0 and a frame displaced by `shift` show, with cosine
/// edges, seen from pixel coordinates `offset` away from frame 0's.
std::vector<double> window_profile(std::size_t length, double shift, double offset) {
  const double last = static_cast<double>(length - 1);
  const double begin = std::max(0.0, -shift);
  const double end = last - std::max(0.0, shift);
  const double edge = std::max(0.125 * (end - begin), 1.0);
  std::vector<double> profile(length, 0.0);
  for (std::size_t i = 0; i < length; ++i) {
    const double at = static_cast<double>(i) - offset;  // in frame 0's coordinates
    const double depth = std::min(at - begin, end - at) / edge;
    if (depth <= 0.0) continue;
    profile[i] = depth >= 1.0 ? 1.0 : 0.5 - 0.5 * std::cos(std::numbers::pi * depth);
  }
  return profile;
}

/// The image times the window, its weighted mean taken out first. The window rides on the object:
/// in the frame it stands `offset` further than in the reference, so that neither its edges nor a
/// constant background pull the correlation towards zero.
Grid<double> windowed(const Grid<double>& image, const Eigen::Vector2d& shift,
                      const Eigen::Vector2d& offset) {
  const auto along_x = window_profile(image.width(), shift.x(), offset.x());
  const auto along_y = window_profile(image.height(), shift.y(), offset.y());
  double weight = 0.0;
  double sum = 0.0;
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      weight += along_x[x] * along_y[y];
      sum += along_x[x] * along_y[y] * image(x, y);
    }
  }
  const double mean = weight > 0.0 ? sum / weight : 0.0;
  Grid<double> result(image.width(), image.height());
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      result(x, y) = along_x[x] * along_y[y] * (image(x, y) - mean);
    }
  }
  return result;
}

struct Spectra {
  Grid<double> frame_image;
  Grid<Complex> reference;
  Grid<Complex> frame;
};

Spectra spectra_at(const numeric::RealFft2d& transform, const Grid<double>& reference,
                   const Grid<double>& frame, const Eigen::Vector2d& shift) {
  Spectra spectra;
  spectra.frame_image = windowed(frame, shift, shift);
  spectra.reference = transform.forward(windowed(reference, shift, Eigen::Vector2d::Zero()));
  spectra.frame = transform.forward(spectra.frame_image);
  return spectra;
}

/// The spectrum times f(u, v) and the phase that displaces by `shift`.
template <class Factor>
Grid<double> transformed(const numeric::RealFft2d& transform, Grid<Complex> spectrum,
                         const Eigen::Vector2d& shift, Factor factor) {
  for (std::size_t v = 0; v < spectrum.height(); ++v) {
    const double ky = numeric::frequency(v, transform.height());
    for (std::size_t u = 0; u < spectrum.width(); ++u) {
      const double kx = numeric::frequency(u, transform.width());
      const double angle = -2.0 * std::numbers::pi * (kx * shift.x() + ky * shift.y());
      spectrum(u, v) *= factor(u, v, kx, ky) * std::polar(1.0, angle);
    }
  }
  return transform.inverse(std::move(spectrum));
}

/// Covariance of the maximum of C(s): H^-1 V H^-1 with H the curvature and V = sum g g^T r^2 over
/// pixels, g the gradient of the weighted reference at s, r frame minus reference (White,
/// Econometrica 48 (1980) 817: no assumption on how the noise varies from pixel to pixel).
Eigen::Matrix2d covariance(const numeric::RealFft2d& transform, const Spectra& spectra,
                           const Correlation& correlation, const Eigen::Vector2d& shift) {
  const auto& weights = correlation.weights();
  const auto moved = [&](auto factor) {
    return transformed(transform, spectra.reference, shift, factor);
  };
  const auto plain =
      moved([](std::size_t, std::size_t, double, double) { return Complex(1.0, 0.0); });
  const auto slope_x = moved([&](std::size_t u, std::size_t v, double kx, double) {
    return Complex(0.0, 2.0 * std::numbers::pi * kx) * weights(u, v);
  });
  const auto slope_y = moved([&](std::size_t u, std::size_t v, double, double ky) {
    return Complex(0.0, 2.0 * std::numbers::pi * ky) * weights(u, v);
  });
  double product = 0.0;
  double square = 0.0;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    product += plain.values()[i] * spectra.frame_image.values()[i];
    square += plain.values()[i] * plain.values()[i];
  }
  const double scale = square > 0.0 ? product / square : 0.0;  // the beam may have changed
  Eigen::Matrix2d scatter = Eigen::Matrix2d::Zero();
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const double residual = spectra.frame_image.values()[i] - scale * plain.values()[i];
    const Eigen::Vector2d slope(slope_x.values()[i], slope_y.values()[i]);
    scatter += residual * residual * slope * slope.transpose();
  }
  // at() sums over the spectrum: a factor of width * height above the sum over pixels.
  const Eigen::Matrix2d curvature =
      correlation.at(shift).hessian / static_cast<double>(transform.width() * transform.height());
  const double determinant = curvature.determinant();
  if (!(determinant > 0.0)) return Eigen::Matrix2d::Zero();
  const Eigen::Matrix2d inverse = curvature.inverse();
  return inverse * scatter * inverse;
}

void add_frame(RegistrationState& state, const Grid<double>& frame) {
  const Grid<double> moved = displaced(frame, -state.last.x_px, -state.last.y_px);
  const double right = static_cast<double>(frame.width() - 1);
  const double lower = static_cast<double>(frame.height() - 1);
  for (std::size_t y = 0; y < frame.height(); ++y) {
    const double from_y = static_cast<double>(y) + state.last.y_px;
    if (from_y < 0.0 || from_y > lower) continue;
    for (std::size_t x = 0; x < frame.width(); ++x) {
      const double from_x = static_cast<double>(x) + state.last.x_px;
      if (from_x < 0.0 || from_x > right) continue;
      state.sum(x, y) += moved(x, y);
      state.coverage(x, y) += 1.0;
    }
  }
  ++state.frames;
}

void require_same_size(const RegistrationState& state, const Grid<double>& frame) {
  if (frame.width() == state.sum.width() && frame.height() == state.sum.height()) return;
  throw InputError({.what = "frames of different size",
                    .where = "register",
                    .why = std::to_string(frame.width()) + " x " + std::to_string(frame.height()) +
                           " after " + std::to_string(state.sum.width()) + " x " +
                           std::to_string(state.sum.height()) + " pixels",
                    .remedy = "crop them to one size"});
}

void require_contrast(const Grid<double>& frame) {
  const auto [low, high] = std::ranges::minmax_element(frame.values());
  if (*low < *high) return;
  throw InputError({.what = "a frame without contrast",
                    .where = "register",
                    .why = "all its pixels are equal",
                    .remedy = {}});
}

/// How high the next best maximum is that is not the best one over again.
double second_peak(const std::vector<Correlation::Peak>& peaks) {
  for (const auto& peak : peaks) {
    if ((peak.shift_px - peaks.front().shift_px).norm() > 1.0) {
      return peaks.front().value > 0.0 ? std::max(peak.value, 0.0) / peaks.front().value : 0.0;
    }
  }
  return 0.0;
}

}  // namespace

void RegisterOptions::describe(OptionVisitor& v) {
  v.visit({.name = "method", .help = "off; correlation: with the mean of the frames before"},
          method);
  v.visit({.name = "weight",
           .help = "amplitude: best where shot noise rules; phase: all frequencies alike, for "
                   "uneven backgrounds"},
          weight);
  v.visit({.name = "max_step_px",
           .unit = "px",
           .help = "largest displacement between two frames; empty: a quarter of the shorter "
                   "side. Below half a lattice spacing it rules out a slip by a lattice vector",
           .min = 0.5,
           .max = 1e5},
          max_step_px);
  v.visit({.name = "cutoff_per_px",
           .unit = "1/px",
           .help = "spatial frequencies above this are not used",
           .min = 0.01,
           .max = 0.5},
          cutoff_per_px);
}

std::vector<OptionIssue> RegisterOptions::validate() const { return check_ranges(*this); }

FrameShift register_frame(RegistrationState& state, const Grid<double>& frame,
                          const RegisterOptions& options) {
  require_valid(options.validate());
  require_usable(frame, 16, "register");
  require_contrast(frame);
  if (state.frames == 0) {
    state = {};
    state.sum = frame;
    state.coverage = Grid<double>(frame.width(), frame.height(), 1.0);
    state.frames = 1;
    return state.last;
  }
  require_same_size(state, frame);
  const auto shorter = static_cast<double>(std::min(frame.width(), frame.height()));
  const double reach = options.max_step_px.value_or(0.25 * shorter);
  const Grid<double> reference = average_frame(state);
  const numeric::RealFft2d transform(frame.width(), frame.height());

  // The window of the first look stands where the last frame was; then it follows the result.
  Eigen::Vector2d shift(state.last.x_px, state.last.y_px);
  FrameShift result;
  constexpr int most_rounds = 12;
  for (int round = 0; round < most_rounds; ++round) {
    const Spectra spectra = spectra_at(transform, reference, frame, shift);
    const Correlation correlation(spectra.reference, spectra.frame, frame.width(), frame.height(),
                                  options);
    Correlation::Peak peak;
    if (round == 0) {
      const auto peaks = correlation.peaks(shift, reach);
      peak = peaks.front();
      result.second_peak = second_peak(peaks);
    } else {
      peak = correlation.climb(shift);
    }
    const double change = (peak.shift_px - shift).norm();
    shift = peak.shift_px;
    if (change > 1e-5 && round + 1 < most_rounds) continue;
    result.quality = correlation.bound() > 0.0 ? peak.value / correlation.bound() : 0.0;
    Eigen::Matrix2d variance = covariance(transform, spectra, correlation, shift);
    const auto n = static_cast<double>(state.frames);
    // The reference is a mean of n frames laid on frame 0: its noise is n times smaller, but its
    // place is frame 0's with frame 0's error.
    const double own = n / (n + 1.0);
    if (state.frames == 1) {
      state.x_variance_frame0_px2 = own * variance(0, 0);
      state.y_variance_frame0_px2 = own * variance(1, 1);
    }
    result.x_stderr_px = std::sqrt(own * variance(0, 0) + state.x_variance_frame0_px2);
    result.y_stderr_px = std::sqrt(own * variance(1, 1) + state.y_variance_frame0_px2);
    break;
  }
  result.x_px = shift.x();
  result.y_px = shift.y();
  state.last = result;
  add_frame(state, frame);
  return result;
}

Grid<double> average_frame(const RegistrationState& state) {
  Grid<double> average(state.sum.width(), state.sum.height(), 0.0);
  for (std::size_t i = 0; i < average.size(); ++i) {
    if (state.coverage.values()[i] > 0.0) {
      average.values()[i] = state.sum.values()[i] / state.coverage.values()[i];
    }
  }
  return average;
}

}  // namespace adatom::preprocess
