#pragma once
// How much of each phase there is, from the areas of its rings.
#include <cstdint>
#include <string>
#include <vector>

#include "adatom/diffraction/rings.h"

namespace adatom::diffraction {

/// The rings that count for a phase.
struct PhaseRings {
  std::string phase;
  std::vector<std::string> hkl;  ///< "111"; of families that share a ring, any
};

struct PhaseFraction {
  std::string phase;
  Estimate fraction;
};

/// I_p / sum of all I, with I_p the sum of the areas of the rings given, errors from the areas'
/// covariance. With {Cu: 111, 200; Cu2O: 111} that of Cu is the study's
/// c_Cu = (I_Cu111 + I_Cu200) / (I_Cu2O111 + I_Cu111 + I_Cu200).
/// @throws InputError: a ring that the fit has not; a phase twice or without rings
[[nodiscard]] std::vector<PhaseFraction> intensity_fractions(const RingFit& fit,
                                                             const std::vector<PhaseRings>& rings);

/// Rings for intensity_fractions where the user names none: of each phase those whose area per
/// volume is at least 0.4 of its strongest ring's. Of Cu and Cu2O they are the study's.
[[nodiscard]] std::vector<PhaseRings> default_rings(const RingFit& fit);

struct VolumeFractions {
  std::vector<PhaseFraction> phases;  ///< volume fractions
  /// What strengths scatter beyond the areas' errors, as a share (texture, dynamical scattering):
  /// such that chi-square is its degrees of freedom; 0: nothing beyond.
  double strength_scatter = 0.0;
  double chi2_per_dof = 0.0;  ///< without that scatter
};

/// V_p ~ A_k / (sum M |F|^2 d^2 / V^2) of every ring k of phase p, A_k its area under the azimuthal
/// mean (kinematical; crystal/reflections.h), combined by generalised least squares with the areas'
/// covariance plus the scatter. Their sum is 1.
/// @throws InputError: no phase with rings. Of a single phase the fraction is 1 with error 0.
[[nodiscard]] VolumeFractions volume_fractions(const RingFit& fit);

}  // namespace adatom::diffraction
