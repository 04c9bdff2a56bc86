#pragma once
// The rings of a radial profile, all fitted at once.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/phase.h"
#include "adatom/diffraction/profile.h"
#include "adatom/diffraction/ring_options.h"

namespace adatom::diffraction {

/// What a fit gives: a number with its standard error. A number that was held has the error 0.
struct Estimate {
  double value = 0.0;
  double stderr_value = 0.0;
};

/// A family of reflections, several that no fit could tell apart, or a ring of no phase.
struct Ring {
  std::string phase{};            ///< empty: no phase explains it
  std::string hkl{};              ///< "111", "333+511"
  std::int64_t multiplicity = 0;  ///< of all its families
  Estimate d_angstrom{};          ///< in the calibration the fit found
  Estimate s_per_angstrom{};      ///< where the ring lies in the profile
  /// Area under the ring in the profile, counts per pixel times 1/angstrom. Areas are not kept
  /// above zero: a ring that is not there has 0 within its error, so sums and ratios are unbiased.
  Estimate area{};
  Estimate intensity{};  ///< counts of the whole ring: 2 pi s area / s_per_px^2
  double width_per_angstrom =
      0.0;                     ///< full width at half maximum, with the blur of pixels and bins
  double lorentz_share = 0.0;  ///< eta of the pseudo-Voigt
  /// sum of M |F|^2 d^2 / V^2 over its families: the area per volume, but for a factor that all
  /// rings have in common (crystal/reflections.h). 0: no phase.
  double area_per_volume = 0.0;
};

/// One phase of the fit.
struct FittedPhase {
  std::string name{};
  Estimate scale{};         ///< fitted cell edges over those given; all edges change alike
  Estimate a_angstrom{};    ///< edge a; the other edges go with it
  Estimate size_nm{};       ///< Scherrer's 0.89 / Lorentzian width; 8900 nm: no Lorentzian width
  Estimate microstrain{};   ///< root mean square
  double significance = 0;  ///< largest area of its rings over its error
};

/// The largest peak that the fit leaves in the residual.
struct ResidualPeak {
  double s_per_angstrom = 0.0;
  double significance = 0.0;  ///< its area over the error of that
};

struct RingFit {
  bool converged = false;
  std::int64_t iterations = 0;
  std::vector<Ring> rings;          ///< by phase, then s; unknown ones last
  Eigen::MatrixXd area_covariance;  ///< of the rings' areas
  std::vector<FittedPhase> phases;
  Estimate instrument_width_per_angstrom;
  /// s in the profile over true s, where a phase of known lattice was named; else 1. The right
  /// calibration is s_per_px / s_scale.
  Estimate s_scale{1.0, 0.0};
  double chi2_per_dof = 0.0;  ///< with the errors the profile states
  std::int64_t degrees_of_freedom = 0;
  double error_factor = 1.0;  ///< all errors were multiplied by it: max(1, sqrt(chi2_per_dof))
  ResidualPeak residual_peak;
  std::size_t first_bin = 0;       ///< of the profile: where the three curves begin
  std::vector<double> fitted;      ///< everything, bin by bin
  std::vector<double> background;  ///< of that, what is no ring
  std::vector<double> residual;    ///< (measured - fitted) / stderr; NaN: bin left out
};

/// Fits many profiles of one series with the same rings. The model is a background plus
///
///   sum_k A_k pV(s - s_k; w_k, eta_k),   s_k = r_p / d_k,
///
/// pV a pseudo-Voigt of area 1, A_k free for each ring, r_p one number per phase (for a cubic one:
/// its lattice parameter). Width and share follow from a Gaussian (instrument, microstrain 2.355 e
/// s, blur of pixels and bins; added in squares) and a Lorentzian (0.89 / size) by Thompson, Cox
/// and Hastings, J. Appl. Cryst. 20 (1987) 79, equations 3 and 4. Rings just outside the range lend
/// it their tails, tied by |F|^2 to the phase's nearest ring inside. Levenberg and Marquardt
/// (Ceres) with weights 1/variance, the variances those of the profile, smoothed along the fitted
/// curve: the scatter of counts must not weigh the counts themselves.
class RingFitter {
 public:
  /// Chooses range and rings, finds start values from the reference itself (a baseline, then all
  /// scales and widths in reach), fits it and looks for unknown rings in what is left.
  /// @param reference one frame, or better the mean of a series
  /// @throws InputError: invalid options, an impossible phase, two of one name, a named phase that
  ///   is not there, too few bins with weight, no ring in range
  RingFitter(const Profile& reference, const std::vector<crystal::Phase>& phases,
             const RingFitOptions& options = {});
  /// The fit of the reference.
  [[nodiscard]] const RingFit& reference() const { return reference_; }
  /// The fit of another profile with the same bins, started from the reference's: it does not
  /// depend on other frames, so frames may be fitted in any order and at once. Position and widths
  /// of a phase that hardly shows stay with the reference's (options.frame_*_tolerance).
  /// @throws InputError: other bins, too few with weight
  [[nodiscard]] RingFit fit(const Profile& profile) const;

 private:
  struct Setup;
  std::shared_ptr<const Setup> setup_;
  RingFit reference_;
};

/// The fit of one profile.
[[nodiscard]] RingFit fit_rings(const Profile& profile, const std::vector<crystal::Phase>& phases,
                                const RingFitOptions& options = {});

}  // namespace adatom::diffraction
