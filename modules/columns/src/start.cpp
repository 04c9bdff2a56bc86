#include "start.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "adatom/base/parallel.h"
#include "minimize.h"
#include "render.h"
#include "stamps.h"

namespace adatom::columns {
namespace {

constexpr double narrowest = 0.5;  // pixels
constexpr int climb_steps = 12;

double middle_of(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Attempt {
  Scene scene;
  double objective = std::numeric_limits<double>::max();
};

Attempt attempt_width(const Raster& image, const Scene& at, double width, std::size_t terms) {
  Attempt attempt{.scene = at};
  for (PixelColumn& c : attempt.scene.columns) c.width = width;
  attempt.objective = solve_heights(image, terms, attempt.scene);
  return attempt;
}

// Walks down the sum of squares in factors of sqrt(2), first to smaller widths, then to larger.
Attempt search_width(const Raster& image, const Scene& at, double width, std::size_t terms) {
  const double widest =
      std::max(0.25 * static_cast<double>(std::max(image.width(), image.height())), narrowest);
  Attempt best = attempt_width(image, at, std::clamp(width, narrowest, widest), terms);
  for (const double factor : {1.0 / std::numbers::sqrt2, std::numbers::sqrt2}) {
    bool moved = false;
    for (;;) {
      const double next = best.scene.columns.front().width * factor;
      if (next < narrowest || next > widest) break;
      Attempt attempt = attempt_width(image, at, next, terms);
      if (attempt.objective >= best.objective) break;
      best = std::move(attempt);
      moved = true;
    }
    if (moved) break;
  }
  return best;
}

// The image without the level that its darkest twentieth lies below.
Raster subtract_floor(const Raster& image) {
  std::vector<double> values;
  values.reserve(image.width() * image.height());
  for (std::size_t y = 0; y < image.height(); ++y) {
    values.insert(values.end(), image.row(y), image.row(y) + image.width());
  }
  const auto rank = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 20);
  std::nth_element(values.begin(), rank, values.end());
  const double level = *rank;
  Raster raised = image;
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      raised.row(y)[x] = std::max(0.0, image.row(y)[x] - level);
    }
  }
  return raised;
}

// Moves a position uphill on the image smoothed by a Gaussian (mean shift; Comaniciu and Meer,
// IEEE PAMI 24 (2002) 603). A blob as wide as the kernel is reached in steps of half the way, so
// each step is doubled.
PixelColumn climb(const Raster& image, PixelColumn column, double longest) {
  const PixelColumn start = column;
  Stamp stamp;
  for (int step = 0; step < climb_steps; ++step) {
    std::vector<Support> support;
    Scene one{.width = image.width(), .height = image.height(), .columns = {column}};
    refresh_supports(one, support);
    stamp.fill(column, support.front());
    const Projection sums = project(image, stamp);
    if (sums[0] <= 0.0) return start;
    const double scale = 2.0 * column.width * column.width / sums[0];
    column.x += scale * sums[1];
    column.y += scale * sums[2];
    if (std::hypot(column.x - start.x, column.y - start.y) > longest) return start;
  }
  return column;
}

// All positions at the maximum nearby, but for those that went to one another's.
Scene climb_all(const Raster& image, const Scene& from, double width, double distance) {
  const Raster raised = subtract_floor(image);
  Scene to = from;
  parallel_ranges(to.columns.size(), 16, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      PixelColumn kernel = from.columns[i];
      kernel.width = width;
      to.columns[i] = climb(raised, kernel, 0.7 * distance);
    }
  });
  std::vector<Support> supports;
  for (PixelColumn& c : to.columns) c.width = width;
  refresh_supports(to, supports);
  const BlockPattern near = find_pairs(to, supports, 0.5 * distance / width);
  std::vector<bool> back(to.columns.size(), false);
  for (std::size_t i = 0; i < to.columns.size(); ++i) {
    for (std::size_t p = near.upper_begin[i]; p < near.upper_begin[i + 1]; ++p) {
      const std::size_t j = near.upper_column[p];
      const auto moved = [&](std::size_t k) {
        return std::hypot(to.columns[k].x - from.columns[k].x, to.columns[k].y - from.columns[k].y);
      };
      back[moved(i) > moved(j) ? i : j] = true;
    }
  }
  for (std::size_t i = 0; i < back.size(); ++i) {
    if (back[i]) to.columns[i] = from.columns[i];
  }
  return to;
}

// Heights below zero come from starts in the wrong place; a column needs a height to be moved.
void raise_heights(Scene& scene) {
  std::vector<double> positive;
  for (const PixelColumn& c : scene.columns) {
    if (c.height > 0.0) positive.push_back(c.height);
  }
  if (positive.empty()) return;
  const double least = 0.05 * middle_of(positive);
  for (PixelColumn& c : scene.columns) c.height = std::max(c.height, least);
}

}  // namespace

std::optional<double> typical_distance(std::span<const PixelColumn> positions) {
  if (positions.size() < 2) return std::nullopt;
  // Sorted by x, a neighbour is looked for only as far as the nearest one found.
  std::vector<PixelColumn> sorted(positions.begin(), positions.end());
  std::ranges::sort(sorted, [](const PixelColumn& a, const PixelColumn& b) { return a.x < b.x; });
  std::vector<double> nearest(sorted.size(), std::numeric_limits<double>::max());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const auto look = [&](std::size_t j) {
      if (std::abs(sorted[j].x - sorted[i].x) > nearest[i]) return false;
      const double d = std::hypot(sorted[j].x - sorted[i].x, sorted[j].y - sorted[i].y);
      nearest[i] = std::min(nearest[i], d);
      return true;
    };
    for (std::size_t j = i + 1; j < sorted.size() && look(j); ++j) {
    }
    for (std::size_t j = i; j > 0 && look(j - 1); --j) {
    }
  }
  return middle_of(nearest);
}

Scene find_start(const Raster& image, std::span<const PixelColumn> positions,
                 std::optional<double> width, std::size_t background_terms) {
  Scene scene{.width = image.width(),
              .height = image.height(),
              .columns = {positions.begin(), positions.end()}};
  const double size = static_cast<double>(std::min(image.width(), image.height()));
  const double distance = std::max(typical_distance(positions).value_or(0.5 * size), 2.0);
  const double guess = std::min(width.value_or(0.25 * distance), 0.125 * size);
  Attempt best = search_width(image, scene, std::max(guess, narrowest), background_terms);
  const double kernel = std::min(best.scene.columns.front().width, 0.25 * distance);
  const Scene climbed = climb_all(image, scene, std::max(kernel, narrowest), distance);
  Attempt other = search_width(image, climbed, best.scene.columns.front().width, background_terms);
  if (other.objective < best.objective) best = std::move(other);
  raise_heights(best.scene);
  return best.scene;
}

}  // namespace adatom::columns
