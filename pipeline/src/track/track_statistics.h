#pragma once
// What tracks say: how fast particles move, how they diffuse, how many there are and how large.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <vector>

#include "adatom/pipeline/manifest.h"
#include "adatom/tracking/motion.h"
#include "adatom/tracking/population.h"
#include "adatom/tracking/speeds.h"
#include "track/track_options.h"
#include "track/track_read.h"

namespace adatom::pipeline {

/// One track as a row.
struct TrackSummary {
  std::int64_t id = 0;
  std::int64_t first_frame = 0;
  std::int64_t last_frame = 0;
  std::int64_t detections = 0;
  double mean_radius_nm = 0.0;
  std::optional<tracking::Diffusion> diffusion = {};
  std::optional<tracking::ActiveMotion> active = {};
  double net_displacement_nm = 0.0;
  double net_speed_nm_per_s = 0.0;  ///< net displacement over its time; 0 of a single frame
};

/// Places along the tracks, some of all, with a number each to colour them by.
struct PathPlaces {
  std::vector<double> x_nm;  ///< without the drift
  std::vector<double> y_nm;
  std::vector<double> value;
};

struct TrackStatistics {
  std::vector<tracking::SpeedDistribution> speeds;
  std::optional<double> localisation_factor = {};
  double localisation_factor_stderr = 0.0;
  std::vector<tracking::MsdPoint> msd;
  std::optional<tracking::Diffusion> diffusion = {};
  std::optional<tracking::ActiveMotion> active = {};
  std::vector<tracking::VanHove> van_hove;  ///< at the lags of the speeds that there are
  std::deque<TrackSummary> tracks;          ///< by id
  std::vector<tracking::SizePoint> sizes;   ///< thinned
  std::optional<tracking::SizeHistogram> first_sizes = {};
  std::optional<tracking::SizeHistogram> last_sizes = {};
  tracking::GrowthStatistics growth;
  double place_stderr_nm = std::numeric_limits<double>::quiet_NaN();  ///< root of the mean square
  double smallest_share = 0.0;  ///< of the radii, within a tenth of the smallest looked for
  double largest_share = 0.0;   ///< of the largest
  PathPlaces by_time;           ///< time in s
  PathPlaces by_speed;          ///< nm/s, at the lag in the middle of those of the speeds
};

/// The tracks are read from the disk twice; memory goes with their number, not with their length.
[[nodiscard]] TrackStatistics track_statistics(const TrackTables& tables, const VideoScale& scale,
                                               const TrackOptions& options);

/// What a reader should know before the numbers: frames without particles, jumps of the brightness,
/// radii at the limits, speeds that are nothing but noise. A shortfall: no particle at all.
[[nodiscard]] Remarks track_remarks(const TrackTables& tables, const TrackStatistics& statistics,
                                    const VideoScale& scale, const TrackOptions& options);

}  // namespace adatom::pipeline
