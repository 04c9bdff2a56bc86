#include "components.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace adatom::tracking {
namespace {

/// Of this many pixels at once it is asked whether any is above the threshold.
constexpr std::size_t glance = 16;
/// A neck must be narrower than the smaller part by this share of it.
constexpr double neck_share = 0.12;

class Sets {
 public:
  std::size_t add() {
    parent_.push_back(parent_.size());
    return parent_.size() - 1;
  }
  std::size_t root(std::size_t i) {
    while (parent_[i] != i) {
      parent_[i] = parent_[parent_[i]];
      i = parent_[i];
    }
    return i;
  }
  /// The older root stays, so that regions keep the order of their first pixels.
  void join(std::size_t a, std::size_t b) {
    a = root(a);
    b = root(b);
    if (a != b) parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

bool any_above(const float* values, float threshold) {
  int above = 0;
  for (std::size_t k = 0; k < glance; ++k) above |= values[k] > threshold ? 1 : 0;
  return above != 0;
}

void find_runs(const float* row, std::size_t width, float threshold, std::size_t y,
               std::vector<Run>& runs) {
  std::size_t x = 0;
  while (x < width) {
    if (x + glance <= width && !any_above(row + x, threshold)) {
      x += glance;
      continue;
    }
    const std::size_t end = std::min(x + glance, width);
    while (x < end && !(row[x] > threshold)) ++x;
    if (x == end) continue;
    const std::size_t begin = x;
    while (x < width && row[x] > threshold) ++x;
    runs.push_back({y, begin, x});
  }
}

/// Sums over pixels that give a Blob.
struct Moments {
  double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0, yy = 0.0;
  void add(double px, double py) {
    n += 1.0;
    x += px;
    y += py;
    xx += px * px;
    xy += px * py;
    yy += py * py;
  }
  /// Pixels x0 <= x < x1 of row py.
  void add_run(double x0, double x1, double py) {
    const double count = x1 - x0;
    const double middle = 0.5 * (x0 + x1 - 1.0);
    n += count;
    x += count * middle;
    y += count * py;
    xx += count * (middle * middle + (count * count - 1.0) / 12.0);
    xy += count * middle * py;
    yy += count * py * py;
  }
  [[nodiscard]] Blob blob() const {
    Blob b;
    b.area = n;
    b.x = x / n;
    b.y = y / n;
    // A pixel has second moments of its own.
    const double sxx = xx / n - b.x * b.x + 1.0 / 12.0;
    const double syy = yy / n - b.y * b.y + 1.0 / 12.0;
    const double sxy = xy / n - b.x * b.y;
    b.fullness = n / (4.0 * std::numbers::pi * std::sqrt(std::max(sxx * syy - sxy * sxy, 1e-3)));
    const double half = 0.5 * (sxx - syy);
    const double root = std::hypot(half, sxy);
    const double middle = 0.5 * (sxx + syy);
    if (root > 1e-9 && middle > root) {
      // Axes: squares middle +- root; the ratio of the semi-axes is exp(2 e).
      const double e = std::min(0.25 * std::log((middle + root) / (middle - root)), 0.7);
      b.e1 = e * half / root;
      b.e2 = e * sxy / root;
    }
    return b;
  }
};

/// A region on a grid with a border of one pixel, as distances to the outside in fifths of a pixel
/// (steps 5, 7, 11: within 2 % of the true distance; Borgefors, Comput. Vis. Graph. Image Process.
/// 34 (1986) 344).
struct DistanceMap {
  std::size_t width;
  std::size_t height;
  std::vector<int> values;

  explicit DistanceMap(const Component& c)
      : width(c.x1 - c.x0 + 4), height(c.y1 - c.y0 + 4), values(width * height, 0) {
    constexpr int far = 1 << 24;
    for (const Run& run : c.runs) {
      const std::size_t begin = (run.y - c.y0 + 2) * width + run.x0 - c.x0 + 2;
      std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(begin), run.x1 - run.x0, far);
    }
    const auto w = static_cast<std::ptrdiff_t>(width);
    const std::ptrdiff_t steps[8] = {-1,         -w,         -w - 1, -w + 1,
                                     -2 * w - 1, -2 * w + 1, -w - 2, -w + 2};
    constexpr int costs[8] = {5, 5, 7, 7, 11, 11, 11, 11};
    const auto relax = [&](std::ptrdiff_t i, std::ptrdiff_t sign) {
      int best = values[static_cast<std::size_t>(i)];
      if (best == 0) return;
      for (std::size_t k = 0; k < 8; ++k) {
        best = std::min(best, values[static_cast<std::size_t>(i + sign * steps[k])] + costs[k]);
      }
      values[static_cast<std::size_t>(i)] = best;
    };
    const auto last = static_cast<std::ptrdiff_t>(height - 2) * w;
    for (std::ptrdiff_t i = 2 * w; i < last; ++i) relax(i, 1);
    for (std::ptrdiff_t i = last - 1; i >= 2 * w; --i) relax(i, -1);
  }
};

/// Indices of the values above 0, by falling value; equal ones in their order.
std::vector<std::size_t> deepest_first(const std::vector<int>& values) {
  const int most = *std::ranges::max_element(values);
  std::vector<std::size_t> place(static_cast<std::size_t>(most) + 2, 0);
  for (const int v : values) {
    if (v > 0) ++place[static_cast<std::size_t>(most - v) + 1];
  }
  for (std::size_t i = 1; i < place.size(); ++i) place[i] += place[i - 1];
  std::vector<std::size_t> order(place.back());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] > 0) order[place[static_cast<std::size_t>(most - values[i])]++] = i;
  }
  return order;
}

}  // namespace

std::vector<Component> find_components(const Plane& image, double threshold, std::size_t least) {
  std::vector<Run> runs;
  Sets sets;
  std::size_t above_begin = 0;
  std::size_t above_end = 0;
  for (std::size_t y = 0; y < image.height(); ++y) {
    const std::size_t begin = runs.size();
    find_runs(image.row(y), image.width(), static_cast<float>(threshold), y, runs);
    std::size_t k = above_begin;
    for (std::size_t i = begin; i < runs.size(); ++i) {
      const std::size_t own = sets.add();
      while (k < above_end && runs[k].x1 < runs[i].x0) ++k;
      for (std::size_t m = k; m < above_end && runs[m].x0 <= runs[i].x1; ++m) sets.join(own, m);
    }
    above_begin = begin;
    above_end = runs.size();
  }
  std::vector<std::size_t> pixels(runs.size(), 0);
  for (std::size_t i = 0; i < runs.size(); ++i) pixels[sets.root(i)] += runs[i].x1 - runs[i].x0;
  std::vector<std::size_t> index(runs.size(), 0);
  std::vector<Component> components;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::size_t root = sets.root(i);
    if (pixels[root] < least) continue;
    const Run& run = runs[i];
    if (root == i) {
      index[i] = components.size();
      Component made;
      made.x0 = run.x0;
      made.y0 = run.y;
      made.area = static_cast<double>(pixels[root]);
      components.push_back(made);
    }
    Component& c = components[index[root]];
    c.runs.push_back(run);
    c.x0 = std::min(c.x0, run.x0);
    c.x1 = std::max(c.x1, run.x1);
    c.y1 = run.y + 1;
  }
  return components;
}

Blob describe_component(const Component& component) {
  Moments moments;
  for (const Run& run : component.runs) {
    moments.add_run(static_cast<double>(run.x0), static_cast<double>(run.x1),
                    static_cast<double>(run.y));
  }
  return moments.blob();
}

std::vector<Blob> split_component(const Component& component, double depth) {
  const DistanceMap map(component);
  const std::vector<std::size_t> order = deepest_first(map.values);
  // From the deepest pixel on: a pixel joins the parts it touches, unless both stand out of the
  // neck.
  constexpr std::size_t none = ~std::size_t{0};
  std::vector<std::size_t> part_of(map.values.size(), none);
  std::vector<int> peak;
  Sets parts;
  const auto w = static_cast<std::ptrdiff_t>(map.width);
  const std::ptrdiff_t around[8] = {-1, 1, -w, w, -w - 1, -w + 1, w - 1, w + 1};
  for (const std::size_t i : order) {
    std::size_t steepest = none;  // the deepest pixel beside it
    for (const std::ptrdiff_t step : around) {
      const auto beside = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(i) + step);
      if (part_of[beside] == none) continue;
      if (steepest == none || map.values[beside] > map.values[steepest]) steepest = beside;
    }
    if (steepest == none) {
      part_of[i] = parts.add();
      peak.push_back(map.values[i]);
      continue;
    }
    for (const std::ptrdiff_t step : around) {
      const auto beside = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(i) + step);
      if (part_of[beside] == none) continue;
      const std::size_t one = parts.root(part_of[steepest]);
      const std::size_t other = parts.root(part_of[beside]);
      const double top = 0.2 * static_cast<double>(std::min(peak[one], peak[other]));
      const double neck = 0.2 * static_cast<double>(map.values[i]);
      if (one == other || top - neck >= std::max(depth, neck_share * top)) continue;
      const int highest = std::max(peak[one], peak[other]);
      parts.join(one, other);
      peak[parts.root(one)] = highest;
    }
    part_of[i] = part_of[steepest];
  }
  std::vector<Moments> moments(peak.size());
  for (const std::size_t i : order) {
    const std::size_t x = i % map.width + component.x0;
    const std::size_t y = i / map.width + component.y0;
    moments[parts.root(part_of[i])].add(static_cast<double>(x) - 2.0, static_cast<double>(y) - 2.0);
  }
  std::vector<Blob> blobs;
  for (std::size_t p = 0; p < peak.size(); ++p) {
    if (moments[p].n < 1.0) continue;
    blobs.push_back(moments[p].blob());
  }
  return blobs;
}

}  // namespace adatom::tracking
