#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/diffraction/find_mask.h"
#include "faulty_pixels.h"
#include "masked_boxes.h"

namespace adatom::diffraction {
namespace {

constexpr std::size_t reduced_side_px = 512;
constexpr std::size_t edge_reach_px = 24;  // the blur of the shadow's edge ends within
constexpr double dark_limit = 3.5;         // standard errors; and dark blocks hang together
constexpr std::size_t fewest_blocks = 6;   // of a shadow

double quantile_at(std::vector<double>& values, double share) {
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// Blocks of the frame and the radius, in blocks, of each.
class Blocks {
 public:
  Blocks(const Grid<double>& frame, const Mask& mask, const Geometry& geometry)
      : grid_(reduce(
            frame, mask,
            (std::max(frame.width(), frame.height()) + reduced_side_px - 1) / reduced_side_px)),
        smooth_(box_mean(grid_.values, grid_.counts, smoothed())),
        map_(in_pixels(geometry)) {
    for (std::size_t y = 0; y < height(); ++y) {
      for (std::size_t x = 0; x < width(); ++x) bins_ = std::max(bins_, bin(x, y) + 1);
    }
  }
  [[nodiscard]] std::size_t width() const { return grid_.values.width(); }
  [[nodiscard]] std::size_t height() const { return grid_.values.height(); }
  [[nodiscard]] std::size_t factor() const { return grid_.factor; }
  [[nodiscard]] std::size_t bins() const { return bins_; }
  /// Half the side of the squares of smooth(): blocks of one pixel are noisier.
  [[nodiscard]] std::size_t smoothed() const { return factor() == 1 ? 2 : 1; }
  [[nodiscard]] bool counted(std::size_t x, std::size_t y) const { return grid_.counts(x, y) != 0; }
  [[nodiscard]] double value(std::size_t x, std::size_t y) const { return grid_.values(x, y); }
  [[nodiscard]] double smooth(std::size_t x, std::size_t y) const { return smooth_(x, y); }
  [[nodiscard]] std::size_t bin_of_pixel(double x, double y) const {
    const auto [u, v] = map_.s_at(x, y);
    return static_cast<std::size_t>(std::hypot(u, v) / static_cast<double>(factor()));
  }
  [[nodiscard]] std::size_t bin(std::size_t x, std::size_t y) const {
    const double half = 0.5 * static_cast<double>(factor() - 1);
    return bin_of_pixel(static_cast<double>(x * factor()) + half,
                        static_cast<double>(y * factor()) + half);
  }

 private:
  static Geometry in_pixels(Geometry geometry) {
    geometry.s_per_px = 1.0;
    return geometry;
  }
  MaskedGrid grid_;
  Grid<double> smooth_;
  RoundPattern map_;
  std::size_t bins_ = 0;
};

/// What is expected at a radius with its ring and at least without, how dark the frame gets, and
/// the noise of a smoothed block.
struct Expectation {
  std::vector<double> whole;
  std::vector<double> background;
  std::vector<double> noise;
  double dark = 0.0;
};

Expectation expect(const Blocks& blocks) {
  std::vector<std::vector<double>> values(blocks.bins());
  std::vector<std::vector<double>> steps(blocks.bins());
  Expectation expected;
  expected.dark = std::numeric_limits<double>::max();
  for (std::size_t y = 0; y < blocks.height(); ++y) {
    for (std::size_t x = 0; x < blocks.width(); ++x) {
      if (!blocks.counted(x, y)) continue;
      const std::size_t bin = blocks.bin(x, y);
      values[bin].push_back(blocks.smooth(x, y));
      expected.dark = std::min(expected.dark, blocks.smooth(x, y));
      if (x + 1 < blocks.width() && blocks.counted(x + 1, y)) {
        steps[bin].push_back(std::abs(blocks.value(x + 1, y) - blocks.value(x, y)));
      }
    }
  }
  const std::size_t bins = blocks.bins();
  constexpr double unseen = std::numeric_limits<double>::max();
  std::vector<double> upper(bins, unseen);
  expected.noise.assign(bins, 0.0);
  for (std::size_t b = 0; b < bins; ++b) {
    if (values[b].size() >= 8) upper[b] = quantile_at(values[b], 0.75);
    // |difference| of two has the median 0.954 sigma; a square of blocks is averaged.
    const auto side = static_cast<double>(2 * blocks.smoothed() + 1);
    if (steps[b].size() >= 8) expected.noise[b] = quantile_at(steps[b], 0.5) / 0.954 / side;
  }
  // Without the rings: the least from here on outwards for more than a ring's width; and the noise
  // there, where no slope is taken for noise.
  const std::size_t reach = std::max<std::size_t>(4, bins / 15);
  expected.background.assign(bins, expected.dark);
  const std::vector<double> steepness = expected.noise;
  for (std::size_t b = 0; b < bins; ++b) {
    const std::size_t end = std::min(b + reach, bins);
    double least = unseen;
    for (std::size_t k = b; k < end; ++k) {
      if (upper[k] >= least) continue;
      least = upper[k];
      expected.background[b] = least;
      expected.noise[b] = steepness[k];
    }
  }
  // Inside the brightest place near the centre there is at least as much.
  const auto inner = expected.background.begin() + static_cast<std::ptrdiff_t>(bins * 3 / 10);
  const auto brightest = std::max_element(expected.background.begin(), inner);
  std::fill(expected.background.begin(), brightest, *brightest);
  expected.whole = expected.background;
  for (std::size_t b = 0; b < bins; ++b) {
    if (upper[b] != unseen) expected.whole[b] = std::max(upper[b], expected.background[b]);
  }
  return expected;
}

enum class Block : std::uint8_t { lit, dark, unknown };

/// Numbers the groups of blocks for which `belongs` holds and that touch; 0: none of them.
template <class Belongs>
std::size_t label(const Grid<Block>& blocks, const Belongs& belongs, Grid<std::size_t>& labels) {
  std::size_t groups = 0;
  std::vector<std::array<std::size_t, 2>> stack;
  for (std::size_t y = 0; y < blocks.height(); ++y) {
    for (std::size_t x = 0; x < blocks.width(); ++x) {
      if (labels(x, y) != 0 || !belongs(blocks(x, y))) continue;
      labels(x, y) = ++groups;
      stack.push_back({x, y});
      while (!stack.empty()) {
        const auto [cx, cy] = stack.back();
        stack.pop_back();
        for (std::size_t j = cy - std::min<std::size_t>(cy, 1);
             j < std::min(cy + 2, blocks.height()); ++j) {
          for (std::size_t i = cx - std::min<std::size_t>(cx, 1);
               i < std::min(cx + 2, blocks.width()); ++i) {
            if (labels(i, j) != 0 || !belongs(blocks(i, j))) continue;
            labels(i, j) = groups;
            stack.push_back({i, j});
          }
        }
      }
    }
  }
  return groups;
}

/// Dark blocks that hang together with those near the centre, holes filled.
Grid<char> shadow_of(const Blocks& blocks, const Grid<Block>& state) {
  const std::size_t width = blocks.width();
  const std::size_t height = blocks.height();
  Grid<std::size_t> labels(width, height);
  // Masked blocks may hide a piece of the shadow.
  const std::size_t groups = label(
      state, [](Block b) { return b != Block::lit; }, labels);
  std::vector<std::size_t> size(groups + 1, 0);
  std::vector<std::size_t> nearest(groups + 1, blocks.bins());
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      if (state(x, y) != Block::dark) continue;
      ++size[labels(x, y)];
      nearest[labels(x, y)] = std::min(nearest[labels(x, y)], blocks.bin(x, y));
    }
  }
  const double near = 0.15 * static_cast<double>(std::min(width, height));
  Grid<char> shadow(width, height, 0);
  std::size_t total = 0;
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t group = labels(x, y);
      if (state(x, y) != Block::dark || size[group] < fewest_blocks) continue;
      if (static_cast<double>(nearest[group]) > near) continue;
      shadow(x, y) = 1;
      ++total;
    }
  }
  Grid<Block> rest(width, height, Block::lit);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (shadow.values()[i] != 0) rest.values()[i] = Block::dark;
  }
  Grid<std::size_t> outside(width, height);
  const std::size_t parts = label(
      rest, [](Block b) { return b == Block::lit; }, outside);
  std::vector<std::size_t> area(parts + 1, 0);
  std::vector<char> open(parts + 1, 0);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      ++area[outside(x, y)];
      if (x == 0 || y == 0 || x + 1 == width || y + 1 == height) open[outside(x, y)] = 1;
    }
  }
  for (std::size_t i = 0; i < shadow.size(); ++i) {
    const std::size_t part = outside.values()[i];
    if (part != 0 && open[part] == 0 && area[part] < total) shadow.values()[i] = 1;
  }
  return shadow;
}

/// Pixels around the shadow by their distance from it (chessboard), up to `reach`; 255 beyond.
Grid<std::uint8_t> distances(const Grid<char>& shadow, std::size_t factor, std::size_t width,
                             std::size_t height, std::size_t reach) {
  constexpr std::uint8_t far = 255;
  Grid<std::uint8_t> distance(width, height, far);
  std::vector<std::array<std::size_t, 2>> front;
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t bx = std::min(x / factor, shadow.width() - 1);
      const std::size_t by = std::min(y / factor, shadow.height() - 1);
      if (shadow(bx, by) == 0) continue;
      distance(x, y) = 0;
      front.push_back({x, y});
    }
  }
  for (std::size_t d = 1; d <= reach; ++d) {
    std::vector<std::array<std::size_t, 2>> next;
    for (const auto& [cx, cy] : front) {
      for (std::size_t j = cy - std::min<std::size_t>(cy, 1); j < std::min(cy + 2, height); ++j) {
        for (std::size_t i = cx - std::min<std::size_t>(cx, 1); i < std::min(cx + 2, width); ++i) {
          if (distance(i, j) != far) continue;
          distance(i, j) = static_cast<std::uint8_t>(d);
          next.push_back({i, j});
        }
      }
    }
    front = std::move(next);
  }
  return distance;
}

/// The mean of the blocks at each radius that no blurred edge reaches.
std::vector<double> lit_profile(const Blocks& blocks, const Grid<std::uint8_t>& distance) {
  std::vector<double> sum(blocks.bins(), 0.0);
  std::vector<double> count(blocks.bins(), 0.0);
  const std::size_t factor = blocks.factor();
  for (std::size_t y = 0; y < blocks.height(); ++y) {
    for (std::size_t x = 0; x < blocks.width(); ++x) {
      if (!blocks.counted(x, y) || distance(x * factor, y * factor) <= edge_reach_px) continue;
      sum[blocks.bin(x, y)] += blocks.value(x, y);
      count[blocks.bin(x, y)] += 1.0;
    }
  }
  for (std::size_t b = 0; b < sum.size(); ++b) {
    sum[b] = count[b] >= 8.0 ? sum[b] / count[b] : -1.0;
  }
  return sum;
}

/// How far out of the shadow its blurred edge still darkens.
std::size_t edge_width(const Grid<double>& frame, const Mask& mask, const Blocks& blocks,
                       const Grid<std::uint8_t>& distance, double dark) {
  const auto lit = lit_profile(blocks, distance);
  std::array<double, edge_reach_px + 1> seen{};
  std::array<double, edge_reach_px + 1> expected{};
  for (std::size_t y = 0; y < frame.height(); ++y) {
    for (std::size_t x = 0; x < frame.width(); ++x) {
      const std::size_t d = distance(x, y);
      if (d == 0 || d > edge_reach_px || mask(x, y) == 0) continue;
      const std::size_t bin = blocks.bin_of_pixel(static_cast<double>(x), static_cast<double>(y));
      if (bin >= lit.size() || lit[bin] <= dark) continue;
      seen[d] += frame(x, y) - dark;
      expected[d] += lit[bin] - dark;
    }
  }
  double far_seen = 0.0;
  double far_expected = 0.0;
  for (std::size_t d = 2 * edge_reach_px / 3; d <= edge_reach_px; ++d) {
    far_seen += seen[d];
    far_expected += expected[d];
  }
  if (far_expected <= 0.0) return edge_reach_px / 3;
  const double whole = far_seen / far_expected;
  constexpr double recovered = 0.97;
  std::size_t edge = 0;
  for (std::size_t d = 1; d <= edge_reach_px; ++d) {
    if (expected[d] > 0.0 && seen[d] < recovered * whole * expected[d]) {
      edge = d;
    } else if (d > edge + 2) {
      break;
    }
  }
  return edge;
}

}  // namespace

void add_beam_stop(MaskResult& mask, const Grid<double>& frame, const Geometry& geometry,
                   const FindMaskOptions& options) {
  require_valid(options.validate());
  if (options.beam_stop == BeamStopSearch::none) return;
  if (mask.mask.width() != frame.width() || mask.mask.height() != frame.height()) {
    throw InputError(Complaint{.what = "the mask has another size than the frame",
                               .where = "looking for the beam stop",
                               .why = {},
                               .remedy = "find the mask of this series first"});
  }
  const Blocks blocks(frame, mask.mask, geometry);
  const Expectation expected = expect(blocks);
  Grid<Block> state(blocks.width(), blocks.height(), Block::unknown);
  for (std::size_t y = 0; y < blocks.height(); ++y) {
    for (std::size_t x = 0; x < blocks.width(); ++x) {
      if (!blocks.counted(x, y)) continue;
      const std::size_t bin = blocks.bin(x, y);
      // Texture may take most of a ring away, but not what is under it.
      constexpr double ring_share = 0.25;
      const double whole = expected.whole[bin] - expected.dark;
      const double full = expected.background[bin] - expected.dark;
      const double level = std::max(options.beam_stop_share * full, ring_share * whole);
      if (full <= 0.0 || whole <= 0.0) {
        state(x, y) = Block::lit;
        continue;
      }
      const double limit = expected.dark + level;
      const bool sure = (1.0 - options.beam_stop_share) * full > dark_limit * expected.noise[bin];
      state(x, y) = sure && blocks.smooth(x, y) < limit ? Block::dark : Block::lit;
    }
  }
  const auto shadow = shadow_of(blocks, state);
  if (std::ranges::count(shadow.values(), char{0}) == static_cast<std::ptrdiff_t>(shadow.size())) {
    return;
  }
  const auto margin = static_cast<std::size_t>(options.margin_px);
  const auto distance =
      distances(shadow, blocks.factor(), frame.width(), frame.height(), edge_reach_px + margin);
  const std::size_t grown = margin + edge_width(frame, mask.mask, blocks, distance, expected.dark);
  for (std::size_t y = 0; y < frame.height(); ++y) {
    for (std::size_t x = 0; x < frame.width(); ++x) {
      if (distance(x, y) > grown || !counts(mask.reason, x, y)) continue;
      mark(mask.reason, x, y, MaskReason::beam_stop);
      mask.mask(x, y) = 0;
      --mask.pixels[static_cast<std::size_t>(MaskReason::counts)];
      ++mask.pixels[static_cast<std::size_t>(MaskReason::beam_stop)];
    }
  }
}

}  // namespace adatom::diffraction
