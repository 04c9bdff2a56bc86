#pragma once
// A track that is being followed: what is known of its motion and of how it looks.
#include <array>
#include <cstdint>

#include "adatom/tracking/link.h"
#include "anchor.h"

namespace adatom::tracking {

/// A particle of a frame that is kept: which frame, counted from the first given one, and which.
struct NodeRef {
  std::int64_t sequence = -1;  ///< -1: none
  std::int64_t index = 0;
  [[nodiscard]] bool given() const { return sequence >= 0; }
  bool operator==(const NodeRef&) const = default;
};

/// Place and velocity along one axis, without the drift, with their covariance.
struct AxisMotion {
  double place = 0.0;
  double velocity = 0.0;
  double place_variance = 0.0;
  double covariance = 0.0;
  double velocity_variance = 0.0;
};

struct OpenTrack {
  std::array<AxisMotion, 2> axes;
  /// Variance per frame and axis of what the motion model does not foretell, in px^2.
  double step_variance = 0.0;
  Anchor anchor;  ///< what the drift is measured against
  double radius = 0.0;
  double contrast = 0.0;
  std::int64_t detections = 0;
  std::int64_t frame = 0;       ///< that axes are foretold for
  std::int64_t last_frame = 0;  ///< it was seen in
  NodeRef last;
};

/// All places here are without the drift.
[[nodiscard]] OpenTrack open_track(const Particle& particle, std::array<double, 2> place,
                                   std::int64_t frame, double step_variance);

/// Moves the state on to the frame.
void foretell(OpenTrack& track, std::int64_t frame, MotionModel model);

/// Variances of (measured - foretold) along x and y.
[[nodiscard]] std::array<double, 2> innovation_variance(const OpenTrack& track,
                                                        const Particle& particle);

/// -ln of how likely a step is, over the likeliest one: its variance is known from few steps, so
/// that Student's t in two dimensions takes the place of the normal distribution.
/// @param distance2 sum over both axes of (measured - foretold)^2 over innovation_variance
[[nodiscard]] double step_cost(const OpenTrack& track, double distance2);
/// The distance, in standard errors, that costs so much.
[[nodiscard]] double distance_at_cost(const OpenTrack& track, double cost);

/// 0.5 chi^2 of how the particle looks: radius and contrast, with the tails of Student's t.
[[nodiscard]] double looks_cost(const OpenTrack& track, const Particle& particle);

/// Takes the particle in, and learns how far this one moves.
/// @param common_variance mean step variance of all tracks: none moves less than a tenth of it
void take_in(OpenTrack& track, const Particle& particle, std::array<double, 2> place,
             MotionModel model, double common_variance);

}  // namespace adatom::tracking
