#pragma once
// Mean speeds with errors from the scatter between particles, and the share of fast ones interval
// by interval: what the comparison of videos needs beside the tables of `adatom track`.
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <vector>

namespace adatom::pipeline {

struct IntervalSpeeds {
  std::int64_t lag_frames = 0;
  std::int64_t displacements = 0;
  double mean_nm_per_s = std::numeric_limits<double>::quiet_NaN();
  double mean_stderr_nm_per_s = std::numeric_limits<double>::quiet_NaN();
  /// Share of the displacements of one time interval that are faster than the threshold, averaged
  /// over the intervals: each counts alike, however many particles it has.
  std::int64_t intervals = 0;
  double share_faster = std::numeric_limits<double>::quiet_NaN();
  double share_faster_stderr = std::numeric_limits<double>::quiet_NaN();
};

/// Displacements without the drift, of particles that no border cuts, as in fractions.csv. Error of
/// the mean: that of a ratio of sums over tracks (Cochran, Sampling Techniques, 1977,
/// section 2.11); of the share over intervals, which hang together: by blocks (numeric/blocking.h).
/// tracks.csv is read line by line: memory for three sums a track and the places within the longest
/// lag.
/// @throws InputError: tracks.csv is none
[[nodiscard]] std::vector<IntervalSpeeds> interval_speeds(const std::filesystem::path& tracks_csv,
                                                          double frame_time_s,
                                                          std::span<const double> lags_frames,
                                                          double threshold_nm_per_s);

}  // namespace adatom::pipeline
