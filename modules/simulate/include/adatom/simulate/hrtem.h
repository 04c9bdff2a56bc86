#pragma once
// High-resolution images of a particle of two phases, with the truth about every pixel.
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/progress.h"
#include "adatom/crystal/phase.h"
#include "adatom/simulate/hrtem_options.h"

namespace adatom::simulate {

/// Fringes of one pair of opposite reflections.
struct HrtemFringe {
  std::string hkl;
  double kx_per_nm = 0.0;
  double ky_per_nm = 0.0;
  double amplitude = 0.0;  ///< of the mean
};

/// The pairs of reflections of a phase in a zone, as an image resolves them: those with h u + k v +
/// l w = 0 that are not extinct. Amplitudes go with |F|; the strongest has `contrast`. The longest
/// spacing (of those that belong together the first by h, k, l) lies at `angle`.
/// @throws InputError: no such phase (names those there are), a zone without reflections that
/// resolution allows or that is not three integers
[[nodiscard]] std::vector<HrtemFringe> zone_fringes(const HrtemCrystalOptions& crystal,
                                                    double resolution_angstrom);

struct HrtemDisc {
  double x_nm = 0.0;  ///< from the centre of the first pixel
  double y_nm = 0.0;
  double radius_nm = 0.0;
};

struct HrtemFrame {
  std::int64_t index = 0;
  double time_s = 0.0;
  Grid<double> image;         ///< electrons
  Grid<std::uint8_t> labels;  ///< 0 none, 1 the particle's phase, 2 the inclusion's
  HrtemDisc particle;
  HrtemDisc inclusion;
};

struct HrtemSummary {
  std::vector<HrtemFringe> particle;
  std::vector<HrtemFringe> inclusion;
};

/// Makes the frames in order and hands each to `sink`.
///
/// Linear imaging with a flat transfer up to the resolution: the mean, times 1 + the sum of cosines
/// of the pixel's crystal, each with a random phase that stays through the series (the crystal
/// moves with its disc), + an amorphous film: normal numbers blurred with a Gaussian, other ones in
/// every frame. A pixel belongs to the disc that its centre lies in. Where the particle is
/// strained, cosines have the argument 2 pi g . (r - u(r)). Electrons are Poisson.
/// @throws InputError: invalid options, as zone_fringes; Interrupted
HrtemSummary simulate_hrtem(const HrtemOptions& options,
                            const std::function<void(const HrtemFrame&)>& sink, Progress& progress);

}  // namespace adatom::simulate
