// Time of set-up, and of one frame, with errors; items are pixels.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "adatom/base/parallel.h"
#include "adatom/base/random.h"
#include "adatom/diffraction/integrate.h"

namespace {

using namespace adatom;
using namespace adatom::diffraction;

Geometry geometry_of(std::size_t side) {
  const auto middle = 0.5 * static_cast<double>(side);
  return {.centre_x_px = middle + 3.3,
          .centre_y_px = middle - 5.7,
          .ellipse_ratio = 1.02,
          .ellipse_angle_deg = 35.0,
          .s_per_px = 0.001};
}

template <class T>
Grid<T> frame_of(std::size_t side) {
  Grid<T> frame(side, side);
  RandomStream random(7);
  for (T& value : frame.values()) value = static_cast<T>(100.0 + 50.0 * random.uniform());
  return frame;
}

/// Side of the frame, threads, splitting.
void set_up(benchmark::State& state) {
  const auto side = static_cast<std::size_t>(state.range(0));
  const ThreadLimit limit(static_cast<std::size_t>(state.range(1)));
  IntegrateOptions options;
  options.splitting = static_cast<Splitting>(state.range(2));
  std::size_t bytes = 0;
  for (auto _ : state) {
    const Integrator integrator(side, side, geometry_of(side), {}, options);
    bytes = integrator.bytes();
  }
  state.counters["MB"] = static_cast<double>(bytes) * 1e-6;
  state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(0));
}

template <class T>
void integrate(benchmark::State& state) {
  const auto side = static_cast<std::size_t>(state.range(0));
  const ThreadLimit limit(static_cast<std::size_t>(state.range(1)));
  IntegrateOptions options;
  options.splitting = static_cast<Splitting>(state.range(2));
  const Integrator integrator(side, side, geometry_of(side), {}, options);
  const Grid<T> frame = frame_of<T>(side);
  for (auto _ : state) benchmark::DoNotOptimize(integrator.integrate(frame));
  state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(0));
}

void robust(benchmark::State& state) {
  const auto side = static_cast<std::size_t>(state.range(0));
  const ThreadLimit limit(1);
  const Integrator integrator(side, side, geometry_of(side), {}, {});
  const Grid<float> frame = frame_of<float>(side);
  for (auto _ : state) {
    if (state.range(1) == 0) {
      benchmark::DoNotOptimize(integrator.integrate_median(frame));
    } else {
      benchmark::DoNotOptimize(integrator.integrate_clipped(frame));
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(0));
}

void smoke(benchmark::State& state) { integrate<float>(state); }

BENCHMARK(smoke)->Args({128, 1, 2});
BENCHMARK(set_up)
    ->ArgsProduct({{2048}, {1, 2}, {0, 1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(integrate<float>)
    ->ArgsProduct({{2048}, {1, 2}, {0, 1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(integrate<double>)
    ->ArgsProduct({{2048}, {1, 2}, {2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(integrate<std::uint16_t>)
    ->ArgsProduct({{2048}, {1, 2}, {2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
/// Side of the frame; 0 the median, 1 the clipped mean.
BENCHMARK(robust)->ArgsProduct({{2048}, {0, 1}})->Unit(benchmark::kMillisecond);

}  // namespace
