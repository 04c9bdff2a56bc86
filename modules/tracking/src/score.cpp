#include "adatom/tracking/score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <unordered_map>

#include "adatom/base/error.h"
#include "assignment.h"
#include "neighbour_grid.h"

namespace adatom::tracking {
namespace {

void require_in_order(std::span<const ScoreTrack> tracks, const char* which) {
  for (const auto& track : tracks) {
    for (std::size_t i = 0; i < track.points.size(); ++i) {
      const auto& point = track.points[i];
      const bool later = i == 0 || point.frame > track.points[i - 1].frame;
      if (later && std::isfinite(point.x_px) && std::isfinite(point.y_px)) continue;
      throw InputError({.what = "a track that cannot be scored",
                        .where = std::string(which) + ", track " + std::to_string(track.id),
                        .why = "point " + std::to_string(i) +
                               (later ? " is not finite" : " is not after the one before it"),
                        .remedy = {}});
    }
  }
}

double distance(const ScorePoint& a, const ScorePoint& b) {
  return std::hypot(a.x_px - b.x_px, a.y_px - b.y_px);
}

struct Overlap {
  double gain = 0.0;  ///< gate minus distance, summed over frames in which both are there
  std::int64_t matched = 0;
  double square = 0.0;
};

struct IndexedPoint {
  std::size_t track;
  ScorePoint point;
};

using PointsOfFrames = std::map<std::int64_t, std::vector<IndexedPoint>>;

PointsOfFrames by_frame(std::span<const ScoreTrack> tracks) {
  PointsOfFrames frames;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    for (const auto& point : tracks[i].points) frames[point.frame].push_back({i, point});
  }
  return frames;
}

/// Of all pairs of tracks that come within the gate of each other.
std::map<std::pair<std::size_t, std::size_t>, Overlap> overlaps(std::span<const ScoreTrack> truth,
                                                                std::span<const ScoreTrack> found,
                                                                double gate) {
  std::map<std::pair<std::size_t, std::size_t>, Overlap> result;
  const auto true_frames = by_frame(truth);
  const auto found_frames = by_frame(found);
  for (const auto& [frame, points] : true_frames) {
    const auto there = found_frames.find(frame);
    if (there == found_frames.end()) continue;
    std::vector<Place> places;
    for (const auto& [track, point] : there->second) places.push_back({point.x_px, point.y_px});
    const NeighbourGrid grid(places, gate);
    for (const auto& own : points) {
      grid.near(own.point.x_px, own.point.y_px, gate, [&](std::uint32_t j) {
        const auto& other = there->second[j];
        const double apart = distance(own.point, other.point);
        if (apart >= gate) return;
        auto& overlap = result[{own.track, other.track}];
        overlap.gain += gate - apart;
        overlap.square += apart * apart;
        ++overlap.matched;
      });
    }
  }
  return result;
}

std::int64_t count_points(std::span<const ScoreTrack> tracks) {
  std::int64_t count = 0;
  for (const auto& track : tracks) count += static_cast<std::int64_t>(track.points.size());
  return count;
}

double ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
}

class TracksById {
 public:
  explicit TracksById(std::span<const ScoreTrack> tracks) {
    for (const auto& track : tracks) by_id_.emplace(track.id, &track);
  }
  [[nodiscard]] const ScoreTrack* find(std::int64_t id) const {
    const auto known = by_id_.find(id);
    return known == by_id_.end() ? nullptr : known->second;
  }

 private:
  std::unordered_map<std::int64_t, const ScoreTrack*> by_id_;
};

/// Were the two at the same place in one of their frames near that frame?
bool same_near(const ScoreTrack* a, const ScoreTrack* b, std::int64_t frame, std::int64_t frames,
               double gate) {
  if (a == nullptr || b == nullptr) return false;
  for (const auto& p : a->points) {
    if (std::abs(p.frame - frame) > 2 * frames) continue;
    const auto q = std::ranges::lower_bound(b->points, p.frame, {}, &ScorePoint::frame);
    if (q != b->points.end() && q->frame == p.frame && distance(p, *q) < gate) return true;
  }
  return false;
}

bool same_parents(const TrackEvent& a, const TracksById& tracks_a, const TrackEvent& b,
                  const TracksById& tracks_b, std::int64_t frames, double gate) {
  if (a.parents.size() != b.parents.size()) return false;
  auto parents = b.parents;
  std::ranges::sort(parents);
  // Two or three of them: every order is tried.
  do {
    bool all = true;
    for (std::size_t i = 0; i < parents.size() && all; ++i) {
      all =
          same_near(tracks_a.find(a.parents[i]), tracks_b.find(parents[i]), a.frame, frames, gate);
    }
    if (all) return true;
  } while (std::ranges::next_permutation(parents).found);
  return false;
}

}  // namespace

TrackScores score_tracks(std::span<const ScoreTrack> truth, std::span<const ScoreTrack> found,
                         double gate_px) {
  if (!(gate_px > 0.0)) {
    throw InputError(
        {.what = "a gate that is not above zero", .where = "score", .why = {}, .remedy = {}});
  }
  require_in_order(truth, "truth");
  require_in_order(found, "tracks");
  const auto pairs = overlaps(truth, found, gate_px);
  std::vector<PairGain> gains;
  for (const auto& [pair, overlap] : pairs) {
    // d(x, 0) - d(x, y): frames in which only y is there cost the gate each.
    const auto only_found = static_cast<double>(found[pair.second].points.size());
    double both = 0.0;
    for (const auto& point : found[pair.second].points) {
      const auto& own = truth[pair.first].points;
      const auto at = std::ranges::lower_bound(own, point.frame, {}, &ScorePoint::frame);
      if (at != own.end() && at->frame == point.frame) both += 1.0;
    }
    const double gain = overlap.gain - gate_px * (only_found - both);
    gains.push_back(
        {static_cast<std::uint32_t>(pair.first), static_cast<std::uint32_t>(pair.second), gain});
  }
  const auto chosen = best_pairs(truth.size(), found.size(), gains);

  TrackScores scores;
  scores.partner.assign(chosen.begin(), chosen.end());
  std::vector<char> used(found.size(), 0);
  double gained = 0.0;
  double square = 0.0;
  for (const auto& gain : gains) {
    if (chosen[gain.row] != static_cast<std::int32_t>(gain.column)) continue;
    const auto& overlap = pairs.at({gain.row, gain.column});
    gained += gain.gain;
    square += overlap.square;
    scores.matched_points += overlap.matched;
    ++scores.matched_tracks;
    used[gain.column] = 1;
  }
  const std::int64_t true_points = count_points(truth);
  std::int64_t spurious_points = 0;
  for (std::size_t j = 0; j < found.size(); ++j) {
    if (used[j] == 0) spurious_points += static_cast<std::int64_t>(found[j].points.size());
  }
  scores.missed_points = true_points - scores.matched_points;
  scores.false_points = count_points(found) - scores.matched_points;
  const auto tracks = static_cast<std::int64_t>(truth.size());
  scores.missed_tracks = tracks - scores.matched_tracks;
  scores.spurious_tracks = static_cast<std::int64_t>(found.size()) - scores.matched_tracks;
  const double nothing = gate_px * static_cast<double>(true_points);
  const double spurious = gate_px * static_cast<double>(spurious_points);
  scores.alpha = nothing > 0.0 ? gained / nothing : 1.0;
  scores.beta = nothing + spurious > 0.0 ? gained / (nothing + spurious) : 1.0;
  scores.jsc = ratio(scores.matched_points, true_points + scores.false_points);
  scores.jsc_theta = ratio(scores.matched_tracks, tracks + scores.spurious_tracks);
  scores.rmse_px = scores.matched_points > 0
                       ? std::sqrt(square / static_cast<double>(scores.matched_points))
                       : std::numeric_limits<double>::quiet_NaN();
  return scores;
}

double EventScores::recall() const { return ratio(matched, true_events); }
double EventScores::precision() const { return ratio(matched, found_events); }

EventScores score_events(std::span<const TrackEvent> truth, std::span<const ScoreTrack> true_tracks,
                         std::span<const TrackEvent> found,
                         std::span<const ScoreTrack> found_tracks, TrackEventKind kind,
                         std::int64_t frames, double gate_px) {
  const TracksById truth_by_id(true_tracks);
  const TracksById found_by_id(found_tracks);
  EventScores scores;
  std::vector<const TrackEvent*> candidates;
  for (const auto& event : found) {
    if (event.kind == kind) candidates.push_back(&event);
  }
  scores.found_events = static_cast<std::int64_t>(candidates.size());
  for (const auto& event : truth) {
    if (event.kind != kind) continue;
    ++scores.true_events;
    bool near = false;
    bool right = false;
    for (auto& candidate : candidates) {
      if (candidate == nullptr || std::abs(candidate->frame - event.frame) > frames) continue;
      const bool same_product =
          same_near(truth_by_id.find(event.id), found_by_id.find(candidate->id), event.frame,
                    frames, gate_px);
      if (!same_product) continue;
      near = true;
      if (same_parents(event, truth_by_id, *candidate, found_by_id, frames, gate_px)) {
        right = true;
        candidate = nullptr;
        break;
      }
    }
    if (right) ++scores.matched;
    if (near && !right) ++scores.wrong_parents;
  }
  return scores;
}

}  // namespace adatom::tracking
