#pragma once
// The pictures of `adatom track`.
#include <cstddef>
#include <vector>

#include "adatom/report/figure.h"
#include "track/track_report.h"

namespace adatom::pipeline {

[[nodiscard]] report::Figure draw_trajectories_by_time(const TrackShown& shown);
/// Colours: the speed over the middle one of the lags.
[[nodiscard]] report::Figure draw_trajectories_by_speed(const TrackShown& shown,
                                                        std::int64_t lag_frames);
[[nodiscard]] report::Figure draw_mean_square_displacement(const TrackStatistics& statistics);
/// With noise, without, and what particles at rest would seem to do.
[[nodiscard]] report::Figure draw_speeds(const tracking::SpeedDistribution& speeds,
                                         double threshold_nm_per_s);
[[nodiscard]] report::Figure draw_van_hove(const TrackStatistics& statistics);
[[nodiscard]] report::Figure draw_particle_counts(const TrackStatistics& statistics);
[[nodiscard]] report::Figure draw_radii(const TrackStatistics& statistics);
[[nodiscard]] report::Figure draw_size_histograms(const TrackStatistics& statistics);
[[nodiscard]] report::Figure draw_drift(const TrackShown& shown);

}  // namespace adatom::pipeline
