#include "video_scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/base/error.h"

namespace adatom::simulate {
namespace {

constexpr double pi = std::numbers::pi;

// Independent streams of one scene.
enum Stream : std::uint64_t { particle_stream = 0, population_stream = 1, drift_stream = 2 };

/// Log-normal deviate of this mean and standard deviation over the mean.
double log_normal(double mean, double spread, RandomStream& random) {
  const double variance = std::log1p(spread * spread);
  return mean * std::exp(std::sqrt(variance) * random.normal() - 0.5 * variance);
}

double draw_radius(const VideoParticleOptions& options, RandomStream& random) {
  if (options.profile == ParticleProfile::spot) return options.spot_width_nm;
  // The mean lies within the limits, so that many draws in vain mean a hair-thin interval.
  for (int i = 0; i < 10000; ++i) {
    const double radius = log_normal(options.radius_mean_nm, options.radius_spread, random);
    if (radius >= options.radius_min_nm && radius <= options.radius_max_nm) return radius;
  }
  return options.radius_mean_nm;
}

double reflected(double at, double low, double high) {
  if (low >= high) return 0.5 * (low + high);
  if (at < low) at = 2.0 * low - at;
  if (at > high) at = 2.0 * high - at;
  return std::clamp(at, low, high);
}

double squared(double x) { return x * x; }

}  // namespace

VideoScene::VideoScene(const VideoOptions& options, const RandomStream& random)
    : options_(options),
      particle_random_(random.substream(particle_stream)),
      population_random_(random.substream(population_stream)),
      drift_random_(random.substream(drift_stream)),
      round_(round_outline()),
      buckets_(1.0) {
  const auto& camera = options.camera;
  const double pixel = camera.pixel_size_nm;
  left_ = top_ = -0.5 * pixel - options.motion.margin_nm;
  right_ = (static_cast<double>(camera.width) - 0.5) * pixel + options.motion.margin_nm;
  bottom_ = (static_cast<double>(camera.height) - 0.5) * pixel + options.motion.margin_nm;
  const double field = static_cast<double>(camera.width * camera.height) * pixel * pixel;
  const double share = (right_ - left_) * (bottom_ - top_) / field;
  const auto count = std::llround(static_cast<double>(options.particles.count) * share);
  rebuild_buckets();
  for (std::int64_t i = 0; i < count; ++i) {
    auto particle = make_particle();
    if (!place(particle, 20000)) {
      throw InputError({.what = "the particles do not fit into the field",
                        .where = "particles.count",
                        .why = std::to_string(i) + " of " + std::to_string(count) +
                               " have found a place with the gap asked for",
                        .remedy = "take fewer or smaller particles, a larger field, or leave "
                                  "gap_nm out"});
    }
    buckets_.insert(particles_.size(), particle.x_nm, particle.y_nm);
    particles_.push_back(std::move(particle));
  }
}

SceneParticle VideoScene::make_particle() {
  SceneParticle particle;
  particle.id = next_id_++;
  particle.random = particle_random_.substream(static_cast<std::uint64_t>(particle.id));
  auto& random = particle.random;
  const auto& options = options_.particles;
  particle.radius_nm = draw_radius(options, random);
  const double deviation = options.contrast_spread * random.normal();
  particle.contrast = std::clamp(options.contrast * (1.0 + deviation), 1e-3, 0.99);
  const double shape = random.uniform();
  const double stretch = random.uniform();
  const double angle = 2.0 * pi * random.uniform();
  particle.outline = round_;
  if (options.profile != ParticleProfile::spot) {
    if (shape < options.ellipse_share) {
      particle.shape = ParticleShape::ellipse;
      particle.outline = ellipse_outline(1.0 + (options.aspect_max - 1.0) * stretch, angle);
    } else if (shape < options.ellipse_share + options.facet_share) {
      particle.shape = ParticleShape::faceted;
      particle.outline = faceted_outline(options.corners, options.corner_rounding, angle);
    }
  }
  const double kind = random.uniform();
  const auto& motion = options_.motion;
  if (kind < motion.brownian_share) {
    particle.motion = ParticleMotion::brownian;
  } else if (kind < motion.brownian_share + motion.directed_share) {
    particle.motion = ParticleMotion::directed;
  }
  particle.heading_rad = 2.0 * pi * random.uniform();
  particle.speed_nm_per_s = log_normal(motion.speed_nm_per_s, motion.speed_spread, random);
  finish(particle);
  return particle;
}

/// What follows from the radius.
void VideoScene::finish(SceneParticle& particle) {
  if (const auto mu = options_.particles.absorption_per_nm) {
    particle.contrast = std::clamp(-std::expm1(-2.0 * *mu * particle.radius_nm), 1e-3, 0.99);
  }
  largest_radius_ = std::max(largest_radius_, particle.radius_nm);
}

bool VideoScene::place(SceneParticle& particle, std::int64_t tries) {
  auto& random = particle.random;
  const double r = particle.radius_nm;
  const auto gap = options_.particles.gap_nm;
  for (std::int64_t i = 0; i < tries; ++i) {
    particle.x_nm = left_ + (right_ - left_) * random.uniform();
    particle.y_nm = top_ + (bottom_ - top_) * random.uniform();
    const bool inside = particle.x_nm >= left_ + r && particle.x_nm <= right_ - r &&
                        particle.y_nm >= top_ + r && particle.y_nm <= bottom_ - r;
    if (!inside) continue;
    // Particles that stop at each other or coalesce cannot begin one over the other.
    if (!gap && options_.motion.contact == Contact::overlap) return true;
    bool is_free = true;
    const double reach = r + gap.value_or(0.0) + largest_radius_;
    buckets_.near(particle.x_nm, particle.y_nm, reach, [&](std::size_t other) {
      const auto& q = particles_[other];
      is_free = is_free && std::hypot(q.x_nm - particle.x_nm, q.y_nm - particle.y_nm) >
                               r + q.radius_nm + gap.value_or(0.0);
    });
    if (is_free) return true;
  }
  return false;
}

bool VideoScene::keep_inside(SceneParticle& particle) const {
  const double r = particle.radius_nm;
  const double x = reflected(particle.x_nm, left_ + r, right_ - r);
  const double y = reflected(particle.y_nm, top_ + r, bottom_ - r);
  const bool turns_x = x != particle.x_nm;
  const bool turns_y = y != particle.y_nm;
  if (turns_x) particle.heading_rad = pi - particle.heading_rad;
  if (turns_y) particle.heading_rad = -particle.heading_rad;
  particle.x_nm = x;
  particle.y_nm = y;
  return turns_x || turns_y;
}

void VideoScene::rebuild_buckets() {
  largest_radius_ = options_.particles.radius_max_nm;
  for (const auto& particle : particles_) {
    largest_radius_ = std::max(largest_radius_, particle.radius_nm);
  }
  buckets_ = DiscBuckets(2.0 * largest_radius_);
  for (std::size_t i = 0; i < particles_.size(); ++i) {
    buckets_.insert(i, particles_[i].x_nm, particles_[i].y_nm);
  }
}

OutlinePoint VideoScene::step_of(SceneParticle& particle, double step_s) const {
  const auto& motion = options_.motion;
  if (particle.motion == ParticleMotion::rest) return {};
  double diffusion = motion.directed_diffusion_nm2_per_s;
  OutlinePoint step;
  if (particle.motion == ParticleMotion::directed) {
    step.x = particle.speed_nm_per_s * step_s * std::cos(particle.heading_rad);
    step.y = particle.speed_nm_per_s * step_s * std::sin(particle.heading_rad);
    // <cos turn> = exp(-variance / 2)
    particle.heading_rad +=
        std::sqrt(2.0 * step_s / motion.persistence_s) * particle.random.normal();
  } else {
    diffusion =
        motion.diffusion_nm2_per_s *
        std::pow(motion.reference_radius_nm / particle.radius_nm, motion.diffusion_exponent);
  }
  const double sigma = std::sqrt(2.0 * diffusion * step_s);
  step.x += sigma * particle.random.normal();
  step.y += sigma * particle.random.normal();
  return step;
}

/// How much of the step can be made before the first contact. A step out of an overlap (after
/// growth) is free, one deeper into it is not made.
double VideoScene::free_part(std::size_t index, OutlinePoint step) const {
  const auto& p = particles_[index];
  const double length2 = squared(step.x) + squared(step.y);
  if (length2 == 0.0) return 1.0;
  double part = 1.0;
  const double reach = p.radius_nm + largest_radius_ + std::sqrt(length2);
  buckets_.near(p.x_nm, p.y_nm, reach, [&](std::size_t other) {
    if (other == index) return;
    const auto& q = particles_[other];
    const double dx = q.x_nm - p.x_nm;
    const double dy = q.y_nm - p.y_nm;
    const double approach = dx * step.x + dy * step.y;
    if (approach <= 0.0) return;
    const double apart = squared(dx) + squared(dy) - squared(p.radius_nm + q.radius_nm);
    const double discriminant = squared(approach) - length2 * apart;
    if (discriminant <= 0.0) return;
    // The smaller root of length2 t^2 - 2 approach t + apart = 0.
    const double t = apart <= 0.0 ? 0.0 : apart / (approach + std::sqrt(discriminant));
    if (t >= 1.0) return;
    part = std::min(part, t);
  });
  return part;
}

/// Deeper than by rounding.
bool VideoScene::lies_over_another(std::size_t index) const {
  constexpr double rounding_nm = 1e-7;
  const auto& p = particles_[index];
  bool found = false;
  buckets_.near(p.x_nm, p.y_nm, p.radius_nm + largest_radius_, [&](std::size_t other) {
    const auto& q = particles_[other];
    found = found || (other != index && std::hypot(q.x_nm - p.x_nm, q.y_nm - p.y_nm) <
                                            p.radius_nm + q.radius_nm - rounding_nm);
  });
  return found;
}

void VideoScene::move(double step_s) {
  const auto& motion = options_.motion;
  const double walk = motion.drift_walk_nm * std::sqrt(step_s / options_.camera.frame_time_s);
  drift_.x += motion.drift_x_nm_per_s * step_s + walk * drift_random_.normal();
  drift_.y += motion.drift_y_nm_per_s * step_s + walk * drift_random_.normal();
  const bool stops = motion.contact == Contact::apart || pairs_wait();
  for (std::size_t i = 0; i < particles_.size(); ++i) {
    auto& particle = particles_[i];
    if (particle.motion == ParticleMotion::rest || particle.stuck) continue;
    OutlinePoint step = step_of(particle, step_s);
    const double from_x = particle.x_nm;
    const double from_y = particle.y_nm;
    if (stops) {
      const double part = free_part(i, step);
      step = {part * step.x, part * step.y};
      // Whoever runs into another goes on elsewhere.
      if (part < 1.0) particle.heading_rad = 2.0 * pi * particle.random.uniform();
    }
    particle.x_nm += step.x;
    particle.y_nm += step.y;
    const bool is_reflected = keep_inside(particle);
    if (stops && is_reflected && lies_over_another(i)) {  // sent back by a wall
      particle.x_nm = from_x;
      particle.y_nm = from_y;
    }
    if (stops) buckets_.move(i, from_x, from_y, particle.x_nm, particle.y_nm);
  }
  if (pairs_wait()) stop_touching();
}

bool VideoScene::pairs_wait() const {
  return options_.motion.contact == Contact::coalesce &&
         options_.population.coalescence_time_s > 0.0;
}

}  // namespace adatom::simulate
