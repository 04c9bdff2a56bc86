// LENS of a truncated octahedron of 976 gold atoms, neighbour search included: atom-frames per
// second on one thread and two. The bound is what must be computed at least where atoms are sorted
// into bins as wide as the cut-off: the squared distances of each atom from those in 27 bins (145
// at gold's density), measured here as a vectorised loop that does nothing else.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include <benchmark/benchmark.h>

#include "adatom/base/cpu_clones.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/descriptors/lens.h"

namespace {
using namespace adatom;

constexpr double r_cut = 4.48;
using Frame = std::vector<Eigen::Vector3d>;

/// Frames that differ as those of a trajectory do: atoms shake about their sites.
std::vector<Frame> warm_frames(std::size_t count) {
  const auto particle = crystal::build_truncated_octahedron(crystal::fcc_crystal("Au"), 12, 4);
  std::vector<Frame> frames(count);
  RandomStream random(7);
  for (auto& frame : frames) {
    for (const auto& atom : particle.atoms) {
      frame.push_back(atom.position_angstrom);
      for (double& coordinate : frame.back()) coordinate += 0.12 * random.normal();
    }
  }
  return frames;
}

ADATOM_CLONES void square_distances(const double* x, const double* y, const double* z,
                                    std::size_t count, const double* from, double* squares) {
  for (std::size_t k = 0; k < count; ++k) {
    const double dx = x[k] - from[0];
    const double dy = y[k] - from[1];
    const double dz = z[k] - from[2];
    squares[k] = dx * dx + dy * dy + dz * dz;
  }
}

/// Atoms per second and thread, if distances were all.
double bound_atoms_per_s() {
  constexpr std::size_t candidates = 145;  // 27 r_cut^3 4 / a^3
  constexpr std::size_t atoms = 1'000'000;
  const std::vector<double> x(candidates, 1.0);
  std::vector<double> squares(candidates);
  double from[3] = {0.1, 0.2, 0.3};
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < atoms; ++i) {
    square_distances(x.data(), x.data(), x.data(), candidates, from, squares.data());
    benchmark::DoNotOptimize(squares.data());
    benchmark::ClobberMemory();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return static_cast<double>(atoms) / took.count();
}

/// As the command does it: frames side by side, then pairs of them.
void lens(benchmark::State& state) {
  const ThreadLimit limit(static_cast<std::size_t>(state.range(0)));
  const auto frames = warm_frames(64);
  const std::size_t atoms = frames[0].size();
  std::vector<descriptors::NearSets> sets(frames.size());
  std::vector<double> values(atoms * frames.size());
  const auto begin = std::chrono::steady_clock::now();
  for (auto _ : state) {
    parallel_for(frames.size(), [&](std::size_t f) {
      sets[f] = descriptors::find_near_sets(frames[f], {}, r_cut);
    });
    parallel_for(frames.size() - 1, [&](std::size_t f) {
      descriptors::compare_sets(sets[f], sets[f + 1], std::span(values).subspan(f * atoms, atoms));
    });
    benchmark::DoNotOptimize(values.data());
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const auto items = static_cast<std::int64_t>(values.size()) * state.iterations();
  state.SetItemsProcessed(items);
  state.counters["of_bound"] = static_cast<double>(items) / took.count() /
                               (static_cast<double>(state.range(0)) * bound_atoms_per_s());
}

void compare_only(benchmark::State& state) {
  const auto frames = warm_frames(2);
  const auto a = descriptors::find_near_sets(frames[0], {}, r_cut);
  const auto b = descriptors::find_near_sets(frames[1], {}, r_cut);
  std::vector<double> values(a.atoms());
  for (auto _ : state) {
    descriptors::compare_sets(a, b, values);
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(values.size()) * state.iterations());
}

BENCHMARK(lens)->Name("lens_smoke")->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(compare_only);

}  // namespace
