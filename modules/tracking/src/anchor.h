#pragma once
// What the drift of the field is measured against: where a particle would be without any.
#include <array>
#include <cstdint>

#include "adatom/tracking/particle.h"

namespace adatom::tracking {

/// Two laws of motion beside each other, of which the one counts that foretold the last frames
/// better. At rest, but for what it walks: the mean of all places of one that does not move at all,
/// the last place of a wanderer. Steady: further on with a velocity that changes slowly. Errors are
/// those of both axes together. All places are without the drift.
struct Anchor {
  std::array<double, 2> rest_place = {};
  double rest_variance = 0.0;
  /// Mean square of steps from one place seen to the next, and of how many.
  double walk_variance = 0.0;
  double walk_weight = 0.0;
  std::array<double, 2> steady_place = {};
  std::array<double, 2> velocity = {};  ///< per frame
  double steady_variance = 0.0;
  double steady_covariance = 0.0;
  double velocity_variance = 0.0;
  /// By how much less likely the steady law made the last frames; -ln of it, forgotten slowly.
  double steady_excess = 0.0;
  std::int64_t detections = 0;
  std::int64_t frame = 0;                 ///< it was last seen in
  std::array<double, 2> last_place = {};  ///< as measured
};

[[nodiscard]] Anchor begin_anchor(const Particle& particle, std::array<double, 2> place,
                                  std::int64_t frame);

struct AnchoredPlace {
  std::array<double, 2> place = {};
  double variance = 0.0;  ///< along an axis, of (measured - place)
};

/// Where the particle should be seen in a later frame.
[[nodiscard]] AnchoredPlace anchored_place(const Anchor& anchor, const Particle& particle,
                                           std::int64_t frame);

/// Takes one more place in.
void learn(Anchor& anchor, const Particle& particle, std::array<double, 2> place,
           std::int64_t frame);

}  // namespace adatom::tracking
