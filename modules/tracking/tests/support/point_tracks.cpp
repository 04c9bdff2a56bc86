#include "support/point_tracks.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "adatom/base/random.h"

namespace adatom::tracking {
namespace {

enum class Motion { rest, brownian, directed };

struct Body {
  std::int64_t id;
  double x;
  double y;
  double radius;
  double contrast;
  Motion motion;
  double heading;
};

/// Standard deviation of a disc's place for an ideal fit, times 1.2: edge blur of 1 px, dose N,
/// sqrt(2 s (1 - c/2) / (sqrt(pi) r N c^2)) with c the contrast.
double place_error(const Body& body, double electrons) {
  const double c = std::abs(body.contrast);
  return 1.2 * std::sqrt(2.0 * (1.0 - 0.5 * c) /
                         (std::sqrt(std::numbers::pi) * body.radius * electrons * c * c));
}

class Field {
 public:
  explicit Field(const PointTrackOptions& options) : options_(options), random_(options.seed) {
    while (static_cast<std::int64_t>(bodies_.size()) < options.particles) place_one();
  }

  PointTrackSet run() {
    for (std::int64_t frame = 0; frame < options_.frames; ++frame) {
      if (frame > 0) {
        drift_x_ += options_.drift_x_px + options_.drift_walk_px * random_.normal();
        drift_y_ += options_.drift_y_px + options_.drift_walk_px * random_.normal();
        for (auto& body : bodies_) move(body);
        split(frame);
        if (options_.merge) merge(frame);
      }
      see(frame);
    }
    for (auto& [id, track] : truth_) set_.truth.push_back(std::move(track));
    return std::move(set_);
  }

 private:
  [[nodiscard]] double low() const { return -options_.margin_px; }
  [[nodiscard]] double high() const { return options_.side_px + options_.margin_px; }

  void place_one() {
    Body body{};
    body.radius = options_.radius_px * std::clamp(std::exp(0.4 * random_.normal()), 0.357, 2.15);
    // Those that do not merge may lie over each other.
    const int most_tries = options_.merge ? 1000 : 1;
    for (int tries = 0; tries < most_tries; ++tries) {
      body.x = low() + (high() - low()) * random_.uniform();
      body.y = low() + (high() - low()) * random_.uniform();
      const bool free = !options_.merge || std::ranges::none_of(bodies_, [&](const Body& other) {
        return std::hypot(other.x - body.x, other.y - body.y) < other.radius + body.radius + 2.0;
      });
      if (free) break;
    }
    body.id = next_id_++;
    body.contrast = -0.5 * (1.0 + 0.1 * random_.normal());
    const double kind = random_.uniform();
    body.motion = kind < options_.brownian_share                             ? Motion::brownian
                  : kind < options_.brownian_share + options_.directed_share ? Motion::directed
                                                                             : Motion::rest;
    body.heading = 2.0 * std::numbers::pi * random_.uniform();
    bodies_.push_back(body);
  }

  void move(Body& body) {
    if (body.motion == Motion::brownian) {
      body.x += options_.step_px * random_.normal();
      body.y += options_.step_px * random_.normal();
    } else if (body.motion == Motion::directed) {
      body.heading += std::sqrt(2.0 / options_.persistence_frames) * random_.normal();
      body.x += options_.speed_px * std::cos(body.heading);
      body.y += options_.speed_px * std::sin(body.heading);
    }
    for (double* at : {&body.x, &body.y}) {
      if (*at < low()) *at = 2.0 * low() - *at;
      if (*at > high()) *at = 2.0 * high() - *at;
    }
  }

  void split(std::int64_t frame) {
    if (options_.split_rate <= 0.0) return;
    const std::size_t count = bodies_.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (random_.uniform() >= options_.split_rate || bodies_[i].radius < 5.0) continue;
      const Body parent = bodies_[i];
      const double share = 0.3 + 0.4 * random_.uniform();
      Body one = parent;
      Body two = parent;
      one.radius = parent.radius * std::cbrt(share);
      two.radius = parent.radius * std::cbrt(1.0 - share);
      const double apart = one.radius + two.radius + 3.0;
      const double angle = 2.0 * std::numbers::pi * random_.uniform();
      one.x += (1.0 - share) * apart * std::cos(angle);
      one.y += (1.0 - share) * apart * std::sin(angle);
      two.x -= share * apart * std::cos(angle);
      two.y -= share * apart * std::sin(angle);
      for (Body* child : {&one, &two}) {
        child->id = next_id_++;
        tell({.frame = frame,
              .kind = TrackEventKind::split,
              .id = child->id,
              .parents = {parent.id},
              .x_px = child->x + drift_x_,
              .y_px = child->y + drift_y_});
      }
      bodies_[i] = one;
      bodies_.push_back(two);
    }
  }

  void merge(std::int64_t frame) {
    for (std::size_t i = 0; i < bodies_.size(); ++i) {
      for (std::size_t j = i + 1; j < bodies_.size(); ++j) {
        Body& a = bodies_[i];
        const Body& b = bodies_[j];
        if (a.id < 0 || b.id < 0 || std::hypot(a.x - b.x, a.y - b.y) > a.radius + b.radius)
          continue;
        const double mass_a = std::pow(a.radius, 3);
        const double mass_b = std::pow(b.radius, 3);
        TrackEvent event{.frame = frame,
                         .kind = TrackEventKind::merge,
                         .id = next_id_++,
                         .parents = {a.id, b.id},
                         .x_px = 0.0,
                         .y_px = 0.0};
        if (mass_b > mass_a) {
          a.motion = b.motion;
          a.contrast = b.contrast;
          a.heading = b.heading;
        }
        a.x = (mass_a * a.x + mass_b * b.x) / (mass_a + mass_b);
        a.y = (mass_a * a.y + mass_b * b.y) / (mass_a + mass_b);
        a.radius = std::cbrt(mass_a + mass_b);
        a.id = event.id;
        event.x_px = a.x + drift_x_;
        event.y_px = a.y + drift_y_;
        tell(event);
        bodies_.erase(bodies_.begin() + static_cast<std::ptrdiff_t>(j));
        j = i;
      }
    }
  }

  [[nodiscard]] bool in_image(double x, double y) const {
    return x >= 0.0 && y >= 0.0 && x <= options_.side_px - 1.0 && y <= options_.side_px - 1.0;
  }

  void tell(const TrackEvent& event) {
    if (in_image(event.x_px, event.y_px)) set_.events.push_back(event);
  }

  void see(std::int64_t frame) {
    set_.drift_x_px.push_back(drift_x_);
    set_.drift_y_px.push_back(drift_y_);
    auto& seen = set_.seen.emplace_back();
    for (const auto& body : bodies_) {
      const double x = body.x + drift_x_;
      const double y = body.y + drift_y_;
      if (!in_image(x, y)) continue;
      auto& track = truth_[body.id];
      track.id = body.id;
      track.points.push_back({frame, x, y});
      const double error = place_error(body, options_.electrons_per_px);
      if (random_.uniform() < options_.missed_share) continue;
      seen.push_back(
          particle(x + error * random_.normal(), y + error * random_.normal(), body, error));
    }
    const auto invented = random_.poisson(options_.false_share * static_cast<double>(seen.size()));
    for (std::uint64_t i = 0; i < invented; ++i) {
      Body body{};
      body.radius = 2.5 + 5.0 * random_.uniform();
      body.contrast = -0.5 * random_.uniform() - 0.1;
      seen.push_back(particle(options_.side_px * random_.uniform(),
                              options_.side_px * random_.uniform(), body, 0.2));
    }
  }

  Particle particle(double x, double y, const Body& body, double error) {
    Particle p;
    p.x_px = x;
    p.y_px = y;
    p.x_stderr_px = error;
    p.y_stderr_px = error;
    p.radius_px = std::max(0.2, body.radius + 0.7 * error * random_.normal());
    p.radius_stderr_px = 0.7 * error;
    p.area_px2 = std::numbers::pi * p.radius_px * p.radius_px;
    p.contrast_stderr = 0.02;
    p.contrast = body.contrast + p.contrast_stderr * random_.normal();
    return p;
  }

  PointTrackOptions options_;
  RandomStream random_;
  std::vector<Body> bodies_;
  std::int64_t next_id_ = 0;
  double drift_x_ = 0.0;
  double drift_y_ = 0.0;
  std::map<std::int64_t, ScoreTrack> truth_;
  PointTrackSet set_;
};

}  // namespace

PointTrackSet make_point_tracks(const PointTrackOptions& options) { return Field(options).run(); }

LinkedSet collect(std::vector<LinkedFrame> frames) {
  LinkedSet set;
  std::map<std::int64_t, ScoreTrack> tracks;
  for (const auto& frame : frames) {
    for (const auto& [particle, track] : frame.particles) {
      if (track < 0) continue;
      tracks[track].id = track;
      tracks[track].points.push_back({frame.frame, particle.x_px, particle.y_px});
    }
    set.events.insert(set.events.end(), frame.events.begin(), frame.events.end());
  }
  for (auto& [id, track] : tracks) set.tracks.push_back(std::move(track));
  set.frames = std::move(frames);
  return set;
}

LinkedSet link_all(const std::vector<std::vector<Particle>>& seen, const LinkOptions& options) {
  Linker linker(options);
  std::vector<LinkedFrame> frames;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    for (auto& frame : linker.add(static_cast<std::int64_t>(i), seen[i])) {
      frames.push_back(std::move(frame));
    }
  }
  for (auto& frame : linker.finish()) frames.push_back(std::move(frame));
  return collect(std::move(frames));
}

}  // namespace adatom::tracking
