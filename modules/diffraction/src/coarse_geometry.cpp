#include "coarse_geometry.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "masked_boxes.h"

namespace adatom::diffraction {
namespace {

constexpr std::size_t reduced_side = 256;  // px, at most
constexpr double ellipse_max = 0.2;        // of ln(ratio)/2

struct Sample {
  double x;
  double y;
  double value;
};

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0.0;
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// The beam's height taken down, the background taken off, the contrast the same all over.
void flatten(MaskedGrid& grid) {
  std::vector<double> counted;
  for (std::size_t i = 0; i < grid.values.size(); ++i) {
    if (grid.counts.values()[i] != 0) counted.push_back(grid.values.values()[i]);
  }
  const double middle = quantile(counted, 0.5);
  // Where more than 85 % of the pixels hold nothing at all, the mean has to do.
  double spread = std::max(quantile(counted, 0.85) - middle, 1e-9 * std::abs(middle));
  if (!(spread > 0.0)) {
    for (const double value : counted) spread += std::abs(value - middle);
    spread = spread > 0.0 ? spread / static_cast<double>(counted.size()) : 1.0;
  }
  for (double& value : grid.values.values()) value = std::asinh((value - middle) / spread);
  const std::size_t side = std::min(grid.values.width(), grid.values.height());
  grid.values = box_mean(grid.values, grid.counts, 1);
  const auto background =
      box_mean(box_mean(grid.values, grid.counts, side / 24), grid.counts, side / 24);
  Grid<double> square(grid.values.width(), grid.values.height());
  for (std::size_t i = 0; i < square.size(); ++i) {
    double& value = grid.values.values()[i];
    value = grid.counts.values()[i] != 0 ? value - background.values()[i] : 0.0;
    square.values()[i] = value * value;
  }
  square = box_mean(square, grid.counts, side / 10);
  constexpr double clip = 2.5;
  for (std::size_t i = 0; i < square.size(); ++i) {
    double& value = grid.values.values()[i];
    value = std::clamp(value / std::sqrt(square.values()[i] + 1e-12), -clip, clip);
  }
}

/// Lines along the gradients, drawn into a grid: many cross at the centre.
Grid<double> vote(const MaskedGrid& grid) {
  const std::size_t width = grid.values.width();
  const std::size_t height = grid.values.height();
  Grid<double> votes(width, height);
  const auto& f = grid.values;
  const double reach = std::hypot(static_cast<double>(width), static_cast<double>(height));
  for (std::size_t y = 1; y + 1 < height; ++y) {
    for (std::size_t x = 1; x + 1 < width; ++x) {
      bool whole = true;
      for (std::size_t j = y - 1; j <= y + 1; ++j) {
        for (std::size_t i = x - 1; i <= x + 1; ++i) whole = whole && grid.counts(i, j) != 0;
      }
      if (!whole) continue;
      const double gx =
          f(x + 1, y) - f(x - 1, y) +
          0.5 * (f(x + 1, y - 1) - f(x - 1, y - 1) + f(x + 1, y + 1) - f(x - 1, y + 1));
      const double gy =
          f(x, y + 1) - f(x, y - 1) +
          0.5 * (f(x - 1, y + 1) - f(x - 1, y - 1) + f(x + 1, y + 1) - f(x + 1, y - 1));
      const double size = std::hypot(gx, gy);
      if (size < 0.5) continue;
      const double weight = std::min(size, 2.0);
      for (const double way : {-1.0, 1.0}) {
        for (double t = 4.0; t < reach; t += 1.0) {
          const double px = static_cast<double>(x) + way * t * gx / size + 0.5;
          const double py = static_cast<double>(y) + way * t * gy / size + 0.5;
          if (px < 0.0 || py < 0.0 || px >= static_cast<double>(width) ||
              py >= static_cast<double>(height)) {
            break;
          }
          votes(static_cast<std::size_t>(px), static_cast<std::size_t>(py)) += weight;
        }
      }
    }
  }
  const Mask all(width, height, 1);
  return box_mean(box_mean(votes, all, 2), all, 1);
}

/// What radial means explain of the samples' variance: the sum over bins of (sum of values)^2 /
/// number.
class Explained {
 public:
  Explained(const MaskedGrid& grid, double radius_min) : radius_min_(radius_min) {
    for (std::size_t y = 0; y < grid.values.height(); ++y) {
      for (std::size_t x = 0; x < grid.values.width(); ++x) {
        if (grid.counts(x, y) == 0) continue;
        samples_.push_back({static_cast<double>(x), static_cast<double>(y), grid.values(x, y)});
      }
    }
    const double diagonal = std::hypot(static_cast<double>(grid.values.width()),
                                       static_cast<double>(grid.values.height()));
    bins_ = static_cast<std::size_t>(1.6 * diagonal) + 2;
  }

  [[nodiscard]] double at(const std::array<double, 4>& p) const {
    Geometry geometry{p[0], p[1], 1.0, 0.0, 1.0};
    set_ellipse(geometry, {p[2], p[3]});
    const RoundPattern map(geometry);
    std::vector<double> sum(bins_, 0.0);
    std::vector<double> count(bins_, 0.0);
    for (const Sample& sample : samples_) {
      const auto [u, v] = map.s_at(sample.x, sample.y);
      const double r = std::sqrt(u * u + v * v);
      const auto bin = std::min(static_cast<std::size_t>(r), bins_ - 1);
      sum[bin] += sample.value;
      count[bin] += 1.0;
    }
    double all = 0.0;
    // A bin of few pixels explains itself.
    for (std::size_t b = static_cast<std::size_t>(radius_min_); b < bins_; ++b) {
      if (count[b] > 8.0) all += sum[b] * sum[b] / count[b];
    }
    return all;
  }

 private:
  std::vector<Sample> samples_;
  double radius_min_;
  std::size_t bins_ = 0;
};

/// Moves along one parameter at a time, by steps that get smaller.
class Climb {
 public:
  Climb(const Explained& merit, std::array<double, 4> start)
      : merit_(merit), here_(start), best_(merit.at(start)) {}

  void run(std::array<double, 4> step, double smallest) {
    while (*std::max_element(step.begin(), step.begin() + 2) > smallest ||
           std::max(step[2], step[3]) > 1e-3 * smallest) {
      bool moved = false;
      for (std::size_t i = 0; i < 4; ++i) {
        if (step[i] <= 0.0) continue;
        moved = try_at(i, step[i]) || try_at(i, -step[i]) || moved;
      }
      if (moved) continue;
      for (double& s : step) s *= 0.5;
    }
  }
  bool try_point(const std::array<double, 4>& p) {
    if (std::hypot(p[2], p[3]) > ellipse_max) return false;
    const double value = merit_.at(p);
    if (!(value > best_)) return false;
    here_ = p;
    best_ = value;
    return true;
  }
  [[nodiscard]] const std::array<double, 4>& here() const { return here_; }
  [[nodiscard]] double best() const { return best_; }

 private:
  bool try_at(std::size_t i, double by) {
    auto p = here_;
    p[i] += by;
    return try_point(p);
  }
  const Explained& merit_;
  std::array<double, 4> here_;
  double best_;
};

/// The highest places of the votes, not next to each other.
std::vector<std::array<double, 2>> candidates(const MaskedGrid& grid) {
  Grid<double> votes = vote(grid);
  std::vector<std::array<double, 2>> list;
  constexpr std::size_t apart = 12;
  for (int i = 0; i < 5; ++i) {
    const auto at = std::max_element(votes.values().begin(), votes.values().end());
    if (at == votes.values().end() || *at <= 0.0) break;
    const auto index = static_cast<std::size_t>(at - votes.values().begin());
    const std::size_t x = index % votes.width();
    const std::size_t y = index / votes.width();
    list.push_back({static_cast<double>(x), static_cast<double>(y)});
    for (std::size_t j = y - std::min(y, apart); j < std::min(y + apart, votes.height()); ++j) {
      for (std::size_t k = x - std::min(x, apart); k < std::min(x + apart, votes.width()); ++k) {
        votes(k, j) = 0.0;
      }
    }
  }
  list.push_back({0.5 * static_cast<double>(votes.width() - 1),
                  0.5 * static_cast<double>(votes.height() - 1)});
  return list;
}

}  // namespace

Geometry coarse_geometry(const Grid<double>& frame, const Mask& mask,
                         const FindGeometryOptions& options) {
  const std::size_t side = std::max(frame.width(), frame.height());
  const std::size_t factor = (side + reduced_side - 1) / reduced_side;
  MaskedGrid grid = reduce(frame, mask, factor);
  flatten(grid);
  const double scale = static_cast<double>(factor);
  const double half = 0.5 * (scale - 1.0);  // a block's middle in the frame
  const Explained merit(grid, std::max(options.rings.radius_min_px / scale, 3.0));
  std::array<double, 2> ellipse = {0.0, 0.0};
  if (options.ellipse_ratio) {
    Geometry given;
    given.ellipse_ratio = *options.ellipse_ratio;
    given.ellipse_angle_deg = options.ellipse_angle_deg.value_or(0.0);
    ellipse = ellipse_vector(given);
  }
  const bool find_centre = !options.centre_x_px;
  const bool find_ellipse = !options.ellipse_ratio;
  std::vector<std::array<double, 2>> starts;
  if (find_centre) {
    starts = candidates(grid);
  } else {
    starts = {{(*options.centre_x_px - half) / scale, (*options.centre_y_px - half) / scale}};
  }
  const double step = find_centre ? 4.0 : 0.0;
  Climb best(merit, {starts[0][0], starts[0][1], ellipse[0], ellipse[1]});
  for (const auto& start : starts) {
    Climb climb(merit, {start[0], start[1], ellipse[0], ellipse[1]});
    climb.run({step, step, 0.0, 0.0}, 0.5);
    if (climb.best() > best.best()) (void)best.try_point(climb.here());
  }
  if (find_ellipse) {
    const auto round = best.here();
    for (const double size : {0.01, 0.025, 0.05, 0.09}) {
      for (int i = 0; i < 8; ++i) {
        const double angle = std::numbers::pi * i / 4.0;
        (void)best.try_point({round[0], round[1], size * std::cos(angle), size * std::sin(angle)});
      }
    }
  }
  const double small = find_ellipse ? 0.008 : 0.0;
  best.run({0.5 * step, 0.5 * step, small, small}, 0.1);
  Geometry found;
  found.centre_x_px = options.centre_x_px.value_or(best.here()[0] * scale + half);
  found.centre_y_px = options.centre_y_px.value_or(best.here()[1] * scale + half);
  set_ellipse(found, {best.here()[2], best.here()[3]});
  if (options.ellipse_ratio) {
    found.ellipse_ratio = *options.ellipse_ratio;
    found.ellipse_angle_deg = options.ellipse_angle_deg.value_or(0.0);
  }
  return found;
}

}  // namespace adatom::diffraction
