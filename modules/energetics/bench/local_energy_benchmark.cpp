#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/local_energy.h"
#include "adatom/energetics/make_potential.h"

namespace {

using adatom::energetics::LocalEnergy;

/// A column along z in the middle of a gold particle of 976 atoms, moved as a whole along it.
void smoke_displaced_column(benchmark::State& state) {
  const auto gold = adatom::energetics::make_potential("smatb:Au");
  const auto crystal = adatom::crystal::fcc_crystal("Au");
  const auto particle = adatom::crystal::build_truncated_octahedron(crystal, 12, 4);
  const auto positions = adatom::energetics::positions_of(particle);
  LocalEnergy local(gold, std::vector<std::size_t>(positions.size(), 0), positions);
  const auto middle = *std::ranges::min_element(
      positions, {}, [](const Eigen::Vector3d& p) { return std::hypot(p.x(), p.y()); });
  std::vector<std::uint32_t> column;
  for (std::uint32_t i = 0; i < positions.size(); ++i) {
    if (std::hypot(positions[i].x() - middle.x(), positions[i].y() - middle.y()) < 0.1) {
      column.push_back(i);
    }
  }
  adatom::RandomStream random(1);
  std::vector<Eigen::Vector3d> to(column.size());
  for (auto _ : state) {
    const double shift = 0.6 * (random.uniform() - 0.5);
    for (std::size_t k = 0; k < column.size(); ++k) {
      to[k] = positions[column[k]] + Eigen::Vector3d(0.0, 0.0, shift);
    }
    benchmark::DoNotOptimize(local.try_move(column, to));
  }
  state.counters["atoms"] = static_cast<double>(column.size());
  state.counters["trials_per_s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

BENCHMARK(smoke_displaced_column)->Unit(benchmark::kMicrosecond);

}  // namespace
