#pragma once
// Which of many candidate phases a profile shows.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/crystal/phase.h"
#include "adatom/diffraction/profile.h"
#include "adatom/diffraction/ring_options.h"

namespace adatom::diffraction {

struct ChoosePhasesOptions {
  RingFitOptions fit = tied_fit();
  /// A phase must lower the information criterion by this; 10 is "very strong" (Kass and Raftery,
  /// J. Am. Stat. Assoc. 90 (1995) 773).
  double least_gain = 10.0;
  std::int64_t phases_max = 4;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
  /// Areas tied by |F|^2, one size for all, calibration within 0.5 %, no unknown rings.
  [[nodiscard]] static RingFitOptions tied_fit();
};

struct CandidatePhase {
  std::string phase{};
  bool chosen = false;
  /// By how much the criterion is lower with the phase than without, beside the (other) chosen
  /// ones; minus infinity: it could only have a negative area.
  double gain = 0.0;
  double area_share = 0.0;  ///< its rings' areas over those of all rings, in that fit
};

struct PhaseChoice {
  std::vector<CandidatePhase> candidates;  ///< as given
  double criterion = 0.0;                  ///< of the chosen ones
  double criterion_of_none = 0.0;          ///< of the background alone
};

/// Phases are taken one by one, each time the one that lowers
///
///   BIC = n ln(chi^2 / bins) + k ln n
///
/// most (k parameters; the form for errors known up to a factor, so that texture and dynamical
/// scattering, which no model here has, do not make every further phase significant; n the number
/// of bins over the correlation length of the residuals of all candidates together, since such
/// misfits go on over many bins); then any that the others have made needless is left out again. A
/// phase with a negative area is never taken.
/// @throws InputError: as RingFitter; no candidates
[[nodiscard]] PhaseChoice choose_phases(const Profile& profile,
                                        const std::vector<crystal::Phase>& candidates,
                                        const ChoosePhasesOptions& options, Progress& progress);

}  // namespace adatom::diffraction
