#include "anchor.h"

#include <algorithm>
#include <cmath>

#include "measured_variance.h"

namespace adatom::tracking {
namespace {

// Of velocities, per frame and over the variance of a place: a memory of some five frames. On
// phantoms a third and three times as much make drifts 1 % worse.
constexpr double velocity_change = 0.3;
// A steady law is believed only where it is more likely by e^4.
constexpr double steady_doubt = 4.0;
// What is kept of the comparison from frame to frame.
constexpr double memory = 0.9;

/// What it walks along an axis beyond what errors pretend: steps between two measured places have
/// twice their variance. That variance is itself known to some 15 %.
double walked_variance(const Anchor& anchor, double variance, double frames) {
  constexpr double doubt = 1.15;
  return frames * std::max(0.0, anchor.walk_variance - 2.0 * doubt * variance);
}

/// Half the square of the distance: its expectation is the variance along an axis.
double half_square(const std::array<double, 2>& a, const std::array<double, 2>& b) {
  return 0.5 * (std::pow(a[0] - b[0], 2) + std::pow(a[1] - b[1], 2));
}

/// -ln of how likely such a place is; no single one counts for more than one of some four standard
/// errors.
double surprise(double square, double variance) {
  constexpr double most = 9.0;
  return std::log(variance) + std::min(square / variance, most);
}

/// The steady law's state, moved on to the frame.
Anchor driven_on(const Anchor& anchor, double variance, double frames) {
  Anchor on = anchor;
  for (std::size_t k = 0; k < 2; ++k) on.steady_place[k] += frames * on.velocity[k];
  on.steady_variance += frames * (2.0 * on.steady_covariance + frames * on.velocity_variance);
  on.steady_covariance += frames * on.velocity_variance;
  on.velocity_variance += frames * velocity_change * variance;
  return on;
}

void begin_steady(Anchor& anchor, const std::array<double, 2>& place, double variance,
                  double frames) {
  for (std::size_t k = 0; k < 2; ++k) {
    anchor.velocity[k] = (place[k] - anchor.last_place[k]) / frames;
  }
  anchor.steady_place = place;
  anchor.steady_variance = variance;
  anchor.steady_covariance = variance / frames;
  anchor.velocity_variance = 2.0 * variance / (frames * frames);
  anchor.steady_excess = steady_doubt;
}

}  // namespace

Anchor begin_anchor(const Particle& particle, std::array<double, 2> place, std::int64_t frame) {
  return {.rest_place = place,
          .rest_variance = mean_variance(particle),
          .detections = 1,
          .frame = frame,
          .last_place = place};
}

AnchoredPlace anchored_place(const Anchor& anchor, const Particle& particle, std::int64_t frame) {
  const double variance = mean_variance(particle);
  const auto frames = static_cast<double>(frame - anchor.frame);
  if (anchor.detections >= 2 && anchor.steady_excess < 0.0) {
    const Anchor on = driven_on(anchor, variance, frames);
    return {on.steady_place, on.steady_variance + variance};
  }
  return {anchor.rest_place,
          anchor.rest_variance + walked_variance(anchor, variance, frames) + variance};
}

void learn(Anchor& anchor, const Particle& particle, std::array<double, 2> place,
           std::int64_t frame) {
  constexpr double longest_memory = 50.0;
  const double variance = mean_variance(particle);
  const auto frames = static_cast<double>(frame - anchor.frame);
  const double rest = anchor.rest_variance + walked_variance(anchor, variance, frames);
  if (anchor.detections == 1) {
    begin_steady(anchor, place, variance, frames);
  } else {
    anchor = driven_on(anchor, variance, frames);
    const double sum = anchor.steady_variance + variance;
    anchor.steady_excess *= memory;
    anchor.steady_excess += surprise(half_square(place, anchor.steady_place), sum) -
                            surprise(half_square(place, anchor.rest_place), rest + variance);
    const double gain = anchor.steady_variance / sum;
    const double velocity_gain = anchor.steady_covariance / sum;
    for (std::size_t k = 0; k < 2; ++k) {
      const double difference = place[k] - anchor.steady_place[k];
      anchor.steady_place[k] += gain * difference;
      anchor.velocity[k] += velocity_gain * difference;
    }
    anchor.velocity_variance -= velocity_gain * anchor.steady_covariance;
    anchor.steady_covariance *= 1.0 - gain;
    anchor.steady_variance *= 1.0 - gain;
  }
  const double gain = rest / (rest + variance);
  for (std::size_t k = 0; k < 2; ++k) {
    anchor.rest_place[k] += gain * (place[k] - anchor.rest_place[k]);
  }
  anchor.rest_variance = (1.0 - gain) * rest;
  anchor.walk_weight = std::min(anchor.walk_weight + 1.0, longest_memory);
  anchor.walk_variance +=
      (half_square(place, anchor.last_place) - anchor.walk_variance) / anchor.walk_weight;
  ++anchor.detections;
  anchor.frame = frame;
  anchor.last_place = place;
}

}  // namespace adatom::tracking
