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
  /// @param points along each side
  Window(const ProbeOptions& probe, double side, std::size_t points,
         std::span<const Detector> detectors);

  [[nodiscard]] const WaveSpace& space() const { return space_; }
  [[nodiscard]] double pixel() const {
    return space_.length_x() / static_cast<double>(space_.nx());
  }
  /// The detectors, and last what is within the band at all.
  [[nodiscard]] std::size_t signals() const { return weights_.size(); }
  /// A wave for a probe at (x, y) angstrom from the window's first grid point, `depth` angstrom
  /// further down than the probe's reference plane.
  void start(double x, double y, double depth, Amplitudes& wave) const;
  [[nodiscard]] WaveSpace::Propagator free_space(double distance_angstrom) const {
    return space_.propagator(wavelength_, distance_angstrom);
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
  double wavelength_;
  std::vector<Beam> beams_;
  /// By signal: [band_x][k_y = 0, 1, ..., -1 within the row's band], rows as long as the longest.
  std::vector<std::vector<float>> weights_;
  std::vector<double> vacuum_;
};

}  // namespace adatom::simulate
