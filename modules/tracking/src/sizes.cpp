// How many particles there are and how large.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "adatom/numeric/statistics.h"
#include "adatom/tracking/population.h"
#include "displacements.h"

namespace adatom::tracking {
namespace {

constexpr double no_radius = std::numeric_limits<double>::quiet_NaN();

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

}  // namespace

SizePoint size_point(std::int64_t frame, double frame_time_s, std::vector<double> radii) {
  SizePoint point;
  point.frame = frame;
  point.time_s = static_cast<double>(frame) * frame_time_s;
  point.particles = static_cast<std::int64_t>(radii.size());
  point.mean_radius_nm = no_radius;
  point.mean_radius_stderr_nm = no_radius;
  point.median_radius_nm = no_radius;
  point.spread = no_radius;
  point.skewness = no_radius;
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

std::vector<SizePoint> sizes_over_time(std::span<const Track> tracks, double frame_time_s) {
  require_tracks(tracks, frame_time_s);
  const Span span = frames_of(tracks);
  auto radii = radii_by_frame(tracks, span);
  std::vector<SizePoint> points;
  for (std::size_t i = 0; i < radii.size(); ++i) {
    points.push_back(size_point(span.first + static_cast<std::int64_t>(i), frame_time_s, radii[i]));
  }
  return points;
}

void SizeHistogramSums::add(double radius_nm) {
  const auto bin = static_cast<std::size_t>(std::max(0.0, radius_nm) / bin_nm_);
  if (counts_.size() <= bin) counts_.resize(bin + 1, 0);
  ++counts_[bin];
  ++radii_;
}

SizeHistogram SizeHistogramSums::histogram() const {
  SizeHistogram histogram;
  histogram.radii = radii_;
  if (radii_ == 0) return histogram;
  histogram.bin_nm = bin_nm_;
  for (std::size_t i = 0; i <= counts_.size(); ++i) {
    histogram.edges_nm.push_back(static_cast<double>(i) * bin_nm_);
  }
  for (const std::int64_t count : counts_) {
    histogram.density_per_nm.push_back(static_cast<double>(count) /
                                       (static_cast<double>(radii_) * bin_nm_));
  }
  return histogram;
}

double size_bin(double mean_radius_nm, double largest_radius_nm) {
  constexpr double most_bins = 1000.0;
  return std::max({0.1 * mean_radius_nm, largest_radius_nm / most_bins, 1e-9});
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
  if (radii.empty()) return {};
  std::ranges::sort(radii);  // sums do not depend on the order of tracks
  double mean = 0.0;
  for (const double r : radii) mean += r / static_cast<double>(radii.size());
  SizeHistogramSums sums(size_bin(bin_nm ? 10.0 * *bin_nm : mean, radii.back()));
  for (const double r : radii) sums.add(r);
  return sums.histogram();
}

}  // namespace adatom::tracking
