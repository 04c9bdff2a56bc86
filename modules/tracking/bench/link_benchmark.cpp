#include <benchmark/benchmark.h>

#include "adatom/tracking/link.h"
#include "adatom/tracking/speeds.h"
#include "support/point_tracks.h"
#include "support/walks.h"

namespace {

namespace tracking = adatom::tracking;

/// Time per frame of linking, 100 frames of so many particles, all motions and merges.
void smoke_link(benchmark::State& state) {
  const auto set = tracking::make_point_tracks({.frames = 100, .particles = state.range(0)});
  std::int64_t frames = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(tracking::link_all(set.seen, {}));
    frames += 100;
  }
  state.SetItemsProcessed(frames);
}

/// Frames of a crowd without merging: spacing about three steps.
void link_dense(benchmark::State& state) {
  const auto set = tracking::make_point_tracks({.frames = 10,
                                                .particles = state.range(0),
                                                .side_px = 1024.0,
                                                .margin_px = 0.0,
                                                .radius_px = 1.0,
                                                .step_px = 0.6,
                                                .speed_px = 0.4,
                                                .drift_walk_px = 0.02,
                                                .merge = false});
  std::int64_t frames = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(tracking::link_all(set.seen, {}));
    frames += 10;
  }
  state.SetItemsProcessed(frames);
}

/// Speeds at three lags with corrections and intervals: 300 tracks of 200 frames.
void speeds(benchmark::State& state) {
  auto tracks = tracking::make_walks({.tracks = 150, .step_nm = 1.2, .sigma_nm = 0.1}, 1);
  for (auto& track : tracking::make_walks({.tracks = 150, .sigma_nm = 0.1}, 2)) {
    tracks.push_back(track);
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        tracking::speed_distributions(tracks, 0.04, {}, adatom::RandomStream(1)));
  }
}

BENCHMARK(smoke_link)->Arg(100)->Arg(300)->Arg(800)->Unit(benchmark::kMillisecond);
BENCHMARK(link_dense)->Arg(10000)->Arg(100000)->Unit(benchmark::kMillisecond);
BENCHMARK(speeds)->Unit(benchmark::kMillisecond);

}  // namespace
