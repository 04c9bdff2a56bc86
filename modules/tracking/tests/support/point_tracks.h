#pragma once
// Tracks of particles with known truth, as a detector would see them: no pictures.
#include <cstdint>
#include <vector>

#include "adatom/tracking/link.h"
#include "adatom/tracking/score.h"

namespace adatom::tracking {

struct PointTrackOptions {
  std::int64_t frames = 200;
  std::int64_t particles = 300;
  double side_px = 1024.0;
  double margin_px = 60.0;  ///< they also live so far outside
  double radius_px = 7.0;   ///< median; 0.35 to 2.15 times that
  double brownian_share = 0.4;
  double directed_share = 0.3;     ///< the others rest
  double step_px = 1.265;          ///< Brownian, per axis and frame: D = 20 nm^2/s at 0.04 s, 1 nm
  double speed_px = 0.8;           ///< directed, per frame: 20 nm/s
  double persistence_frames = 25;  ///< <cos(turn)> = exp(-t / this)
  double drift_x_px = 0.3;         ///< per frame
  double drift_y_px = -0.2;
  double drift_walk_px = 0.1;      ///< s.d. of a random step of the field per frame
  double electrons_per_px = 60.0;  ///< sets the errors: 1.2 times the bound of a disc's place
  double missed_share = 0.01;
  double false_share = 0.01;  ///< of the particles in a frame
  bool merge = true;          ///< particles that touch become one, keeping the sum of r^3
  double split_rate = 0.0;    ///< per particle and frame
  std::uint64_t seed = 1;
};

struct PointTrackSet {
  std::vector<std::vector<Particle>> seen;  ///< frame by frame
  std::vector<ScoreTrack> truth;            ///< places in the image, in frames where it is there
  std::vector<TrackEvent> events;           ///< merges and splits in the field
  std::vector<double> drift_x_px;           ///< from frame 0
  std::vector<double> drift_y_px;
};

[[nodiscard]] PointTrackSet make_point_tracks(const PointTrackOptions& options);

/// What a linker made of frames.
struct LinkedSet {
  std::vector<LinkedFrame> frames;
  std::vector<ScoreTrack> tracks;
  std::vector<TrackEvent> events;
};

[[nodiscard]] LinkedSet collect(std::vector<LinkedFrame> frames);
[[nodiscard]] LinkedSet link_all(const std::vector<std::vector<Particle>>& seen,
                                 const LinkOptions& options);

}  // namespace adatom::tracking
