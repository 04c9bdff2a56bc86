#pragma once
// How well tracks agree with a known truth: the scores of the ISBI particle tracking challenge
// (Chenouard et al., Nature Methods 11 (2014) 281, Supplementary Note 3), and events.
#include <cstdint>
#include <span>
#include <vector>

#include "adatom/tracking/link.h"

namespace adatom::tracking {

struct ScorePoint {
  std::int64_t frame = 0;
  double x_px = 0.0;
  double y_px = 0.0;
};

/// Points in the order of frames, at most one in each.
struct ScoreTrack {
  std::int64_t id = 0;
  std::vector<ScorePoint> points;
};

struct TrackScores {
  /// 1 - d(X, Y) / d(X, 0): 1 where tracks are the truth, 0 where nothing matches; d is the sum
  /// over frames of distances cut at the gate, for the best pairing of tracks.
  double alpha = 0.0;
  /// (d(X, 0) - d(X, Y)) / (d(X, 0) + d(spurious, 0)): the same, less for invented tracks.
  double beta = 0.0;
  double jsc = 0.0;        ///< of points: TP / (TP + FN + FP)
  double jsc_theta = 0.0;  ///< of tracks
  double rmse_px = 0.0;    ///< of matching points; NaN without any
  std::int64_t matched_points = 0;
  std::int64_t missed_points = 0;
  std::int64_t false_points = 0;
  std::int64_t matched_tracks = 0;
  std::int64_t missed_tracks = 0;
  std::int64_t spurious_tracks = 0;
  std::vector<std::int64_t> partner;  ///< of each true track: the index of the found one, or -1
};

/// @throws InputError: points not in the order of frames, not finite, a gate not above zero
[[nodiscard]] TrackScores score_tracks(std::span<const ScoreTrack> truth,
                                       std::span<const ScoreTrack> found, double gate_px = 5.0);

/// Merges or splits, with the tracks that they end and begin.
struct EventScores {
  std::int64_t true_events = 0;
  std::int64_t found_events = 0;
  std::int64_t matched = 0;        ///< of the true ones, with the right parents (split: children)
  std::int64_t wrong_parents = 0;  ///< found in time and place, but of others
  [[nodiscard]] double recall() const;
  [[nodiscard]] double precision() const;
};

/// An event matches if it is of the kind, at most `frames` away, and each true parent stood, in its
/// last frames before the event, within the gate of the found parent's last places.
/// @param truth, found events of all kinds and the tracks that they name
[[nodiscard]] EventScores score_events(std::span<const TrackEvent> truth,
                                       std::span<const ScoreTrack> true_tracks,
                                       std::span<const TrackEvent> found,
                                       std::span<const ScoreTrack> found_tracks,
                                       TrackEventKind kind, std::int64_t frames = 5,
                                       double gate_px = 5.0);

}  // namespace adatom::tracking
