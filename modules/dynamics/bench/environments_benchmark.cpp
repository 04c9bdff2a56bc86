// Environments of a particle of 976 gold atoms at room temperature: neighbours, spectra (n_max =
// l_max = 8) and the nearest of 47 references, per second; and what share that is of what counting
// operations allows.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

#include "adatom/base/cpu_clones.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/dynamics/dictionary.h"

namespace {
using namespace adatom;
using descriptors::Soap;
using descriptors::SoapMethod;
using descriptors::SpectrumLayout;

constexpr std::size_t references = 47;

std::vector<Eigen::Vector3d> warm_particle(std::uint64_t frame) {
  const auto structure = crystal::build_truncated_octahedron({"Au", 4.0642}, 12, 4);
  std::vector<Eigen::Vector3d> positions;
  RandomStream random(frame);
  for (const auto& atom : structure.atoms) {
    // About the thermal displacement at 300 K.
    const Eigen::Vector3d shift(random.normal(), random.normal(), random.normal());
    positions.emplace_back(atom.position_angstrom + 0.085 * shift);
  }
  return positions;
}

typedef double Eight __attribute__((vector_size(64)));

/// So many times eight products and sums, in ten chains that do not wait for each other.
ADATOM_CLONES double chains(std::size_t steps, double factor) {
  Eight a{}, b{}, c{}, d{}, e{}, f{}, g{}, h{}, i{}, j{};
  for (std::size_t n = 0; n < steps; n += 10) {
    a = a * factor + 1.0;
    b = b * factor + 1.0;
    c = c * factor + 1.0;
    d = d * factor + 1.0;
    e = e * factor + 1.0;
    f = f * factor + 1.0;
    g = g * factor + 1.0;
    h = h * factor + 1.0;
    i = i * factor + 1.0;
    j = j * factor + 1.0;
  }
  const Eight sum = a + b + c + d + e + f + g + h + i + j;
  return sum[0] + sum[7];
}

double seconds_of_eight() {
  constexpr std::size_t steps = 200'000;
  double best = 1.0;
  for (int repeat = 0; repeat < 20; ++repeat) {
    const auto start = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(chains(steps, 0.999));
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    best = std::min(best, time.count() / steps);
  }
  return best;
}

/// With quintic tables (72 functions), 81 harmonics at about four operations each, the sums, the
/// 36 products of each l, and one product with each reference.
double least_seconds(double neighbours) {
  const double operations = neighbours * (72 * 6 + 320 + 648) + 36 * 81 + references * 324;
  static const double eight = seconds_of_eight();
  return operations / 8.0 * eight;
}

/// What all frames are worked on with.
struct Tools {
  explicit Tools(InstructionSet set)
      : soap({.r_cut_angstrom = 4.48023312}, 1, SoapMethod::fast, set),
        classifier(dictionary(soap)) {}

  /// What is in it does not change how long it takes.
  static dynamics::EnvironmentDictionary dictionary(const Soap& soap) {
    dynamics::EnvironmentDictionary made;
    made.soap = soap.options();
    made.environments.resize(references, "e");
    made.classes = {"all"};
    made.class_of.resize(references, 0);
    RandomStream random(1);
    made.spectra.resize(references * soap.size());
    for (double& value : made.spectra) value = random.uniform();
    descriptors::normalise(made.spectra, soap.size());
    return made;
  }

  Soap soap;
  dynamics::Classifier classifier;
};

class Work {
 public:
  explicit Work(const Tools& tools) : soap_(tools.soap), classifier_(tools.classifier) {}

  std::size_t run(std::span<const Eigen::Vector3d> positions) {
    const descriptors::NeighbourSearch search(positions, crystal::Box{}, soap_.reach_angstrom());
    centres_.resize(positions.size());
    std::iota(centres_.begin(), centres_.end(), 0U);
    found_.resize(positions.size());
    std::size_t neighbours = 0;
    // A part of them at a time, so that what is used again is near.
    constexpr std::size_t at_once = 128;
    spectra_.resize(at_once * soap_.size());
    for (std::size_t first = 0; first < positions.size(); first += at_once) {
      const std::size_t count = std::min(at_once, positions.size() - first);
      const auto spectra = std::span(spectra_).first(count * soap_.size());
      search.find(first, first + count, neighbours_);
      neighbours += neighbours_.atom.size();
      soap_.compute(neighbours_, {}, std::span(centres_).subspan(first, count), spectra);
      classifier_.classify(spectra, std::span(found_).subspan(first, count));
    }
    benchmark::DoNotOptimize(found_.data());
    return neighbours;
  }

 private:
  const Soap& soap_;
  const dynamics::Classifier& classifier_;
  descriptors::NeighbourVectors neighbours_;
  std::vector<std::uint32_t> centres_;
  std::vector<double> spectra_;
  std::vector<dynamics::Classified> found_;
};

void one_core(benchmark::State& state, InstructionSet set) {
  if (!is_available(set)) {
    state.SkipWithError("this processor lacks the instructions");
    return;
  }
  const auto positions = warm_particle(1);
  const Tools tools(set);
  Work work(tools);
  const auto atoms = static_cast<double>(positions.size());
  const double neighbours = static_cast<double>(work.run(positions)) / atoms;
  for (auto _ : state) work.run(positions);
  const double done = atoms * static_cast<double>(state.iterations());
  state.counters["environments"] = benchmark::Counter(done, benchmark::Counter::kIsRate);
  state.counters["of_bound"] =
      benchmark::Counter(done * least_seconds(neighbours), benchmark::Counter::kIsRate);
}

/// Frames side by side, as a trajectory is worked on.
void cores(benchmark::State& state) {
  const ThreadLimit limit(static_cast<std::size_t>(state.range(0)));
  constexpr std::size_t frames = 16;
  std::vector<std::vector<Eigen::Vector3d>> all;
  const Tools tools(InstructionSet::best);
  std::vector<Work> work;
  for (std::size_t f = 0; f < frames; ++f) {
    all.push_back(warm_particle(f));
    work.emplace_back(tools);
  }
  for (auto _ : state) {
    parallel_for(frames, [&](std::size_t f) { work[f].run(all[f]); });
  }
  const double done =
      static_cast<double>(frames * all[0].size()) * static_cast<double>(state.iterations());
  state.counters["environments"] = benchmark::Counter(done, benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(one_core, smoke_best, InstructionSet::best);
BENCHMARK_CAPTURE(one_core, avx512, InstructionSet::avx512);
BENCHMARK_CAPTURE(one_core, avx2, InstructionSet::avx2);
BENCHMARK_CAPTURE(one_core, portable, InstructionSet::portable);
BENCHMARK(cores)->Arg(1)->Arg(2)->UseRealTime();

}  // namespace
