#pragma once
// The files of `adatom track` that are made when all frames are linked.
#include <string>

#include "track/track_read.h"
#include "track/track_statistics.h"

namespace adatom::pipeline {

[[nodiscard]] std::string velocities_csv(const TrackStatistics& statistics);
[[nodiscard]] std::string fractions_csv(const TrackStatistics& statistics,
                                        const TrackOptions& options);
[[nodiscard]] std::string msd_csv(const TrackStatistics& statistics);
[[nodiscard]] std::string van_hove_csv(const TrackStatistics& statistics);
[[nodiscard]] std::string track_table_csv(const TrackStatistics& statistics);
[[nodiscard]] std::string track_summary_json(const TrackTables& tables,
                                             const TrackStatistics& statistics,
                                             const VideoScale& scale, double max_step_nm,
                                             const TrackOptions& options);

}  // namespace adatom::pipeline
