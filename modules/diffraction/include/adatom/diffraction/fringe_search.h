#pragma once
// Lattice fringes of a high-resolution image: peaks of its power spectrum.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/diffraction/fringe_families.h"

namespace adatom::diffraction {

/// A peak of the power spectrum; its opposite at -k is the same fringe. One of the two has
/// ky > 0, or ky = 0 and kx > 0: that one is named.
struct Fringe {
  double kx_per_nm = 0.0;  ///< from x to the right, y down
  double ky_per_nm = 0.0;
  double k_stderr_per_nm = 0.0;        ///< along either axis; 0 where it was given
  double significance = 0.0;           ///< height over the ring's median, in its standard deviation
  std::optional<std::size_t> phase{};  ///< of the list of phases; nothing: fits no family
  std::string hkl = {};
};

struct FringeSearchOptions {
  double tolerance = 0.02;          ///< a fringe belongs to a family within this share of 1/d
  double smoothing_per_nm = 0.175;  ///< Gaussian that the power spectrum is smoothed with
  double significance_min = 8.0;    ///< what stands out less is noise
  double separation_per_nm = 0.7;   ///< of two peaks closer than this the stronger counts
  std::int64_t max_per_family = 8;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct FringeSearchResult {
  std::vector<Fringe> fringes;  ///< that fit a family, by phase and falling significance
  std::vector<Fringe> others;   ///< that fit none, by falling significance; at most 24
  /// Smoothed power over the median at the same |k|, k = 0 in the middle (size / 2).
  Grid<double> relative_power;
  double k_step_per_nm = 0.0;
};

/// Finds the fringes of the families. The image times a Hann window, its mean taken out, is padded
/// to a square and transformed; the power is smoothed. Around each |k| the median and the standard
/// deviation (from the median absolute deviation) of all azimuths tell what the amorphous part and
/// the noise make; local maxima above that are fringes. Places are the tops of parabolas through
/// the logarithm of the 3 by 3 points about a maximum. Their standard error is that of the top of
/// a smooth peak in noise whose correlation is that of the smoothing s: r / (sqrt(2) s H), with H
/// the curvature of the logarithm and r the relative deviation of the power at the top: that of a
/// steady wave in the ring's noise, sqrt(2 P_noise / P), times what the smoothing leaves of the
/// ring's own speckle.
/// @param pixel_size_nm side of a pixel
/// @throws InputError: invalid options, a side below 32 pixels, pixels not finite, a pixel size too
/// large for the families (past half the sampling rate)
[[nodiscard]] FringeSearchResult find_fringes(const Grid<double>& image, double pixel_size_nm,
                                              std::span<const FringeFamily> families,
                                              const FringeSearchOptions& options);

/// |k|, 1/nm.
[[nodiscard]] double length_per_nm(const Fringe& fringe);
/// "2.087 angstrom at 31 deg", for messages.
[[nodiscard]] std::string place_of(const Fringe& fringe);

}  // namespace adatom::diffraction
