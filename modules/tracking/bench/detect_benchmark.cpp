// Time of one frame on one thread.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/tracking/detect.h"
#include "disc_kernel.h"

namespace {

using namespace adatom;
using namespace adatom::tracking;

bool is_free(const std::vector<Shape>& placed, const Shape& shape) {
  for (const Shape& other : placed) {
    if (std::hypot(other.x - shape.x, other.y - shape.y) < other.radius + shape.radius)
      return false;
  }
  return true;
}

// `count` discs of radii from 2.5 to 15 pixels that do not overlap, on `electrons` per pixel.
const Grid<double>& make_frame(std::size_t side, std::size_t count, std::size_t electrons) {
  static std::map<std::pair<std::size_t, std::size_t>, Grid<double>> frames;
  const auto key = std::make_pair(count, electrons);
  if (const auto found = frames.find(key); found != frames.end()) return found->second;
  RandomStream random(count);
  Grid<double> frame(side, side, static_cast<double>(electrons));
  std::vector<Shape> placed;
  while (placed.size() < count) {
    Shape shape;
    shape.radius = std::min(2.5 + 4.0 * std::exp(0.6 * random.normal()), 15.0);
    shape.x = random.uniform() * static_cast<double>(side);
    shape.y = random.uniform() * static_cast<double>(side);
    if (is_free(placed, shape)) placed.push_back(shape);
  }
  for (const Shape& shape : placed) {
    constexpr std::size_t window = 48;
    std::vector<float> share(window * window);
    const auto x0 = static_cast<std::ptrdiff_t>(shape.x) - 24;
    const auto y0 = static_cast<std::ptrdiff_t>(shape.y) - 24;
    render_share(shape, x0, y0, window, window, share.data());
    for (std::ptrdiff_t j = 0; j < 48; ++j) {
      for (std::ptrdiff_t i = 0; i < 48; ++i) {
        const std::ptrdiff_t x = x0 + i;
        const std::ptrdiff_t y = y0 + j;
        const auto last = static_cast<std::ptrdiff_t>(side);
        if (x < 0 || y < 0 || x >= last || y >= last) continue;
        frame(static_cast<std::size_t>(x), static_cast<std::size_t>(y)) *=
            1.0 - 0.5 * static_cast<double>(share[static_cast<std::size_t>(j * 48 + i)]);
      }
    }
  }
  for (double& value : frame.values()) value = static_cast<double>(random.poisson(value));
  return frames.emplace(key, std::move(frame)).first->second;
}

void detect(benchmark::State& state, std::size_t side) {
  const auto& frame = make_frame(side, static_cast<std::size_t>(state.range(0)),
                                 static_cast<std::size_t>(state.range(1)));
  DetectWorkspace workspace;
  std::size_t found = 0;
  for (auto _ : state) {
    const DetectResult result = detect_particles(frame, {}, {}, workspace);
    found = result.particles.size();
  }
  state.counters["particles"] = static_cast<double>(found);
}

BENCHMARK_CAPTURE(detect, smoke, 256)->Args({20, 60})->Unit(benchmark::kMillisecond);
// 1024 x 1024 pixels: particles, electrons per pixel.
BENCHMARK_CAPTURE(detect, frame, 1024)
    ->Args({300, 60})
    ->Args({300, 8})
    ->Args({800, 60})
    ->Args({800, 8})
    ->Unit(benchmark::kMillisecond);

}  // namespace
