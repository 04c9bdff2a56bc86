#include "adatom/reconstruct/relax.h"

#include <algorithm>
#include <span>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/crystal/box.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/minimise.h"
#include "adatom/md/dynamics.h"
#include "adatom/md/velocities.h"
#include "relax_average.h"
#include "relax_plan.h"
#include "rigid_motion.h"

namespace adatom::reconstruct {
namespace {

/// What the random stream of a relaxation is used for.
enum class RelaxDraws : std::uint64_t { warm_velocities, noise, velocities };

/// Passes on that the user wants to stop, and nothing else.
class OnlyCancelled final : public Progress {
 public:
  explicit OnlyCancelled(const Progress& whole) : whole_(whole) {}
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t) override {}
  [[nodiscard]] bool cancelled() const override { return whole_.cancelled(); }

 private:
  const Progress& whole_;
};

class Relaxation {
 public:
  Relaxation(const crystal::Structure& candidate,
             std::shared_ptr<const energetics::EmbeddedAtomPotential> potential,
             const energetics::Surroundings& surroundings, const RelaxOptions& options,
             const RandomStream& random, RelaxState from, const SaveRelaxState& save,
             Progress& progress)
      : candidate_(candidate),
        potential_(std::move(potential)),
        surroundings_(surroundings),
        options_(options),
        plan_(plan_relaxation(options)),
        random_(random),
        at_(std::move(from)),
        save_(save),
        progress_(progress),
        box_(crystal::box_of(candidate)),
        elements_(energetics::element_numbers(*potential_, candidate)) {
    for (const std::size_t element : elements_) masses_u_.push_back(potential_->mass_u(element));
  }

  RelaxResult run() {
    if (at_.phase == RelaxPhase::begin) begin();
    require_same_atoms();
    if (plan_.dynamics > 0) {
      energetics::ForceField field(potential_, elements_, box_, surroundings_,
                                   {.precision = options_.precision});
      if (at_.phase == RelaxPhase::thermalisation) thermalise(field);
      follow(field);
    }
    auto result = average_relaxation(
        candidate_, at_,
        {.held = surroundings_.held, .reach_angstrom = potential_->cutoff_angstrom()},
        [this](std::vector<Eigen::Vector3d>& positions, const std::string& of_what) {
          return quench(positions, of_what);
        },
        warnings_);
    result.warnings = std::move(warnings_);
    return result;
  }

 private:
  void begin() {
    if (candidate_.atoms.empty()) {
      throw InputError({.what = "a candidate without atoms cannot be relaxed",
                        .where = {},
                        .why = {},
                        .remedy = {}});
    }
    at_ = {};
    at_.start_angstrom = energetics::positions_of(candidate_);
    at_.start_energy_ev = quench(at_.start_angstrom, "the candidate");
    const std::size_t atoms = at_.start_angstrom.size();
    at_.windows.assign(static_cast<std::size_t>(options_.windows), RelaxWindow{});
    at_.squares_angstrom2.assign(atoms, 0.0);
    at_.state.positions_angstrom = at_.start_angstrom;
    at_.state.velocities_angstrom_per_ps = draw_velocities(RelaxDraws::warm_velocities);
    at_.phase = RelaxPhase::thermalisation;
    save();
  }

  void require_same_atoms() const {
    const std::size_t atoms = candidate_.atoms.size();
    if (at_.start_angstrom.size() == atoms && at_.squares_angstrom2.size() == atoms &&
        at_.windows.size() == static_cast<std::size_t>(options_.windows)) {
      return;
    }
    throw InputError({.what = "the relaxation that was begun is another one",
                      .where = {},
                      .why = "it is of " + std::to_string(at_.start_angstrom.size()) +
                             " atoms and " + std::to_string(at_.windows.size()) + " windows, not " +
                             std::to_string(atoms) + " and " + std::to_string(options_.windows),
                      .remedy = "begin it anew"});
  }

  std::vector<Eigen::Vector3d> draw_velocities(RelaxDraws purpose) const {
    const auto removal =
        md::choose_drift_removal(at_.state.positions_angstrom, box_, surroundings_.held);
    return md::create_velocities(at_.state.positions_angstrom, masses_u_, surroundings_.held,
                                 options_.temperature_k, removal,
                                 random_.substream(static_cast<std::uint64_t>(purpose)));
  }

  /// Moves `positions` to their minimum.
  double quench(std::vector<Eigen::Vector3d>& positions, const std::string& of_what) {
    auto options = energetics::MinimiseOptions::tight();
    options.force_tolerance_ev_per_angstrom = options_.quench_force_ev_per_angstrom;
    energetics::ForceField field(potential_, elements_, box_, surroundings_, {});
    OnlyCancelled silent(progress_);
    const auto minimum = energetics::minimise(field, positions, masses_u_, options, silent);
    if (minimum.reason == energetics::StopReason::cancelled) throw Interrupted();
    if (!energetics::converged(minimum.reason)) {
      warnings_.push_back("the quench of " + of_what +
                          " ended early: " + std::string(energetics::stop_text(minimum.reason)));
    }
    return minimum.final_ev;
  }

  void thermalise(energetics::ForceField& field) {
    auto noise = random_.substream(static_cast<std::uint64_t>(RelaxDraws::noise));
    move(field,
         {.ensemble = md::Ensemble::langevin,
          .temperature_k = options_.temperature_k,
          .timestep_fs = options_.timestep_fs,
          .damping_ps = options_.damping_ps,
          .seed = static_cast<std::int64_t>(noise.bits())},
         plan_.thermalisation, {});
    // Where atoms are and how fast they are does not hang together in the canonical ensemble:
    // velocities drawn anew are as good, and without the drift that noise gives to the whole.
    at_.state.velocities_angstrom_per_ps = draw_velocities(RelaxDraws::velocities);
    at_.state.thermostat.clear();
    at_.state.list_positions_angstrom.clear();
    at_.state.step = 0;
    at_.phase = RelaxPhase::dynamics;
    save();
  }

  void follow(energetics::ForceField& field) {
    const std::vector<md::Observer> observers = {
        {options_.sample_every_steps,
         [this](const md::State& state, const md::Thermo& thermo) { add_frame(state, thermo); }}};
    move(field,
         {.ensemble = md::Ensemble::nose_hoover,
          .temperature_k = options_.temperature_k,
          .timestep_fs = options_.timestep_fs,
          .damping_ps = options_.damping_ps},
         plan_.dynamics, observers);
  }

  void move(energetics::ForceField& field, const md::DynamicsOptions& dynamics,
            std::int64_t last_step, std::span<const md::Observer> observers) {
    while (at_.state.step < last_step) {
      const std::int64_t piece = options_.save_every_steps;
      const std::int64_t next = std::min((at_.state.step / piece + 1) * piece, last_step);
      try {
        md::run_dynamics(field, masses_u_, dynamics, next, observers, at_.state, progress_);
      } catch (const Interrupted&) {
        save();
        throw;
      }
      save();
    }
  }

  void add_frame(const md::State& state, const md::Thermo& thermo) {
    const std::int64_t into = state.step - (plan_.dynamics - plan_.averaged) - 1;
    if (into < 0) return;
    auto& window = at_.windows[static_cast<std::size_t>(into * options_.windows / plan_.averaged)];
    const std::size_t atoms = at_.start_angstrom.size();
    if (window.frames == 0) {
      window.displacements_angstrom.assign(atoms, Eigen::Vector3d::Zero());
    }
    const RigidMotion back =
        motion_onto_start(state.positions_angstrom, at_.start_angstrom, surroundings_.held);
    for (std::size_t i = 0; i < atoms; ++i) {
      const Eigen::Vector3d moved = back(state.positions_angstrom[i]) - at_.start_angstrom[i];
      window.displacements_angstrom[i] += moved;
      at_.squares_angstrom2[i] += moved.squaredNorm();
    }
    ++window.frames;
    at_.potential_ev.push_back(thermo.potential_ev);
    at_.temperature_k.push_back(thermo.temperature_k);
  }

  void save() const {
    if (save_) save_(at_);
  }

  const crystal::Structure& candidate_;
  std::shared_ptr<const energetics::EmbeddedAtomPotential> potential_;
  const energetics::Surroundings& surroundings_;
  const RelaxOptions& options_;
  RelaxPlan plan_;
  const RandomStream& random_;
  RelaxState at_;
  const SaveRelaxState& save_;
  Progress& progress_;
  crystal::Box box_;
  std::vector<std::size_t> elements_;
  std::vector<double> masses_u_;
  std::vector<std::string> warnings_;
};

}  // namespace

RelaxResult relax_candidate(const crystal::Structure& candidate,
                            std::shared_ptr<const energetics::EmbeddedAtomPotential> potential,
                            const energetics::Surroundings& surroundings,
                            const RelaxOptions& options, const RandomStream& random,
                            RelaxState from, const SaveRelaxState& save, Progress& progress) {
  require_valid(options.validate());
  return Relaxation(candidate, std::move(potential), surroundings, options, random, std::move(from),
                    save, progress)
      .run();
}

}  // namespace adatom::reconstruct
