// How the particles of a scene come, go, grow, split and merge.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "video_scene.h"

namespace adatom::simulate {
namespace {

// Particles that have stopped at each other differ from contact by rounding.
constexpr double contact_slack_nm = 1e-6;

double cubed(double x) { return x * x * x; }

/// The probability that something of this rate happens in the time.
double chance(double rate_per_s, double time_s) { return -std::expm1(-rate_per_s * time_s); }

/// What coalescence keeps, up to a constant.
double mass(double radius, Conserved conserve) {
  return conserve == Conserved::volume ? cubed(radius) : radius * radius;
}
double radius_of(double mass, Conserved conserve) {
  return conserve == Conserved::volume ? std::cbrt(mass) : std::sqrt(mass);
}

}  // namespace

std::vector<SceneEvent> VideoScene::change_population() {
  std::vector<SceneEvent> events;
  const std::int64_t first_new_id = next_id_;
  ripen(events);
  kill(events);
  split(events);
  give_birth(events);
  if (options_.motion.contact == Contact::coalesce) {
    rebuild_buckets();
    coalesce(first_new_id, events);
  }
  for (auto& particle : particles_) keep_inside(particle);
  rebuild_buckets();
  if (pairs_wait()) {
    for (auto& particle : particles_) particle.stuck = false;  // the other may be gone
    stop_touching();
    for (auto& particle : particles_) particle.held = particle.stuck;
  }
  return events;
}

void VideoScene::ripen(std::vector<SceneEvent>& events) {
  const double rate = options_.population.ripening_nm3_per_s;
  if (rate == 0.0 || particles_.empty()) return;
  double mean = 0.0;
  for (const auto& particle : particles_) mean += particle.radius_nm;
  mean /= static_cast<double>(particles_.size());
  // What vanishes is a fifth of the smallest radius placed; the others take its volume.
  const double vanish = cubed(0.2 * options_.particles.radius_min_nm);
  double left_over = 0.0;
  double total = 0.0;
  std::vector<double> volumes;
  for (const auto& particle : particles_) {
    const double growth =
        3.0 * rate * options_.camera.frame_time_s * (particle.radius_nm / mean - 1.0);
    const double volume = cubed(particle.radius_nm) + growth;
    volumes.push_back(volume < vanish ? 0.0 : volume);
    (volume < vanish ? left_over : total) += volume;
  }
  std::vector<SceneParticle> staying;
  for (std::size_t i = 0; i < particles_.size(); ++i) {
    if (volumes[i] == 0.0) {
      events.push_back({VideoEventKind::death, particles_[i].id, {}});
      continue;
    }
    particles_[i].radius_nm = std::cbrt(volumes[i] * (1.0 + left_over / total));
    finish(particles_[i]);
    staying.push_back(std::move(particles_[i]));
  }
  particles_ = std::move(staying);
}

void VideoScene::kill(std::vector<SceneEvent>& events) {
  const double p = chance(options_.population.death_rate_per_s, options_.camera.frame_time_s);
  if (p == 0.0) return;
  std::erase_if(particles_, [&](const SceneParticle& particle) {
    if (population_random_.uniform() >= p) return false;
    events.push_back({VideoEventKind::death, particle.id, {}});
    return true;
  });
}

void VideoScene::give_birth(std::vector<SceneEvent>& events) {
  const auto births =
      population_random_.poisson(options_.population.births_per_s * options_.camera.frame_time_s);
  if (births == 0) return;
  rebuild_buckets();
  for (std::uint64_t i = 0; i < births; ++i) {
    auto particle = make_particle();
    if (!place(particle, 200)) {
      ++births_without_room_;
      continue;
    }
    events.push_back({VideoEventKind::birth, particle.id, {}});
    buckets_.insert(particles_.size(), particle.x_nm, particle.y_nm);
    particles_.push_back(std::move(particle));
  }
}

void VideoScene::split(std::vector<SceneEvent>& events) {
  const double p = chance(options_.population.split_rate_per_s, options_.camera.frame_time_s);
  if (p == 0.0) return;
  const auto conserve = options_.population.conserve;
  std::vector<SceneParticle> staying;
  std::vector<SceneParticle> children;
  for (auto& parent : particles_) {
    const bool splits = population_random_.uniform() < p;
    const double share = 0.3 + 0.4 * population_random_.uniform();
    const double angle = 2.0 * std::numbers::pi * population_random_.uniform();
    const double whole = mass(parent.radius_nm, conserve);
    const double radii[2] = {radius_of(share * whole, conserve),
                             radius_of((1.0 - share) * whole, conserve)};
    if (!splits || std::min(radii[0], radii[1]) < options_.particles.radius_min_nm) {
      staying.push_back(std::move(parent));
      continue;
    }
    // A pixel apart, about the mass centre of the parent.
    const double distance = radii[0] + radii[1] + options_.camera.pixel_size_nm;
    for (int k = 0; k < 2; ++k) {
      auto child = make_particle();
      child.radius_nm = radii[k];
      child.contrast = parent.contrast;
      child.motion = parent.motion;
      child.speed_nm_per_s = parent.speed_nm_per_s;
      child.shape = ParticleShape::round;
      child.outline = round_;
      const double arm = k == 0 ? (1.0 - share) * distance : -share * distance;
      child.x_nm = parent.x_nm + arm * std::cos(angle);
      child.y_nm = parent.y_nm + arm * std::sin(angle);
      finish(child);
      events.push_back({VideoEventKind::split, child.id, {parent.id}});
      children.push_back(std::move(child));
    }
  }
  particles_ = std::move(staying);
  for (auto& child : children) particles_.push_back(std::move(child));
}

std::vector<std::pair<std::size_t, std::size_t>> VideoScene::touching_pairs() const {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < particles_.size(); ++i) {
    const auto& p = particles_[i];
    const double reach = p.radius_nm + largest_radius_ + contact_slack_nm;
    buckets_.near(p.x_nm, p.y_nm, reach, [&](std::size_t j) {
      const auto& q = particles_[j];
      if (j > i && std::hypot(p.x_nm - q.x_nm, p.y_nm - q.y_nm) <=
                       p.radius_nm + q.radius_nm + contact_slack_nm) {
        pairs.emplace_back(i, j);
      }
    });
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

SceneParticle VideoScene::merged(const SceneParticle& a, const SceneParticle& b) {
  const auto conserve = options_.population.conserve;
  const double mass_a = mass(a.radius_nm, conserve);
  const double mass_b = mass(b.radius_nm, conserve);
  const double share = mass_a / (mass_a + mass_b);
  const auto& larger = mass_a >= mass_b ? a : b;
  auto child = make_particle();
  child.radius_nm = radius_of(mass_a + mass_b, conserve);
  child.contrast = share * a.contrast + (1.0 - share) * b.contrast;
  child.motion = larger.motion;
  child.speed_nm_per_s = larger.speed_nm_per_s;
  child.heading_rad = larger.heading_rad;
  child.shape = ParticleShape::round;
  child.outline = round_;
  child.x_nm = share * a.x_nm + (1.0 - share) * b.x_nm;
  child.y_nm = share * a.y_nm + (1.0 - share) * b.y_nm;
  finish(child);
  return child;
}

void VideoScene::coalesce(std::int64_t first_new_id, std::vector<SceneEvent>& events) {
  const double time = options_.population.coalescence_time_s;
  const double p = time > 0.0 ? chance(1.0 / time, options_.camera.frame_time_s) : 1.0;
  std::set<std::int64_t> gone;
  std::vector<SceneParticle> children;
  const auto pairs = touching_pairs();
  for (const auto& [i, j] : pairs) {
    const auto& a = particles_[i];
    const auto& b = particles_[j];
    // Each is seen before it is gone: what came in this frame waits for the next, and so does a
    // third one that touches.
    if (std::max(a.id, b.id) >= first_new_id) continue;
    if (gone.contains(a.id) || gone.contains(b.id)) continue;
    // Where pairs wait they are seen touching first.
    if (pairs_wait() && !(a.held && b.held && population_random_.uniform() < p)) continue;
    gone.insert({a.id, b.id});
    children.push_back(merged(a, b));
    events.push_back({VideoEventKind::coalescence, children.back().id, {a.id, b.id}});
  }
  std::erase_if(particles_,
                [&](const SceneParticle& particle) { return gone.contains(particle.id); });
  for (auto& child : children) particles_.push_back(std::move(child));
}

void VideoScene::stop_touching() {
  for (const auto& [i, j] : touching_pairs()) particles_[i].stuck = particles_[j].stuck = true;
}

}  // namespace adatom::simulate
