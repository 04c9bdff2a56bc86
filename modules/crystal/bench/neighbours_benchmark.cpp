// Time of the neighbour search: it grows linearly with the number of atoms.
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/neighbours.h"

namespace {

using namespace adatom::crystal;

// Fcc gold, a sphere of about so many atoms.
std::vector<Eigen::Vector3d> gold_sphere(double atoms) {
  const auto gold = fcc_crystal("Au");
  const double volume = atoms * std::pow(gold.lattice_parameter_angstrom, 3) / 4.0;
  std::vector<Eigen::Vector3d> positions;
  for (const auto& atom : build_sphere(gold, std::cbrt(volume / 4.18879)).atoms) {
    positions.push_back(atom.position_angstrom);
  }
  return positions;
}

void open_particle(benchmark::State& state) {
  const auto positions = gold_sphere(static_cast<double>(state.range(0)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(find_neighbours(positions, {}, 5.4));
  }
  state.counters["atoms"] = static_cast<double>(positions.size());
}

void periodic_bulk(benchmark::State& state) {
  const auto edge = static_cast<int>(state.range(0));
  constexpr double a = 4.0786;
  std::vector<Eigen::Vector3d> positions;
  for (int u = 0; u < edge; ++u) {
    for (int v = 0; v < edge; ++v) {
      for (int w = 0; w < edge; ++w) {
        const Eigen::Vector3d corner(u, v, w);
        for (const Eigen::Vector3d& site :
             {Eigen::Vector3d(0, 0, 0), Eigen::Vector3d(0, .5, .5), Eigen::Vector3d(.5, 0, .5),
              Eigen::Vector3d(.5, .5, 0)}) {
          positions.emplace_back(a * (corner + site));
        }
      }
    }
  }
  const Box box{
      edge * a * Eigen::Matrix3d::Identity(), Eigen::Vector3d::Zero(), {true, true, true}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(find_neighbours(positions, box, 5.4));
  }
  state.counters["atoms"] = static_cast<double>(positions.size());
}

BENCHMARK(open_particle)->Arg(1000)->Arg(1000000)->Unit(benchmark::kMillisecond);
BENCHMARK(periodic_bulk)->Arg(6)->Arg(63)->Unit(benchmark::kMillisecond);

}  // namespace
