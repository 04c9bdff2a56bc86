#pragma once
// Tracks of one kind of motion with errors of localisation.
#include <cmath>
#include <numbers>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/tracking/motion.h"

namespace adatom::tracking {

struct WalkOptions {
  std::int64_t tracks = 100;
  std::int64_t frames = 200;
  double step_nm = 0.0;   ///< per axis and frame: D = step^2 / (2 dt)
  double speed_nm = 0.0;  ///< per frame, a direction for each track
  double sigma_nm = 0.0;  ///< of a place, per axis
  double missing_share = 0.0;
  double exposure_steps = 1.0;  ///< places an exposure is the mean of
};

inline std::vector<Track> make_walks(const WalkOptions& options, std::uint64_t seed) {
  std::vector<Track> tracks;
  RandomStream random(seed);
  for (std::int64_t k = 0; k < options.tracks; ++k) {
    Track track{k, {}};
    const double angle = 2.0 * std::numbers::pi * random.uniform();
    const double part = 1.0 / options.exposure_steps;
    double x = 0.0;
    double y = 0.0;
    for (std::int64_t i = 0; i < options.frames; ++i) {
      double sum_x = 0.0;
      double sum_y = 0.0;
      for (double s = 0.0; s < options.exposure_steps; s += 1.0) {
        x += options.step_nm * std::sqrt(part) * random.normal() +
             options.speed_nm * part * std::cos(angle);
        y += options.step_nm * std::sqrt(part) * random.normal() +
             options.speed_nm * part * std::sin(angle);
        sum_x += part * x;
        sum_y += part * y;
      }
      const double seen_x = sum_x + options.sigma_nm * random.normal();
      const double seen_y = sum_y + options.sigma_nm * random.normal();
      if (random.uniform() < options.missing_share) continue;
      track.points.push_back({i, seen_x, seen_y, options.sigma_nm, options.sigma_nm, 5.0});
    }
    tracks.push_back(track);
  }
  return tracks;
}

}  // namespace adatom::tracking
