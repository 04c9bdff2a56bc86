// The truth of a video as tables.
#include <array>

#include "adatom/simulate/video.h"

namespace adatom::simulate {
namespace {

using storage::cell;

// In the enums' order.
constexpr std::array motions = {"rest", "brownian", "directed"};
constexpr std::array shapes = {"round", "ellipse", "faceted"};
constexpr std::array kinds = {"birth", "death", "coalescence", "split", "enter", "leave"};

std::string whole(std::int64_t value) { return cell(static_cast<long long>(value)); }

}  // namespace

storage::Table video_truth_table() {
  return storage::Table({"frame", "time_s", "particle_id", "x_nm", "y_nm", "radius_nm", "area_nm2",
                         "contrast", "speed_nm_per_s", "x_specimen_nm", "y_specimen_nm",
                         "edge_distance_nm", "shape", "motion"});
}

storage::Table video_event_table() {
  return storage::Table({"frame", "time_s", "event", "particle_id", "parent_ids"});
}

storage::Table video_drift_table() {
  return storage::Table({"frame", "time_s", "drift_x_nm", "drift_y_nm"});
}

void add_truth(storage::Table& table, const VideoFrame& frame) {
  for (const auto& p : frame.particles) {
    table.add_row({whole(frame.index), cell(frame.time_s), whole(p.id), cell(p.x_nm), cell(p.y_nm),
                   cell(p.radius_nm), cell(p.area_nm2), cell(p.contrast), cell(p.speed_nm_per_s),
                   cell(p.x_specimen_nm), cell(p.y_specimen_nm), cell(p.edge_distance_nm),
                   shapes.at(static_cast<std::size_t>(p.shape)),
                   motions.at(static_cast<std::size_t>(p.motion))});
  }
}

void add_events(storage::Table& table, const VideoFrame& frame) {
  for (const auto& event : frame.events) {
    std::string parents;
    for (const auto parent : event.parents) {
      if (!parents.empty()) parents += ' ';
      parents += whole(parent);
    }
    table.add_row({whole(event.frame), cell(event.time_s),
                   kinds.at(static_cast<std::size_t>(event.kind)), whole(event.id), parents});
  }
}

void add_drift(storage::Table& table, const VideoFrame& frame) {
  table.add_row(
      {whole(frame.index), cell(frame.time_s), cell(frame.drift_x_nm), cell(frame.drift_y_nm)});
}

}  // namespace adatom::simulate
