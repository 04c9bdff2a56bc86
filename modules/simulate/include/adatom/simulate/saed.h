#pragma once
// Series of SAED ring patterns of polycrystalline phases, with the truth about every ring.
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/progress.h"
#include "adatom/crystal/phase.h"
#include "adatom/simulate/saed_options.h"
#include "adatom/storage/csv.h"

namespace adatom::simulate {

/// One ring of one frame. Counts are those of the image before its polarity is inverted: gain
/// times electrons.
struct SaedRing {
  std::string phase;  ///< "unknown": of none
  std::string hkl;
  std::int64_t multiplicity = 0;
  double d_angstrom = 0.0;
  double s_per_angstrom = 0.0;
  double intensity = 0.0;           ///< expected counts of the whole ring
  double width_per_angstrom = 0.0;  ///< full width at half maximum
  double lorentz_share = 0.0;       ///< eta of the pseudo-Voigt
  /// Area under the ring's azimuthal mean, counts per pixel times 1/angstrom:
  /// intensity s_per_px^2 / (2 pi s).
  double profile_area = 0.0;
};

struct SaedShare {
  std::string phase;
  double volume_fraction = 0.0;
  double intensity_fraction = 0.0;  ///< of the rings of all phases
};

struct SaedSpot {
  std::string phase;
  std::string hkl;
  double s_per_angstrom = 0.0;
  double azimuth_rad = 0.0;  ///< in the pattern without its ellipse, from x towards y
  double electrons = 0.0;
};

struct SaedFrame {
  std::int64_t index = 0;
  double time_s = 0.0;
  double centre_x_px = 0.0;
  double centre_y_px = 0.0;
  Grid<double> image;  ///< counts
  std::vector<SaedRing> rings;
  std::vector<SaedShare> shares;
};

struct SaedPixel {
  std::int64_t x = 0;
  std::int64_t y = 0;
};

/// What stays through the series.
struct SaedSummary {
  double s_max_per_angstrom = 0.0;  ///< rings are listed and drawn up to here
  double beam_stop_x_px = 0.0;
  double beam_stop_y_px = 0.0;
  std::vector<SaedSpot> spots;
  std::vector<SaedPixel> hot_pixels;
  std::vector<SaedPixel> dead_pixels;
};

/// Makes the frames in order and hands each to `sink`.
///
/// A pixel at (dx, dy) from the centre has s = s_per_px |A (dx, dy)| with the symmetric matrix A
/// of determinant 1 that has the eigenvalues 1/sqrt(q) along the long axis and sqrt(q) across, q
/// the ellipse's ratio; the flat Ewald sphere. A ring's azimuthal mean is a pseudo-Voigt in s
/// (Thompson, Cox and Hastings, J. Appl. Cryst. 20 (1987) 79, for the widths of instrument,
/// microstrain and size), its strength volume fraction x ring_strength_per_volume
/// (crystal/reflections.h). A pixel's value is the mean over its square. Electrons are Poisson;
/// counts = gain n + offset + read-out noise, cut off at saturation.
/// @param from_cif the one phase of options.cif; not looked at where none is given
/// @throws InputError: invalid options, impossible phases; Interrupted
SaedSummary simulate_saed(const SaedOptions& options, std::span<const crystal::Phase> from_cif,
                          const std::function<void(const SaedFrame&)>& sink, Progress& progress);

/// Empty tables, and the rows of a frame: `frame,time_s,phase,hkl,multiplicity,d_angstrom,
/// s_per_angstrom,intensity,width_per_angstrom,lorentz_share,profile_area` and
/// `frame,time_s,phase,volume_fraction,intensity_fraction`.
[[nodiscard]] storage::Table saed_truth_table();
void add_saed_truth(storage::Table& table, const SaedFrame& frame);
[[nodiscard]] storage::Table saed_fraction_table();
void add_saed_fractions(storage::Table& table, const SaedFrame& frame);

}  // namespace adatom::simulate
