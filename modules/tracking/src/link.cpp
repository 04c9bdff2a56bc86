#include "adatom/tracking/link.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/numeric/statistics.h"
#include "assignment.h"
#include "field_drift.h"
#include "link_state.h"

namespace adatom::tracking {

struct Linker::State : LinkMemory {};

namespace {

// No step is believed that is less likely than one of six standard errors, if they were known.
constexpr double gate_cost = 18.0;
const double missed_cost = -std::log(missed_probability);
const double still_missed_cost = -std::log(still_missed_probability);
// What memory the share of newcomers has, in frames, and its bounds.
constexpr double newcomer_memory = 20.0;
constexpr double least_newcomers = 0.01;
constexpr double most_newcomers = 0.3;

void require_usable(std::int64_t frame, std::span<const Particle> particles) {
  for (std::size_t i = 0; i < particles.size(); ++i) {
    const auto& p = particles[i];
    const double sum = p.x_px + p.y_px + p.x_stderr_px + p.y_stderr_px + p.radius_px +
                       p.radius_stderr_px + p.contrast + p.contrast_stderr;
    if (std::isfinite(sum) && p.x_stderr_px >= 0.0 && p.y_stderr_px >= 0.0 && p.radius_px >= 0.0) {
      continue;
    }
    throw InputError({.what = "a particle that cannot be linked",
                      .where = "frame " + std::to_string(frame),
                      .why = "particle " + std::to_string(i) +
                             ": a place, radius, contrast or standard error is not finite, or a "
                             "radius or standard error is negative",
                      .remedy = {}});
  }
}

double extent_px2(std::span<const Place> places) {
  double x_min = places[0].x;
  double x_max = x_min;
  double y_min = places[0].y;
  double y_max = y_min;
  for (const auto& place : places) {
    x_min = std::min(x_min, place.x);
    x_max = std::max(x_max, place.x);
    y_min = std::min(y_min, place.y);
    y_max = std::max(y_max, place.y);
  }
  return (x_max - x_min) * (y_max - y_min);
}

/// Half the median distance of nearest neighbours, 3 to 30 px.
double step_from_spacing(std::span<const Place> places) {
  constexpr double least = 3.0;
  constexpr double most = 30.0;
  if (places.size() < 2) return most;
  const double reach = 2.0 * most;
  const NeighbourGrid grid(places, most);
  std::vector<double> distances;
  const std::size_t stride = (places.size() + 1999) / 2000;
  for (std::size_t i = 0; i < places.size(); i += stride) {
    double nearest = reach;
    grid.near(places[i].x, places[i].y, reach, [&](std::uint32_t j) {
      if (j == i) return;
      nearest = std::min(nearest, std::hypot(places[j].x - places[i].x, places[j].y - places[i].y));
    });
    distances.push_back(nearest);
  }
  return std::clamp(0.5 * numeric::median(distances), least, most);
}

/// What the frame at hand is linked with.
struct LinkStep {
  LinkMemory& memory;
  const LinkOptions& options;
  std::span<const Particle> particles;
  std::vector<Place> places;  // as measured, without the drift known so far
};

Place last_drift(const LinkMemory& memory) {
  if (memory.frames.empty()) return {};
  return {memory.frames.back().drift.x_px, memory.frames.back().drift.y_px};
}

/// What each track gains by each particle it may have become.
std::vector<PairGain> pair_gains(const LinkStep& step) {
  auto& memory = step.memory;
  const auto count = static_cast<double>(step.places.size());
  const double room = std::max(extent_px2(step.places),
                               count * std::numbers::pi * memory.max_step_px * memory.max_step_px);
  const double newcomers = memory.newcomer_share * count / room;
  const auto reach_of = [&](const OpenTrack& track) {
    const auto frames = static_cast<double>(track.frame - track.last_frame);
    const double variance = std::max(track.axes[0].place_variance, track.axes[1].place_variance);
    return std::min(memory.max_step_px * std::sqrt(frames),
                    distance_at_cost(track, gate_cost) * std::sqrt(variance) + 3.0);
  };
  double mean_reach = 0.0;
  for (const auto& track : memory.tracks) mean_reach += reach_of(track);
  mean_reach /= static_cast<double>(memory.tracks.size());
  const NeighbourGrid grid(step.places, mean_reach);
  std::vector<PairGain> pairs;
  for (std::size_t i = 0; i < memory.tracks.size(); ++i) {
    const auto& track = memory.tracks[i];
    const double reach = reach_of(track);
    const bool was_missing = track.last.sequence + 1 < memory.sequence;
    const double saved = was_missing ? still_missed_cost : missed_cost;
    grid.near(track.axes[0].place, track.axes[1].place, reach, [&](std::uint32_t j) {
      const double dx = step.places[j].x - track.axes[0].place;
      const double dy = step.places[j].y - track.axes[1].place;
      if (dx * dx + dy * dy > reach * reach) return;
      const auto variance = innovation_variance(track, step.particles[j]);
      const double cost = step_cost(track, dx * dx / variance[0] + dy * dy / variance[1]);
      if (cost > gate_cost) return;
      const double density = 2.0 * std::numbers::pi * std::sqrt(variance[0] * variance[1]);
      double gain = saved - cost - std::log(density * newcomers);
      if (gain <= 0.0) return;
      gain -= looks_cost(track, step.particles[j]);
      if (gain > 0.0) pairs.push_back({static_cast<std::uint32_t>(i), j, gain});
    });
  }
  return pairs;
}

/// Where the field is supposed to be before anything is linked.
Place foretold_step(const LinkStep& step, std::int64_t frames) {
  const auto& memory = step.memory;
  std::vector<Place> before;
  before.reserve(memory.tracks.size());
  for (const auto& track : memory.tracks) {
    before.push_back({track.axes[0].place, track.axes[1].place});
  }
  const Place expected{memory.per_frame_x * static_cast<double>(frames),
                       memory.per_frame_y * static_cast<double>(frames)};
  return coarse_step(before, step.places, expected, step.options.max_drift_step_px);
}

/// The step of the field from what was linked.
FieldStep measure_drift(const LinkStep& step, std::span<const std::int32_t> particle_of,
                        std::int64_t frame) {
  std::vector<StepSample> samples;
  for (std::size_t i = 0; i < particle_of.size(); ++i) {
    if (particle_of[i] < 0) continue;
    const auto& track = step.memory.tracks[i];
    const auto j = static_cast<std::size_t>(particle_of[i]);
    const auto& place = step.places[j];
    const auto foretold = anchored_place(track.anchor, step.particles[j], frame);
    samples.push_back({{place.x - foretold.place[0], place.y - foretold.place[1]},
                       foretold.variance,
                       track.anchor.walk_weight});
  }
  return fine_step(samples);
}

/// The first links tell how far particles move at all; later the tracks do.
void learn_common_variance(LinkMemory& memory, const LinkStep& step,
                           std::span<const std::int32_t> particle_of, bool first_links) {
  double sum = 0.0;
  double count = 0.0;
  for (std::size_t i = 0; i < particle_of.size(); ++i) {
    if (particle_of[i] < 0) continue;
    const auto& track = memory.tracks[i];
    if (first_links) {
      const auto& place = step.places[static_cast<std::size_t>(particle_of[i])];
      sum += 0.5 * (std::pow(place.x - track.axes[0].place, 2) +
                    std::pow(place.y - track.axes[1].place, 2));
      count += 1.0;
    } else if (track.detections >= 2) {
      sum += track.step_variance;
      count += 1.0;
    }
  }
  constexpr double least_px2 = 0.01;
  if (count > 0.0) memory.common_variance = std::max(sum / count, least_px2);
}

void take_particles_in(LinkStep& step, std::span<const std::int32_t> particle_of, KeptFrame& kept) {
  auto& memory = step.memory;
  const auto links = std::ranges::count_if(particle_of, [](auto j) { return j >= 0; });
  const bool first_links = memory.linked_frames == 0 && links > 0;
  if (links > 0) ++memory.linked_frames;
  learn_common_variance(memory, step, particle_of, first_links);
  std::vector<char> taken(step.particles.size(), 0);
  for (std::size_t i = 0; i < particle_of.size(); ++i) {
    if (particle_of[i] < 0) continue;
    const auto j = static_cast<std::size_t>(particle_of[i]);
    auto& track = memory.tracks[i];
    taken[j] = 1;
    if (first_links) track.step_variance = memory.common_variance;
    take_in(track, step.particles[j], {step.places[j].x, step.places[j].y}, step.options.motion,
            memory.common_variance);
    const NodeRef here{memory.sequence, particle_of[i]};
    kept.nodes[j].previous = track.last;
    kept.nodes[j].ordinal = track.detections;
    kept.nodes[j].step_variance = track.step_variance;
    memory.node(track.last).next = here;
    track.last = here;
  }
  std::erase_if(memory.tracks, [&](const OpenTrack& track) {
    return memory.sequence - track.last.sequence > step.options.max_gap_frames;
  });
  std::int64_t newcomers = 0;
  for (std::size_t j = 0; j < step.particles.size(); ++j) {
    if (taken[j] != 0) continue;
    ++newcomers;
    auto track = open_track(step.particles[j], {step.places[j].x, step.places[j].y}, kept.frame,
                            memory.common_variance);
    track.last = {memory.sequence, static_cast<std::int64_t>(j)};
    kept.nodes[j].step_variance = track.step_variance;
    memory.tracks.push_back(track);
  }
  if (memory.sequence > 0 && !step.particles.empty()) {
    const double share =
        static_cast<double>(newcomers) / static_cast<double>(step.particles.size());
    memory.newcomer_share += (share - memory.newcomer_share) / newcomer_memory;
    memory.newcomer_share = std::clamp(memory.newcomer_share, least_newcomers, most_newcomers);
  }
}

void displace(std::vector<Place>& places, double x, double y) {
  for (auto& place : places) {
    place.x -= x;
    place.y -= y;
  }
}

void link_frame(LinkMemory& memory, const LinkOptions& options, std::int64_t frame,
                std::span<const Particle> particles) {
  LinkStep step{memory, options, particles, {}};
  const Place drift = last_drift(memory);
  KeptFrame kept{.frame = frame, .drift = {.x_px = drift.x, .y_px = drift.y}};
  for (const auto& particle : particles) {
    step.places.push_back({particle.x_px - drift.x, particle.y_px - drift.y});
    kept.nodes.push_back({.particle = particle});
  }
  if (memory.max_step_px == 0.0 && !particles.empty()) {
    memory.max_step_px = options.max_step_px.value_or(step_from_spacing(step.places));
    memory.common_variance = std::pow(0.25 * memory.max_step_px, 2);
  }
  for (auto& track : memory.tracks) foretell(track, frame, options.motion);
  std::vector<std::int32_t> particle_of(memory.tracks.size(), -1);
  if (!memory.tracks.empty() && !particles.empty()) {
    const std::int64_t frames = frame - memory.frames.back().frame;
    const bool drifts = options.drift == DriftModel::translation;
    const Place coarse = drifts ? foretold_step(step, frames) : Place{};
    displace(step.places, coarse.x, coarse.y);
    particle_of = best_pairs(memory.tracks.size(), particles.size(), pair_gains(step));
    displace(step.places, -coarse.x, -coarse.y);
    const auto linked = std::ranges::count_if(particle_of, [](auto j) { return j >= 0; });
    if (drifts && linked > 0) {
      const FieldStep measured = measure_drift(step, particle_of, frame);
      const FieldStep field = memory.field_steps.likeliest(measured, frames);
      memory.field_steps.learn(measured, frames);
      displace(step.places, field.x, field.y);
      kept.drift = {drift.x + field.x, drift.y + field.y, field.x_stderr, field.y_stderr, linked};
      memory.per_frame_x = field.x / static_cast<double>(frames);
      memory.per_frame_y = field.y / static_cast<double>(frames);
    }
  }
  take_particles_in(step, particle_of, kept);
  memory.frames.push_back(std::move(kept));
  ++memory.sequence;
}

/// Frames before the one to be decided that are still looked at.
std::int64_t frames_behind(const LinkOptions& options) {
  return options.max_gap_frames + event_window;
}

/// Frames after one that is handed back whose events are decided: who is seen too seldom for a
/// track is one nevertheless if it then merges.
std::int64_t frames_ahead(const LinkOptions& options) {
  return options.events == TrackEvents::merge_and_split ? options.min_detections - 1 : 0;
}

LinkedFrame next_out(LinkMemory& memory, const LinkOptions& options) {
  if (options.events == TrackEvents::merge_and_split) {
    const std::int64_t last = memory.handed_back + frames_ahead(options);
    for (std::int64_t at = memory.handed_back == 0 ? 0 : last;
         at <= std::min(last, memory.sequence - 1); ++at) {
      decide_events(memory, at, options);
    }
  }
  auto frame = hand_back(memory, memory.handed_back, options);
  ++memory.handed_back;
  while (memory.first_sequence < memory.handed_back - frames_behind(options)) {
    memory.frames.pop_front();
    ++memory.first_sequence;
  }
  return frame;
}

}  // namespace

Linker::Linker(const LinkOptions& options) : options_(options), state_(std::make_unique<State>()) {
  require_valid(options_.validate());
}

Linker::Linker(const LinkOptions& options, std::span<const double> checkpoint) : Linker(options) {
  static_cast<LinkMemory&>(*state_) = from_numbers(checkpoint);
}

Linker::Linker(Linker&&) noexcept = default;
Linker& Linker::operator=(Linker&&) noexcept = default;
Linker::~Linker() = default;

std::vector<LinkedFrame> Linker::add(std::int64_t frame, std::span<const Particle> particles) {
  LinkMemory& memory = *state_;
  if (!memory.frames.empty() && frame <= memory.frames.back().frame) {
    throw InputError({.what = "frames out of order",
                      .where = "link",
                      .why = "frame " + std::to_string(frame) + " after frame " +
                             std::to_string(memory.frames.back().frame),
                      .remedy = "give them in the order of time"});
  }
  require_usable(frame, particles);
  link_frame(memory, options_, frame, particles);
  std::vector<LinkedFrame> out;
  if (memory.sequence - memory.handed_back > delay_frames()) {
    out.push_back(next_out(memory, options_));
  }
  return out;
}

std::vector<LinkedFrame> Linker::finish() {
  std::vector<LinkedFrame> out;
  while (state_->handed_back < state_->sequence) out.push_back(next_out(*state_, options_));
  return out;
}

std::int64_t Linker::delay_frames() const {
  return std::max(frames_ahead(options_) + options_.max_gap_frames + event_window,
                  options_.min_detections + 2);
}

double Linker::max_step_px() const { return state_->max_step_px; }
std::size_t Linker::open_tracks() const { return state_->tracks.size(); }
std::vector<double> Linker::checkpoint() const { return to_numbers(*state_); }

}  // namespace adatom::tracking
