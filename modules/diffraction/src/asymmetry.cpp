#include "adatom/diffraction/asymmetry.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "regions.h"

namespace adatom::diffraction {
namespace {

/// Sums over a particle.
struct Moments {
  double area_nm2 = 0.0;
  double x_nm = 0.0;
  double y_nm = 0.0;
  std::vector<PhaseAsymmetry> phases;
};

/// A map seen at points some pixels apart.
struct Points {
  const PhaseLabels& labels;
  double step_x_nm;
  double step_y_nm;
};

template <class Inside>
Moments moments(const Points& points, const Inside& inside, std::size_t phase_count,
                double direction_rad) {
  Moments m;
  m.phases.resize(phase_count);
  double count = 0.0;
  const auto each = [&](const auto& body) {
    for (std::size_t y = 0; y < points.labels.height(); ++y) {
      for (std::size_t x = 0; x < points.labels.width(); ++x) {
        if (inside(x, y))
          body(points.step_x_nm * static_cast<double>(x), points.step_y_nm * static_cast<double>(y),
               points.labels(x, y));
      }
    }
  };
  each([&](double x, double y, std::uint8_t) {
    count += 1.0;
    m.x_nm += x;
    m.y_nm += y;
  });
  if (count == 0.0) return m;
  m.x_nm /= count;
  m.y_nm /= count;
  const double along_x = std::cos(direction_rad);
  const double along_y = std::sin(direction_rad);
  const double point_nm2 = points.step_x_nm * points.step_y_nm;
  m.area_nm2 = count * point_nm2;
  double spread = 0.0;
  std::vector<double> counts(phase_count, 0.0);
  each([&](double x, double y, std::uint8_t label) {
    const double ahead = (x - m.x_nm) * along_x + (y - m.y_nm) * along_y;
    spread += std::abs(ahead);
    if (label == 0) return;
    counts[label - 1U] += 1.0;
    m.phases[label - 1U].offset_nm += ahead;
  });
  for (std::size_t p = 0; p < phase_count; ++p) {
    auto& phase = m.phases[p];
    phase.area_nm2 = counts[p] * point_nm2;
    phase.share = counts[p] / count;
    phase.asymmetry = spread > 0.0 ? phase.offset_nm / (0.5 * spread) : 0.0;
    if (counts[p] > 0.0) phase.offset_nm /= counts[p];
  }
  return m;
}

/// The outline on the coarse points of a map's replicates.
class CoarseOutline {
 public:
  CoarseOutline(const PhaseMapResult& map, const Grid<std::int32_t>& particles, std::int32_t number,
                OutlineKind outline, double pixel_size_nm)
      : map_(map),
        inside_(map.replicates.labels.width(), map.replicates.labels.height(), 0),
        near_(inside_) {
    for (std::size_t y = 0; y < inside_.height(); ++y) {
      for (std::size_t x = 0; x < inside_.width(); ++x) {
        const auto at = [](std::size_t i, double step, std::size_t length) {
          return std::min(static_cast<std::size_t>(std::lround(static_cast<double>(i) * step)),
                          length - 1);
        };
        inside_(x, y) = particles(at(x, map.replicates.step_x_px, particles.width()),
                                  at(y, map.replicates.step_y_px, particles.height())) == number;
      }
    }
    near_ = inside_;
    if (outline == OutlineKind::mapped)
      widen(1.5 * map.kernel_nm / (pixel_size_nm * map.replicates.step_x_px),
            1.5 * map.kernel_nm / (pixel_size_nm * map.replicates.step_y_px));
  }
  /// Is this point in the particle of a replicate?
  [[nodiscard]] bool holds(const PhaseLabels& replicate, std::size_t x, std::size_t y,
                           OutlineKind outline) const {
    if (outline == OutlineKind::fixed) return inside_(x, y) != 0;
    if (near_(x, y) == 0) return false;
    const bool hole = inside_(x, y) != 0 && map_.replicates.labels(x, y) == 0;
    return hole || replicate(x, y) != 0;
  }

 private:
  void widen(double reach_x, double reach_y) {
    const auto rx = static_cast<std::int64_t>(reach_x);
    const auto ry = static_cast<std::int64_t>(reach_y);
    const auto width = static_cast<std::int64_t>(inside_.width());
    const auto height = static_cast<std::int64_t>(inside_.height());
    for (std::int64_t y = 0; y < height; ++y) {
      for (std::int64_t x = 0; x < width; ++x) {
        if (inside_(static_cast<std::size_t>(x), static_cast<std::size_t>(y)) == 0) continue;
        for (std::int64_t v = std::max<std::int64_t>(0, y - ry); v <= std::min(height - 1, y + ry);
             ++v) {
          for (std::int64_t u = std::max<std::int64_t>(0, x - rx); u <= std::min(width - 1, x + rx);
               ++u) {
            const double off = std::hypot(static_cast<double>(u - x) / std::max(reach_x, 1.0),
                                          static_cast<double>(v - y) / std::max(reach_y, 1.0));
            if (off <= 1.0) near_(static_cast<std::size_t>(u), static_cast<std::size_t>(v)) = 1;
          }
        }
      }
    }
  }
  const PhaseMapResult& map_;
  Grid<std::uint8_t> inside_;
  Grid<std::uint8_t> near_;
};

/// Standard deviation of a quantity over replicates.
template <class Quantity>
double deviation(const std::vector<Moments>& list, const Quantity& quantity) {
  const auto count = static_cast<double>(list.size());
  if (count < 2.0) return 0.0;
  double mean = 0.0;
  for (const auto& m : list) mean += quantity(m) / count;
  double square = 0.0;
  for (const auto& m : list) square += std::pow(quantity(m) - mean, 2);
  return std::sqrt(square / (count - 1.0));
}

}  // namespace

MapParticles find_map_particles(const PhaseLabels& labels, double pixel_size_nm,
                                double area_min_nm2) {
  if (!(pixel_size_nm > 0.0)) {
    throw InputError({"the pixel size is not positive", "", "", "give the side of a pixel"});
  }
  Grid<std::uint8_t> any(labels.width(), labels.height(), 0);
  Grid<std::uint8_t> none(labels.width(), labels.height(), 0);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    any.values()[i] = labels.values()[i] > 0 ? 1 : 0;
    none.values()[i] = labels.values()[i] > 0 ? 0 : 1;
  }
  // What is not of a phase and does not reach the border is a hole.
  const Regions gaps = find_regions(none, Neighbours::four);
  std::vector<char> open(gaps.sizes.size() + 1, 0);
  const auto mark = [&](std::size_t x, std::size_t y) {
    open[static_cast<std::size_t>(gaps.number(x, y))] = 1;
  };
  for (std::size_t x = 0; x < labels.width(); ++x) {
    mark(x, 0);
    mark(x, labels.height() - 1);
  }
  for (std::size_t y = 0; y < labels.height(); ++y) {
    mark(0, y);
    mark(labels.width() - 1, y);
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto gap = static_cast<std::size_t>(gaps.number.values()[i]);
    if (gap > 0 && open[gap] == 0) any.values()[i] = 1;
  }
  const Regions regions = find_regions(any, Neighbours::eight);
  std::vector<std::size_t> order(regions.sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return regions.sizes[a] > regions.sizes[b]; });
  std::vector<std::int32_t> new_number(order.size() + 1, 0);
  MapParticles particles{Grid<std::int32_t>(labels.width(), labels.height(), 0), 0};
  for (const std::size_t i : order) {
    const double area_nm2 = static_cast<double>(regions.sizes[i]) * pixel_size_nm * pixel_size_nm;
    if (area_nm2 < area_min_nm2) continue;
    new_number[i + 1] = static_cast<std::int32_t>(++particles.count);
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    particles.number.values()[i] = new_number[static_cast<std::size_t>(regions.number.values()[i])];
  }
  return particles;
}

ParticleAsymmetry phase_asymmetry(const PhaseMapResult& map, const Grid<std::int32_t>& particles,
                                  std::int32_t number, OutlineKind outline, double pixel_size_nm,
                                  double direction_rad) {
  const bool fits =
      particles.width() == map.labels.width() && particles.height() == map.labels.height();
  if (!fits || number < 1 ||
      std::ranges::find(particles.values(), number) == particles.values().end()) {
    throw InputError(
        {.what = "there is no such particle on the map",
         .where = fmt::format("particle {}", number),
         .why = fmt::format("the map has {} x {} pixels, the outlines {} x {}", map.labels.width(),
                            map.labels.height(), particles.width(), particles.height()),
         .remedy = "give outlines of the image's size"});
  }
  const std::size_t phase_count = map.phases.size();
  const Moments found = moments(
      {map.labels, pixel_size_nm, pixel_size_nm},
      [&](std::size_t x, std::size_t y) { return particles(x, y) == number; }, phase_count,
      direction_rad);
  const CoarseOutline coarse(map, particles, number, outline, pixel_size_nm);
  std::vector<Moments> replicates;
  for (const auto& labels : map.replicates.replicates) {
    replicates.push_back(moments(
        {labels, pixel_size_nm * map.replicates.step_x_px,
         pixel_size_nm * map.replicates.step_y_px},
        [&](std::size_t x, std::size_t y) { return coarse.holds(labels, x, y, outline); },
        phase_count, direction_rad));
  }
  ParticleAsymmetry result{found.x_nm, found.y_nm, found.area_nm2, found.phases};
  for (std::size_t p = 0; p < phase_count; ++p) {
    auto& phase = result.phases[p];
    phase.share_stderr = deviation(replicates, [&](const Moments& m) { return m.phases[p].share; });
    phase.asymmetry_stderr =
        deviation(replicates, [&](const Moments& m) { return m.phases[p].asymmetry; });
    phase.offset_stderr_nm =
        deviation(replicates, [&](const Moments& m) { return m.phases[p].offset_nm; });
  }
  return result;
}

}  // namespace adatom::diffraction
