#include "polar_sums.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "adatom/base/parallel.h"

namespace adatom::diffraction {
namespace {

/// The azimuth in turns, [0, 1]; 6e-4 off at most, which only moves the borders of sectors.
double turns(double u, double v) {
  const double a = std::abs(u);
  const double b = std::abs(v);
  const double slope = std::min(a, b) / (std::max(a, b) + 1e-30);
  double t = slope * (0.125 + 0.04345 * (1.0 - slope));
  t = b > a ? 0.25 - t : t;
  t = u < 0.0 ? 0.5 - t : t;
  return v < 0.0 ? 1.0 - t : t;
}

struct Band {
  const Grid<double>& frame;
  const Mask& mask;
  const RoundPattern& map;
  std::size_t sectors;
  std::size_t bins;
  double step_px;

  void add(std::size_t begin, std::size_t end, std::vector<PolarBin>& values) const {
    const std::size_t width = frame.width();
    std::vector<double> place(width);
    std::vector<std::int32_t> start(width);
    const double last = static_cast<double>(bins) - 1.0;
    for (std::size_t y = begin; y < end; ++y) {
      for (std::size_t x = 0; x < width; ++x) {
        const auto [u, v] = map.s_at(static_cast<double>(x), static_cast<double>(y));
        place[x] = std::sqrt(u * u + v * v) / step_px;
        const double sector = turns(u, v) * static_cast<double>(sectors);
        start[x] = static_cast<std::int32_t>(sector);
      }
      const auto row = frame.row(y);
      for (std::size_t x = 0; x < width; ++x) {
        if (place[x] >= last || (!mask.empty() && mask(x, y) == 0)) continue;
        const double value = row[x];
        if (!std::isfinite(value)) continue;
        const auto bin = static_cast<std::size_t>(place[x]);
        const auto sector = std::min(static_cast<std::size_t>(start[x]), sectors - 1);
        const double right = place[x] - static_cast<double>(bin);
        const double left = 1.0 - right;
        PolarBin* at = values.data() + sector * bins + bin;
        at[0].count += left;
        at[0].sum += left * value;
        at[0].square += left * value * value;
        at[1].count += right;
        at[1].sum += right * value;
        at[1].square += right * value * value;
      }
    }
  }
};

}  // namespace

double PolarSums::azimuth_rad(std::size_t sector) const {
  return 2.0 * std::numbers::pi * (static_cast<double>(sector) + 0.5) /
         static_cast<double>(sectors);
}

PolarSums polar_sums(const Grid<double>& frame, const Mask& mask, const Geometry& geometry,
                     std::size_t sectors, double radius_max_px) {
  Geometry in_pixels = geometry;
  in_pixels.s_per_px = 1.0;
  const RoundPattern map(in_pixels);
  PolarSums sums;
  sums.sectors = sectors;
  sums.bins = static_cast<std::size_t>(std::ceil(radius_max_px / sums.step_px)) + 2;
  const std::size_t size = sums.sectors * sums.bins;
  // Bands are summed in their order, so that the threads do not matter.
  const std::size_t bands = std::clamp<std::size_t>(frame.height() / 256, 1, 8);
  const std::size_t rows = (frame.height() + bands - 1) / bands;
  std::vector<std::vector<PolarBin>> parts(bands);
  const Band band{frame, mask, map, sums.sectors, sums.bins, sums.step_px};
  parallel_for(bands, [&](std::size_t i) {
    parts[i].resize(size);
    band.add(std::min(i * rows, frame.height()), std::min((i + 1) * rows, frame.height()),
             parts[i]);
  });
  sums.values = std::move(parts[0]);
  for (std::size_t i = 1; i < bands; ++i) {
    for (std::size_t k = 0; k < size; ++k) {
      sums.values[k].count += parts[i][k].count;
      sums.values[k].sum += parts[i][k].sum;
      sums.values[k].square += parts[i][k].square;
    }
  }
  return sums;
}

double farthest_corner_px(const Grid<double>& frame, const Geometry& geometry) {
  Geometry in_pixels = geometry;
  in_pixels.s_per_px = 1.0;
  const RoundPattern map(in_pixels);
  double farthest = 0.0;
  for (const double x : {0.0, static_cast<double>(frame.width()) - 1.0}) {
    for (const double y : {0.0, static_cast<double>(frame.height()) - 1.0}) {
      const auto [u, v] = map.s_at(x, y);
      farthest = std::max(farthest, std::hypot(u, v));
    }
  }
  return farthest;
}

}  // namespace adatom::diffraction
