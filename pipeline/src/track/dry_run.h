#pragma once
// `adatom track --dry-run N`: what is found on a few frames, before a whole video is read.
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

#include "adatom/base/progress.h"
#include "adatom/pipeline/manifest.h"
#include "track/track_work.h"

namespace adatom::pipeline {

/// Writes dry_run.html (`frames` frames spread over the video, each with the particles found) and
/// dry_run.csv (one row for each particle); nothing is linked.
/// @throws InputError as run_track; Interrupted
Remarks run_dry(const TrackOptions& options, const VideoPaths& videos, std::size_t frames,
                const std::filesystem::path& folder, Progress& progress,
                const std::function<void(const std::string&)>& say);

}  // namespace adatom::pipeline
