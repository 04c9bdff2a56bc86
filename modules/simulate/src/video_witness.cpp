#include "video_witness.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace adatom::simulate {

Field::Field(const VideoOptions& options)
    : left_(-0.5 * options.camera.pixel_size_nm),
      right_((static_cast<double>(options.camera.width) - 0.5) * options.camera.pixel_size_nm),
      bottom_((static_cast<double>(options.camera.height) - 0.5) * options.camera.pixel_size_nm),
      edge_radius_(options.background.cell_edge_radius_nm),
      edge_x_(options.background.cell_edge_x_nm.value_or(0.5 * (left_ + right_))),
      edge_y_(options.background.cell_edge_y_nm.value_or(0.5 * (left_ + bottom_))) {}

double Field::border_distance(double x_nm, double y_nm) const {
  return std::min(std::min(x_nm - left_, right_ - x_nm), std::min(y_nm - left_, bottom_ - y_nm));
}

double Field::edge_distance(double x_nm, double y_nm) const {
  const double distance = border_distance(x_nm, y_nm);
  if (!edge_radius_) return distance;
  return std::min(distance, *edge_radius_ - std::hypot(x_nm - edge_x_, y_nm - edge_y_));
}

void Witness::note(std::vector<SceneEvent> events) {
  for (auto& event : events) pending_.push_back(std::move(event));
}

void Witness::report(const std::vector<SceneParticle>& particles, VideoFrame& frame) {
  SeenById now;
  for (const auto& particle : particles) {
    auto truth = truth_of(particle, frame);
    const bool visible = field_.border_distance(truth.x_nm, truth.y_nm) > -particle.radius_nm;
    now[particle.id] = {particle.x_nm, particle.y_nm, visible};
    if (visible) frame.particles.push_back(truth);
  }
  if (frame.index > 0) report_changes(now, frame);
  last_ = std::move(now);
  last_time_s_ = frame.time_s;
  pending_.clear();
}

TrueParticle Witness::truth_of(const SceneParticle& particle, const VideoFrame& frame) const {
  const double x = particle.x_nm + frame.drift_x_nm;
  const double y = particle.y_nm + frame.drift_y_nm;
  const double r = particle.radius_nm;
  double speed = std::numeric_limits<double>::quiet_NaN();
  if (const auto before = last_.find(particle.id); before != last_.end()) {
    speed = std::hypot(particle.x_nm - before->second.x_nm, particle.y_nm - before->second.y_nm) /
            (frame.time_s - last_time_s_);
  }
  return {.id = particle.id,
          .x_nm = x,
          .y_nm = y,
          .x_specimen_nm = particle.x_nm,
          .y_specimen_nm = particle.y_nm,
          .radius_nm = r,
          .area_nm2 = std::numbers::pi * r * r,
          .contrast = particle.contrast,
          .speed_nm_per_s = speed,
          .edge_distance_nm = field_.edge_distance(x, y),
          .shape = particle.shape,
          .motion = particle.motion};
}

bool Witness::is_visible(const SeenById& list, std::int64_t id) {
  const auto found = list.find(id);
  return found != list.end() && found->second.visible;
}

void Witness::report_changes(const SeenById& now, VideoFrame& frame) const {
  const auto add = [&](VideoEventKind kind, std::int64_t id, std::vector<std::int64_t> parents) {
    frame.events.push_back({.frame = frame.index,
                            .time_s = frame.time_s,
                            .kind = kind,
                            .id = id,
                            .parents = std::move(parents)});
  };
  for (const auto& event : pending_) {
    const bool parent_seen =
        std::any_of(event.parents.begin(), event.parents.end(),
                    [&](std::int64_t parent) { return is_visible(last_, parent); });
    const bool seen = is_visible(event.kind == VideoEventKind::death ? last_ : now, event.id);
    if (seen || parent_seen) add(event.kind, event.id, event.parents);
  }
  for (const auto& [id, state] : now) {
    const auto before = last_.find(id);
    if (before == last_.end() || before->second.visible == state.visible) continue;
    add(state.visible ? VideoEventKind::enter : VideoEventKind::leave, id, {});
  }
}

}  // namespace adatom::simulate
