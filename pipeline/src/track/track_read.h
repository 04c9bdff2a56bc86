#pragma once
// The tables that `adatom track` wrote while it read the frames, read again for what is made of
// them. Nothing here grows with the length of the video but the events.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "adatom/tracking/link.h"
#include "adatom/tracking/population.h"
#include "track/thinned.h"
#include "track/track_sorter.h"
#include "track/track_tables.h"

namespace adatom::pipeline {

/// Frames that have something in common: the first few, and how many there are.
struct FrameList {
  static constexpr std::size_t most = 5;
  std::vector<std::int64_t> first;
  std::int64_t count = 0;
  void add(std::int64_t frame) {
    if (first.size() < most) first.push_back(frame);
    ++count;
  }
};

/// Brightness that differs by more than this share from that of the frame before has jumped.
constexpr double brightness_jump = 0.3;

/// What detections.csv says.
struct FrameDetections {
  std::int64_t frames = 0;
  std::int64_t particles = 0;
  FrameList empty;            ///< without a particle
  FrameList jumps;            ///< brightness far from that of the frame before
  FrameList frozen;           ///< the same as the frame before
  double edge_blur_nm = 0.0;  ///< median over frames with particles; NaN without any
  /// By how much, as a share, it and the number of particles differ from one frame to the next;
  /// medians, NaN without any.
  double edge_blur_change = 0.0;
  double particles_change = 0.0;
};

/// A row of drift.csv.
struct FrameDrift {
  std::int64_t frame = 0;
  double x_nm = 0.0;
  double y_nm = 0.0;
};

struct TrackTables {
  explicit TrackTables(const std::filesystem::path& folder) : tracks(folder) {}
  TrackSorter tracks;
  FrameDetections detections;
  std::vector<tracking::TrackEvent> events;
  std::vector<FrameDrift> drift;           ///< thinned, with the first and the last
  std::vector<tracking::SizePoint> sizes;  ///< the same, from the first frame with a track on
  std::int64_t first_frame = 0;            ///< that the next begins at
  std::vector<double> mean_radii_nm;       ///< of all particles, frame by frame
  double mean_radius_nm = 0.0;             ///< over all frames
  double largest_radius_nm = 0.0;
  std::int64_t free_standing = 0;  ///< points of tracks with no other particle beside
  double bound_ratio = 0.0;        ///< their errors over the bound, median; NaN without any
};

/// @param each_size called with the sizes in every frame, from the first with a track to the last
/// @throws InputError: missing, or lines that are none of these tables
[[nodiscard]] TrackTables read_track_tables(
    const std::filesystem::path& folder, const VideoScale& scale,
    const std::function<void(const tracking::SizePoint&)>& each_size);

}  // namespace adatom::pipeline
