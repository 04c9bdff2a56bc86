#include "track/track_statistics.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "adatom/base/parallel.h"

namespace adatom::pipeline {
namespace {

/// Places of so many frames at either end of a track are averaged for its net displacement.
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

double place_error(const std::vector<tracking::Track>& tracks) {
  double sum = 0.0;
  double count = 0.0;
  for (const auto& track : tracks) {
    for (const auto& point : track.points) {
      sum += 0.5 * (point.x_stderr_nm * point.x_stderr_nm + point.y_stderr_nm * point.y_stderr_nm);
      count += 1.0;
    }
  }
  return std::sqrt(sum / count);
}

void add_sizes(const std::vector<tracking::Track>& tracks, std::size_t frames,
               TrackStatistics& statistics, double frame_time_s) {
  statistics.sizes = tracking::sizes_over_time(tracks, frame_time_s);
  const auto last = static_cast<std::int64_t>(frames) - 1;
  const std::int64_t share = std::max<std::int64_t>(1, (last + 1) / 10);
  const auto all = tracking::size_histogram(tracks, 0, last);
  if (all.radii == 0) return;
  statistics.first_sizes = tracking::size_histogram(tracks, 0, share - 1, all.bin_nm);
  statistics.last_sizes = tracking::size_histogram(tracks, last - share + 1, last, all.bin_nm);
}

/// "3, 4, 7, ... (12 in all)"
std::string frame_names(const std::vector<std::int64_t>& frames) {
  constexpr std::size_t most = 5;
  if (frames.size() <= most) return fmt::format("{}", fmt::join(frames, ", "));
  const std::vector<std::int64_t> first(frames.begin(),
                                        frames.begin() + static_cast<std::ptrdiff_t>(most));
  return fmt::format("{}, ... ({} in all)", fmt::join(first, ", "), frames.size());
}

Remarks frame_remarks(const TrackTables& tables) {
  constexpr double jump = 0.3;
  Remarks remarks;
  std::vector<std::int64_t> empty;
  std::vector<std::int64_t> jumps;
  for (std::size_t i = 0; i < tables.detections.size(); ++i) {
    const FrameDetections& now = tables.detections[i];
    if (now.particles == 0) empty.push_back(now.frame);
    if (i == 0) continue;
    const double before = tables.detections[i - 1].brightness;
    const double larger = std::max(std::abs(before), std::abs(now.brightness));
    if (std::abs(now.brightness - before) > jump * larger) jumps.push_back(now.frame);
  }
  if (empty.size() == tables.detections.size()) {
    remarks.shortfalls.emplace_back(
        "no particle stands out of the noise in any frame; see --contrast, the radii looked for "
        "and the pixel size (--dry-run shows what is found)");
  } else if (!empty.empty()) {
    remarks.warnings.push_back("no particle is found in frame " + frame_names(empty));
  }
  if (!jumps.empty()) {
    remarks.warnings.push_back(
        fmt::format("the brightness jumps by more than {:g} % from the frame before in frame {}",
                    100.0 * jump, frame_names(jumps)));
  }
  return remarks;
}

/// Most radii at a limit: the limits, or the pixel size, are wrong.
std::vector<std::string> radius_warnings(const TrackTables& tables, const VideoScale& scale,
                                         const TrackOptions& options) {
  constexpr double near = 0.1;
  constexpr double tolerable = 0.25;
  const auto detection = options.detection(scale.pixel_size_nm);
  const double least = scale.pixel_size_nm * detection.radius_min_px;
  const double most = scale.pixel_size_nm * detection.radius_max_px;
  double small = 0.0;
  double large = 0.0;
  double count = 0.0;
  for (const auto& track : tables.tracks) {
    for (const auto& point : track.points) {
      small += point.radius_nm < (1.0 + near) * least ? 1.0 : 0.0;
      large += point.radius_nm > (1.0 - near) * most ? 1.0 : 0.0;
      count += 1.0;
    }
  }
  std::vector<std::string> warnings;
  const auto warn = [&](double share, const char* which, double limit, const char* flag) {
    if (share <= tolerable * count) return;
    warnings.push_back(fmt::format(
        "{:.0f} % of the radii are within {:g} % of the {} one looked for, {:.3g} nm: the pixel "
        "size ({:.4g} nm) is wrong, or {} cuts off particles",
        100.0 * share / count, 100.0 * near, which, limit, scale.pixel_size_nm, flag));
  };
  warn(small, "smallest", least, "--radius-min-nm");
  warn(large, "largest", most, "--radius-max-nm");
  return warnings;
}

}  // namespace

TrackStatistics track_statistics(const TrackTables& tables, const VideoScale& scale,
                                 const TrackOptions& options) {
  TrackStatistics result;
  if (tables.tracks.empty()) return result;
  const auto& tracks = tables.inner_tracks;
  const std::size_t frames = tables.detections.size();
  const std::int64_t lags = options.msd_lags(frames);
  const double time_s = scale.frame_time_s;
  const RandomStream random(static_cast<std::uint64_t>(options.seed));
  result.speeds = tracking::speed_distributions(tracks, time_s, options.speeds(), random);
  result.localisation_factor = tracking::localisation_factor(tracks);
  result.msd = tracking::ensemble_msd(tracks, time_s, lags);
  result.diffusion = tracking::ensemble_diffusion(tracks, time_s);
  result.active = tracking::ensemble_active_motion(tracks, time_s, lags);
  for (const auto& speeds : result.speeds) {
    if (speeds.displacements == 0) continue;
    result.van_hove.push_back(tracking::van_hove(tracks, time_s, speeds.lag_frames));
  }
  result.tracks.resize(tables.tracks.size());
  parallel_for(tables.tracks.size(), [&](std::size_t i) {
    result.tracks[i] = summary_of(tables.tracks[i], time_s, lags);
  });
  add_sizes(tables.tracks, frames, result, time_s);
  result.growth = tracking::growth_statistics(tables.tracks, tables.events, time_s);
  result.place_stderr_nm = place_error(tracks);
  return result;
}

Remarks track_remarks(const TrackTables& tables, const TrackStatistics& statistics,
                      const VideoScale& scale, const TrackOptions& options) {
  Remarks remarks = frame_remarks(tables);
  for (auto& warning : radius_warnings(tables, scale, options)) {
    remarks.warnings.push_back(std::move(warning));
  }
  if (tables.tracks.empty() && remarks.shortfalls.empty()) {
    remarks.shortfalls.push_back(
        fmt::format("no particle is seen in {} frames: there are no tracks; see --max-step-nm and "
                    "--min-detections",
                    options.min_detections));
  }
  for (const auto& speeds : statistics.speeds) {
    if (speeds.warning.empty()) continue;
    remarks.warnings.push_back(fmt::format("speeds at a lag of {} frame{}: {}", speeds.lag_frames,
                                           speeds.lag_frames == 1 ? "" : "s", speeds.warning));
  }
  return remarks;
}

}  // namespace adatom::pipeline
