// A nanosecond of Langevin dynamics in either engine: the same averages within their errors.
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/md/lammps_engine.h"
#include "adatom/md/velocities.h"
#include "adatom/numeric/blocking.h"
#include "program.h"
#include "support/lammps_runs.h"

namespace adatom::md {
namespace {

using numeric::BlockedMean;
using Positions = std::vector<Eigen::Vector3d>;

constexpr std::int64_t steps = 200'000;
constexpr std::int64_t thermo_every = 20;
constexpr std::int64_t dump_every = 100;

/// What either engine hands back.
struct Trajectory {
  std::vector<Thermo> thermo;
  std::vector<Positions> frames;
};

LammpsJob make_job(const energetics::EmbeddedAtomPotential& potential) {
  LammpsJob job;
  job.structure = crystal::build_truncated_octahedron(crystal::fcc_crystal("Pt"), 5, 1);
  job.potential = tabulate_potential(potential);
  job.velocities = LammpsVelocities::given;
  job.dynamics.temperature_k = 300.0;
  job.dynamics.timestep_fs = 5.0;
  job.dynamics.damping_ps = 1.0;
  job.steps = steps;
  job.thermo_every = thermo_every;
  job.dump_every = dump_every;
  return job;
}

Trajectory run_native(std::shared_ptr<const energetics::EmbeddedAtomPotential> potential,
                      const LammpsJob& job) {
  const auto elements = energetics::element_numbers(*potential, job.structure);
  const std::vector<double> masses(elements.size(), potential->mass_u(0));
  energetics::ForceField field(std::move(potential), elements, {}, {}, {});
  State state;
  state.positions_angstrom = energetics::positions_of(job.structure);
  state.velocities_angstrom_per_ps = job.structure.velocities_angstrom_per_ps;
  Trajectory trajectory;
  const std::array<Observer, 2> observers = {
      {{.every_steps = thermo_every,
        .see = [&](const State&, const Thermo& line) { trajectory.thermo.push_back(line); }},
       {.every_steps = dump_every, .see = [&](const State& now, const Thermo&) {
          trajectory.frames.push_back(now.positions_angstrom);
        }}}};
  NoProgress progress;
  run_dynamics(field, masses, job.dynamics, job.steps, observers, state, progress);
  return trajectory;
}

Trajectory run_reference(const LammpsJob& job) {
  const adatom::testing::ScratchFolder folder;
  NoProgress progress;
  Trajectory trajectory;
  trajectory.thermo = run_lammps(job, {}, folder.path(), progress).thermo;
  for (const auto& snapshot : testing::read_snapshots(folder.path() / LammpsFiles::trajectory)) {
    trajectory.frames.push_back(energetics::positions_of(snapshot));
  }
  return trajectory;
}

/// Means over what comes after the first twentieth, in which the structure warms up and relaxes.
BlockedMean mean_of(const std::vector<double>& series) {
  return numeric::mean_by_blocking(std::span(series).subspan(series.size() / 20));
}

template <class Value>
BlockedMean mean_of(const std::vector<Thermo>& lines, const Value& value) {
  std::vector<double> series;
  for (const auto& line : lines) series.push_back(value(line));
  return mean_of(series);
}

/// Of all atoms, from every fourth frame to the next: 2 ps.
BlockedMean mean_square_displacement(const std::vector<Positions>& frames) {
  constexpr std::size_t lag = 4;
  std::vector<double> series;
  for (std::size_t f = lag; f < frames.size(); f += lag) {
    double sum = 0.0;
    for (std::size_t i = 0; i < frames[f].size(); ++i) {
      sum += (frames[f][i] - frames[f - lag][i]).squaredNorm();
    }
    series.push_back(sum / static_cast<double>(frames[f].size()));
  }
  return mean_of(series);
}

/// Pairs of an atom in shells of 0.2 angstrom from 2.2 to 8.2 angstrom.
std::vector<BlockedMean> pair_distribution(const std::vector<Positions>& frames) {
  constexpr std::size_t shells = 30;
  std::array<std::vector<double>, shells> counts;
  for (const auto& positions : frames) {
    std::array<double, shells> frame{};
    for (std::size_t i = 0; i < positions.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const double shell = ((positions[i] - positions[j]).norm() - 2.2) / 0.2;
        if (shell >= 0.0 && shell < static_cast<double>(shells)) {
          frame[static_cast<std::size_t>(shell)] += 2.0 / static_cast<double>(positions.size());
        }
      }
    }
    for (std::size_t s = 0; s < shells; ++s) counts[s].push_back(frame[s]);
  }
  std::vector<BlockedMean> means;
  for (const auto& series : counts) means.push_back(mean_of(series));
  return means;
}

/// How many standard errors two means are apart.
double distance(const BlockedMean& a, const BlockedMean& b) {
  const double error = std::hypot(a.standard_error, b.standard_error);
  return error > 0.0 ? (a.mean - b.mean) / error : 0.0;
}

void expect_equal(const char* name, const BlockedMean& native, const BlockedMean& reference) {
  // One comparison in 16000 is further apart.
  EXPECT_LT(std::abs(distance(native, reference)), 4.0) << name;
  std::printf("%-28s native %.5f +- %.5f  LAMMPS %.5f +- %.5f\n", name, native.mean,
              native.standard_error, reference.mean, reference.standard_error);
}

TEST(LangevinAverages, SameInBothEngines) {
  ADATOM_REQUIRE_LAMMPS();
  const std::shared_ptr<const energetics::EmbeddedAtomPotential> platinum =
      energetics::make_potential("smatb:Pt");
  LammpsJob job = make_job(*platinum);
  const std::size_t atoms = job.structure.atoms.size();
  const std::vector<double> masses(atoms, platinum->mass_u(0));
  job.structure.velocities_angstrom_per_ps =
      create_velocities(energetics::positions_of(job.structure), masses, {}, 300.0,
                        DriftRemoval::momentum_and_rotation, RandomStream(1));
  const Trajectory native = run_native(platinum, job);
  const Trajectory reference = run_reference(job);
  ASSERT_EQ(native.thermo.size(), reference.thermo.size());
  ASSERT_EQ(native.frames.size(), reference.frames.size());

  const auto potential = [](const Thermo& line) { return line.potential_ev; };
  const auto temperature = [](const Thermo& line) { return line.temperature_k; };
  expect_equal("potential energy (eV)", mean_of(native.thermo, potential),
               mean_of(reference.thermo, potential));
  const auto warmth = mean_of(native.thermo, temperature);
  expect_equal("temperature (K)", warmth, mean_of(reference.thermo, temperature));
  // Noise moves the cluster as a whole too: 3 N squares share the energy, 3 N - 3 are counted. The
  // time step takes a quarter of (omega dt)^2, 0.4 % at omega = 25 / ps, from BAOAB's velocities.
  const auto n = static_cast<double>(atoms);
  EXPECT_NEAR(warmth.mean, 300.0 * n / (n - 1.0), 4.0 * warmth.standard_error + 0.004 * 300.0);
  expect_equal("displacement^2, 2 ps (A^2)", mean_square_displacement(native.frames),
               mean_square_displacement(reference.frames));

  const auto a = pair_distribution(native.frames);
  const auto b = pair_distribution(reference.frames);
  double squares = 0.0;
  double worst = 0.0;
  for (std::size_t s = 0; s < a.size(); ++s) {
    const double apart = distance(a[s], b[s]);
    squares += apart * apart / static_cast<double>(a.size());
    worst = std::max(worst, std::abs(apart));
  }
  std::printf("pair distribution: root mean square %.2f, largest %.2f standard errors\n",
              std::sqrt(squares), worst);
  EXPECT_LT(worst, 4.0);
  // Shells beside each other vary together: as if only 10 of the 30 were independent, one mean
  // square in a thousand is above 2.96 (chi-square).
  EXPECT_LT(squares, 2.96);
}

}  // namespace
}  // namespace adatom::md
