#include <benchmark/benchmark.h>

#include <cmath>

#include "adatom/simulate/incoherent.h"

namespace {

using adatom::simulate::FrameOptions;
using adatom::simulate::TrueColumn;

std::vector<TrueColumn> square_of_columns(std::int64_t count, double side) {
  std::vector<TrueColumn> columns;
  const auto rows = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  const double step = side / static_cast<double>(rows + 1);
  for (std::int64_t i = 0; i < count; ++i) {
    columns.push_back({step * static_cast<double>(i % rows + 1),
                       step * static_cast<double>(i / rows + 1), 10, 0.276, i});
  }
  return columns;
}

void render(benchmark::State& state, FrameOptions options) {
  const auto columns = square_of_columns(
      state.range(0), static_cast<double>(options.width) * options.pixel_size_angstrom);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        adatom::simulate::render_frame(columns, options, adatom::RandomStream(1)));
  }
}

void smoke_render_exact(benchmark::State& state) { render(state, {.width = 256, .height = 256}); }
void render_noisy(benchmark::State& state) { render(state, {.dose_per_angstrom2 = 1e5}); }
void render_noisy_with_jitter(benchmark::State& state) {
  render(state, {.dose_per_angstrom2 = 1e5, .scan_jitter_angstrom = 0.05});
}

BENCHMARK(smoke_render_exact)->Arg(100)->Arg(400)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(render_noisy)->Arg(100)->Arg(400)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(render_noisy_with_jitter)
    ->Arg(100)
    ->Arg(400)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
