#pragma once
// `adatom track`: a video to tracks, and what they say.
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/pipeline/manifest.h"
#include "track/track_options.h"

namespace adatom::pipeline {

using VideoPaths = std::vector<std::filesystem::path>;

/// Writes tracks.csv, events.csv, drift.csv and detections.csv while frames are read, then the
/// tables and pictures made of them. What was interrupted goes on, of a video that has become
/// longer the new frames are read.
/// @throws InputError: as FrameSeries; no frame time; a mask of another size; a frame that cannot
/// be read (the files then hold the frames before it); Interrupted
Remarks run_track(const TrackOptions& options, const VideoPaths& videos,
                  const std::filesystem::path& folder, Progress& progress,
                  const std::function<void(const std::string&)>& say);

}  // namespace adatom::pipeline
