#include "window.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "adatom/base/electron.h"

namespace adatom::simulate {
namespace {

WaveSpace make_space(const ProbeOptions& probe, double side, std::size_t points) {
  const double aperture =
      1e-3 * probe.aperture_mrad / electron_wavelength_angstrom(probe.voltage_kv);
  const Bands bands = bands_of_grid(static_cast<double>(points) / side, aperture);
  return {points, points, side, side, bands.wave};
}

/// The mean of a detector's sensitivity over a cell of the reciprocal grid.
double mean_sensitivity(const Detector& detector, double x_mrad, double y_mrad, double side_mrad) {
  constexpr int parts = 8;
  double sum = 0.0;
  for (int j = 0; j < parts; ++j) {
    const double y = y_mrad + side_mrad * ((j + 0.5) / parts - 0.5);
    for (int i = 0; i < parts; ++i) {
      const double x = x_mrad + side_mrad * ((i + 0.5) / parts - 0.5);
      sum += detector.sensitivity(x, y);
    }
  }
  return sum / (parts * parts);
}

}  // namespace

class Window::Sink final : public SpectrumSink {
 public:
  Sink(const Window& window, std::span<double> sums)
      : window_(window), row_(2 * window.space_.half_y(0) + 1), sums_(sums) {}
  void take(std::size_t band_x, const Amplitude* row) override {
    const std::size_t half = window_.space_.half_y(band_x);
    const Amplitude* negative = row + (window_.space_.ny() - half);
    for (std::size_t s = 0; s < sums_.size(); ++s) {
      const float* weight = window_.weights_[s].data() + band_x * row_;
      sums_[s] += weighted_norm(row, weight, half + 1);
      sums_[s] += weighted_norm(negative, weight + half + 1, half);
    }
  }

 private:
  const Window& window_;
  std::size_t row_;
  std::span<double> sums_;
};

Window::Window(const ProbeOptions& probe, double side, std::size_t points,
               std::span<const Detector> detectors)
    : space_(make_space(probe, side, points)),
      wavelength_(electron_wavelength_angstrom(probe.voltage_kv)) {
  make_probe(probe, wavelength_);
  make_weights(detectors, wavelength_);
}

void Window::make_probe(const ProbeOptions& probe, double wavelength) {
  // As many beams as the aperture's area holds, the innermost first, and of the last ring what is
  // left over: so the probe's intensity is right, and its peak, to a fraction of a percent. Beams
  // weighted by how far a grid cell lies within the edge would make the peak of a probe of 20 mrad
  // in 12 angstrom five percent too high.
  const double step = 1.0 / space_.length_x();
  const double radius = 1e-3 * probe.aperture_mrad / wavelength / step;
  const double area = std::numbers::pi * radius * radius;
  std::map<std::int64_t, std::vector<Beam>> rings;  // by the square of the radius in grid steps
  for (std::size_t c = 0; c < space_.band_x(); ++c) {
    const std::int64_t i = space_.index_x(c);
    const auto half = static_cast<std::int64_t>(space_.half_y(c));
    for (std::int64_t j = -half; j <= half; ++j) {
      const auto place = j >= 0 ? j : j + static_cast<std::int64_t>(space_.ny());
      rings[i * i + j * j].push_back({.band_x = c,
                                      .y = static_cast<std::size_t>(place),
                                      .kx = static_cast<double>(i) * step,
                                      .ky = static_cast<double>(j) * step,
                                      .amplitude = {}});
    }
  }
  double left = area;
  for (const auto& [square, ring] : rings) {
    if (left <= 0.0) break;
    const auto count = static_cast<double>(ring.size());
    const double share = std::min(left / count, 1.0);
    left -= share * count;
    for (Beam beam : ring) {
      const double angle = wavelength * std::hypot(beam.kx, beam.ky);
      const double chi = aberration_phase(probe, angle, std::atan2(beam.ky, beam.kx));
      beam.amplitude = std::polar(std::sqrt(share), -chi);
      beams_.push_back(beam);
    }
  }
  double total = 0.0;
  for (const Beam& beam : beams_) total += std::norm(beam.amplitude);
  for (Beam& beam : beams_) beam.amplitude /= std::sqrt(total);
}

void Window::make_weights(std::span<const Detector> detectors, double wavelength) {
  const std::size_t row = 2 * space_.half_y(0) + 1;
  const double mrad = 1e3 * wavelength / space_.length_x();
  weights_.assign(detectors.size() + 1, std::vector<float>(space_.band_x() * row, 0.0F));
  std::fill(weights_.back().begin(), weights_.back().end(), 1.0F);
  for (std::size_t d = 0; d < detectors.size(); ++d) {
    for (std::size_t c = 0; c < space_.band_x(); ++c) {
      const double x = mrad * static_cast<double>(space_.index_x(c));
      const auto half = static_cast<std::int64_t>(space_.half_y(c));
      for (std::int64_t i = -half; i <= half; ++i) {
        const auto place = static_cast<std::size_t>(i >= 0 ? i : 2 * half + 1 + i);
        weights_[d][c * row + place] = static_cast<float>(
            mean_sensitivity(detectors[d], x, mrad * static_cast<double>(i), mrad));
      }
    }
  }
  vacuum_.assign(weights_.size(), 0.0);
  for (const Beam& beam : beams_) {
    const std::size_t half = space_.half_y(beam.band_x);
    const std::size_t place = beam.y <= half ? beam.y : beam.y + 2 * half + 1 - space_.ny();
    for (std::size_t s = 0; s < weights_.size(); ++s) {
      vacuum_[s] +=
          std::norm(beam.amplitude) * static_cast<double>(weights_[s][beam.band_x * row + place]);
    }
  }
}

void Window::start(double x, double y, double depth, Amplitudes& wave) const {
  const double spread = -std::numbers::pi * wavelength_ * depth;
  wave.assign(space_.band_x() * space_.stride(), Amplitude{});
  for (const Beam& beam : beams_) {
    const double turn = -2.0 * std::numbers::pi * (beam.kx * x + beam.ky * y) +
                        spread * (beam.kx * beam.kx + beam.ky * beam.ky);
    wave[beam.band_x * space_.stride() + beam.y] =
        Amplitude(beam.amplitude * std::polar(1.0, turn));
  }
  space_.from_spectrum(wave);
}

void Window::measure(Amplitudes& wave, std::span<double> signals) const {
  std::fill(signals.begin(), signals.end(), 0.0);
  Sink sink(*this, signals);
  space_.finish_step(wave, nullptr, &sink);
  const double scale = space_.spectrum_scale();
  for (double& signal : signals) signal /= scale * scale;
}

}  // namespace adatom::simulate
