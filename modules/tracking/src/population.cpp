// Whether particles grow by meeting each other or by exchanging atoms.
#include "adatom/tracking/population.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "adatom/numeric/special_functions.h"
#include "adatom/numeric/statistics.h"
#include "displacements.h"

namespace adatom::tracking {
namespace {

constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

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

/// Median radius of the first or last frames of a track that has any.
double radius_at(const Track& track, bool last) {
  const auto& points = track.points;
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
  if (values.empty()) return {no_value, no_value};
  const auto count = static_cast<double>(values.size());
  double mean = 0.0;
  for (const double value : values) mean += value / count;
  double variance = 0.0;
  for (const double value : values) variance += (value - mean) * (value - mean);
  return {mean, count > 1.0 ? std::sqrt(variance / (count * (count - 1.0))) : no_value};
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

std::int64_t count_kind(std::span<const TrackEvent> events, TrackEventKind kind) {
  return std::ranges::count_if(events, [&](const TrackEvent& e) { return e.kind == kind; });
}

}  // namespace

GrowthSums::GrowthSums(std::span<const TrackEvent> events, std::int64_t first_frame,
                       std::vector<double> mean_radii_nm, double frame_time_s)
    : events_(events),
      first_frame_(first_frame),
      mean_radii_nm_(std::move(mean_radii_nm)),
      frame_time_s_(frame_time_s) {
  require_tracks({}, frame_time_s);
  for (const auto& event : events) {
    if (event.kind != TrackEventKind::merge || event.parents.size() != 2) continue;
    for (const auto id : {event.parents[0], event.parents[1], event.id}) ends_[id] = {};
  }
}

void GrowthSums::add(std::span<const Track> tracks) {
  require_tracks(tracks, frame_time_s_);
  for (const auto& track : tracks) {
    if (track.points.empty()) continue;
    points_ += static_cast<std::int64_t>(track.points.size());
    if (const auto of = ends_.find(track.id); of != ends_.end()) {
      of->second = {radius_at(track, false), radius_at(track, true)};
    }
    add_growth(track);
  }
}

/// A sample of the regression of growth rates on (1 / <r> - 1 / r) / r.
void GrowthSums::add_growth(const Track& track) {
  const auto slope = growth_of(track, frame_time_s_);
  if (!slope || !(slope->mean_radius > 0.0)) return;
  double mean = 0.0;
  for (const auto& p : track.points) {
    mean += mean_radii_nm_.at(static_cast<std::size_t>(p.frame - first_frame_)) /
            static_cast<double>(track.points.size());
  }
  // No fit is better than a thousandth of the radius over the time that was seen.
  const double seen_s =
      static_cast<double>(track.points.back().frame - track.points.front().frame) * frame_time_s_;
  const double least = std::pow(1e-3 * slope->mean_radius / seen_s, 2);
  samples_.push_back({.u = (1.0 / mean - 1.0 / slope->mean_radius) / slope->mean_radius,
                      .growth = slope->value,
                      .weight = 1.0 / std::max(slope->variance, least)});
}

void GrowthSums::measure_merges(GrowthStatistics& result) const {
  std::vector<double> volumes;
  std::vector<double> areas;
  std::vector<double> ratios;
  for (const auto& event : events_) {
    if (event.kind != TrackEventKind::merge || event.parents.size() != 2) continue;
    const double a = ends_.at(event.parents[0]).last;
    const double b = ends_.at(event.parents[1]).last;
    const double merged = ends_.at(event.id).first;
    // NaN: no track of this number.
    if (!(a > 0.0) || !(b > 0.0) || std::isnan(merged)) continue;
    volumes.push_back(std::pow(merged, 3) / (std::pow(a, 3) + std::pow(b, 3)));
    areas.push_back(std::pow(merged, 2) / (std::pow(a, 2) + std::pow(b, 2)));
    ratios.push_back(std::min(a, b) / std::max(a, b));
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

/// The regression, through the origin.
void GrowthSums::measure_ripening(GrowthStatistics& result) const {
  result.ripening_tracks = static_cast<std::int64_t>(samples_.size());
  result.ripening_nm3_per_s = no_value;
  result.ripening_stderr_nm3_per_s = no_value;
  double uu = 0.0;
  double ug = 0.0;
  for (const auto& sample : samples_) {
    uu += sample.weight * sample.u * sample.u;
    ug += sample.weight * sample.u * sample.growth;
  }
  if (samples_.size() < 3 || !(uu > 0.0)) return;
  const double k = ug / uu;
  double scatter = 0.0;
  for (const auto& sample : samples_) {
    scatter += std::pow(sample.weight * sample.u * (sample.growth - k * sample.u), 2);
  }
  const auto count = static_cast<double>(samples_.size());
  result.ripening_nm3_per_s = k;
  result.ripening_stderr_nm3_per_s = std::sqrt(scatter * count / (count - 1.0)) / uu;
}

GrowthStatistics GrowthSums::statistics() const {
  GrowthStatistics result;
  result.observed_particle_s = static_cast<double>(points_) * frame_time_s_;
  result.merges = rate_of(count_kind(events_, TrackEventKind::merge), result.observed_particle_s);
  // Two new tracks are one split.
  std::vector<std::int64_t> split;
  for (const auto& event : events_) {
    if (event.kind == TrackEventKind::split && !event.parents.empty()) {
      split.push_back(event.parents.front());
    }
  }
  std::ranges::sort(split);
  split.erase(std::unique(split.begin(), split.end()), split.end());
  result.splits = rate_of(static_cast<std::int64_t>(split.size()), result.observed_particle_s);
  result.vanishings =
      rate_of(count_kind(events_, TrackEventKind::vanish), result.observed_particle_s);
  measure_merges(result);
  measure_ripening(result);
  const bool coalesces = result.merges.events > 0;
  const bool ripens = std::isfinite(result.ripening_nm3_per_s) &&
                      result.ripening_nm3_per_s > 3.0 * result.ripening_stderr_nm3_per_s;
  result.growth = coalesces ? (ripens ? Growth::both : Growth::coalescence)
                            : (ripens ? Growth::ripening : Growth::none);
  return result;
}

GrowthStatistics growth_statistics(std::span<const Track> tracks,
                                   std::span<const TrackEvent> events, double frame_time_s) {
  const auto sizes = sizes_over_time(tracks, frame_time_s);
  std::vector<double> means;
  for (const auto& point : sizes) means.push_back(point.mean_radius_nm);
  GrowthSums sums(events, sizes.empty() ? 0 : sizes.front().frame, std::move(means), frame_time_s);
  sums.add(tracks);
  return sums.statistics();
}

}  // namespace adatom::tracking
