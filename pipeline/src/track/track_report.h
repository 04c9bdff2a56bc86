#pragma once
// The page of `adatom track`.
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "track/atom_labels.h"
#include "track/track_pictures.h"
#include "track/track_read.h"
#include "track/track_statistics.h"

namespace adatom::pipeline {

/// A larger video stands beside the page.
inline constexpr std::size_t most_overlay_bytes = 8'000'000;

struct TrackShown {
  const TrackTables& tables;
  const TrackStatistics& statistics;
  const VideoScale& scale;
  const TrackOptions& options;
  Grid<double> first_frame;
  std::vector<std::string> warnings;
  TrackPictures pictures = {};
  std::string overlay_mp4 = {};  ///< its bytes where it is small enough to be in the page
  std::optional<AtomLabels> labels = {};
};

[[nodiscard]] std::string track_report(const TrackShown& shown);

}  // namespace adatom::pipeline
