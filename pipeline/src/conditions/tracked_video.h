#pragma once
// One video of a table, tracked, with what says that it is done.
#include <filesystem>
#include <functional>
#include <string>

#include "adatom/base/progress.h"
#include "adatom/pipeline/manifest.h"
#include "conditions/measurement.h"
#include "track/track_work.h"

namespace adatom::pipeline {

struct TrackedVideo {
  VideoNumbers numbers;
  Remarks remarks;
  bool was_there = false;
};

/// As run_track into `folder`, then record.json: the options, the frames (their number, the hashes
/// of the first and the last) and the hashes of the tables that are compared. Where all that is
/// still so, nothing is done again.
/// @throws InputError as run_track; Interrupted
[[nodiscard]] TrackedVideo track_condition(const TrackOptions& options, const VideoPaths& files,
                                           const std::filesystem::path& folder, Progress& progress,
                                           const std::function<void(const std::string&)>& say);

}  // namespace adatom::pipeline
