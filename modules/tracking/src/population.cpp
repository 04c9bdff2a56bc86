#include "adatom/tracking/population.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <unordered_map>

#include "adatom/numeric/special_functions.h"
#include "adatom/numeric/statistics.h"
#include "displacements.h"

namespace adatom::tracking {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

struct Span {
  std::int64_t first = 0;
  std::int64_t last = -1;
};

Span frames_of(std::span<const Track> tracks) {
  Span span{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
  for (const auto& track : tracks) {
    if (track.points.empty()) continue;
    span.first = std::min(span.first, track.points.front().frame);
    span.last = std::max(span.last, track.points.back().frame);
  }
  return span.first > span.last ? Span{} : span;
}

std::vector<std::vector<double>> radii_by_frame(std::span<const Track> tracks, const Span& span) {
  std::vector<std::vector<double>> radii(static_cast<std::size_t>(span.last - span.first + 1));
  for (const auto& track : tracks) {
    for (const auto& point : track.points) {
      radii[static_cast<std::size_t>(point.frame - span.first)].push_back(point.radius_nm);
    }
  }
  return radii;
}

SizePoint sizes(std::int64_t frame, double frame_time_s, std::vector<double>& radii) {
  SizePoint point;
  point.frame = frame;
  point.time_s = static_cast<double>(frame) * frame_time_s;
  point.particles = static_cast<std::int64_t>(radii.size());
  point.mean_radius_nm = unknown;
  point.mean_radius_stderr_nm = unknown;
  point.median_radius_nm = unknown;
  point.spread = unknown;
  point.skewness = unknown;
  if (radii.empty()) return point;
  std::ranges::sort(radii);  // sums do not depend on the order of tracks
  const auto count = static_cast<double>(radii.size());
  double mean = 0.0;
  for (const double r : radii) {
    mean += r / count;
    point.volume_nm3 += 4.0 / 3.0 * std::numbers::pi * r * r * r;
  }
  double second = 0.0;
  double third = 0.0;
  for (const double r : radii) {
    second += (r - mean) * (r - mean) / count;
    third += (r - mean) * (r - mean) * (r - mean) / count;
  }
  point.mean_radius_nm = mean;
  point.median_radius_nm = numeric::median(radii);
  if (count > 1.0) point.mean_radius_stderr_nm = std::sqrt(second / (count - 1.0));
  if (mean > 0.0) point.spread = std::sqrt(second) / mean;
  if (second > 0.0) point.skewness = third / std::pow(second, 1.5);
  return point;
}

Rate rate_of(std::int64_t events, double particle_s) {
  Rate rate{.events = events};
  if (!(particle_s > 0.0)) return rate;
  const auto n = static_cast<double>(events);
  constexpr double tail = 0.025;
  rate.per_particle_s = n / particle_s;
  rate.low = events > 0 ? numeric::gamma_quantile(n, tail) / particle_s : 0.0;
  rate.high = numeric::gamma_quantile(n + 1.0, 1.0 - tail) / particle_s;
  return rate;
}

using TracksById = std::unordered_map<std::int64_t, const Track*>;

/// Median radius of the first or last frames; nothing for an unknown or empty track.
std::optional<double> radius_at(const TracksById& tracks, std::int64_t id, bool last) {
  const auto known = tracks.find(id);
  if (known == tracks.end() || known->second->points.empty()) return std::nullopt;
  const auto& points = known->second->points;
  constexpr std::size_t window = 5;
  std::vector<double> radii;
  for (std::size_t i = 0; i < std::min(window, points.size()); ++i) {
    radii.push_back(points[last ? points.size() - 1 - i : i].radius_nm);
  }
  return numeric::median(radii);
}

struct MeanOf {
  double mean = 0.0;
  double standard_error = 0.0;
};

MeanOf mean_of(const std::vector<double>& values) {
  if (values.empty()) return {unknown, unknown};
  const auto count = static_cast<double>(values.size());
  double mean = 0.0;
  for (const double value : values) mean += value / count;
  double variance = 0.0;
  for (const double value : values) variance += (value - mean) * (value - mean);
  return {mean, count > 1.0 ? std::sqrt(variance / (count * (count - 1.0))) : unknown};
}

void measure_merges(GrowthStatistics& result, const TracksById& tracks,
                    std::span<const TrackEvent> events) {
  std::vector<double> volumes;
  std::vector<double> areas;
  std::vector<double> ratios;
  for (const auto& event : events) {
    if (event.kind != TrackEventKind::merge || event.parents.size() != 2) continue;
    const auto a = radius_at(tracks, event.parents[0], true);
    const auto b = radius_at(tracks, event.parents[1], true);
    const auto merged = radius_at(tracks, event.id, false);
    if (!a || !b || !merged || !(*a > 0.0) || !(*b > 0.0)) continue;
    volumes.push_back(std::pow(*merged, 3) / (std::pow(*a, 3) + std::pow(*b, 3)));
    areas.push_back(std::pow(*merged, 2) / (std::pow(*a, 2) + std::pow(*b, 2)));
    ratios.push_back(std::min(*a, *b) / std::max(*a, *b));
  }
  result.measured_merges = static_cast<std::int64_t>(volumes.size());
  const auto volume = mean_of(volumes);
  const auto area = mean_of(areas);
  result.volume_ratio = volume.mean;
  result.volume_ratio_stderr = volume.standard_error;
  result.area_ratio = area.mean;
  result.area_ratio_stderr = area.standard_error;
  result.parents_radius_ratio = mean_of(ratios).mean;
}

/// Slope of the radius over time, and its error from the residuals.
struct Slope {
  double value = 0.0;
  double variance = 0.0;
  double mean_radius = 0.0;
};

std::optional<Slope> growth_of(const Track& track, double frame_time_s) {
  constexpr std::size_t least = 10;
  if (track.points.size() < least) return std::nullopt;
  const auto count = static_cast<double>(track.points.size());
  double mean_time = 0.0;
  double mean_radius = 0.0;
  for (const auto& p : track.points) {
    mean_time += static_cast<double>(p.frame) * frame_time_s / count;
    mean_radius += p.radius_nm / count;
  }
  double tt = 0.0;
  double tr = 0.0;
  for (const auto& p : track.points) {
    const double t = static_cast<double>(p.frame) * frame_time_s - mean_time;
    tt += t * t;
    tr += t * (p.radius_nm - mean_radius);
  }
  const double slope = tr / tt;
  double residual = 0.0;
  for (const auto& p : track.points) {
    const double t = static_cast<double>(p.frame) * frame_time_s - mean_time;
    residual += std::pow(p.radius_nm - mean_radius - slope * t, 2);
  }
  return Slope{slope, residual / ((count - 2.0) * tt), mean_radius};
}

/// Regression of growth rates on (1 / <r> - 1 / r) / r through the origin.
void measure_ripening(GrowthStatistics& result, std::span<const Track> tracks, const Span& span,
                      double frame_time_s) {
  auto radii = radii_by_frame(tracks, span);
  std::vector<double> means;
  for (auto& frame : radii) means.push_back(sizes(0, frame_time_s, frame).mean_radius_nm);
  double uu = 0.0;
  double ug = 0.0;
  struct Sample {
    double u;
    double growth;
    double weight;
  };
  std::vector<Sample> samples;
  for (const auto& track : tracks) {
    const auto slope = growth_of(track, frame_time_s);
    if (!slope || !(slope->mean_radius > 0.0)) continue;
    double mean = 0.0;
    for (const auto& p : track.points) {
      mean += means[static_cast<std::size_t>(p.frame - span.first)] /
              static_cast<double>(track.points.size());
    }
    const double u = (1.0 / mean - 1.0 / slope->mean_radius) / slope->mean_radius;
    // No fit is better than a thousandth of the radius over the time that was seen.
    const double seen_s =
        static_cast<double>(track.points.back().frame - track.points.front().frame) * frame_time_s;
    const double least = std::pow(1e-3 * slope->mean_radius / seen_s, 2);
    const double weight = 1.0 / std::max(slope->variance, least);
    samples.push_back({u, slope->value, weight});
    uu += weight * u * u;
    ug += weight * u * slope->value;
  }
  result.ripening_tracks = static_cast<std::int64_t>(samples.size());
  result.ripening_nm3_per_s = unknown;
  result.ripening_stderr_nm3_per_s = unknown;
  if (samples.size() < 3 || !(uu > 0.0)) return;
  const double k = ug / uu;
  double scatter = 0.0;
  for (const auto& sample : samples) {
    scatter += std::pow(sample.weight * sample.u * (sample.growth - k * sample.u), 2);
  }
  const auto count = static_cast<double>(samples.size());
  result.ripening_nm3_per_s = k;
  result.ripening_stderr_nm3_per_s = std::sqrt(scatter * count / (count - 1.0)) / uu;
}

std::int64_t count_kind(std::span<const TrackEvent> events, TrackEventKind kind) {
  return std::ranges::count_if(events, [&](const TrackEvent& e) { return e.kind == kind; });
}

}  // namespace

std::vector<SizePoint> sizes_over_time(std::span<const Track> tracks, double frame_time_s) {
  require_tracks(tracks, frame_time_s);
  const Span span = frames_of(tracks);
  auto radii = radii_by_frame(tracks, span);
  std::vector<SizePoint> points;
  for (std::size_t i = 0; i < radii.size(); ++i) {
    points.push_back(sizes(span.first + static_cast<std::int64_t>(i), frame_time_s, radii[i]));
  }
  return points;
}

SizeHistogram size_histogram(std::span<const Track> tracks, std::int64_t first_frame,
                             std::int64_t last_frame, std::optional<double> bin_nm) {
  require_tracks(tracks, 1.0);
  std::vector<double> radii;
  for (const auto& track : tracks) {
    for (const auto& p : track.points) {
      if (p.frame >= first_frame && p.frame <= last_frame) radii.push_back(p.radius_nm);
    }
  }
  SizeHistogram histogram;
  histogram.radii = static_cast<std::int64_t>(radii.size());
  if (radii.empty()) return histogram;
  std::ranges::sort(radii);
  const auto count = static_cast<double>(radii.size());
  double mean = 0.0;
  for (const double r : radii) mean += r / count;
  constexpr double most_bins = 1000.0;
  histogram.bin_nm = std::max({bin_nm.value_or(0.1 * mean), radii.back() / most_bins, 1e-9});
  const auto bins = static_cast<std::size_t>(std::max(0.0, radii.back()) / histogram.bin_nm) + 1;
  histogram.density_per_nm.assign(bins, 0.0);
  for (std::size_t i = 0; i <= bins; ++i) {
    histogram.edges_nm.push_back(static_cast<double>(i) * histogram.bin_nm);
  }
  for (const double r : radii) {
    const auto bin =
        std::min(bins - 1, static_cast<std::size_t>(std::max(0.0, r) / histogram.bin_nm));
    histogram.density_per_nm[bin] += 1.0 / (count * histogram.bin_nm);
  }
  return histogram;
}

GrowthStatistics growth_statistics(std::span<const Track> tracks,
                                   std::span<const TrackEvent> events, double frame_time_s) {
  require_tracks(tracks, frame_time_s);
  GrowthStatistics result;
  TracksById by_id;
  for (const auto& track : tracks) {
    by_id.emplace(track.id, &track);
    result.observed_particle_s += static_cast<double>(track.points.size()) * frame_time_s;
  }
  result.merges = rate_of(count_kind(events, TrackEventKind::merge), result.observed_particle_s);
  // Two new tracks are one split.
  std::vector<std::int64_t> split;
  for (const auto& event : events) {
    if (event.kind == TrackEventKind::split && !event.parents.empty()) {
      split.push_back(event.parents.front());
    }
  }
  std::ranges::sort(split);
  split.erase(std::unique(split.begin(), split.end()), split.end());
  result.splits = rate_of(static_cast<std::int64_t>(split.size()), result.observed_particle_s);
  result.vanishings =
      rate_of(count_kind(events, TrackEventKind::vanish), result.observed_particle_s);
  measure_merges(result, by_id, events);
  measure_ripening(result, tracks, frames_of(tracks), frame_time_s);
  const bool coalesces = result.merges.events > 0;
  const bool ripens = std::isfinite(result.ripening_nm3_per_s) &&
                      result.ripening_nm3_per_s > 3.0 * result.ripening_stderr_nm3_per_s;
  result.growth = coalesces ? (ripens ? Growth::both : Growth::coalescence)
                            : (ripens ? Growth::ripening : Growth::none);
  return result;
}

}  // namespace adatom::tracking
