// Langevin dynamics of 1038 gold atoms at 673 K, SMATB, 5 fs: microseconds a step of each kernel,
// and of LAMMPS with the same functions as an eam/alloy table. One core each.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "adatom/base/parallel.h"
#include "adatom/base/progress.h"
#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/md/dynamics.h"
#include "adatom/md/lammps_engine.h"
#include "adatom/md/lammps_script.h"
#include "adatom/md/velocities.h"
#include "adatom/storage/files.h"

namespace {
namespace fs = std::filesystem;
using namespace adatom;
using energetics::Precision;

constexpr std::size_t atoms = 1038;
constexpr double temperature_k = 673.0;

/// The sites of a crystal nearest to one of them.
crystal::Structure ball() {
  auto structure = crystal::build_sphere({"Au", 4.0642}, 20.0);
  std::stable_sort(structure.atoms.begin(), structure.atoms.end(),
                   [](const auto& a, const auto& b) {
                     return a.position_angstrom.squaredNorm() < b.position_angstrom.squaredNorm();
                   });
  structure.atoms.resize(atoms);
  return structure;
}

/// A particle of its own that has reached its temperature.
class Replica {
 public:
  Replica(Precision precision, InstructionSet set)
      : field_(energetics::make_potential("smatb:Au"), std::vector<std::size_t>(atoms, 0), {}, {},
               {.precision = precision, .instruction_set = set}),
        masses_u_(atoms, 196.96655) {
    state_.positions_angstrom = energetics::positions_of(ball());
    state_.velocities_angstrom_per_ps =
        md::create_velocities(state_.positions_angstrom, masses_u_, {}, 2.0 * temperature_k,
                              md::DriftRemoval::momentum_and_rotation, RandomStream(1));
    run(1000, 0.5);
  }
  void run(std::int64_t steps, double damping_ps = 100.0) {
    NoProgress silent;
    md::run_dynamics(field_, masses_u_,
                     {.temperature_k = temperature_k, .timestep_fs = 5.0, .damping_ps = damping_ps},
                     state_.step + steps, {}, state_, silent);
  }

 private:
  energetics::ForceField field_;
  std::vector<double> masses_u_;
  md::State state_;
};

void native(benchmark::State& state, Precision precision, InstructionSet set) {
  std::optional<Replica> replica;
  try {
    replica.emplace(precision, set);
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
    return;
  }
  constexpr std::int64_t steps = 100;
  for (auto _ : state) replica->run(steps);
  state.SetItemsProcessed(state.iterations() * steps * static_cast<std::int64_t>(atoms));
}

/// Particles, each on a core of its own: twice the atom-steps in the same time, if two do not
/// hinder each other.
void replicas(benchmark::State& state) {
  std::vector<std::unique_ptr<Replica>> all;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    all.push_back(std::make_unique<Replica>(Precision::mixed, InstructionSet::best));
  }
  // As long as those of a real run are between two meetings of its threads.
  constexpr std::int64_t steps = 2000;
  for (auto _ : state) parallel_for(all.size(), [&](std::size_t i) { all[i]->run(steps); });
  state.SetItemsProcessed(state.iterations() * state.range(0) * steps *
                          static_cast<std::int64_t>(atoms));
}

/// Seconds of the longest "Loop time" in a log.
double loop_seconds(const std::string& log) {
  double longest = 0.0;
  for (auto at = log.find("Loop time of "); at != std::string::npos;
       at = log.find("Loop time of ", at + 1)) {
    longest = std::max(longest, std::stod(log.substr(at + 13)));
  }
  return longest;
}

void lammps(benchmark::State& state) {
  const fs::path folder = fs::temp_directory_path() / "adatom_md_benchmark";
  md::LammpsJob job;
  job.structure = ball();
  job.potential = md::tabulate_potential(*energetics::make_potential("smatb:Au"));
  job.thermalisation = {.steps = 1000, .timestep_fs = 5.0, .damping_ps = 0.5};
  job.dynamics = {.temperature_k = temperature_k, .timestep_fs = 5.0, .damping_ps = 100.0};
  job.steps = 4000;
  job.thermo_every = 1000;
  job.skin_angstrom = 0.5;  // the fastest of 0.3, 0.5, 0.7, 1, 1.5 and 2
  NoProgress silent;
  for (auto _ : state) {
    fs::remove_all(folder);
    try {
      (void)md::run_lammps(job, {}, folder, silent);
    } catch (const std::exception& error) {
      state.SkipWithError(error.what());
      break;
    }
    state.SetIterationTime(loop_seconds(storage::read_file(folder / md::LammpsFiles::log)));
  }
  state.SetItemsProcessed(state.iterations() * job.steps * static_cast<std::int64_t>(atoms));
  fs::remove_all(folder);
}

BENCHMARK_CAPTURE(native, smoke_mixed_best, Precision::mixed, InstructionSet::best);
BENCHMARK_CAPTURE(native, mixed_avx512, Precision::mixed, InstructionSet::avx512);
BENCHMARK_CAPTURE(native, mixed_avx2, Precision::mixed, InstructionSet::avx2);
BENCHMARK_CAPTURE(native, double_avx512, Precision::full, InstructionSet::avx512);
BENCHMARK_CAPTURE(native, double_avx2, Precision::full, InstructionSet::avx2);
BENCHMARK(replicas)->Arg(1)->Arg(2)->Iterations(10)->UseRealTime();
BENCHMARK(lammps)->UseManualTime()->Iterations(2)->Unit(benchmark::kMillisecond);

}  // namespace
