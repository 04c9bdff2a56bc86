#include "adatom/preprocess/normalise.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "adatom/base/number_text.h"
#include "finite.h"

namespace adatom::preprocess {
namespace {

// How far the probe's width may blur the border of the active area.
constexpr std::size_t border_px = 3;

/// Otsu's threshold: between the two classes with the largest variance between them.
double separating_value(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double middle = sorted[sorted.size() / 2];  // against rounding of large levels
  double total = 0.0;
  for (const double value : sorted) total += value - middle;
  const auto n = static_cast<double>(sorted.size());
  double low_sum = 0.0;
  double best = -1.0;
  double threshold = sorted.front();
  for (std::size_t i = 0; i + 1 < sorted.size(); ++i) {
    low_sum += sorted[i] - middle;
    if (sorted[i] == sorted[i + 1]) continue;
    const auto low_count = static_cast<double>(i + 1);
    const double difference = (total - low_sum) / (n - low_count) - low_sum / low_count;
    const double between = low_count * (n - low_count) * difference * difference;
    if (between > best) {
      best = between;
      threshold = sorted[i] + 0.5 * (sorted[i + 1] - sorted[i]);
    }
  }
  return threshold;
}

struct Level {
  std::int64_t pixels = 0;
  double mean = 0.0;
  double sd = 0.0;
  [[nodiscard]] double mean_stderr() const {
    return pixels > 0 ? sd / std::sqrt(static_cast<double>(pixels)) : 0.0;
  }
};

Level level_of(std::span<const double> values) {
  Level level{.pixels = static_cast<std::int64_t>(values.size())};
  if (values.empty()) return level;
  double sum = 0.0;
  for (const double value : values) sum += value;
  level.mean = sum / static_cast<double>(values.size());
  double square = 0.0;
  for (const double value : values) square += (value - level.mean) * (value - level.mean);
  if (values.size() > 1) level.sd = std::sqrt(square / static_cast<double>(values.size() - 1));
  return level;
}

/// Do all pixels within `margin` of (x, y) lie on its side of the threshold?
bool is_inside(const Grid<double>& map, std::size_t x, std::size_t y, double threshold,
               std::size_t margin) {
  const bool above = map(x, y) > threshold;
  const std::size_t right = std::min(x + margin, map.width() - 1);
  const std::size_t lower = std::min(y + margin, map.height() - 1);
  for (std::size_t v = y - std::min(y, margin); v <= lower; ++v) {
    for (std::size_t u = x - std::min(x, margin); u <= right; ++u) {
      if ((map(u, v) > threshold) != above) return false;
    }
  }
  return true;
}

struct Classes {
  std::vector<double> low;
  std::vector<double> high;
};

/// The pixels of both classes, but for those within `margin` of their border.
Classes split(const Grid<double>& map, double threshold, std::size_t margin) {
  Classes classes;
  for (std::size_t y = 0; y < map.height(); ++y) {
    for (std::size_t x = 0; x < map.width(); ++x) {
      if (!is_inside(map, x, y, threshold, margin)) continue;
      (map(x, y) > threshold ? classes.high : classes.low).push_back(map(x, y));
    }
  }
  return classes;
}

}  // namespace

void NormaliseOptions::describe(OptionVisitor& v) {
  v.visit({.name = "method",
           .help = "off; levels: from the two levels; detector_map: from an image of the detector"},
          method);
  v.visit({.name = "vacuum_level", .help = "signal with no electron on the detector"},
          vacuum_level);
  v.visit({.name = "detector_level", .help = "signal with the whole beam on the detector"},
          detector_level);
  v.visit({.name = "detector_map", .help = "image of the detector, scanned by the bare beam"},
          detector_map);
}

std::vector<OptionIssue> NormaliseOptions::validate() const {
  auto issues = check_ranges(*this);
  if (method == NormaliseMethod::levels) {
    if (!vacuum_level) issues.push_back({"vacuum_level", "method levels needs it"});
    if (!detector_level) issues.push_back({"detector_level", "method levels needs it"});
    if (vacuum_level && detector_level && *vacuum_level == *detector_level) {
      issues.push_back({"detector_level", "must differ from vacuum_level"});
    }
  }
  if (method == NormaliseMethod::detector_map && !detector_map.given()) {
    issues.push_back({"detector_map", "method detector_map needs an image"});
  }
  return issues;
}

DetectorLevels measure_detector_map(const Grid<double>& map) {
  require_usable(map, 3, "detector map");
  const double threshold = separating_value(map.values());
  const Classes all = split(map, threshold, 0);
  Classes inside = all;
  DetectorLevels levels;
  for (std::size_t margin = border_px; margin > 0; --margin) {
    Classes part = split(map, threshold, margin);
    if (2 * part.low.size() < all.low.size() || 2 * part.high.size() < all.high.size()) continue;
    inside = std::move(part);
    break;
  }
  if (inside.high.size() == all.high.size()) {
    levels.warnings.push_back(
        "the active area is hardly wider than its border, which is counted in");
  }
  const Level low = level_of(inside.low);
  const Level high = level_of(inside.high);
  const double within = std::sqrt((low.sd * low.sd * static_cast<double>(low.pixels) +
                                   high.sd * high.sd * static_cast<double>(high.pixels)) /
                                  std::max(static_cast<double>(low.pixels + high.pixels), 1.0));
  // Halves of a single normal peak lie 2.7 of their standard deviations apart, of an even
  // spread 3.5.
  constexpr double least_separation = 4.0;
  if (low.pixels == 0 || high.pixels == 0 || high.mean - low.mean < least_separation * within) {
    throw InputError({.what = "no active area stands out of the vacuum",
                      .where = "detector map",
                      .why = "the two classes of pixels, at " + shortest(low.mean) + " and " +
                             shortest(high.mean) + ", are too close for their spread of " +
                             shortest(within),
                      .remedy = "give the two levels instead"});
  }
  levels.vacuum_level = low.mean;
  levels.detector_level = high.mean;
  levels.vacuum_stderr = low.mean_stderr();
  levels.detector_stderr = high.mean_stderr();
  levels.vacuum_pixels = low.pixels;
  levels.detector_pixels = high.pixels;
  levels.response_relative_sd = high.sd / (high.mean - low.mean);
  if (levels.response_relative_sd > 0.1) {
    levels.warnings.push_back("the detector's response varies by more than 10 % (s.d.)");
  }
  return levels;
}

Grid<double> normalise(Grid<double> image, const DetectorLevels& levels) {
  const double span = levels.detector_level - levels.vacuum_level;
  if (!std::isfinite(span) || span == 0.0) {
    throw InputError({.what = "the two levels of the detector must differ",
                      .where = "normalise",
                      .why = "vacuum " + shortest(levels.vacuum_level) + ", detector " +
                             shortest(levels.detector_level),
                      .remedy = {}});
  }
  for (double& value : image.values()) {
    if (!std::isnan(value)) value = (value - levels.vacuum_level) / span;
  }
  return image;
}

}  // namespace adatom::preprocess
