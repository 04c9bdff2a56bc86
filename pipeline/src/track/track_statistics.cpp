#include "track/track_statistics.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "adatom/base/parallel.h"
#include "adatom/tracking/motion_sums.h"
#include "adatom/tracking/speed_sums.h"

namespace adatom::pipeline {
namespace {

/// Places of particles on a picture; more only make the file large.
constexpr std::int64_t most_places = 20000;
/// Radii this near a limit, as a share of it, are at the limit.
constexpr double near_limit = 0.1;

TrackSummary summary_of(const tracking::Track& track, double frame_time_s, std::int64_t msd_lags) {
  const auto& first = track.points.front();
  const auto& last = track.points.back();
  const std::int64_t span = last.frame - first.frame;
  TrackSummary row{.id = track.id,
                   .first_frame = first.frame,
                   .last_frame = last.frame,
                   .detections = static_cast<std::int64_t>(track.points.size())};
  for (const auto& point : track.points) row.mean_radius_nm += point.radius_nm;
  row.mean_radius_nm /= static_cast<double>(track.points.size());
  row.net_displacement_nm = std::hypot(last.x_nm - first.x_nm, last.y_nm - first.y_nm);
  if (span > 0) {
    row.net_speed_nm_per_s = row.net_displacement_nm / (static_cast<double>(span) * frame_time_s);
  }
  row.diffusion = tracking::track_diffusion(track, frame_time_s);
  const std::int64_t lags = std::min(msd_lags, span / 4);
  if (lags >= 4) row.active = tracking::track_active_motion(track, frame_time_s, lags);
  return row;
}

/// How many of the radii are at the limits, at the beginning and the end of the video, and errors.
class PointSums {
 public:
  PointSums(const TrackTables& tables, const VideoScale& scale, const TrackOptions& options)
      : share_(std::max<std::int64_t>(1, tables.detections.frames / 10)),
        last_share_(tables.detections.frames - share_),
        first_sizes_(tracking::size_bin(tables.mean_radius_nm, tables.largest_radius_nm)),
        last_sizes_(first_sizes_) {
    const auto detection = options.detection(scale.pixel_size_nm);
    small_ = (1.0 + near_limit) * scale.pixel_size_nm * detection.radius_min_px;
    large_ = (1.0 - near_limit) * scale.pixel_size_nm * detection.radius_max_px;
  }
  void add(const TrackBatch& batch) {
    for (const auto& track : batch.tracks) {
      for (const auto& point : track.points) {
        smallest_ += point.radius_nm < small_ ? 1.0 : 0.0;
        largest_ += point.radius_nm > large_ ? 1.0 : 0.0;
        if (point.frame < share_) first_sizes_.add(point.radius_nm);
        if (point.frame >= last_share_) last_sizes_.add(point.radius_nm);
        points_ += 1.0;
      }
    }
    for (const auto& track : batch.inner) {
      for (const auto& point : track.points) {
        variance_ +=
            0.5 * (point.x_stderr_nm * point.x_stderr_nm + point.y_stderr_nm * point.y_stderr_nm);
        inner_points_ += 1.0;
      }
    }
  }
  void put(TrackStatistics& statistics) const {
    statistics.smallest_share = smallest_ / points_;
    statistics.largest_share = largest_ / points_;
    statistics.place_stderr_nm = std::sqrt(variance_ / inner_points_);
    statistics.first_sizes = first_sizes_.histogram();
    statistics.last_sizes = last_sizes_.histogram();
  }

 private:
  std::int64_t share_;
  std::int64_t last_share_;
  double small_ = 0.0;
  double large_ = 0.0;
  double smallest_ = 0.0;
  double largest_ = 0.0;
  double points_ = 0.0;
  double variance_ = 0.0;
  double inner_points_ = 0.0;
  tracking::SizeHistogramSums first_sizes_;
  tracking::SizeHistogramSums last_sizes_;
};

/// Places of frames so far apart that the picture has no more than it can show.
class Paths {
 public:
  Paths(std::int64_t points, double frame_time_s, std::int64_t lag_frames)
      : stride_(std::max<std::int64_t>(1, (points + most_places - 1) / most_places)),
        frame_time_s_(frame_time_s),
        lag_frames_(lag_frames) {}
  void add(const TrackBatch& batch, TrackStatistics& statistics) const {
    for (const auto& track : batch.tracks) {
      add_times(track.points, statistics.by_time);
      add_speeds(track.points, statistics.by_speed);
    }
  }

 private:
  using Points = std::vector<tracking::TrackPoint>;
  static void put(double x, double y, double value, PathPlaces& places) {
    places.x_nm.push_back(x);
    places.y_nm.push_back(y);
    places.value.push_back(value);
  }
  void add_times(const Points& points, PathPlaces& places) const {
    for (const auto& point : points) {
      if (point.frame % stride_ != 0) continue;
      put(point.x_nm, point.y_nm, static_cast<double>(point.frame) * frame_time_s_, places);
    }
  }
  void add_speeds(const Points& all, PathPlaces& places) const {
    const double lag_s = static_cast<double>(lag_frames_) * frame_time_s_;
    for (std::size_t first = 0, last = 0; first < all.size(); ++first) {
      while (last < all.size() && all[last].frame < all[first].frame + lag_frames_) ++last;
      if (last == all.size()) break;
      if (all[last].frame != all[first].frame + lag_frames_) continue;
      if (all[first].frame % stride_ != 0) continue;
      put(0.5 * (all[first].x_nm + all[last].x_nm), 0.5 * (all[first].y_nm + all[last].y_nm),
          std::hypot(all[last].x_nm - all[first].x_nm, all[last].y_nm - all[first].y_nm) / lag_s,
          places);
    }
  }
  std::int64_t stride_;
  double frame_time_s_;
  std::int64_t lag_frames_;
};

void add_summaries(const TrackBatch& batch, double frame_time_s, std::int64_t lags,
                   std::deque<TrackSummary>& rows) {
  const std::size_t before = rows.size();
  rows.resize(before + batch.tracks.size());
  parallel_for(batch.tracks.size(), [&](std::size_t i) {
    rows[before + i] = summary_of(batch.tracks[i], frame_time_s, lags);
  });
}

std::int64_t whole_lag(double lag_frames) { return std::llround(lag_frames); }

}  // namespace

TrackStatistics track_statistics(const TrackTables& tables, const VideoScale& scale,
                                 const TrackOptions& options) {
  TrackStatistics result;
  if (tables.tracks.points() == 0) return result;
  const double time_s = scale.frame_time_s;
  const std::int64_t lags = options.msd_lags(static_cast<std::size_t>(tables.detections.frames));
  const auto& speed_lags = options.lags_frames;
  const Paths paths(tables.tracks.points(), time_s, whole_lag(speed_lags[speed_lags.size() / 2]));
  tracking::MsdSums msd(time_s, lags);
  tracking::DiffusionSums diffusion(time_s);
  tracking::LocalisationSums localisation;
  tracking::GrowthSums growth(tables.events, tables.first_frame, tables.mean_radii_nm, time_s);
  PointSums points(tables, scale, options);
  std::vector<tracking::VanHoveSums> van_hove;
  for (const double lag : speed_lags) van_hove.emplace_back(time_s, whole_lag(lag));
  tables.tracks.for_batches([&](const TrackBatch& batch) {
    msd.add(batch.inner);
    diffusion.add(batch.inner);
    localisation.add(batch.inner);
    for (auto& sums : van_hove) sums.measure(batch.inner);
    growth.add(batch.tracks);
    points.add(batch);
    paths.add(batch, result);
    add_summaries(batch, time_s, lags, result.tracks);
  });
  result.msd = msd.msd();
  result.active = msd.active_motion();
  result.diffusion = diffusion.diffusion();
  result.localisation_factor = localisation.factor();
  result.localisation_factor_stderr = localisation.factor_stderr();
  result.growth = growth.statistics();
  result.sizes = tables.sizes;
  points.put(result);

  const bool measured = options.noise == tracking::NoiseSource::measured;
  tracking::SpeedSums speeds(time_s, options.speeds(),
                             measured ? result.localisation_factor.value_or(1.0) : 1.0);
  for (auto& sums : van_hove) sums.choose_bins();
  tables.tracks.for_batches([&](const TrackBatch& batch) {
    speeds.add(batch.inner);
    for (auto& sums : van_hove) sums.count(batch.inner);
  });
  result.speeds = speeds.distributions(RandomStream(static_cast<std::uint64_t>(options.seed)));
  for (const auto& sums : van_hove) {
    auto distribution = sums.distribution();
    if (distribution.displacements > 0) result.van_hove.push_back(std::move(distribution));
  }
  return result;
}

}  // namespace adatom::pipeline
