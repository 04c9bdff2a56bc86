#include "displacements.h"

#include <cmath>
#include <string>

#include "adatom/base/error.h"

namespace adatom::tracking {

void require_tracks(std::span<const Track> tracks, double frame_time_s) {
  if (!(frame_time_s > 0.0) || !std::isfinite(frame_time_s)) {
    throw InputError({.what = "a frame time that is not above zero",
                      .where = "tracks",
                      .why = {},
                      .remedy = "give the time between frames in s"});
  }
  for (const auto& track : tracks) {
    for (std::size_t i = 0; i < track.points.size(); ++i) {
      const auto& p = track.points[i];
      const bool later = i == 0 || p.frame > track.points[i - 1].frame;
      const bool finite =
          std::isfinite(p.x_nm + p.y_nm + p.x_stderr_nm + p.y_stderr_nm + p.radius_nm);
      if (later && finite) continue;
      throw InputError({.what = "a track that cannot be used",
                        .where = "track " + std::to_string(track.id),
                        .why = "point " + std::to_string(i) +
                               (later ? " is not finite" : " is not after the one before it"),
                        .remedy = {}});
    }
  }
}

void require_lag(std::int64_t lag_frames) {
  if (lag_frames >= 1) return;
  throw InputError({.what = "a lag below one frame",
                    .where = "tracks",
                    .why = std::to_string(lag_frames) + " frames",
                    .remedy = {}});
}

}  // namespace adatom::tracking
