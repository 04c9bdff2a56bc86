#pragma once
// A candidate relaxed at the temperature of the experiment, averaged over time, and quenched.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/base/random.h"
#include "adatom/crystal/structure.h"
#include "adatom/energetics/embedded_atom.h"
#include "adatom/energetics/force_field.h"
#include "adatom/md/state.h"

namespace adatom::reconstruct {

/// The published protocol: Nose-Hoover at 673 K for 5 ns (Arslan Irmak et al., Small Methods 5
/// (2021) 2101150).
struct RelaxOptions {
  double temperature_k = 673.0;
  double relax_ns = 5.0;  ///< all of the dynamics; 0: the candidate is only quenched
  double timestep_fs = 5.0;
  double damping_ps = 0.5;  ///< Nose-Hoover: period; Langevin: 1 / friction
  /// Share of the time that Langevin dynamics takes first, to warm the quenched candidate up.
  double thermalise_share = 0.1;
  /// Share of the time at the end whose frames are averaged.
  double average_share = 0.5;
  std::int64_t windows = 50;             ///< of equal length: quenched one by one for the error
  std::int64_t sample_every_steps = 20;  ///< steps from one averaged frame to the next
  double quench_force_ev_per_angstrom = 1e-3;  ///< the longest force at which a quench ends
  std::int64_t save_every_steps = 20000;       ///< changes no result
  energetics::Precision precision = energetics::Precision::full;  ///< of the dynamics

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// Frames of one window, each moved rigidly onto the quenched start.
struct RelaxWindow {
  std::int64_t frames = 0;
  std::vector<Eigen::Vector3d> displacements_angstrom = {};  ///< sums over frames, from the start
};

enum class RelaxPhase { begin, thermalisation, dynamics };

/// Where a relaxation stands: what has to be kept to go on with it. Plain numbers.
struct RelaxState {
  RelaxPhase phase = RelaxPhase::begin;
  md::State state = {};                              ///< its steps are those of the phase
  std::vector<Eigen::Vector3d> start_angstrom = {};  ///< the quenched candidate
  double start_energy_ev = 0.0;
  std::vector<RelaxWindow> windows = {};
  std::vector<double> squares_angstrom2 = {};  ///< of all frames' displacements, by atom
  std::vector<double> potential_ev = {};       ///< of each averaged frame
  std::vector<double> temperature_k = {};
};

struct RelaxResult {
  /// The time-averaged candidate at rest at 0 K: elements, order and columns of what was given.
  crystal::Structure quenched = {};
  crystal::Structure start = {};  ///< the candidate quenched before any dynamics
  crystal::Structure mean = {};   ///< the time average itself, where the start is
  double start_energy_ev = 0.0;
  /// Quenched energy of the time-averaged candidate, surroundings included: the mean of that of the
  /// windows, with its error by blocking. Without dynamics the start's.
  double energy_ev = 0.0;
  double energy_stderr_ev = 0.0;
  std::vector<double> window_energies_ev = {};  ///< of the windows that could be quenched
  std::int64_t frames = 0;
  double mean_potential_ev = 0.0;
  double mean_potential_stderr_ev = 0.0;
  double mean_temperature_k = 0.0;
  /// sqrt(<|r - <r>|^2>) of each atom, all three directions together.
  std::vector<double> rms_displacement_angstrom = {};
  std::vector<std::string> warnings = {};  ///< a quench that did not converge, few frames
};

using SaveRelaxState = std::function<void(const RelaxState&)>;

/// Quenches the candidate, warms it up, follows it, averages it, quenches the average. Whole shifts
/// and turns of a frame are taken out against the quenched start (Kabsch, Acta Cryst. A 32 (1976)
/// 922) unless atoms are held. Atoms that changed places meet
/// halfway in an average: one with atoms nearer than 0.75 of the start's shortest distance is not
/// quenched. Such a window is left out; for such an average of all, that of the last good window
/// stands in `quenched`, or the last frame where there is none; with warnings. The same input
/// and stream give the same bytes, however often it was interrupted.
/// @param from where an earlier call stood; a new one begins
/// @param save called after every piece and on interruption; may be empty
/// @throws InputError: options out of range, an element without parameters, atoms that overlap, a
/// state of other atoms; Interrupted
[[nodiscard]] RelaxResult relax_candidate(
    const crystal::Structure& candidate,
    std::shared_ptr<const energetics::EmbeddedAtomPotential> potential,
    const energetics::Surroundings& surroundings, const RelaxOptions& options,
    const RandomStream& random, RelaxState from, const SaveRelaxState& save, Progress& progress);

/// The steps that such a relaxation takes, for progress.
[[nodiscard]] std::int64_t relax_steps(const RelaxOptions& options);
/// And those that it has behind it.
[[nodiscard]] std::int64_t relax_steps_done(const RelaxOptions& options, const RelaxState& state);

}  // namespace adatom::reconstruct
