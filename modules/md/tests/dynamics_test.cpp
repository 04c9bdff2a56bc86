#include "adatom/md/dynamics.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/physical_constants.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/md/kinetic.h"
#include "adatom/md/velocities.h"

namespace adatom::md {
namespace {

constexpr double gold_mass_u = 196.96655;

/// A truncated octahedron of 38 or 201 gold atoms that moves.
struct Particle {
  explicit Particle(energetics::ForceFieldOptions options = {}, double temperature = 600.0,
                    int length = 7, int cutoff = 2, energetics::Surroundings surroundings = {})
      : structure(crystal::build_truncated_octahedron({"Au", 4.0642}, length, cutoff)),
        masses(structure.atoms.size(), gold_mass_u),
        field(energetics::make_potential("smatb:Au"),
              std::vector<std::size_t>(structure.atoms.size(), 0), {}, std::move(surroundings),
              options) {
    state.positions_angstrom = energetics::positions_of(structure);
    state.velocities_angstrom_per_ps =
        create_velocities(state.positions_angstrom, masses, field.held(), temperature,
                          DriftRemoval::momentum_and_rotation, RandomStream(11));
  }
  void run(const DynamicsOptions& options, std::int64_t last,
           std::span<const Observer> observers = {}) {
    NoProgress silent;
    run_dynamics(field, masses, options, last, observers, state, silent);
  }
  crystal::Structure structure;
  std::vector<double> masses;
  energetics::ForceField field;
  State state;
};

std::vector<Thermo> record(Particle& particle, const DynamicsOptions& options, std::int64_t last,
                           std::int64_t every) {
  std::vector<Thermo> lines;
  const std::vector<Observer> observers = {
      {every, [&](const State&, const Thermo& thermo) { lines.push_back(thermo); }}};
  particle.run(options, last, observers);
  return lines;
}

const std::vector<Ensemble> ensembles = {Ensemble::langevin, Ensemble::nose_hoover, Ensemble::nve};

TEST(Dynamics, SplitAnywhereItGivesTheSameBits) {
  for (const auto precision : {energetics::Precision::full, energetics::Precision::mixed}) {
    for (const auto ensemble : ensembles) {
      const DynamicsOptions options{
          .ensemble = ensemble, .temperature_k = 900.0, .damping_ps = 0.5};
      Particle whole({.precision = precision}, 900.0);
      whole.run(options, 120);
      for (const std::int64_t split : {1, 37, 63, 119}) {
        Particle parts({.precision = precision}, 900.0);
        parts.run(options, split);
        Particle rest({.precision = precision}, 900.0);
        rest.state = parts.state;
        rest.run(options, 120);
        EXPECT_EQ(rest.state, whole.state) << "split at " << split;
      }
    }
  }
}

TEST(Dynamics, SplitWhereItIsCentredItGivesTheSameBits) {
  // 38 atoms, of which single precision takes a new origin at step 10000.
  const DynamicsOptions options{.temperature_k = 900.0};
  Particle whole({.precision = energetics::Precision::mixed}, 900.0, 4, 1);
  whole.run(options, 10020);
  EXPECT_GT(whole.field.neighbour_searches(), 3) << "too quiet to tell";
  for (const std::int64_t split : {9999, 10000, 10001}) {
    Particle parts({.precision = energetics::Precision::mixed}, 900.0, 4, 1);
    parts.run(options, split);
    Particle rest({.precision = energetics::Precision::mixed}, 900.0, 4, 1);
    rest.state = parts.state;
    rest.run(options, 10020);
    EXPECT_EQ(rest.state, whole.state) << "split at " << split;
  }
}

TEST(Dynamics, WatchingChangesNoBit) {
  const DynamicsOptions options{.temperature_k = 900.0};
  for (const auto precision : {energetics::Precision::full, energetics::Precision::mixed}) {
    Particle alone({.precision = precision});
    Particle watched({.precision = precision});
    alone.run(options, 60);
    record(watched, options, 60, 7);
    EXPECT_EQ(alone.state, watched.state);
  }
}

TEST(Dynamics, ObserversSeeTheStepsTheyDivide) {
  Particle particle;
  std::vector<std::int64_t> seen;
  const std::vector<Observer> observers = {
      {4, [&](const State& state, const Thermo& thermo) {
         EXPECT_EQ(state.step, thermo.step);
         EXPECT_DOUBLE_EQ(thermo.time_ps, 0.005 * static_cast<double>(thermo.step));
         seen.push_back(thermo.step);
       }}};
  particle.run({}, 9, observers);
  particle.run({}, 12, observers);
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 4, 8, 12}));
}

TEST(Dynamics, VerletIsOfSecondOrder) {
  // The energy's fluctuation falls with the square of the step.
  const auto spread = [](double timestep_fs, std::int64_t steps) {
    Particle particle({}, 600.0, 4, 1);
    double low = std::numeric_limits<double>::max();
    double high = -low;
    for (const auto& line :
         record(particle, {.ensemble = Ensemble::nve, .timestep_fs = timestep_fs}, steps, 1)) {
      low = std::min(low, line.conserved_ev);
      high = std::max(high, line.conserved_ev);
    }
    return high - low;
  };
  const double ratio = spread(8.0, 250) / spread(4.0, 500);
  EXPECT_NEAR(ratio, 4.0, 0.6);  // terms of fourth order, and extremes met at other moments
}

TEST(Dynamics, VerletConservesMomentumAndRotation) {
  Particle particle;
  particle.run({.ensemble = Ensemble::nve}, 300);
  Eigen::Vector3d momentum = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < particle.masses.size(); ++i) {
    momentum += particle.masses[i] * particle.state.velocities_angstrom_per_ps[i];
  }
  // One atom's momentum is some 600 u angstrom/ps; rounding of 300 steps.
  EXPECT_LT(momentum.norm(), 1e-8);
  EXPECT_LT(angular_momentum(particle.state.positions_angstrom, particle.masses,
                             particle.state.velocities_angstrom_per_ps)
                .norm(),
            1e-6);
}

TEST(Dynamics, VerletIsReversible) {
  Particle particle;
  const auto start = particle.state.positions_angstrom;
  particle.run({.ensemble = Ensemble::nve}, 100);
  for (auto& velocity : particle.state.velocities_angstrom_per_ps) velocity = -velocity;
  particle.run({.ensemble = Ensemble::nve}, 200);
  double largest = 0.0;
  for (std::size_t i = 0; i < start.size(); ++i) {
    largest = std::max(largest, (particle.state.positions_angstrom[i] - start[i]).norm());
  }
  // Rounding of 1e-15 that chaos multiplies by some 1e3 in a picosecond.
  EXPECT_LT(largest, 1e-9);
}

TEST(Dynamics, WhatThermostatsTakeIsCounted) {
  // In the limit of short steps total energy and what the thermostat took stay the same, while the
  // energy of the atoms alone goes up by half an eV.
  for (const auto ensemble : {Ensemble::langevin, Ensemble::nose_hoover}) {
    Particle particle({}, 300.0, 4, 1);
    const DynamicsOptions options{
        .ensemble = ensemble, .temperature_k = 600.0, .timestep_fs = 1.0, .damping_ps = 0.2};
    const auto lines = record(particle, options, 1000, 50);
    double drift = 0.0;
    double exchanged = 0.0;
    for (const auto& line : lines) {
      drift = std::max(drift, std::abs(line.conserved_ev - lines.front().conserved_ev));
      exchanged =
          std::max(exchanged, std::abs(line.kinetic_ev + line.potential_ev -
                                       lines.front().kinetic_ev - lines.front().potential_ev));
    }
    EXPECT_GT(exchanged, 0.5);
    EXPECT_LT(drift, 2e-3) << static_cast<int>(ensemble);
  }
}

TEST(Dynamics, HeldAtomsStay) {
  std::vector<std::uint8_t> held(201, 0);
  for (std::size_t i = 0; i < 20; ++i) held[i] = 1;
  for (const auto ensemble : ensembles) {
    Particle particle({}, 600.0, 7, 2, {{}, held});
    const auto start = particle.state.positions_angstrom;
    particle.run({.ensemble = ensemble, .temperature_k = 600.0, .damping_ps = 0.1}, 50);
    for (std::size_t i = 0; i < 201; ++i) {
      EXPECT_EQ(particle.state.positions_angstrom[i] == start[i], held[i] != 0);
    }
  }
}

TEST(Dynamics, RefusesStatesOfNoUse) {
  const auto refuses = [](auto change) {
    Particle particle;
    change(particle.state);
    EXPECT_THROW(particle.run({.ensemble = Ensemble::nose_hoover}, 10), InputError);
  };
  refuses([](State& s) { s.positions_angstrom.pop_back(); });
  refuses([](State& s) { s.velocities_angstrom_per_ps[3].x() = std::nan(""); });
  refuses([](State& s) { s.positions_angstrom[3].x() = std::nan(""); });
  refuses([](State& s) { s.list_positions_angstrom.resize(3); });
  refuses([](State& s) { s.thermostat = {1.0}; });
  refuses([](State& s) { s.thermostat.assign(6, std::numeric_limits<double>::infinity()); });
}

TEST(Dynamics, OneAtomAndNoTemperature) {
  for (const auto ensemble : ensembles) {
    energetics::ForceField field(energetics::make_potential("smatb:Au"), {0}, {}, {}, {});
    const std::vector<double> masses = {gold_mass_u};
    State state{.positions_angstrom = {{1.0, 2.0, 3.0}},
                .velocities_angstrom_per_ps = {{0.1, 0.0, 0.0}}};
    NoProgress silent;
    DynamicsOptions options{.ensemble = ensemble};
    run_dynamics(field, masses, options, 20, {}, state, silent);
    EXPECT_TRUE(state.positions_angstrom[0].allFinite());
    EXPECT_GT(state.positions_angstrom[0].x(), 1.0);
    options.temperature_k = 0.0;
    EXPECT_EQ(options.validate().size(), ensemble == Ensemble::nose_hoover ? 1U : 0U);
  }
}

/// Stops after some advances.
class Impatient final : public Progress {
 public:
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t steps) override { steps_ += steps; }
  [[nodiscard]] bool cancelled() const override { return steps_ >= 100; }

 private:
  std::size_t steps_ = 0;
};

TEST(Dynamics, InterruptedItGoesOnWithTheSameBits) {
  const DynamicsOptions options{.temperature_k = 900.0};
  Particle whole;
  whole.run(options, 230);
  Particle stopped;
  Impatient impatient;
  EXPECT_THROW(
      run_dynamics(stopped.field, stopped.masses, options, 230, {}, stopped.state, impatient),
      Interrupted);
  EXPECT_EQ(stopped.state.step, 100);
  Particle rest;
  rest.state = stopped.state;
  rest.run(options, 230);
  EXPECT_EQ(rest.state, whole.state);
}

}  // namespace
}  // namespace adatom::md
