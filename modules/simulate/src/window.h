#pragma once
// The square around the probe in which a wave is followed.
#include <cstddef>
#include <span>
#include <vector>

#include "adatom/simulate/detector.h"
#include "adatom/simulate/probe.h"
#include "wave.h"

namespace adatom::simulate {

/// What all probe positions share: the grid, the probe's spectrum, free space, the detectors.
class Window {
 public:
  /// @param points along each side; @param slices of `thickness` at most to be crossed at once
  Window(const ProbeOptions& probe, double side, std::size_t points, double thickness,
         std::size_t slices, std::span<const Detector> detectors);

  [[nodiscard]] const WaveSpace& space() const { return space_; }
  [[nodiscard]] double pixel() const {
    return space_.length_x() / static_cast<double>(space_.nx());
  }
  /// The detectors, and last what is within the band at all.
  [[nodiscard]] std::size_t signals() const { return weights_.size(); }
  /// A wave for a probe at (x, y) angstrom from the window's first grid point, `slices` slices
  /// further down than the probe's reference plane.
  void start(double x, double y, std::size_t slices, Amplitudes& wave) const;
  /// Free space of `slices` slices, from 1 on.
  [[nodiscard]] const WaveSpace::Propagator& free_space(std::size_t slices) const {
    return propagators_[slices - 1];
  }
  /// Adds up what falls on each detector after the last transmit, as a fraction of the beam.
  void measure(Amplitudes& wave, std::span<double> signals) const;
  /// The same for a probe that meets no atom.
  [[nodiscard]] std::span<const double> vacuum() const { return vacuum_; }

 private:
  struct Beam {
    std::size_t band_x;
    std::size_t y;  ///< in the order of a transform
    double kx;
    double ky;
    std::complex<double> amplitude;
  };
  class Sink;
  void make_probe(const ProbeOptions& probe, double wavelength);
  void make_weights(std::span<const Detector> detectors, double wavelength);

  WaveSpace space_;
  double turn_per_slice_;  ///< phase of free space, by k^2
  std::vector<Beam> beams_;
  std::vector<WaveSpace::Propagator> propagators_;
  /// By signal: [band_x][k_y = 0, 1, ..., -1 within the row's band], rows as long as the longest.
  std::vector<std::vector<float>> weights_;
  std::vector<double> vacuum_;
};

}  // namespace adatom::simulate
