#pragma once
// The page of `adatom track`.
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "track/track_read.h"
#include "track/track_statistics.h"

namespace adatom::pipeline {

struct TrackShown {
  const TrackTables& tables;
  const TrackStatistics& statistics;
  const VideoScale& scale;
  const TrackOptions& options;
  Grid<double> first_frame;
  std::vector<std::string> warnings;
};

[[nodiscard]] std::string track_report(const TrackShown& shown);

}  // namespace adatom::pipeline
