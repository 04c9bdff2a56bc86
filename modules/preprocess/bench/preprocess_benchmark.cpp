#include <benchmark/benchmark.h>

#include <cmath>

#include "adatom/base/random.h"
#include "adatom/preprocess/background.h"
#include "adatom/preprocess/outliers.h"
#include "adatom/preprocess/register.h"

namespace {

using adatom::Grid;
using adatom::RandomStream;
namespace preprocess = adatom::preprocess;

/// A noisy lattice in a round particle, its phase moved by `shift`.
Grid<double> frame(std::size_t side, double shift) {
  Grid<double> image(side, side);
  RandomStream random(static_cast<std::uint64_t>(100.0 * shift) + 1);
  const double middle = 0.5 * static_cast<double>(side);
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      const double u = static_cast<double>(x) - middle - shift;
      const double v = static_cast<double>(y) - middle;
      const double inside = 0.5 * std::erfc((std::hypot(u, v) - 0.35 * middle) / 4.0);
      const double value = 0.01 + 0.1 * inside * (1.0 + std::cos(0.4 * u) * std::cos(0.3 * v));
      image(x, y) = static_cast<double>(random.poisson(1000.0 * value)) / 1000.0;
    }
  }
  return image;
}

void smoke_register(benchmark::State& state) {
  const auto side = static_cast<std::size_t>(state.range(0));
  const preprocess::RegisterOptions options{.method = preprocess::RegisterMethod::correlation};
  preprocess::RegistrationState start;
  (void)preprocess::register_frame(start, frame(side, 0.0), options);
  const auto second = frame(side, 3.3);
  for (auto _ : state) {
    auto copy = start;
    benchmark::DoNotOptimize(preprocess::register_frame(copy, second, options));
  }
}

void outliers(benchmark::State& state) {
  const auto image = frame(static_cast<std::size_t>(state.range(0)), 0.0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        preprocess::replace_outliers(image, {.method = preprocess::OutlierMethod::replace}));
  }
}

void background(benchmark::State& state) {
  const auto image = frame(static_cast<std::size_t>(state.range(0)), 0.0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        preprocess::fit_background(image, {.method = preprocess::BackgroundMethod::plane}));
  }
}

BENCHMARK(smoke_register)->Arg(256)->Arg(512)->Unit(benchmark::kMillisecond);
BENCHMARK(outliers)->Arg(256)->Arg(512)->Unit(benchmark::kMillisecond);
BENCHMARK(background)->Arg(256)->Arg(512)->Unit(benchmark::kMillisecond);

}  // namespace
