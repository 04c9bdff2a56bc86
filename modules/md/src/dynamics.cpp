#include "adatom/md/dynamics.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "adatom/base/error.h"
#include "adatom/md/kinetic.h"
#include "integrator.h"

namespace adatom::md {
namespace {

constexpr double ps_per_fs = 1e-3;

// Between two looks at the clock and at the user.
constexpr std::int64_t steps_between_reports = 50;

// A fixed number, so that a run in parts has the same.
constexpr std::int64_t steps_between_centrings = 10000;

std::size_t thermostat_size(const DynamicsOptions& options) {
  switch (options.ensemble) {
    case Ensemble::langevin:
      return 1;
    case Ensemble::nose_hoover:
      return 2 * static_cast<std::size_t>(options.chain_length);
    case Ensemble::nve:
      break;
  }
  return 0;
}

std::unique_ptr<Integrator> make_integrator(const Atoms& atoms, const DynamicsOptions& options) {
  switch (options.ensemble) {
    case Ensemble::langevin:
      return make_langevin(atoms, options);
    case Ensemble::nose_hoover:
      return make_nose_hoover(atoms, options);
    case Ensemble::nve:
      break;
  }
  return make_verlet(atoms, options);
}

void require_state(const State& state, std::size_t atoms, std::size_t thermostat) {
  const auto complain = [](std::string what, std::string why) {
    throw InputError({.what = std::move(what),
                      .where = "state",
                      .why = std::move(why),
                      .remedy = "start again from a structure, or from an earlier checkpoint"});
  };
  if (state.positions_angstrom.size() != atoms ||
      state.velocities_angstrom_per_ps.size() != atoms ||
      (!state.list_positions_angstrom.empty() && state.list_positions_angstrom.size() != atoms)) {
    complain("the state does not belong to these atoms",
             "it holds " + std::to_string(state.positions_angstrom.size()) + " positions and " +
                 std::to_string(state.velocities_angstrom_per_ps.size()) + " velocities of " +
                 std::to_string(atoms) + " atoms");
  }
  for (std::size_t i = 0; i < atoms; ++i) {
    if (!state.positions_angstrom[i].allFinite() ||
        !state.velocities_angstrom_per_ps[i].allFinite()) {
      complain("position or velocity of atom " + std::to_string(i + 1) + " is not a number", {});
    }
  }
  for (const auto& position : state.list_positions_angstrom) {
    if (!position.allFinite()) complain("a position of the list of neighbours is not a number", {});
  }
  if (!state.thermostat.empty() && state.thermostat.size() != thermostat) {
    complain("the state belongs to another ensemble",
             "its thermostat has " + std::to_string(state.thermostat.size()) + " variables, not " +
                 std::to_string(thermostat));
  }
  for (const double value : state.thermostat) {
    if (!std::isfinite(value)) complain("a variable of the thermostat is not a number", {});
  }
}

/// What one run goes through.
class Run {
 public:
  Run(energetics::ForceField& field, const Atoms& atoms, const DynamicsOptions& options,
      std::span<const Observer> observers, State& state)
      : field_(field),
        atoms_(atoms),
        options_(options),
        observers_(observers),
        state_(state),
        integrator_(make_integrator(atoms, options)),
        forces_(atoms.masses_u.size()) {
    if (state.thermostat.empty()) state.thermostat.assign(thermostat_size(options), 0.0);
    if (!state.list_positions_angstrom.empty()) {
      field_.look_for_neighbours(state.list_positions_angstrom);
    } else {
      field_.look_for_neighbours(state.positions_angstrom);
    }
    const double energy = field_.evaluate(state.positions_angstrom, forces_);
    if (state.step == 0) show(energy);
    keep_list();
  }

  void step() {
    integrator_->begin_step(state_, forces_);
    const std::int64_t next = state_.step + 1;
    if (next % steps_between_centrings == 0) {
      field_.look_for_neighbours(state_.positions_angstrom);
    }
    const bool seen = std::any_of(observers_.begin(), observers_.end(), [&](const Observer& o) {
      return o.every_steps > 0 && next % o.every_steps == 0;
    });
    double energy = 0.0;
    if (seen) {
      energy = field_.evaluate(state_.positions_angstrom, forces_);
    } else {
      field_.forces(state_.positions_angstrom, forces_);
    }
    integrator_->end_step(state_, forces_);
    state_.step = next;
    if (seen) show(energy);
  }

  /// So that the state can be gone on from.
  void keep_list() {
    const auto positions = field_.list_positions();
    state_.list_positions_angstrom.assign(positions.begin(), positions.end());
  }

 private:
  void show(double potential_ev) {
    keep_list();
    Thermo thermo{.step = state_.step,
                  .time_ps = static_cast<double>(state_.step) * options_.timestep_fs * ps_per_fs,
                  .potential_ev = potential_ev};
    thermo.kinetic_ev = kinetic_energy_ev(atoms_.masses_u, state_.velocities_angstrom_per_ps);
    thermo.temperature_k = temperature_k(thermo.kinetic_ev, atoms_.degrees);
    thermo.conserved_ev =
        thermo.kinetic_ev + thermo.potential_ev + integrator_->thermostat_ev(state_);
    for (const auto& observer : observers_) {
      if (observer.every_steps > 0 && state_.step % observer.every_steps == 0) {
        observer.see(state_, thermo);
      }
    }
  }

  energetics::ForceField& field_;
  const Atoms& atoms_;
  const DynamicsOptions& options_;
  std::span<const Observer> observers_;
  State& state_;
  std::unique_ptr<Integrator> integrator_;
  std::vector<Eigen::Vector3d> forces_;
};

}  // namespace

void run_dynamics(energetics::ForceField& field, std::span<const double> masses_u,
                  const DynamicsOptions& options, std::int64_t last_step,
                  std::span<const Observer> observers, State& state, Progress& progress) {
  require_valid(options.validate());
  require_state(state, masses_u.size(), thermostat_size(options));
  Atoms atoms{{masses_u.begin(), masses_u.end()}, {field.held().begin(), field.held().end()}, 0};
  atoms.degrees = degrees_of_freedom(masses_u.size(), atoms.held);
  for (std::size_t i = 0; i < atoms.held.size(); ++i) {
    if (atoms.held[i] != 0) state.velocities_angstrom_per_ps[i].setZero();
  }
  Run run(field, atoms, options, observers, state);
  std::int64_t reported = state.step;
  while (state.step < last_step) {
    run.step();
    if (state.step - reported < steps_between_reports && state.step < last_step) continue;
    progress.advance(static_cast<std::size_t>(state.step - reported));
    reported = state.step;
    run.keep_list();
    stop_if_cancelled(progress);
  }
}

}  // namespace adatom::md
