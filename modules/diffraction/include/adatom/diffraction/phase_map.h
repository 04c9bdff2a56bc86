#pragma once
// Which phase lies where in a high-resolution image, by the amplitude of its lattice fringes.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/diffraction/fringe_search.h"

namespace adatom::diffraction {

/// 0: none; 1: the first phase of the list, and so on.
using PhaseLabels = Grid<std::uint8_t>;

struct PhaseMapOptions {
  double sigma_k_per_nm = 0.35;     ///< of the masks; the kernel is 1 / (2 pi sigma_k) wide
  double noise_percentile = 99.0;   ///< of what masks beside the reflections see
  double edge_share = 0.5;          ///< a phase ends where its amplitude falls to this share
  double region_min_kernels = 4.0;  ///< smallest region kept, in squared kernel widths
  std::int64_t replicates = 32;     ///< for standard errors
  std::int64_t seed = 1;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// The fringes of one reflection.
struct FringeAmplitude {
  double amplitude = 0.0;  ///< where its phase is, image units; median
  double noise = 0.0;      ///< root mean square of what masks beside it see
  std::size_t noise_masks = 0;
};

struct PhaseArea {
  double area_nm2 = 0.0;
  double area_stderr_nm2 = 0.0;
  double share = 0.0;  ///< of the area of all phases; 0 where there is none
  double share_stderr = 0.0;
  double threshold = 0.0;  ///< noise gate, in the map's unit
  double plateau = 0.0;    ///< amplitude within the phase, in the map's unit
  std::size_t regions = 0;
};

/// The map made anew with noise added, on coarse points: point (i, j) lies at pixel
/// (i step_x, j step_y).
struct PhaseReplicates {
  double step_x_px = 1.0;
  double step_y_px = 1.0;
  PhaseLabels labels;  ///< without noise added
  std::vector<PhaseLabels> replicates;
};

struct PhaseMapResult {
  PhaseLabels labels;
  std::vector<Grid<double>> amplitude;  ///< of each phase, over the noise (see map_phases)
  std::vector<PhaseArea> phases;
  std::vector<FringeAmplitude> fringes;  ///< of the fringes given
  double kernel_nm = 0.0;
  PhaseReplicates replicates;
  std::vector<std::string> warnings;
};

/// Maps phases.
///
/// Each fringe f of a phase has an envelope E_f (fringe_filter.h). Masks of the same size at the
/// same |k|, turned to where no reflection is, see the noise there: its mean square n_f^2. A
/// phase's amplitude is c = sqrt(sum_f |E_f|^2 / n_f^2). Noise alone makes c^2 a gamma variable of
/// shape F, the number of fringes. The gate is the percentile of the c that turned masks show.
/// The part above the noise is s = sqrt(max(0, c^2 - F)); its plateau p within the phase is the
/// upper quartile of s where s > p / 2, iterated from the largest. A pixel belongs to the phase
/// with the largest s / p of those with c above the gate and s / p above edge_share; at half the
/// amplitude a straight edge lies where it is. A disc of radius R shrinks by about
/// kernel^2 / (2 R). Regions smaller than region_min are dropped.
///
/// Standard errors: to the envelopes noise of the mean square n_f^2 is added, of the correlation
/// that the masks give it (FringeFilter::noise), and the map is made anew; the standard deviation
/// over replicates is the error of an area or share. It is the error from noise; what the kernel
/// rounds off is not in it.
/// @param fringes each with its phase
/// @param others other peaks to keep noise masks away from
/// @throws InputError: invalid options, as FringeFilter; no fringe; a ring with no place for noise
/// masks. @throws Interrupted
[[nodiscard]] PhaseMapResult map_phases(const Grid<double>& image, double pixel_size_nm,
                                        std::size_t phase_count, std::span<const Fringe> fringes,
                                        std::span<const Fringe> others,
                                        const PhaseMapOptions& options, Progress& progress);

/// The probability that noise alone shows an amplitude of the map or more.
[[nodiscard]] double noise_probability(double amplitude, std::size_t fringes);

}  // namespace adatom::diffraction
