#pragma once
// What of `adatom track` needs the frames once more: the video with its tracks, the kymograph.
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "adatom/base/progress.h"
#include "adatom/image/load.h"
#include "adatom/report/figure.h"
#include "track/track_options.h"
#include "track/track_tables.h"

namespace adatom::pipeline {

inline constexpr const char* overlay_file = "overlay.mp4";

struct TrackPictures {
  bool has_overlay = false;
  std::size_t overlay_bytes = 0;
  std::int64_t frames_between = 1;  ///< pictures, frames from one to the next
  int frames_per_second = 25;
  bool has_kymograph = false;
  report::Figure kymograph = {};
  report::Figure kymograph_tracks = {};
  std::string line = {};    ///< of the kymograph, in words
  bool were_there = false;  ///< made by an earlier call for the same tracks
};

/// overlay.mp4, kymograph.svg, kymograph_tracks.svg, kymograph.png and kymograph.npy, made of the
/// frames and of tracks.csv, drift.csv and events.csv in `folder`; pictures.json says of what. Made
/// before of the same they are left as they are. Frames are read one after another, two batches are
/// in memory.
/// @param frames that were tracked @throws InputError: as FrameSeries; Interrupted
[[nodiscard]] TrackPictures make_track_pictures(const TrackOptions& options,
                                                const image::FrameSeries& series,
                                                const VideoScale& scale, std::size_t frames,
                                                const std::filesystem::path& folder,
                                                Progress& progress);

}  // namespace adatom::pipeline
