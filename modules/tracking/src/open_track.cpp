#include "open_track.h"

#include <algorithm>
#include <cmath>

#include "measured_variance.h"

namespace adatom::tracking {
namespace {

// What a radius and a contrast vary from frame to frame besides their errors.
constexpr double radius_tolerance = 0.04;
constexpr double contrast_tolerance = 0.08;
// Share of the unforetold variance that goes into the velocity, per frame: memory of ten frames.
constexpr double velocity_share = 0.01;

/// Degrees of freedom that a track's step variance is known with: both axes of each step count, but
/// particles change how they move.
double step_freedom(const OpenTrack& track) {
  constexpr double least = 2.0;
  constexpr double most = 20.0;
  return std::min(least + 2.0 * static_cast<double>(track.detections - 1), most);
}

/// -ln of Student's density with 3 degrees of freedom over its maximum.
double student_cost(double z) { return 2.0 * std::log1p(z * z / 3.0); }

struct ProcessNoise {
  double place;  ///< shares of the step variance, per frame
  double velocity;
};

ProcessNoise process_noise(MotionModel model) {
  switch (model) {
    case MotionModel::brownian:
      return {1.0, 0.0};
    case MotionModel::directed:
      return {0.1, 0.1};
    case MotionModel::kalman:
      break;
  }
  return {1.0, velocity_share};
}

void measure(AxisMotion& axis, double place, double variance) {
  const double sum = axis.place_variance + variance;
  const double gain = axis.place_variance / sum;
  const double velocity_gain = axis.covariance / sum;
  const double innovation = place - axis.place;
  axis.place += gain * innovation;
  axis.velocity += velocity_gain * innovation;
  axis.velocity_variance -= velocity_gain * axis.covariance;
  axis.covariance *= 1.0 - gain;
  axis.place_variance *= 1.0 - gain;
}

}  // namespace

OpenTrack open_track(const Particle& particle, std::array<double, 2> place, std::int64_t frame,
                     double step_variance) {
  OpenTrack track;
  const std::array errors = {particle.x_stderr_px, particle.y_stderr_px};
  for (std::size_t k = 0; k < 2; ++k) {
    track.axes[k] = {.place = place[k],
                     .place_variance = measured_variance(errors[k]),
                     .velocity_variance = 0.25 * step_variance};
  }
  track.step_variance = step_variance;
  track.radius = particle.radius_px;
  track.contrast = particle.contrast;
  track.detections = 1;
  track.frame = frame;
  track.last_frame = frame;
  track.anchor = begin_anchor(particle, place, frame);
  return track;
}

void foretell(OpenTrack& track, std::int64_t frame, MotionModel model) {
  const auto frames = static_cast<double>(frame - track.frame);
  const auto noise = process_noise(model);
  for (auto& axis : track.axes) {
    if (model == MotionModel::brownian) {
      axis.velocity = 0.0;
      axis.covariance = 0.0;
      axis.velocity_variance = 0.0;
    }
    axis.place += frames * axis.velocity;
    axis.place_variance += frames * (2.0 * axis.covariance + frames * axis.velocity_variance) +
                           frames * noise.place * track.step_variance;
    axis.covariance += frames * axis.velocity_variance;
    axis.velocity_variance += frames * noise.velocity * track.step_variance;
  }
  track.frame = frame;
}

std::array<double, 2> innovation_variance(const OpenTrack& track, const Particle& particle) {
  return {track.axes[0].place_variance + measured_variance(particle.x_stderr_px),
          track.axes[1].place_variance + measured_variance(particle.y_stderr_px)};
}

double step_cost(const OpenTrack& track, double distance2) {
  const double freedom = step_freedom(track);
  return 0.5 * (freedom + 2.0) * std::log1p(distance2 / freedom);
}

double distance_at_cost(const OpenTrack& track, double cost) {
  const double freedom = step_freedom(track);
  return std::sqrt(freedom * std::expm1(2.0 * cost / (freedom + 2.0)));
}

double looks_cost(const OpenTrack& track, const Particle& particle) {
  // At the edge of the frame only a part of a particle is seen.
  const double looser = particle.at_edge ? 5.0 : 1.0;
  const double radius_error =
      std::hypot(particle.radius_stderr_px, looser * radius_tolerance * track.radius, 0.05);
  const double contrast_error =
      std::hypot(particle.contrast_stderr, looser * contrast_tolerance * track.contrast, 0.01);
  return student_cost((particle.radius_px - track.radius) / radius_error) +
         student_cost((particle.contrast - track.contrast) / contrast_error);
}

void take_in(OpenTrack& track, const Particle& particle, std::array<double, 2> place,
             MotionModel model, double common_variance) {
  const auto frames = static_cast<double>(track.frame - track.last_frame);
  const auto variances = innovation_variance(track, particle);
  const std::array errors = {particle.x_stderr_px, particle.y_stderr_px};
  const double per_variance = frames * process_noise(model).place;
  const double own_share = per_variance * track.step_variance;
  double surprise = 0.0;  // what the step variance should have been, mean of both axes
  for (std::size_t k = 0; k < 2; ++k) {
    const double innovation = place[k] - track.axes[k].place;
    surprise += 0.5 * (innovation * innovation - (variances[k] - own_share)) / per_variance;
    measure(track.axes[k], place[k], measured_variance(errors[k]));
  }
  // One far step does not make a wanderer: it counts as at most nine times what was known.
  surprise = std::clamp(surprise, 0.0, 9.0 * track.step_variance);
  const double rate = std::max(1.0 / (static_cast<double>(track.detections) + 2.0), 0.08);
  track.step_variance += rate * (surprise - track.step_variance);
  track.step_variance = std::max(track.step_variance, 0.1 * common_variance);
  constexpr double looks_rate = 0.2;
  track.radius += looks_rate * (particle.radius_px - track.radius);
  track.contrast += looks_rate * (particle.contrast - track.contrast);
  ++track.detections;
  track.last_frame = track.frame;
  learn(track.anchor, particle, place, track.frame);
}

}  // namespace adatom::tracking
