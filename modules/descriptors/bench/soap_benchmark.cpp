// Spectra of a particle of 976 gold atoms at room temperature, on one core: environments per second
// of each kernel, and what finding the neighbours costs.
#include <cstdint>
#include <numeric>
#include <vector>

#include <benchmark/benchmark.h>

#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/descriptors/soap.h"

namespace {
using namespace adatom;
using descriptors::Soap;
using descriptors::SoapMethod;

constexpr double r_cut_angstrom = 4.48023312;

std::vector<Eigen::Vector3d> warm_particle() {
  const auto structure = crystal::build_truncated_octahedron({"Au", 4.0642}, 12, 4);
  std::vector<Eigen::Vector3d> positions;
  RandomStream random(1);
  for (const auto& atom : structure.atoms) {
    // About the thermal displacement at 300 K.
    const double u = 0.085;
    positions.emplace_back(atom.position_angstrom +
                           u * Eigen::Vector3d(random.normal(), random.normal(), random.normal()));
  }
  return positions;
}

void spectra(benchmark::State& state, SoapMethod method, InstructionSet set) {
  if (!is_available(set)) {
    state.SkipWithError("this processor lacks the instructions");
    return;
  }
  const auto positions = warm_particle();
  const Soap soap({.r_cut_angstrom = r_cut_angstrom}, 1, method, set);
  const auto neighbours =
      descriptors::find_neighbour_vectors(positions, crystal::Box{}, soap.reach_angstrom());
  std::vector<std::uint32_t> centres(positions.size());
  std::iota(centres.begin(), centres.end(), 0U);
  std::vector<double> values(centres.size() * soap.size());
  for (auto _ : state) {
    soap.compute(neighbours, {}, centres, values);
    benchmark::DoNotOptimize(values.data());
  }
  const auto atoms = static_cast<std::int64_t>(positions.size());
  state.SetItemsProcessed(atoms * state.iterations());
  state.counters["neighbours"] =
      static_cast<double>(neighbours.atom.size()) / static_cast<double>(atoms);
}

void neighbours(benchmark::State& state) {
  const auto positions = warm_particle();
  const Soap soap({.r_cut_angstrom = r_cut_angstrom}, 1);
  descriptors::NeighbourVectors found;
  for (auto _ : state) {
    descriptors::find_neighbour_vectors(positions, crystal::Box{}, soap.reach_angstrom(), found);
    benchmark::DoNotOptimize(found.atom.data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(positions.size()) * state.iterations());
}

BENCHMARK_CAPTURE(spectra, smoke_best, SoapMethod::fast, InstructionSet::best);
BENCHMARK_CAPTURE(spectra, avx512, SoapMethod::fast, InstructionSet::avx512);
BENCHMARK_CAPTURE(spectra, avx2, SoapMethod::fast, InstructionSet::avx2);
BENCHMARK_CAPTURE(spectra, portable, SoapMethod::fast, InstructionSet::portable);
BENCHMARK_CAPTURE(spectra, exact, SoapMethod::exact, InstructionSet::best);
BENCHMARK(neighbours);

}  // namespace
