#pragma once
// What the tests of waves share: a wave's spectrum by its indices, and waves with a random one.
#include <complex>
#include <cstdint>
#include <map>
#include <utility>

#include "adatom/base/random.h"
#include "wave.h"

namespace adatom::simulate::testing {

/// Keeps the amplitudes within the band, in the units of WaveSpace::from_spectrum.
class SeenSpectrum final : public SpectrumSink {
 public:
  explicit SeenSpectrum(const WaveSpace& space) : space_(space) {}
  void take(std::size_t band_x, const Amplitude* row) override {
    const auto half = static_cast<std::int64_t>(space_.half_y(band_x));
    const auto ny = static_cast<std::int64_t>(space_.ny());
    for (std::int64_t i = -half; i <= half; ++i) {
      const Amplitude seen = row[i >= 0 ? i : ny + i];
      values_[{space_.index_x(band_x), i}] = std::complex<double>(seen) / space_.spectrum_scale();
    }
  }
  [[nodiscard]] bool holds(std::int64_t x, std::int64_t y) const {
    return values_.count({x, y}) > 0;
  }
  [[nodiscard]] std::complex<double> at(std::int64_t x, std::int64_t y) const {
    return values_.at({x, y});
  }
  [[nodiscard]] const auto& values() const { return values_; }
  [[nodiscard]] double norm() const {
    double sum = 0.0;
    for (const auto& [index, value] : values_) sum += std::norm(value);
    return sum;
  }

 private:
  const WaveSpace& space_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::complex<double>> values_;
};

/// Where the amplitude of an index stands in a wave before from_spectrum.
inline Amplitude& spectrum_at(const WaveSpace& space, Amplitudes& wave, std::int64_t x,
                              std::int64_t y) {
  const auto row = x >= 0 ? x : x + static_cast<std::int64_t>(space.band_x());
  const auto place = y >= 0 ? y : y + static_cast<std::int64_t>(space.ny());
  return wave[static_cast<std::size_t>(row) * space.stride() + static_cast<std::size_t>(place)];
}

/// Normal deviates at every index within the band, not yet a wave.
inline Amplitudes random_spectrum(const WaveSpace& space, std::uint64_t seed) {
  RandomStream random(seed);
  Amplitudes wave = space.empty_wave();
  for (std::size_t c = 0; c < space.band_x(); ++c) {
    const auto half = static_cast<std::int64_t>(space.half_y(c));
    for (std::int64_t y = -half; y <= half; ++y) {
      const double re = random.normal();
      const double im = random.normal();
      spectrum_at(space, wave, space.index_x(c), y) = Amplitude(std::complex<double>(re, im));
    }
  }
  return wave;
}

/// The spectrum of a wave behind a slice.
inline SeenSpectrum spectrum_behind(const WaveSpace& space, Amplitudes wave, const Amplitude* t,
                                    std::size_t t_stride) {
  SeenSpectrum seen(space);
  space.transmit(wave, t, t_stride);
  space.finish_step(wave, nullptr, &seen);
  return seen;
}

}  // namespace adatom::simulate::testing
