// Forces on 1038 gold atoms, SMATB: atom-steps per second of each kernel.
#include <algorithm>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/force_field.h"
#include "adatom/energetics/make_potential.h"

namespace {
using namespace adatom;
using energetics::Precision;

std::vector<Eigen::Vector3d> warm_ball(std::size_t atoms) {
  auto structure = crystal::build_sphere({"Au", 4.0642}, 20.0);
  auto positions = energetics::positions_of(structure);
  std::stable_sort(positions.begin(), positions.end(),
                   [](const auto& a, const auto& b) { return a.squaredNorm() < b.squaredNorm(); });
  positions.resize(atoms);
  RandomStream random(1);
  // About the thermal displacement at 673 K.
  for (auto& position : positions) {
    for (double& coordinate : position) coordinate += 0.12 * random.normal();
  }
  return positions;
}

void forces(benchmark::State& state, Precision precision, InstructionSet set) {
  const std::size_t atoms = 1038;
  const auto positions = warm_ball(atoms);
  std::vector<Eigen::Vector3d> forces(atoms);
  std::unique_ptr<energetics::ForceField> field;
  try {
    field = std::make_unique<energetics::ForceField>(
        energetics::make_potential("smatb:Au"), std::vector<std::size_t>(atoms, 0), crystal::Box{},
        energetics::Surroundings{},
        energetics::ForceFieldOptions{.precision = precision, .instruction_set = set});
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
    return;
  }
  for (auto _ : state) {
    field->forces(positions, forces);
    benchmark::DoNotOptimize(forces.data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(atoms) * state.iterations());
}

void search(benchmark::State& state) {
  const std::size_t atoms = 1038;
  const auto positions = warm_ball(atoms);
  energetics::ForceField field(energetics::make_potential("smatb:Au"),
                               std::vector<std::size_t>(atoms, 0), crystal::Box{}, {},
                               {.precision = Precision::mixed});
  for (auto _ : state) field.look_for_neighbours(positions);
}

BENCHMARK_CAPTURE(forces, smoke_mixed_best, Precision::mixed, InstructionSet::best);
BENCHMARK_CAPTURE(forces, mixed_avx512, Precision::mixed, InstructionSet::avx512);
BENCHMARK_CAPTURE(forces, mixed_avx2, Precision::mixed, InstructionSet::avx2);
BENCHMARK_CAPTURE(forces, mixed_portable, Precision::mixed, InstructionSet::portable);
BENCHMARK_CAPTURE(forces, double_avx512, Precision::full, InstructionSet::avx512);
BENCHMARK_CAPTURE(forces, double_avx2, Precision::full, InstructionSet::avx2);
BENCHMARK_CAPTURE(forces, double_portable, Precision::full, InstructionSet::portable);
BENCHMARK(search);

}  // namespace
