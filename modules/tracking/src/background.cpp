#include "background.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "adatom/base/cpu_clones.h"

namespace adatom::tracking {
namespace {

constexpr std::size_t bin = 4;         // pixels along x and y that are averaged before the quantile
constexpr std::size_t noise_rows = 8;  // every so many rows tell the noise
constexpr float half_nothing = 0.5F * no_value;
constexpr float unknown = std::numeric_limits<float>::infinity();

/// Values at the middles of blocks of equal size that cover the frame.
struct Blocks {
  std::size_t across = 0;
  std::size_t down = 0;
  std::vector<float> values;

  Blocks(const Plane& image, std::size_t block)
      : across((image.width() + block / 2) / block), down((image.height() + block / 2) / block) {
    across = std::max<std::size_t>(across, 1);
    down = std::max<std::size_t>(down, 1);
    values.assign(across * down, unknown);
  }
  [[nodiscard]] static std::size_t edge(std::size_t i, std::size_t n, std::size_t size) {
    return i * size / n;
  }
  float& at(std::size_t i, std::size_t j) { return values[j * across + i]; }
};

/// Blocks without a value take the mean of their neighbours, from the outside of a gap inwards.
/// @return false if none has a value
bool fill_gaps(Blocks& blocks) {
  if (std::ranges::all_of(blocks.values, [](float v) { return v == unknown; })) return false;
  bool gaps = true;
  while (gaps) {
    gaps = false;
    const std::vector<float> before = blocks.values;
    for (std::size_t j = 0; j < blocks.down; ++j) {
      for (std::size_t i = 0; i < blocks.across; ++i) {
        if (blocks.at(i, j) != unknown) continue;
        float sum = 0.0F;
        float count = 0.0F;
        for (std::size_t v = j > 0 ? j - 1 : 0; v < std::min(j + 2, blocks.down); ++v) {
          for (std::size_t u = i > 0 ? i - 1 : 0; u < std::min(i + 2, blocks.across); ++u) {
            const float value = before[v * blocks.across + u];
            if (value == unknown) continue;
            sum += value;
            count += 1.0F;
          }
        }
        if (count > 0.0F) {
          blocks.at(i, j) = sum / count;
        } else {
          gaps = true;
        }
      }
    }
  }
  return true;
}

/// For pixel positions along one axis: the block before, and how far on the way to the next;
/// outside of the first and last middle the line goes on.
struct Steps {
  std::vector<std::size_t> block;
  std::vector<float> part;
  Steps(std::size_t size, std::size_t n) : block(size), part(size) {
    if (n < 2) return;
    const double width = static_cast<double>(size) / static_cast<double>(n);
    for (std::size_t i = 0; i < size; ++i) {
      const double at = (static_cast<double>(i) + 0.5) / width - 0.5;
      const double before = std::clamp(std::floor(at), 0.0, static_cast<double>(n - 2));
      block[i] = static_cast<std::size_t>(before);
      part[i] = static_cast<float>(at - before);
    }
  }
};

void interpolate_blocks(const Blocks& blocks, Plane& result) {
  const Steps along_x(result.width(), blocks.across);
  const Steps along_y(result.height(), blocks.down);
  std::vector<float> line(blocks.across + 1);
  for (std::size_t y = 0; y < result.height(); ++y) {
    const std::size_t j = along_y.block[y];
    const std::size_t next = std::min(j + 1, blocks.down - 1);
    for (std::size_t i = 0; i < blocks.across; ++i) {
      const float a = blocks.values[j * blocks.across + i];
      line[i] = a + along_y.part[y] * (blocks.values[next * blocks.across + i] - a);
    }
    line[blocks.across] = line[blocks.across - 1];
    float* row = result.row(y);
    std::size_t x = 0;
    while (x < result.width()) {
      const std::size_t i = along_x.block[x];
      std::size_t end = x + 1;
      while (end < result.width() && along_x.block[end] == i) ++end;
      const float a = line[i];
      const float slope = line[i + 1] - a;
      for (; x < end; ++x) row[x] = a + along_x.part[x] * slope;
    }
  }
}

/// Means of 4 x 4 pixels, `unknown` where one of them does not count.
ADATOM_CLONES
void add_row(const float* row, float* sums, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += row[i];
}

void bin_pixels(const Plane& data, std::vector<float>& bins, std::size_t across, std::size_t down) {
  bins.resize(across * down);
  std::vector<float> sums(data.width());
  for (std::size_t j = 0; j < down; ++j) {
    std::ranges::fill(sums, 0.0F);
    for (std::size_t k = 0; k < bin; ++k) add_row(data.row(bin * j + k), sums.data(), sums.size());
    for (std::size_t i = 0; i < across; ++i) {
      const float* s = sums.data() + bin * i;
      const float sum = (s[0] + s[1]) + (s[2] + s[3]);
      bins[j * across + i] = sum > half_nothing ? sum / (bin * bin) : unknown;
    }
  }
}

struct Spread {
  double count = 0.0;
  double mean = 0.0;
  double variance = 0.0;
};

/// The mixed second difference squared over 36: its mean on white noise is the variance.
ADATOM_CLONES
void square_differences(const float* above, const float* row, const float* below, float* squares,
                        std::size_t count) {
  for (std::size_t x = 0; x < count; ++x) {
    const float h = 4.0F * row[x] - 2.0F * ((row[x - 1] + row[x + 1]) + (above[x] + below[x])) +
                    ((above[x - 1] + above[x + 1]) + (below[x - 1] + below[x + 1]));
    squares[x] = h * h * (1.0F / 36.0F);
  }
}

/// Squares of the differences of pixels and the sum of their values.
struct Differences {
  std::vector<float> squares;
  double sum = 0.0;

  void add(const Plane& data, std::size_t y, std::size_t x0, std::size_t x1) {
    x0 = std::max<std::size_t>(x0, 1);
    x1 = std::min(x1, data.width() - 1);
    if (y == 0 || y + 1 >= data.height() || x0 >= x1) return;
    const std::size_t before = squares.size();
    squares.resize(before + x1 - x0);
    square_differences(data.row(y - 1) + x0, data.row(y) + x0, data.row(y + 1) + x0,
                       squares.data() + before, x1 - x0);
    float part = 0.0F;
    for (std::size_t x = x0; x < x1; ++x) part += data.row(y)[x];
    sum += static_cast<double>(part);
  }
  /// Large squares are cut at 25 times their mean, so that a hot pixel counts little.
  [[nodiscard]] Spread spread() const {
    Spread result;
    result.count = static_cast<double>(squares.size());
    if (squares.empty()) return result;
    result.mean = sum / result.count;
    float limit = 1e24F;  // a pixel that does not count gives more
    for (int pass = 0; pass < 3; ++pass) {
      double total = 0.0;
      for (const float s : squares) total += static_cast<double>(std::min(s, limit));
      result.variance = total / result.count;
      limit = static_cast<float>(25.0 * result.variance);
    }
    return result;
  }
};

/// Runs of pixels of which neither they nor their neighbours are missing.
void add_counting(const Plane& data, std::size_t y, const std::uint8_t* taken,
                  Differences& differences) {
  const float* above = data.row(y - 1);
  const float* row = data.row(y);
  const float* below = data.row(y + 1);
  const auto good = [&](std::size_t x) {
    return (taken == nullptr || taken[x] == 0) &&
           std::min({above[x], row[x], below[x]}) > half_nothing;
  };
  std::size_t x = 0;
  while (x < data.width()) {
    while (x < data.width() && !good(x)) ++x;
    const std::size_t begin = x;
    while (x < data.width() && good(x)) ++x;
    if (x > begin + 2) differences.add(data, y, begin + 1, x - 1);
  }
}

Noise proportional_noise(const Spread& spread) {
  Noise noise;
  noise.least = std::max(0.02 * spread.variance, 1e-12);
  if (spread.mean > 0.0) {
    noise.gain = spread.variance / spread.mean;
  } else {
    noise.gain = 0.0;
    noise.floor = spread.variance;
  }
  return noise;
}

}  // namespace

void guess_background(const Plane& data, Contrast contrast, std::size_t block, Plane& background) {
  background.resize(data.width(), data.height());
  const std::size_t across = data.width() / bin;
  const std::size_t down = data.height() / bin;
  std::vector<float> bins;
  bin_pixels(data, bins, across, down);
  Blocks blocks(data, block);
  // The median of a block of which a quarter is covered.
  const double part = contrast == Contrast::dark ? 0.6 : 0.4;
  std::vector<float> inside;
  for (std::size_t j = 0; j < blocks.down; ++j) {
    for (std::size_t i = 0; i < blocks.across; ++i) {
      inside.clear();
      const std::size_t y1 = Blocks::edge(j + 1, blocks.down, down);
      const std::size_t x1 = Blocks::edge(i + 1, blocks.across, across);
      std::size_t all = 0;
      for (std::size_t y = Blocks::edge(j, blocks.down, down); y < y1; ++y) {
        for (std::size_t x = Blocks::edge(i, blocks.across, across); x < x1; ++x) {
          const float value = bins[y * across + x];
          if (value != unknown) inside.push_back(value);
          ++all;
        }
      }
      if (inside.size() * 4 < all || inside.empty()) continue;
      const auto middle = inside.begin() + static_cast<std::ptrdiff_t>(
                                               part * static_cast<double>(inside.size() - 1));
      std::nth_element(inside.begin(), middle, inside.end());
      blocks.at(i, j) = *middle;
    }
  }
  if (!fill_gaps(blocks)) std::ranges::fill(blocks.values, 1.0F);
  interpolate_blocks(blocks, background);
}

bool measure_background(const Plane& data, const Taken& taken, std::size_t block,
                        Plane& background) {
  Blocks blocks(data, block);
  const std::size_t width = data.width();
  for (std::size_t j = 0; j < blocks.down; ++j) {
    std::vector<double> sums(blocks.across, 0.0);
    std::vector<double> counts(blocks.across, 0.0);
    const std::size_t y0 = Blocks::edge(j, blocks.down, data.height());
    const std::size_t y1 = Blocks::edge(j + 1, blocks.down, data.height());
    for (std::size_t y = y0; y < y1; ++y) {
      const float* row = data.row(y);
      const std::uint8_t* skip = taken.data() + y * width;
      for (std::size_t i = 0; i < blocks.across; ++i) {
        float sum = 0.0F;
        int count = 0;
        const std::size_t x1 = Blocks::edge(i + 1, blocks.across, width);
        for (std::size_t x = Blocks::edge(i, blocks.across, width); x < x1; ++x) {
          sum += skip[x] == 0 ? row[x] : 0.0F;
          count += skip[x] == 0 ? 1 : 0;
        }
        sums[i] += static_cast<double>(sum);
        counts[i] += static_cast<double>(count);
      }
    }
    const double enough = 0.15 * static_cast<double>(block * block);
    for (std::size_t i = 0; i < blocks.across; ++i) {
      if (counts[i] >= enough) blocks.at(i, j) = static_cast<float>(sums[i] / counts[i]);
    }
  }
  if (!fill_gaps(blocks)) return false;
  interpolate_blocks(blocks, background);
  return true;
}

Noise guess_noise(const Plane& data) {
  Differences differences;
  for (std::size_t y = 1; y + 1 < data.height(); y += noise_rows) {
    add_counting(data, y, nullptr, differences);
  }
  return proportional_noise(differences.spread());
}

Noise measure_noise(const Plane& data, const Taken& taken, std::span<const Run> inside) {
  Differences differences;
  for (std::size_t y = 1; y + 1 < data.height(); y += noise_rows) {
    add_counting(data, y, taken.data() + y * data.width(), differences);
  }
  const Spread outer = differences.spread();
  if (outer.count < 100.0) return guess_noise(data);
  Noise noise = proportional_noise(outer);
  Differences of_bodies;
  for (const Run& run : inside) of_bodies.add(data, run.y, run.x0, run.x1);
  const Spread inner = of_bodies.spread();
  const double step = outer.mean - inner.mean;
  if (inner.count < 200.0 || step == 0.0 || noise.gain == 0.0) return noise;
  // The gain as the two say it, and as it is without an offset, known to 30 %; by their errors.
  // Squares of neighbouring differences depend on each other: about four count as one.
  const double measured = (outer.variance - inner.variance) / step;
  const double error = std::hypot(outer.variance * std::sqrt(8.0 / outer.count),
                                  inner.variance * std::sqrt(8.0 / inner.count)) /
                       std::abs(step);
  const double prior = 0.3 * noise.gain;
  const double w = prior * prior / (prior * prior + error * error);
  noise.gain = std::max(0.0, noise.gain + w * (measured - noise.gain));
  noise.floor = outer.variance - noise.gain * outer.mean;
  return noise;
}

}  // namespace adatom::tracking
