// Time of the joint fit against the number of columns: it grows linearly.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <map>
#include <numbers>
#include <utility>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/columns/evaluate.h"
#include "adatom/columns/fit.h"

namespace {

using namespace adatom;
using namespace adatom::columns;

struct Case {
  Grid<double> image;
  std::vector<Position> start;
};

constexpr double pixel_size = 0.13;
constexpr double dose = 1e5;

// `across` x `across` columns, 16 pixels (2.08 A) apart, with counting noise.
const Case& make_case(std::size_t across) {
  static std::map<std::size_t, Case> cases;
  const auto found = cases.find(across);
  if (found != cases.end()) return found->second;
  RandomStream random(across);
  std::vector<Column> columns;
  Case made;
  for (std::size_t v = 0; v < across; ++v) {
    for (std::size_t u = 0; u < across; ++u) {
      Column c;
      c.x_angstrom = pixel_size * (16.0 * static_cast<double>(u) + 7.5 + random.normal());
      c.y_angstrom = pixel_size * (16.0 * static_cast<double>(v) + 7.5 + random.normal());
      c.width_angstrom = 0.6;
      c.height =
          0.035 * static_cast<double>(1 + random.below(12)) / (2.0 * std::numbers::pi * 0.36);
      columns.push_back(c);
      made.start.push_back({c.x_angstrom + 0.15 * (random.uniform() - 0.5),
                            c.y_angstrom + 0.15 * (random.uniform() - 0.5)});
    }
  }
  made.image = evaluate_model(16 * across, 16 * across, pixel_size, columns, {.level = 0.02});
  const double counts = dose * pixel_size * pixel_size;
  for (double& value : made.image.values()) {
    value = static_cast<double>(random.poisson(counts * value)) / counts;
  }
  return cases.emplace(across, std::move(made)).first->second;
}

void run_fit(benchmark::State& state, NoiseModel noise) {
  const Case& at = make_case(static_cast<std::size_t>(state.range(0)));
  FitOptions options;
  options.noise = noise;
  options.dose_per_angstrom2 = dose;
  NoProgress progress;
  for (auto _ : state) {
    const FitResult result = fit_columns(at.image, pixel_size, at.start, options, progress);
    benchmark::DoNotOptimize(result.sum_squared_residuals);
    state.counters["iterations"] = static_cast<double>(result.iterations);
  }
  const double columns = static_cast<double>(at.start.size());
  state.counters["columns"] = columns;
  // Seconds of wall time per column.
  state.counters["per_column"] = benchmark::Counter(
      columns, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

// 81 columns.
BENCHMARK_CAPTURE(run_fit, smoke, NoiseModel::gaussian)
    ->Arg(9)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
// 256, 1024, 4096 and 20,164 columns.
BENCHMARK_CAPTURE(run_fit, gaussian, NoiseModel::gaussian)
    ->Arg(16)
    ->Arg(32)
    ->Arg(64)
    ->Arg(142)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(run_fit, poisson, NoiseModel::poisson)
    ->Arg(16)
    ->Arg(32)
    ->Arg(64)
    ->Arg(142)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
