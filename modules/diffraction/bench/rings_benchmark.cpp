// Time of the first fit of a series, and of one frame more.
#include <benchmark/benchmark.h>

#include "adatom/diffraction/rings.h"
#include "ring_profile.h"

namespace {

using namespace adatom;
using namespace adatom::diffraction;

const std::vector<crystal::Phase>& phases() {
  static const std::vector<crystal::Phase> list = {*crystal::find_phase("Cu"),
                                                   *crystal::find_phase("Cu2O")};
  return list;
}

/// 16 rings; the argument is the number of bins up to 1.02 1/angstrom.
Profile profile_of(const benchmark::State& state, std::uint64_t seed) {
  made::Recipe recipe{.rings = made::copper_and_oxide(1.0, 1.0), .seed = seed};
  recipe.step = 1.02 / static_cast<double>(state.range(0));
  return made::make_profile(recipe);
}

void first_fit(benchmark::State& state) {
  const auto profile = profile_of(state, 1);
  for (auto _ : state) benchmark::DoNotOptimize(RingFitter(profile, phases()));
}
BENCHMARK(first_fit)->Arg(510)->Arg(1020)->Unit(benchmark::kMillisecond);

void frame_smoke(benchmark::State& state) {
  const RingFitter fitter(profile_of(state, 1), phases());
  const auto profile = profile_of(state, 2);
  for (auto _ : state) benchmark::DoNotOptimize(fitter.fit(profile));
}
BENCHMARK(frame_smoke)->Arg(510)->Arg(1020)->Unit(benchmark::kMillisecond);

}  // namespace
