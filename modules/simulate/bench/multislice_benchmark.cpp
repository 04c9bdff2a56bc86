// What a slice costs, against the two transforms nobody can do without, and a whole library.
#include <benchmark/benchmark.h>

#include <fftw3.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <vector>

#include "adatom/base/electron.h"
#include "adatom/simulate/slab_library.h"
#include "seen_spectrum.h"
#include "transmission.h"

namespace {

using namespace adatom::simulate;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// There and back in two dimensions by FFTW, in place, without scaling.
class TwoFfts {
 public:
  TwoFfts(std::size_t n, unsigned effort) : values_(n * n) {
    auto* data = reinterpret_cast<fftwf_complex*>(values_.data());
    const auto side = static_cast<int>(n);
    forward_ = fftwf_plan_dft_2d(side, side, data, data, FFTW_FORWARD, effort);
    backward_ = fftwf_plan_dft_2d(side, side, data, data, FFTW_BACKWARD, effort);
  }
  TwoFfts(const TwoFfts&) = delete;
  TwoFfts& operator=(const TwoFfts&) = delete;
  ~TwoFfts() {
    fftwf_destroy_plan(forward_);
    fftwf_destroy_plan(backward_);
  }
  void run() {
    // Zeros stay zeros, and cost the same.
    fftwf_execute(forward_);
    fftwf_execute(backward_);
  }

 private:
  Amplitudes values_;
  fftwf_plan forward_;
  fftwf_plan backward_;
};

// One wave, one slice: transmission, band limit and propagation. The transforms take turns with it,
// a few runs each, so that whatever else the machine does slows all of them alike and each finds
// its data in the cache; each counts by its fastest fifth.
void one_step(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  const double length = static_cast<double>(n) / 28.0;
  const double wavelength = adatom::electron_wavelength_angstrom(300.0);
  const Bands bands = bands_of_grid(28.0, 20e-3 / wavelength);
  const WaveSpace space(n, n, length, length, bands.wave);
  Amplitudes wave = testing::random_spectrum(space, 1);
  space.from_spectrum(wave);
  const Amplitudes t(n * n, Amplitude(1.0F));
  const auto propagator = space.propagator(wavelength, 2.0);
  TwoFfts measured(n, FFTW_MEASURE);
  TwoFfts estimated(n, FFTW_ESTIMATE);
  std::vector<double> step_times;
  std::vector<double> measured_times;
  std::vector<double> estimated_times;
  const auto time_of = [](const auto& work) {
    constexpr int runs = 4;
    const auto start = Clock::now();
    for (int i = 0; i < runs; ++i) work();
    return seconds_since(start) / runs;
  };
  for (auto _ : state) {
    step_times.push_back(time_of([&] {
      space.transmit(wave, t.data(), n);
      space.finish_step(wave, &propagator, nullptr);
    }));
    state.SetIterationTime(step_times.back());
    measured_times.push_back(time_of([&] { measured.run(); }));
    estimated_times.push_back(time_of([&] { estimated.run(); }));
  }
  const auto typical = [](std::vector<double>& times) {
    const auto place = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 5);
    std::nth_element(times.begin(), place, times.end());
    return *place;
  };
  const double step = typical(step_times);
  state.counters["of_two_ffts"] = step / typical(measured_times);
  state.counters["of_two_estimated_ffts"] = step / typical(estimated_times);
  state.counters["ns_per_point"] = 1e9 * step / static_cast<double>(n * n);
}

void library(benchmark::State& state, const SlabLibraryOptions& options) {
  double error = 0.0;
  for (auto _ : state) {
    adatom::NoPartStore parts;
    adatom::NoProgress progress;
    const auto result = simulate_slab_library(options, {}, parts, progress);
    for (const auto& value : scs_on_detector(result.library, 40.0, 160.0)) {
      error = std::max(error, value.stderr_angstrom2 / value.scs_angstrom2);
    }
  }
  state.counters["largest_stderr_percent"] = 100.0 * error;
}

void library_au_110(benchmark::State& state) { library(state, {}); }
void library_smoke(benchmark::State& state) {
  SlabLibraryOptions options;
  options.atoms = 2;
  options.configurations = 2;
  options.beam_directions = 2;
  library(state, options);
}

BENCHMARK(one_step)->Arg(256)->Arg(320)->Arg(384)->Arg(512)->UseManualTime()->Unit(
    benchmark::kMillisecond);
BENCHMARK(one_step)->Name("one_step_smoke")->Arg(64)->UseManualTime();
BENCHMARK(library_au_110)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);
BENCHMARK(library_smoke)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

}  // namespace
