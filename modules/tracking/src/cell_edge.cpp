#include "adatom/tracking/cell_edge.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "adatom/base/error.h"

namespace adatom::tracking {
namespace {

using Mask = Grid<std::uint8_t>;

// Side of the blocks that are averaged: few electrons do not tear the dark apart.
constexpr std::size_t block = 4;
// What may be dark of the frame.
constexpr double most_covered = 0.5;
// Length along the border over the largest radius: a disc covers at most 2 sqrt(2) = 2.83.
constexpr double least_length = 3.2;
// The field begins where this share of the step is left.
constexpr double recovered = 0.05;

double quantile(std::vector<double> values, double share) {
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

Grid<double> median_of(std::span<const Grid<double>> frames) {
  Grid<double> median(frames[0].width(), frames[0].height());
  std::vector<double> values(frames.size());
  for (std::size_t i = 0; i < median.size(); ++i) {
    for (std::size_t k = 0; k < frames.size(); ++k) values[k] = frames[k].values()[i];
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    median.values()[i] = *middle;
  }
  return median;
}

/// Means over blocks; those at the far sides may be smaller.
Grid<double> block_means(const Grid<double>& image) {
  Grid<double> sums((image.width() + block - 1) / block, (image.height() + block - 1) / block);
  Grid<double> counts(sums.width(), sums.height());
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      sums(x / block, y / block) += image(x, y);
      counts(x / block, y / block) += 1.0;
    }
  }
  for (std::size_t i = 0; i < sums.size(); ++i) sums.values()[i] /= counts.values()[i];
  return sums;
}

/// All that is connected to `seed` over `inside` (4-connected).
std::vector<std::size_t> connected(const Mask& inside, std::size_t seed, Mask& seen) {
  std::vector<std::size_t> found = {seed};
  seen.values()[seed] = 1;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::size_t x = found[i] % inside.width();
    const std::size_t y = found[i] / inside.width();
    const auto visit = [&](std::size_t at) {
      if (inside.values()[at] == 0 || seen.values()[at] != 0) return;
      seen.values()[at] = 1;
      found.push_back(at);
    };
    if (x > 0) visit(found[i] - 1);
    if (x + 1 < inside.width()) visit(found[i] + 1);
    if (y > 0) visit(found[i] - inside.width());
    if (y + 1 < inside.height()) visit(found[i] + inside.width());
  }
  return found;
}

/// Blocks darker than `level` of the regions that hold a corner and are long enough; empty: none.
Mask dark_corners(const Grid<double>& blocks, double level, double least_border) {
  const std::size_t width = blocks.width();
  const std::size_t height = blocks.height();
  Mask dark(width, height);
  for (std::size_t i = 0; i < dark.size(); ++i) dark.values()[i] = blocks.values()[i] < level;
  Mask seen(width, height);
  Mask result(width, height);
  bool any = false;
  for (const std::size_t corner :
       {std::size_t{0}, width - 1, (height - 1) * width, height * width - 1}) {
    if (dark.values()[corner] == 0 || seen.values()[corner] != 0) continue;
    const auto region = connected(dark, corner, seen);
    double border = 0.0;
    for (const std::size_t i : region) {
      const std::size_t x = i % width;
      const std::size_t y = i / width;
      border += x == 0 || x + 1 == width ? static_cast<double>(block) : 0.0;
      border += y == 0 || y + 1 == height ? static_cast<double>(block) : 0.0;
    }
    if (border < least_border) continue;
    for (const std::size_t i : region) result.values()[i] = 1;
    any = true;
  }
  return any ? result : Mask{};
}

/// One dimension of the squared distance to the nearest point with a cost (Felzenszwalb and
/// Huttenlocher, Theory of Computing 8 (2012) 415).
void lower_envelope(std::vector<double>& cost, std::vector<double>& out) {
  const std::size_t n = cost.size();
  std::vector<std::size_t> vertex(n);
  std::vector<double> begin(n + 1);
  std::size_t k = 0;
  vertex[0] = 0;
  begin[0] = -std::numeric_limits<double>::infinity();
  begin[1] = std::numeric_limits<double>::infinity();
  const auto crossing = [&](std::size_t a, std::size_t b) {
    const auto pa = static_cast<double>(a);
    const auto pb = static_cast<double>(b);
    return ((cost[b] + pb * pb) - (cost[a] + pa * pa)) / (2.0 * (pb - pa));
  };
  for (std::size_t q = 1; q < n; ++q) {
    double at = crossing(vertex[k], q);
    while (at <= begin[k]) at = crossing(vertex[--k], q);
    vertex[++k] = q;
    begin[k] = at;
    begin[k + 1] = std::numeric_limits<double>::infinity();
  }
  k = 0;
  for (std::size_t q = 0; q < n; ++q) {
    const auto at = static_cast<double>(q);
    while (begin[k + 1] < at) ++k;
    const double step = at - static_cast<double>(vertex[k]);
    out[q] = step * step + cost[vertex[k]];
  }
}

/// Distance of each pixel to the nearest one of `mask`.
Grid<double> distance_to(const Mask& mask) {
  constexpr double far = 1e12;
  Grid<double> squares(mask.width(), mask.height());
  std::vector<double> cost(mask.height());
  std::vector<double> out(mask.height());
  for (std::size_t x = 0; x < mask.width(); ++x) {
    for (std::size_t y = 0; y < mask.height(); ++y) cost[y] = mask(x, y) != 0 ? 0.0 : far;
    lower_envelope(cost, out);
    for (std::size_t y = 0; y < mask.height(); ++y) squares(x, y) = out[y];
  }
  cost.resize(mask.width());
  out.resize(mask.width());
  for (std::size_t y = 0; y < mask.height(); ++y) {
    for (std::size_t x = 0; x < mask.width(); ++x) cost[x] = squares(x, y);
    lower_envelope(cost, out);
    for (std::size_t x = 0; x < mask.width(); ++x) squares(x, y) = std::sqrt(out[x]);
  }
  return squares;
}

/// How far beyond the outline the intensity has come up to that of the field further on: medians
/// over pixels of one distance, which particles are not in.
double margin_of(const Grid<double>& image, const Grid<double>& distance, double edge_level,
                 double radius_max_px) {
  const auto reach = static_cast<std::size_t>(std::ceil(3.0 * radius_max_px));
  std::vector<std::vector<double>> rings(2 * reach + 1);
  for (std::size_t i = 0; i < image.size(); ++i) {
    const double d = distance.values()[i];
    if (d > 0.0 && d < static_cast<double>(rings.size())) {
      rings[static_cast<std::size_t>(d)].push_back(image.values()[i]);
    }
  }
  std::vector<double> beyond;
  for (std::size_t d = reach; d < rings.size(); ++d) {
    beyond.insert(beyond.end(), rings[d].begin(), rings[d].end());
  }
  if (beyond.empty()) return 0.0;
  const double field = quantile(beyond, 0.5);
  for (std::size_t d = 0; d < reach; ++d) {
    if (rings[d].empty()) continue;
    const double level = quantile(rings[d], 0.5);
    if (level > field - recovered * (field - edge_level)) return static_cast<double>(d + 1);
  }
  return static_cast<double>(reach);
}

void check(std::span<const Grid<double>> frames) {
  const auto refuse = [](const char* why) {
    throw InputError({.what = "frames that no edge can be looked for in",
                      .where = "edge of the gas cell",
                      .why = why,
                      .remedy = "give some frames of one size"});
  };
  if (frames.empty() || frames[0].empty()) refuse("there is none");
  for (const auto& frame : frames) {
    if (frame.width() != frames[0].width() || frame.height() != frames[0].height()) {
      refuse("they differ in size");
    }
    if (!std::ranges::all_of(frame.values(), [](double v) { return std::isfinite(v); })) {
      refuse("values are not finite");
    }
  }
}

}  // namespace

void CellEdgeOptions::describe(OptionVisitor& v) {
  v.visit({.name = "radius_max_px",
           .unit = "px",
           .help = "of the largest particle: nothing as small as one is an edge",
           .min = 1,
           .max = 1e4},
          radius_max_px);
  v.visit({.name = "dark_share",
           .help = "the edge is darker than this share of the field's intensity",
           .min = 0.05,
           .max = 0.9},
          dark_share);
}

std::vector<OptionIssue> CellEdgeOptions::validate() const { return check_ranges(*this); }

std::optional<CellEdge> find_cell_edge(std::span<const Grid<double>> frames,
                                       const CellEdgeOptions& options) {
  require_valid(options.validate());
  check(frames);
  const Grid<double> image = median_of(frames);
  const Grid<double> blocks = block_means(image);
  // Particles and up to half of the frame may be dark: the upper quartile is of the field.
  constexpr double field_quantile = 0.75;
  const std::vector<double> all(blocks.values().begin(), blocks.values().end());
  const double bright = quantile(all, field_quantile);
  if (!(bright > 0.0)) return std::nullopt;
  const double least_border =
      std::max(least_length * options.radius_max_px,
               0.25 * static_cast<double>(std::min(image.width(), image.height())));
  Mask dark = dark_corners(blocks, options.dark_share * bright, least_border);
  if (dark.empty()) return std::nullopt;

  CellEdge edge;
  std::vector<double> dark_levels;
  std::vector<double> field_levels;
  for (std::size_t i = 0; i < all.size(); ++i) {
    (dark.values()[i] != 0 ? dark_levels : field_levels).push_back(all[i]);
  }
  edge.edge_level = quantile(dark_levels, 0.5);
  edge.field_level = quantile(field_levels, 0.5);
  // Again, half way between the two.
  dark = dark_corners(blocks, 0.5 * (edge.edge_level + edge.field_level), least_border);
  if (dark.empty()) return std::nullopt;
  Mask covered(image.width(), image.height());
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) covered(x, y) = dark(x / block, y / block);
  }
  const Grid<double> distance = distance_to(covered);
  edge.margin_px = margin_of(image, distance, edge.edge_level, options.radius_max_px);
  edge.mask = Mask(image.width(), image.height());
  for (std::size_t i = 0; i < image.size(); ++i) {
    edge.mask.values()[i] = distance.values()[i] > edge.margin_px ? 1 : 0;
  }
  const auto left_out = std::ranges::count(edge.mask.values(), std::uint8_t{0});
  edge.covered = static_cast<double>(left_out) / static_cast<double>(image.size());
  if (edge.covered > most_covered) return std::nullopt;
  return edge;
}

}  // namespace adatom::tracking
