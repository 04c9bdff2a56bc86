#pragma once
// Molecular dynamics of one set of atoms: NVE, Langevin, Nose-Hoover chains.
#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/energetics/force_field.h"
#include "adatom/md/state.h"

namespace adatom::md {

enum class Ensemble { langevin, nose_hoover, nve };

struct DynamicsOptions {
  Ensemble ensemble = Ensemble::langevin;
  double temperature_k = 300.0;
  double timestep_fs = 5.0;
  double damping_ps = 100.0;      ///< Langevin: 1 / friction; Nose-Hoover: period of the thermostat
  std::int64_t chain_length = 3;  ///< of Nose-Hoover thermostats
  std::int64_t seed = 1;          ///< of the noise

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// One line of the thermo log.
struct Thermo {
  std::int64_t step = 0;
  double time_ps = 0.0;
  double temperature_k = 0.0;
  double kinetic_ev = 0.0;
  double potential_ev = 0.0;
  double conserved_ev = 0.0;  ///< total energy and what the thermostat took; drifts by errors only
};

/// Called after the step with these numbers; the state is that at its end.
struct Observer {
  std::int64_t every_steps = 0;  ///< 0: never; else at steps that it divides, 0 among them
  std::function<void(const State&, const Thermo&)> see;
};

/// Runs from `state.step` to `last_step`, and advances `progress` by the steps in between. Called
/// again with the state it leaves, it gives the same bits as one run to the later step, whatever
/// the thread count.
/// @param masses_u of each atom
/// @throws InputError: a state that is not finite or of other atoms; atoms that overlap on the way,
/// whereupon `state` is of no use; Interrupted: `state` is then that of the last whole step
void run_dynamics(energetics::ForceField& field, std::span<const double> masses_u,
                  const DynamicsOptions& options, std::int64_t last_step,
                  std::span<const Observer> observers, State& state, Progress& progress);

}  // namespace adatom::md

namespace adatom {
template <>
struct EnumNames<md::Ensemble> {
  static constexpr std::array names = {"langevin", "nose-hoover", "nve"};
};
}  // namespace adatom
