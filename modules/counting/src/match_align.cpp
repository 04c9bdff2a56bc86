#include "match_align.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace adatom::counting {

namespace {

// Shifts looked at more closely.
constexpr std::size_t most_shifts = 40;
constexpr std::size_t most_votes = 2'000'000;
// Width of a bin of votes in spacings: wider than jitter, narrower than half a lattice vector.
constexpr double vote_bin = 0.3;
// A drift of one spacing from the frame before costs this share of the columns: where the frames
// show nothing but lattice, the smallest drift is meant.
constexpr double drift_price = 0.005;
// Another shift by half a spacing or more that does nearly as well as the best.
constexpr double ambiguous_share = 0.97;

std::vector<PlanePoint> places_of(const std::vector<Track>& tracks) {
  std::vector<PlanePoint> all;
  for (const Track& track : tracks) all.push_back(track.place);
  return all;
}

/// How surely a track is there.
double presence(const Track& track) { return track.asked > 0.0 ? track.seen / track.asked : 1.0; }

}  // namespace

std::vector<PlanePoint> shifted(std::vector<PlanePoint> points, const PlanePoint& shift) {
  for (PlanePoint& point : points) point = {point.x - shift.x, point.y - shift.y};
  return points;
}

TrackMap::TrackMap(const std::vector<Track>& tracks, double spacing_angstrom,
                   double alike_angstrom2)
    : tracks_(tracks),
      cells_(places_of(tracks), spacing_angstrom),
      spacing_(spacing_angstrom),
      alike_(alike_angstrom2) {}

/// Bins of shifts that many pairs agree on.
std::vector<PlanePoint> TrackMap::voted_shifts(const std::vector<PlanePoint>& points) const {
  const double bin = vote_bin * spacing_;
  std::unordered_map<long long, double> votes;
  const auto key = [](long long x, long long y) { return x * 4'000'000LL + y; };
  // Of very many columns a part is enough to vote.
  const std::size_t stride = points.size() * tracks_.size() / most_votes + 1;
  for (std::size_t i = 0; i < points.size(); i += stride) {
    const PlanePoint& point = points[i];
    for (const Track& track : tracks_) {
      votes[key(std::llround((point.x - track.place.x) / bin),
                std::llround((point.y - track.place.y) / bin))] += 1.0;
    }
  }
  // A true shift near a corner of bins has its votes in four.
  std::vector<std::tuple<double, long long, long long>> ranked;
  for (const auto& [cell, count] : votes) {
    const long long y = (cell % 4'000'000LL + 6'000'000LL) % 4'000'000LL - 2'000'000LL;
    const long long x = (cell - y) / 4'000'000LL;
    double sum = 0.0;
    for (long long dx = -1; dx <= 1; ++dx) {
      for (long long dy = -1; dy <= 1; ++dy) {
        const auto near = votes.find(key(x + dx, y + dy));
        if (near != votes.end()) sum += near->second;
      }
    }
    ranked.emplace_back(-sum, x, y);
  }
  const std::size_t kept = std::min(most_shifts, ranked.size());
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept),
                    ranked.end());
  std::vector<PlanePoint> shifts;
  for (std::size_t i = 0; i < kept; ++i) {
    shifts.push_back({static_cast<double>(std::get<1>(ranked[i])) * bin,
                      static_cast<double>(std::get<2>(ranked[i])) * bin});
  }
  return shifts;
}

PlanePoint TrackMap::centred(const std::vector<PlanePoint>& points, PlanePoint shift) const {
  for (int pass = 0; pass < 2; ++pass) {
    const auto placed = shifted(points, shift);
    std::vector<double> dx;
    std::vector<double> dy;
    for (const auto& [i, k] : pair_points(placed, cells_, widest_reach * spacing_)) {
      dx.push_back(placed[i].x - cells_.point(k).x);
      dy.push_back(placed[i].y - cells_.point(k).y);
    }
    if (dx.empty()) return shift;
    const auto middle = static_cast<std::ptrdiff_t>(dx.size() / 2);
    std::nth_element(dx.begin(), dx.begin() + middle, dx.end());
    std::nth_element(dy.begin(), dy.begin() + middle, dy.end());
    shift = {shift.x + dx[static_cast<std::size_t>(middle)],
             shift.y + dy[static_cast<std::size_t>(middle)]};
  }
  return shift;
}

double TrackMap::score(const std::vector<PlanePoint>& points,
                       const std::vector<double>& scs_angstrom2, const PlanePoint& shift,
                       const PlanePoint& before) const {
  const auto placed = shifted(points, shift);
  const bool compares = !scs_angstrom2.empty() && alike_ > 0.0;
  double sum = 0.0;
  for (const auto& [i, k] : pair_points(placed, cells_, widest_reach * spacing_)) {
    double likeness = 1.0;
    if (compares) {
      const double z = (scs_angstrom2[i] - tracks_[k].scs) / alike_;
      likeness = 1.0 / (1.0 + z * z);
    }
    // Jitter moves no column this far as a rule.
    const double off = distance_between(placed[i], cells_.point(k)) / spacing_;
    sum += presence(tracks_[k]) * likeness * (1.0 - off);
  }
  const double columns = static_cast<double>(points.size());
  return sum / columns - drift_price * distance_between(shift, before) / spacing_;
}

Alignment TrackMap::align(const std::vector<PlanePoint>& points,
                          const std::vector<double>& scs_angstrom2,
                          const PlanePoint& before) const {
  Alignment best;
  std::vector<std::pair<PlanePoint, double>> all;
  for (const PlanePoint& voted : voted_shifts(points)) {
    const PlanePoint shift = centred(points, voted);
    const double value = score(points, scs_angstrom2, shift, before);
    all.emplace_back(shift, value);
    if (value > best.score) best = {shift, value, false};
  }
  for (const auto& [shift, value] : all) {
    if (value > ambiguous_share * best.score &&
        distance_between(shift, best.shift) > 0.5 * spacing_) {
      best.ambiguous = true;
    }
  }
  return best;
}

}  // namespace adatom::counting
