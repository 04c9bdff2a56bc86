#include "wave.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

#include "adatom/base/random.h"

namespace adatom::simulate {
namespace {

// Rows that are turned together: both copies stay in the first-level cache.
constexpr std::size_t block = 8;

/// A multiple of a cache line that is not a large power of two, where rows would compete for the
/// same lines of the cache.
std::size_t padded(std::size_t n) {
  constexpr std::size_t line = 8;
  const std::size_t lines = (n + line - 1) / line;
  return line * (lines | 1U);
}

// One set per thread, made once: an allocation per slice would cost as much as a transform.
Amplitude* scratch_rows(std::size_t count) {
  thread_local Amplitudes rows;
  if (rows.size() < count) rows.resize(count);
  return rows.data();
}

double signed_index(std::size_t i, std::size_t n) {
  return 2 * i <= n ? static_cast<double>(i) : static_cast<double>(i) - static_cast<double>(n);
}

/// What two transforms, there and back, do to a row within the band besides `length`: FFTW's
/// constants of single precision are rounded, and every step loses up to 1e-7, always the same way.
double round_trip_gain(const numeric::RowFft& fft, std::size_t half) {
  constexpr int rows = 256;  // good to 1e-8 each
  const std::size_t n = fft.length();
  Amplitudes before(n);
  Amplitudes there(n);
  Amplitudes back(n);
  RandomStream random(1);
  double sum = 0.0;
  double norm = 0.0;
  for (int row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < 2 * half + 1; ++i) {
      Amplitude& value = before[i <= half ? i : n - (i - half)];
      value.real(static_cast<float>(random.uniform() - 0.5));
      value.imag(static_cast<float>(random.uniform() - 0.5));
    }
    there = before;
    fft.inverse(there.data(), back.data());
    fft.forward(back.data(), there.data());
    for (std::size_t i = 0; i < n; ++i) {
      const std::complex<double> value(before[i]);
      sum += (std::conj(value) * std::complex<double>(there[i])).real();
      norm += std::norm(value);
    }
  }
  return sum / (static_cast<double>(n) * norm);
}

/// Of the nine numbers of single precision around `value` the one whose modulus is closest: what a
/// propagator's factors gain or lose adds up over a hundred slices, an error of phase hardly.
Amplitude keep_modulus(std::complex<double> value) {
  const auto re = static_cast<float>(value.real());
  const auto im = static_cast<float>(value.imag());
  constexpr float far = std::numeric_limits<float>::infinity();
  Amplitude best(re, im);
  double smallest = std::numeric_limits<double>::infinity();
  for (const float x : {re, std::nextafter(re, -far), std::nextafter(re, far)}) {
    for (const float y : {im, std::nextafter(im, -far), std::nextafter(im, far)}) {
      const std::complex<double> candidate(static_cast<double>(x), static_cast<double>(y));
      const double error = std::abs(std::norm(candidate) - std::norm(value));
      if (error >= smallest) continue;
      smallest = error;
      best = {x, y};
    }
  }
  return best;
}

// How much further than by the aperture a transmission function reaches than a wave.
constexpr double aperture_share = 1.2;

}  // namespace

Bands bands_of_grid(double points_per_angstrom, double aperture) {
  // Strictly inside: at the sampling frequency itself products fold onto the edge.
  const double sum = points_per_angstrom * (1.0 - 1e-9);
  const double wave = (sum - aperture_share * aperture) / 3.0;
  return {.wave = wave, .transmission = sum - 2.0 * wave};
}

double grid_density(double largest, double aperture) {
  constexpr double margin = 1.08;
  return 3.0 * margin * largest + aperture_share * aperture;
}

WaveSpace::WaveSpace(std::size_t nx, std::size_t ny, double length_x, double length_y,
                     double band_limit)
    : nx_(nx),
      ny_(ny),
      length_x_(length_x),
      length_y_(length_y),
      band_limit_(band_limit),
      stride_(padded(ny)),
      fft_x_(nx),
      fft_y_(ny) {
  half_x_ = std::min(static_cast<std::size_t>(band_limit * length_x), (nx - 1) / 2);
  for (std::size_t c = 0; c < 2 * half_x_ + 1; ++c) {
    const double k = static_cast<double>(index_x(c)) / length_x;
    const double rest = std::sqrt(std::max(band_limit * band_limit - k * k, 0.0));
    half_y_.push_back(std::min(static_cast<std::size_t>(rest * length_y), (ny - 1) / 2));
  }
  gain_ = round_trip_gain(fft_x_, half_x_) * round_trip_gain(fft_y_, half_y_.front());
}

std::int64_t WaveSpace::index_x(std::size_t band_x) const {
  const auto i = static_cast<std::int64_t>(band_x);
  const auto half = static_cast<std::int64_t>(half_x_);
  return i <= half ? i : i - (2 * half + 1);
}

double WaveSpace::spectrum_scale() const {
  return static_cast<double>(nx_) * static_cast<double>(nx_) * static_cast<double>(ny_);
}

void WaveSpace::clear_outside(std::size_t band_x, Amplitude* row) const {
  const std::size_t half = half_y_[band_x];
  std::fill(row + half + 1, row + (ny_ - half), Amplitude{});
}

void WaveSpace::from_spectrum(Amplitudes& wave) const {
  const auto scale = static_cast<float>(nx_);
  for (std::size_t c = 0; c < band_x(); ++c) {
    Amplitude* row = wave.data() + c * stride_;
    clear_outside(c, row);
    Amplitude* copy = scratch_rows(ny_);
    for (std::size_t y = 0; y < ny_; ++y) copy[y] = scale * row[y];
    fft_y_.inverse(copy, row);
  }
}

void WaveSpace::gather_rows(const Amplitudes& wave, std::size_t y, std::size_t count,
                            Amplitude* rows) const {
  const std::size_t stride = padded(nx_);
  transpose(wave.data() + y, stride_, rows, stride, count, half_x_ + 1);
  transpose(wave.data() + (half_x_ + 1) * stride_ + y, stride_, rows + (nx_ - half_x_), stride,
            count, half_x_);
  for (std::size_t i = 0; i < count; ++i) {
    Amplitude* row = rows + i * stride;
    std::fill(row + half_x_ + 1, row + (nx_ - half_x_), Amplitude{});
  }
}

void WaveSpace::scatter_rows(Amplitudes& wave, std::size_t y, std::size_t count,
                             const Amplitude* rows) const {
  const std::size_t stride = padded(nx_);
  transpose(rows, stride, wave.data() + y, stride_, half_x_ + 1, count);
  transpose(rows + (nx_ - half_x_), stride, wave.data() + (half_x_ + 1) * stride_ + y, stride_,
            half_x_, count);
}

void WaveSpace::transmit(Amplitudes& wave, const Amplitude* t, std::size_t t_stride) const {
  const std::size_t stride = padded(nx_);
  Amplitude* rows = scratch_rows((block + 1) * stride);
  Amplitude* values = rows + block * stride;
  for (std::size_t y = 0; y < ny_; y += block) {
    const std::size_t count = std::min(block, ny_ - y);
    gather_rows(wave, y, count, rows);
    for (std::size_t i = 0; i < count; ++i) {
      Amplitude* row = rows + i * stride;
      fft_x_.inverse(row, values);
      multiply(values, t + (y + i) * t_stride, nx_);
      fft_x_.forward(values, row);
    }
    scatter_rows(wave, y, count, rows);
  }
}

WaveSpace::Propagator WaveSpace::propagator(double wavelength, double distance, double shift_x,
                                            double shift_y) const {
  const auto factor = [&](double index, double shift, double length, double scale) {
    const double k = (index + shift) / length;
    return keep_modulus(std::polar(scale, -std::numbers::pi * wavelength * distance * k * k));
  };
  Propagator result;
  // Both transforms of the step are paid back here.
  const double scale = 1.0 / (static_cast<double>(nx_) * static_cast<double>(ny_) * gain_);
  for (std::size_t c = 0; c < band_x(); ++c) {
    result.x.push_back(factor(static_cast<double>(index_x(c)), shift_x, length_x_, scale));
  }
  for (std::size_t y = 0; y < ny_; ++y) {
    result.y.push_back(factor(signed_index(y, ny_), shift_y, length_y_, 1.0));
  }
  return result;
}

void WaveSpace::finish_step(Amplitudes& wave, const Propagator* propagator,
                            SpectrumSink* sink) const {
  Amplitude* row = scratch_rows(stride_);
  for (std::size_t c = 0; c < band_x(); ++c) {
    Amplitude* home = wave.data() + c * stride_;
    fft_y_.forward(home, row);
    if (sink != nullptr) sink->take(c, row);
    if (propagator == nullptr) continue;
    const std::size_t half = half_y_[c];
    const std::size_t last = ny_ - half;
    multiply_scaled(row, propagator->y.data(), propagator->x[c], half + 1);
    clear_outside(c, row);
    multiply_scaled(row + last, propagator->y.data() + last, propagator->x[c], half);
    fft_y_.inverse(row, home);
  }
}

void WaveSpace::to_real_space(Amplitudes& rows, Amplitude* values,
                              std::size_t values_stride) const {
  const std::size_t stride = padded(nx_);
  Amplitude* part = scratch_rows(std::max(block * stride, stride_));
  for (std::size_t c = 0; c < band_x(); ++c) {
    Amplitude* row = rows.data() + c * stride_;
    std::copy(row, row + ny_, part);
    clear_outside(c, part);
    fft_y_.inverse(part, row);
  }
  for (std::size_t y = 0; y < ny_; y += block) {
    const std::size_t count = std::min(block, ny_ - y);
    gather_rows(rows, y, count, part);
    for (std::size_t i = 0; i < count; ++i) {
      fft_x_.inverse(part + i * stride, values + (y + i) * values_stride);
    }
  }
}

void WaveSpace::limit_band(Amplitude* values, std::size_t values_stride) const {
  Amplitudes rows = empty_wave();
  const std::size_t stride = padded(nx_);
  Amplitude* part = scratch_rows(std::max(block * stride, stride_));
  for (std::size_t y = 0; y < ny_; y += block) {
    const std::size_t count = std::min(block, ny_ - y);
    for (std::size_t i = 0; i < count; ++i) {
      fft_x_.forward(values + (y + i) * values_stride, part + i * stride);
    }
    scatter_rows(rows, y, count, part);
  }
  const auto scale =
      static_cast<float>(1.0 / (static_cast<double>(nx_) * static_cast<double>(ny_)));
  for (std::size_t c = 0; c < band_x(); ++c) {
    Amplitude* row = rows.data() + c * stride_;
    fft_y_.forward(row, part);
    for (std::size_t y = 0; y < ny_; ++y) row[y] = scale * part[y];
  }
  to_real_space(rows, values, values_stride);
}

}  // namespace adatom::simulate
