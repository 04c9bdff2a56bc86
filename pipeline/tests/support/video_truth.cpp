#include "support/video_truth.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <utility>

#include "adatom/storage/csv.h"

namespace adatom::pipeline {

std::vector<tracking::ScoreTrack> score_tracks_of(const std::filesystem::path& table, double side) {
  const auto rows = storage::read_csv(table);
  const auto frames = rows.integers("frame");
  const auto ids = rows.integers("particle_id");
  const auto x = rows.numbers("x_nm");
  const auto y = rows.numbers("y_nm");
  std::map<std::int64_t, tracking::ScoreTrack> tracks;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    if (std::min(x[i], y[i]) < 0.0 || std::max(x[i], y[i]) > side - 1.0) continue;
    auto& track = tracks[ids[i]];
    track.id = ids[i];
    track.points.push_back({frames[i], x[i], y[i]});
  }
  std::vector<tracking::ScoreTrack> all;
  for (auto& [id, track] : tracks) all.push_back(std::move(track));
  return all;
}

std::vector<tracking::TrackEvent> merges_and_splits(const std::filesystem::path& table) {
  const auto rows = storage::read_csv(table);
  const auto frames = rows.integers("frame");
  const auto ids = rows.integers("particle_id");
  const auto names = rows.texts("event");
  const auto parents = rows.texts("parent_ids");
  std::vector<tracking::TrackEvent> events;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const bool merge = names[i] == "merge" || names[i] == "coalescence";
    if (!merge && names[i] != "split") continue;
    tracking::TrackEvent event{
        .frame = frames[i],
        .kind = merge ? tracking::TrackEventKind::merge : tracking::TrackEventKind::split,
        .id = ids[i],
        .parents = {}};
    std::istringstream words(parents[i]);
    for (std::int64_t parent = 0; words >> parent;) event.parents.push_back(parent);
    events.push_back(std::move(event));
  }
  return events;
}

std::vector<tracking::TrackEvent> seen_events(const std::vector<tracking::TrackEvent>& events,
                                              const std::vector<tracking::ScoreTrack>& tracks) {
  std::vector<tracking::TrackEvent> seen;
  for (const auto& event : events) {
    const auto track = std::ranges::find(tracks, event.id, &tracking::ScoreTrack::id);
    if (track == tracks.end() || track->points.front().frame != event.frame) continue;
    seen.push_back(event);
  }
  return seen;
}

double true_share_faster(const std::filesystem::path& truth, std::int64_t lag, double frame_time_s,
                         double threshold_nm_per_s) {
  const auto rows = storage::read_csv(truth);
  const auto frames = rows.integers("frame");
  const auto ids = rows.integers("particle_id");
  const auto x = rows.numbers("x_specimen_nm");
  const auto y = rows.numbers("y_specimen_nm");
  std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> places;
  for (std::size_t i = 0; i < rows.rows(); ++i) places[{ids[i], frames[i]}] = i;
  double all = 0.0;
  double faster = 0.0;
  for (const auto& [place, i] : places) {
    const auto other = places.find({place.first, place.second + lag});
    if (other == places.end()) continue;
    const std::size_t k = other->second;
    const double speed =
        std::hypot(x[k] - x[i], y[k] - y[i]) / (static_cast<double>(lag) * frame_time_s);
    all += 1.0;
    faster += speed > threshold_nm_per_s ? 1.0 : 0.0;
  }
  return faster / all;
}

}  // namespace adatom::pipeline
