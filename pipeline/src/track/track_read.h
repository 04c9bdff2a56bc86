#pragma once
// The tables that `adatom track` wrote while it read the frames, read again for what is made of
// them.
#include <cstdint>
#include <filesystem>
#include <vector>

#include "adatom/tracking/link.h"
#include "adatom/tracking/motion.h"
#include "track/track_tables.h"

namespace adatom::pipeline {

/// A row of detections.csv.
struct FrameDetections {
  std::int64_t frame = 0;
  std::int64_t particles = 0;
  double brightness = 0.0;  ///< mean of the frame
  double contrast = 0.0;
  double edge_blur_nm = 0.0;
};

/// A row of drift.csv.
struct FrameDrift {
  std::int64_t frame = 0;
  double x_nm = 0.0;
  double y_nm = 0.0;
};

struct TrackTables {
  std::vector<tracking::Track> tracks;  ///< by id; places without the drift
  /// The same without what the border of the frame or of the mask cuts: places there are known
  /// badly, and with a bias. Tracks of which nothing is left are not here.
  std::vector<tracking::Track> inner_tracks;
  std::vector<tracking::TrackEvent> events;
  std::vector<FrameDetections> detections;
  std::vector<FrameDrift> drift;
  std::int64_t free_standing = 0;  ///< points of tracks with no other particle beside
  double bound_ratio = 0.0;        ///< their errors over the bound, median; NaN without any
};

/// @throws InputError: missing, or lines that are none of these tables
[[nodiscard]] TrackTables read_track_tables(const std::filesystem::path& folder,
                                            const VideoScale& scale);

}  // namespace adatom::pipeline
