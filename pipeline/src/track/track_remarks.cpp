// What a reader of the results of `adatom track` is warned of.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include "track/track_statistics.h"

namespace adatom::pipeline {
namespace {

/// "3, 4, 7, ... (12 in all)"
std::string frame_names(const FrameList& frames) {
  std::string first = fmt::format("{}", fmt::join(frames.first, ", "));
  if (frames.count <= static_cast<std::int64_t>(frames.first.size())) return first;
  return fmt::format("{}, ... ({} in all)", first, frames.count);
}

Remarks frame_remarks(const FrameDetections& found) {
  Remarks remarks;
  if (found.empty.count == found.frames) {
    remarks.shortfalls.emplace_back(
        "no particle stands out of the noise in any frame; see --contrast, the radii looked for "
        "and the pixel size (--dry-run shows what is found)");
  } else if (found.empty.count > 0) {
    remarks.warnings.push_back("no particle is found in frame " + frame_names(found.empty));
  }
  if (found.jumps.count > 0) {
    remarks.warnings.push_back(
        fmt::format("the brightness jumps by more than {:g} % from the frame before in frame {}",
                    100.0 * brightness_jump, frame_names(found.jumps)));
  }
  if (found.frozen.count > 0) {
    remarks.warnings.push_back(
        fmt::format("frame {} shows the same as the one before it: the camera dropped frames that "
                    "were filled with copies, so that speeds over short lags are too small there",
                    frame_names(found.frozen)));
  }
  // Few particles tell little of the blur, but stay as many.
  constexpr double steady = 0.1;
  if (found.edge_blur_change > steady && found.particles_change > steady) {
    remarks.warnings.push_back(fmt::format(
        "from frame to frame the blur of edges changes by {:.0f} %, and the number of particles "
        "found by {:.0f} %: these are not of one level with a blurred edge, as the model has them; "
        "hold the blur (--edge-blur-nm {:.3g} is the median)",
        100.0 * found.edge_blur_change, 100.0 * found.particles_change, found.edge_blur_nm));
  }
  return remarks;
}

/// Most radii at a limit: the limits, or the pixel size, are wrong.
std::vector<std::string> radius_warnings(double mean_radius_nm, const TrackStatistics& statistics,
                                         const VideoScale& scale, const TrackOptions& options) {
  constexpr double tolerable = 0.25;
  const auto detection = options.detection(scale.pixel_size_nm);
  std::vector<std::string> warnings;
  if (options.particles == TrackedKind::atoms) return warnings;
  const auto warn = [&](double share, const char* which, double limit_px, const char* flag) {
    if (share <= tolerable) return;
    warnings.push_back(fmt::format(
        "{:.0f} % of the radii are within 10 % of the {} one looked for, {:.3g} nm: the pixel size "
        "({:.4g} nm) is wrong, or {} cuts off particles",
        100.0 * share, which, limit_px * scale.pixel_size_nm, scale.pixel_size_nm, flag));
  };
  warn(statistics.smallest_share, "smallest", detection.radius_min_px, "--radius-min-nm");
  warn(statistics.largest_share, "largest", detection.radius_max_px, "--radius-max-nm");
  if (statistics.tracks.empty()) return warnings;
  // Smaller than an atom, or larger than the field of an electron microscope's video.
  constexpr double smallest_nm = 0.1;
  constexpr double largest_nm = 2000.0;
  if (mean_radius_nm < smallest_nm || mean_radius_nm > largest_nm) {
    warnings.push_back(fmt::format(
        "the mean radius is {:.3g} nm: no particles that an electron microscope shows; is the "
        "pixel size of {:.4g} nm right, in nm (--pixel-size-nm)?",
        mean_radius_nm, scale.pixel_size_nm));
  }
  return warnings;
}

}  // namespace

Remarks track_remarks(const TrackTables& tables, const TrackStatistics& statistics,
                      const VideoScale& scale, const TrackOptions& options) {
  Remarks remarks = frame_remarks(tables.detections);
  for (auto& warning : radius_warnings(tables.mean_radius_nm, statistics, scale, options)) {
    remarks.warnings.push_back(std::move(warning));
  }
  if (statistics.tracks.empty() && remarks.shortfalls.empty()) {
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
