#pragma once
// The pairs of points of a track that are some frames apart.
#include <cstdint>
#include <span>

#include "adatom/tracking/motion.h"

namespace adatom::tracking {

/// @throws InputError: frames out of order, a place or error that is not finite, no frame time
void require_tracks(std::span<const Track> tracks, double frame_time_s);
/// @throws InputError: a lag below one frame
void require_lag(std::int64_t lag_frames);

/// Calls each(from, to) for all pairs that are `lag` frames apart.
template <class Each>
void for_pairs(const Track& track, std::int64_t lag, Each each) {
  const auto& points = track.points;
  std::size_t to = 0;
  for (const auto& point : points) {
    while (to < points.size() && points[to].frame < point.frame + lag) ++to;
    if (to == points.size()) return;
    if (points[to].frame == point.frame + lag) each(point, points[to]);
  }
}

}  // namespace adatom::tracking
