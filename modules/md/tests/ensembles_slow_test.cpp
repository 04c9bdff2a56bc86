// Averages that statistical mechanics gives, on particles small enough to run for long.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/number_text.h"
#include "adatom/base/parallel.h"
#include "adatom/base/physical_constants.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/md/dynamics.h"
#include "adatom/md/kinetic.h"
#include "adatom/md/velocities.h"

namespace adatom::md {
namespace {

constexpr double gold_mass_u = 196.96655;

struct Sample {
  std::vector<double> temperature_k;
  std::vector<double> speed_component;  ///< of every atom, over sqrt(k T / m)
  std::vector<double> conserved_ev;
};

Sample sample(const DynamicsOptions& options, energetics::Precision precision, std::int64_t steps,
              std::int64_t every) {
  const auto structure = crystal::build_truncated_octahedron({"Au", 4.0642}, 7, 2);
  const std::size_t count = structure.atoms.size();
  const std::vector<double> masses(count, gold_mass_u);
  energetics::ForceField field(energetics::make_potential("smatb:Au"),
                               std::vector<std::size_t>(count, 0), {}, {},
                               {.precision = precision});
  State state;
  state.positions_angstrom = energetics::positions_of(structure);
  state.velocities_angstrom_per_ps =
      create_velocities(state.positions_angstrom, masses, {}, 2.0 * options.temperature_k,
                        DriftRemoval::momentum_and_rotation, RandomStream(5));
  NoProgress silent;
  // Let potential and kinetic energy share first.
  DynamicsOptions first = options;
  first.ensemble = Ensemble::langevin;
  first.damping_ps = 0.5;
  first.seed = 99;
  run_dynamics(field, masses, first, 4000, {}, state, silent);
  state.thermostat.clear();
  Sample result;
  const double width = std::sqrt(boltzmann_ev_per_k * options.temperature_k /
                                 (gold_mass_u * ev_per_u_angstrom2_per_ps2));
  const std::vector<Observer> observers = {{every, [&](const State& now, const Thermo& thermo) {
                                              result.temperature_k.push_back(thermo.temperature_k);
                                              result.conserved_ev.push_back(thermo.conserved_ev);
                                              for (const auto& v : now.velocities_angstrom_per_ps) {
                                                for (const double component : v)
                                                  result.speed_component.push_back(component /
                                                                                   width);
                                              }
                                            }}};
  run_dynamics(field, masses, options, 4000 + steps, observers, state, silent);
  return result;
}

struct Mean {
  double value;
  double stderr;
};

/// From means over 20 blocks.
Mean block_mean(const std::vector<double>& values) {
  constexpr std::size_t blocks = 20;
  const std::size_t length = values.size() / blocks;
  std::vector<double> means(blocks, 0.0);
  for (std::size_t b = 0; b < blocks; ++b) {
    for (std::size_t i = 0; i < length; ++i) {
      means[b] += values[b * length + i] / static_cast<double>(length);
    }
  }
  double mean = 0.0;
  for (const double m : means) mean += m / blocks;
  double variance = 0.0;
  for (const double m : means) variance += (m - mean) * (m - mean) / (blocks - 1);
  return {mean, std::sqrt(variance / blocks)};
}

TEST(Ensembles, LangevinHasMaxwellsDistribution) {
  const DynamicsOptions options{.temperature_k = 673.0, .timestep_fs = 5.0, .damping_ps = 0.2};
  for (const auto precision : {energetics::Precision::full, energetics::Precision::mixed}) {
    const auto result = sample(options, precision, 60000, 40);
    const auto mean = block_mean(result.temperature_k);
    // The noise moves the centre of mass as well, so 3 N degrees hold the energy where 3 N - 3 are
    // counted. BAOAB keeps kinetic energies of harmonic motion low by (omega dt / 2)^2, 1 % at
    // gold's highest frequency of 4.6 THz and half of that on average (Leimkuhler and Matthews
    // 2013).
    const double counted = 673.0 * 201.0 / 200.0;
    EXPECT_NEAR(mean.value, counted * (1.0 - 0.003), 4.0 * mean.stderr + 0.003 * counted);
    EXPECT_LT(mean.stderr, 3.0);
    auto speeds = result.speed_component;
    std::sort(speeds.begin(), speeds.end());
    const double count = static_cast<double>(speeds.size());
    double largest = 0.0;
    for (std::size_t i = 0; i < speeds.size(); ++i) {
      const double expected = 0.5 * std::erfc(-speeds[i] / std::numbers::sqrt2);
      largest = std::max(largest, std::abs(expected - static_cast<double>(i) / count));
    }
    // 900,000 numbers, of which those 0.2 ps apart are nearly independent: Kolmogorov's 1.95 over
    // sqrt(count), and 0.0012 for the half percent in the width.
    EXPECT_LT(largest, 1.95 / std::sqrt(count) + 0.0015);
  }
}

TEST(Ensembles, NoseHooverKeepsTheTemperature) {
  const DynamicsOptions options{.ensemble = Ensemble::nose_hoover,
                                .temperature_k = 673.0,
                                .timestep_fs = 5.0,
                                .damping_ps = 0.5};
  const auto result = sample(options, energetics::Precision::full, 40000, 10);
  const auto mean = block_mean(result.temperature_k);
  EXPECT_NEAR(mean.value, 673.0, 4.0 * mean.stderr + 1.0);
  EXPECT_LT(mean.stderr, 2.0);
  double variance = 0.0;
  for (const double t : result.temperature_k) {
    variance +=
        (t - mean.value) * (t - mean.value) / static_cast<double>(result.temperature_k.size());
  }
  // Canonical: 2 T^2 / degrees. Its own error is some 5 % here, by the same blocks.
  EXPECT_NEAR(variance / (2.0 * 673.0 * 673.0 / 600.0), 1.0, 0.2);
  // A millielectronvolt an atom and nanosecond, over 0.2 ns; fluctuations of second order beside
  // it.
  EXPECT_NEAR(result.conserved_ev.back(), result.conserved_ev.front(), 0.2 * 0.201 + 0.1);
}

/// The slope of the conserved energy by least squares, eV per atom and ns.
double drift(const Sample& sample, double spacing_ps) {
  const double count = static_cast<double>(sample.conserved_ev.size());
  double time_mean = 0.0;
  double mean = 0.0;
  for (std::size_t i = 0; i < sample.conserved_ev.size(); ++i) {
    time_mean += static_cast<double>(i) / count;
    mean += sample.conserved_ev[i] / count;
  }
  double covariance = 0.0;
  double variance = 0.0;
  for (std::size_t i = 0; i < sample.conserved_ev.size(); ++i) {
    const double t = static_cast<double>(i) - time_mean;
    covariance += t * (sample.conserved_ev[i] - mean);
    variance += t * t;
  }
  return covariance / variance / (spacing_ps * 1e-3) / 201.0;
}

TEST(Ensembles, NveDoesNotDrift) {
  const DynamicsOptions options{
      .ensemble = Ensemble::nve, .temperature_k = 673.0, .timestep_fs = 5.0};
  std::vector<double> drifts(2);
  parallel_for(2, [&](std::size_t i) {
    const auto precision = i == 0 ? energetics::Precision::full : energetics::Precision::mixed;
    drifts[i] = drift(sample(options, precision, 200000, 10), 0.05);
  });
  RecordProperty("double_ev_per_atom_and_ns", shortest(drifts[0]));
  RecordProperty("mixed_ev_per_atom_and_ns", shortest(drifts[1]));
  EXPECT_LT(std::abs(drifts[0]), 1e-3);
  EXPECT_LT(std::abs(drifts[1]), 1e-3);
}

}  // namespace
}  // namespace adatom::md
