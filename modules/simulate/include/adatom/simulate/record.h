#pragma once
// From a calculated image to one that a microscope would record.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/base/random.h"

namespace adatom::simulate {

struct RecordingOptions {
  std::int64_t upsampling = 1;  ///< pixels for each probe step
  double source_fwhm_angstrom = 0.0;
  std::optional<double> dose_per_angstrom2 = std::nullopt;
  /// Standard deviation of the detector's noise in a pixel, in electrons; with a dose.
  double readout_noise_electrons = 0.0;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct Recorded {
  Grid<double> image;  ///< fraction of the incident beam
  double pixel_size_angstrom = 0.0;
};

/// The image on a grid finer by `factor`, by zero-padding its Fourier transform; what lies beyond
/// an edge is its mirror image. The first pixel stays where it is, and so does the last:
/// (n - 1) factor + 1 pixels a side. Exact within for images sampled at wavelength / (4 aperture)
/// or finer (Dwyer, Ultramicroscopy 110 (2010) 195).
/// @throws InputError: an empty image, a factor of zero
[[nodiscard]] Grid<double> upsample(const Grid<double>& image, std::size_t factor);

/// The image interpolated, then blurred by a source of finite size (a Gaussian of this full width
/// at half maximum, edges continued by mirror), then, with a dose, n / (dose pixel^2), n Poisson
/// plus the read-out noise, normal.
[[nodiscard]] Recorded record(const Grid<double>& image, double step_angstrom,
                              const RecordingOptions& options, const RandomStream& random);

}  // namespace adatom::simulate
