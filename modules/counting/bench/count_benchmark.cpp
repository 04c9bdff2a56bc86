// How long counting takes. `smoke` is the small case that the tests run.
#include <benchmark/benchmark.h>

#include "simulated.h"

namespace {

using namespace adatom::counting;

void count(benchmark::State& state, Method method, std::size_t columns) {
  testing::Particle particle;
  particle.levels = testing::levels_from(1, 15);
  particle.columns = columns;
  particle.scatter_angstrom2 = 0.003;
  const Library library = testing::gold_library();
  const auto simulated = testing::simulate(particle, library, adatom::RandomStream(1));
  CountingOptions options;
  options.method = method;
  options.max_components = 30;
  adatom::NoProgress progress;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        count_atoms(simulated.scs, {}, library, options, adatom::RandomStream(2), progress));
  }
}

BENCHMARK_CAPTURE(count, smoke_80_columns, Method::mixture, 80)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(count, mixture_400_columns, Method::mixture, 400)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(count, equidistant_400_columns, Method::equidistant, 400)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(count, library_400_columns, Method::library, 400)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(count, hybrid_400_columns, Method::hybrid, 400)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(count, mixture_5000_columns, Method::mixture, 5000)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(count, equidistant_5000_columns, Method::equidistant, 5000)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(count, hybrid_5000_columns, Method::hybrid, 5000)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();

}  // namespace
