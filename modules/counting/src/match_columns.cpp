#include "adatom/counting/match_columns.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "adatom/base/error.h"
#include "match_align.h"
#include "match_points.h"

namespace adatom::counting {

namespace {

constexpr std::size_t fewest_points = 3;
// Columns are not nearer to one another than this many spacings.
constexpr double crowded = 0.6;
// Unless they are at one site of the lattice, where distortions may be larger.
constexpr double same_site_reach = 0.8;
// Cross-sections that differ by this share of their median are no longer alike; about an atom.
constexpr double alike_share = 0.15;

class Matcher {
 public:
  Matcher(std::span<const FrameColumns> frames, const MatchOptions& options)
      : frames_(frames), options_(options), result_() {
    for (const FrameColumns& frame : frames) {
      std::vector<PlanePoint> points;
      for (std::size_t i = 0; i < frame.x_angstrom.size(); ++i) {
        points.push_back({frame.x_angstrom[i], frame.y_angstrom[i]});
      }
      points_.push_back(std::move(points));
    }
    spacing_ = neighbour_spacing(points_);
    result_.frames.resize(frames.size());
    std::vector<double> all;
    for (const FrameColumns& frame : frames) {
      all.insert(all.end(), frame.scs_angstrom2.begin(), frame.scs_angstrom2.end());
    }
    if (!all.empty()) {
      const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
      std::nth_element(all.begin(), middle, all.end());
      alike_ = alike_share * std::abs(*middle);
    }
  }

  [[nodiscard]] double spacing_angstrom() const { return spacing_; }

  MatchResult run(Progress& progress) {
    progress.begin("match columns", 2 * frames_.size());
    const std::size_t start = starting_frame();
    PlanePoint drift;
    for (std::size_t f = start; f < frames_.size(); ++f) drift = follow(f, drift, progress);
    drift = {};
    for (std::size_t f = start; f-- > 0;) drift = follow(f, drift, progress);
    match_again(progress);
    merge_sites();
    finish();
    return std::move(result_);
  }

 private:
  /// The first that shows at least half as many columns as most frames do.
  [[nodiscard]] std::size_t starting_frame() const {
    std::vector<std::size_t> sizes;
    for (const auto& points : points_) sizes.push_back(points.size());
    std::sort(sizes.begin(), sizes.end());
    const std::size_t enough = std::max(fewest_points, sizes[sizes.size() / 2] / 2);
    for (std::size_t f = 0; f < points_.size(); ++f) {
      if (points_[f].size() >= enough) return f;
    }
    return static_cast<std::size_t>(
        std::max_element(points_.begin(), points_.end(),
                         [](const auto& a, const auto& b) { return a.size() < b.size(); }) -
        points_.begin());
  }

  /// Takes a frame to the columns known so far. @returns the drift for the next one to begin at
  PlanePoint follow(std::size_t f, const PlanePoint& before, Progress& progress) {
    stop_if_cancelled(progress);
    progress.advance(1);
    if (points_[f].size() < fewest_points) {
      result_.frames[f].columns = static_cast<std::int64_t>(points_[f].size());
      return before;
    }
    const Alignment found = tracks_.empty()
                                ? Alignment{{}, 1.0, false}
                                : map().align(points_[f], frames_[f].scs_angstrom2, before);
    if (!take_frame(f, found.shift)) return before;
    if (found.ambiguous) ambiguous_.push_back(f);
    return found.shift;
  }

  [[nodiscard]] TrackMap map() const { return {tracks_, spacing_, alike_}; }

  /// The frame's columns where they would be without drift and slow distortions, and the tracks
  /// that they are.
  struct Assigned {
    std::vector<PlanePoint> places;
    PointPairs pairs;
  };
  [[nodiscard]] Assigned assign(std::size_t f, const PlanePoint& shift) const {
    const TrackMap known = map();
    const PointCells& cells = known.cells();
    const auto points = shifted(points_[f], shift);
    Assigned out{points, pair_points(points, cells, widest_reach * spacing_)};
    for (int pass = 0; pass < 2; ++pass) {
      std::vector<PlanePoint> from;
      std::vector<PlanePoint> moved;
      std::vector<std::size_t> pair_of(points.size(), points.size());
      for (const auto& [i, k] : out.pairs) {
        pair_of[i] = from.size();
        from.push_back(points[i]);
        moved.push_back({points[i].x - cells.point(k).x, points[i].y - cells.point(k).y});
      }
      const LocalShift local(std::move(from), std::move(moved), spacing_);
      for (std::size_t i = 0; i < points.size(); ++i) {
        const PlanePoint own = local.at(points[i], pair_of[i]);
        out.places[i] = {points[i].x - own.x, points[i].y - own.y};
      }
      out.pairs = pair_points(out.places, cells, options_.tolerance * spacing_);
    }
    add_leftovers(out, cells);
    return out;
  }

  /// Columns farther from their place than the tolerance, where neither has another partner.
  void add_leftovers(Assigned& out, const PointCells& cells) const {
    std::vector<bool> column_taken(out.places.size(), false);
    std::vector<bool> track_taken(tracks_.size(), false);
    for (const auto& [i, k] : out.pairs) column_taken[i] = track_taken[k] = true;
    std::vector<PlanePoint> free_points;
    std::vector<std::size_t> number;
    for (std::size_t i = 0; i < out.places.size(); ++i) {
      if (column_taken[i]) continue;
      free_points.push_back(out.places[i]);
      number.push_back(i);
    }
    for (const auto& [i, k] : pair_points(free_points, cells, widest_reach * spacing_)) {
      if (!track_taken[k]) out.pairs.emplace_back(number[i], k);
    }
    std::sort(out.pairs.begin(), out.pairs.end());
  }

  /// Puts the frame's columns into tracks. @returns was the frame usable?
  bool take_frame(std::size_t f, const PlanePoint& shift) {
    FrameMatch& match = result_.frames[f];
    match.columns = static_cast<std::int64_t>(points_[f].size());
    const bool first = tracks_.empty();
    const Assigned assigned = first ? Assigned{shifted(points_[f], shift), {}} : assign(f, shift);
    const auto matched = static_cast<double>(assigned.pairs.size());
    match.usable =
        first || (assigned.pairs.size() >= fewest_points &&
                  matched >= options_.min_matched * static_cast<double>(points_[f].size()));
    if (!match.usable) return false;
    match.drift_x_angstrom = shift.x;
    match.drift_y_angstrom = shift.y;
    for (Track& track : tracks_) track.asked += 1.0;
    std::vector<bool> known(points_[f].size(), false);
    double squares = 0.0;
    for (const auto& [i, k] : assigned.pairs) {
      known[i] = true;
      squares += std::pow(distance_between(assigned.places[i], tracks_[k].place), 2);
      join(tracks_[k], f, i, assigned.places[i]);
    }
    match.rms_angstrom = matched > 0.0 ? std::sqrt(squares / matched) : 0.0;
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (known[i]) continue;
      Track track;
      track.asked = 1.0;
      track.member.assign(frames_.size(), -1);
      join(track, f, i, assigned.places[i]);
      tracks_.push_back(std::move(track));
    }
    return true;
  }

  void join(Track& track, std::size_t f, std::size_t i, const PlanePoint& place) {
    track.seen += 1.0;
    track.place.x += (place.x - track.place.x) / track.seen;
    track.place.y += (place.y - track.place.y) / track.seen;
    if (!frames_[f].scs_angstrom2.empty()) {
      track.scs += (frames_[f].scs_angstrom2[i] - track.scs) / track.seen;
    }
    track.member[f] = static_cast<std::int64_t>(i);
  }

  /// All frames once more, to the positions found by all of them: a column's first frame is no
  /// better than the others. Places stay while that is done.
  void match_again(Progress& progress) {
    for (Track& track : tracks_) {
      track.member.assign(frames_.size(), -1);
      track.seen = 0.0;
    }
    for (std::size_t f = 0; f < frames_.size(); ++f) {
      stop_if_cancelled(progress);
      FrameMatch& match = result_.frames[f];
      if (match.usable) {
        const PlanePoint shift =
            map().centred(points_[f], {match.drift_x_angstrom, match.drift_y_angstrom});
        const Assigned assigned = assign(f, shift);
        match.drift_x_angstrom = shift.x;
        match.drift_y_angstrom = shift.y;
        double squares = 0.0;
        for (const auto& [i, k] : assigned.pairs) {
          tracks_[k].member[f] = static_cast<std::int64_t>(i);
          tracks_[k].seen += 1.0;
          squares += std::pow(distance_between(assigned.places[i], tracks_[k].place), 2);
        }
        const auto matched = static_cast<double>(std::max<std::size_t>(assigned.pairs.size(), 1));
        match.rms_angstrom = std::sqrt(squares / matched);
        add_strangers(f, assigned);
      }
      progress.advance(1);
    }
    std::erase_if(tracks_, [](const Track& track) { return track.seen == 0.0; });
  }

  /// What is no column of the first run after all is one of its own.
  void add_strangers(std::size_t f, const Assigned& assigned) {
    std::vector<bool> known(points_[f].size(), false);
    for (const auto& [i, k] : assigned.pairs) known[i] = true;
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (known[i]) continue;
      Track track;
      track.member.assign(frames_.size(), -1);
      join(track, f, i, assigned.places[i]);
      tracks_.push_back(std::move(track));
    }
  }

  static SeriesColumn column_of(const Track& track) {
    SeriesColumn column;
    column.x_angstrom = track.place.x;
    column.y_angstrom = track.place.y;
    column.member = track.member;
    column.frames_seen = static_cast<std::int64_t>(track.seen);
    return column;
  }

  /// Two columns at one site of the lattice, or nearer to one another than columns are, and never
  /// seen together: one that was found elsewhere for a while.
  void merge_sites() {
    const auto order = [this](const Track& track) {
      std::size_t f = 0;
      while (f < track.member.size() && track.member[f] < 0) ++f;
      return std::pair(f, f < track.member.size() ? track.member[f] : 0);
    };
    std::stable_sort(tracks_.begin(), tracks_.end(),
                     [&](const Track& a, const Track& b) { return order(a) < order(b); });
    std::vector<SeriesColumn> all;
    for (const Track& track : tracks_) all.push_back(column_of(track));
    set_lattice_sites(all, spacing_);
    for (SeriesColumn& column : all) {
      SeriesColumn* same = nullptr;
      for (SeriesColumn& other : result_.columns) {
        if (can_be_one(column, other)) same = &other;
      }
      if (same == nullptr) {
        result_.columns.push_back(std::move(column));
        continue;
      }
      const auto weight = static_cast<double>(column.frames_seen) /
                          static_cast<double>(column.frames_seen + same->frames_seen);
      same->x_angstrom += weight * (column.x_angstrom - same->x_angstrom);
      same->y_angstrom += weight * (column.y_angstrom - same->y_angstrom);
      same->frames_seen += column.frames_seen;
      for (std::size_t f = 0; f < column.member.size(); ++f) {
        if (column.member[f] >= 0) same->member[f] = column.member[f];
      }
    }
  }
  [[nodiscard]] bool can_be_one(const SeriesColumn& a, const SeriesColumn& b) const {
    const bool same_site = a.on_lattice && b.on_lattice && a.u == b.u && a.v == b.v;
    const double apart =
        distance_between({a.x_angstrom, a.y_angstrom}, {b.x_angstrom, b.y_angstrom});
    if (apart > (same_site ? same_site_reach : crowded) * spacing_) return false;
    for (std::size_t f = 0; f < a.member.size(); ++f) {
      if (a.member[f] >= 0 && b.member[f] >= 0) return false;
    }
    return true;
  }

  [[nodiscard]] Sight sight_of(const SeriesColumn& column, std::size_t f) const {
    if (column.member[f] >= 0) return Sight::seen;
    const FrameMatch& match = result_.frames[f];
    if (!match.usable) return Sight::out_of_sight;
    const FrameColumns& frame = frames_[f];
    if (frame.width_angstrom <= 0.0 || frame.height_angstrom <= 0.0) return Sight::not_seen;
    // A column whose disc is cut by the edge may not be fitted.
    const double margin = 0.5 * spacing_;
    const double x = column.x_angstrom + match.drift_x_angstrom;
    const double y = column.y_angstrom + match.drift_y_angstrom;
    const bool inside = x > margin && y > margin && x < frame.width_angstrom - margin &&
                        y < frame.height_angstrom - margin;
    return inside ? Sight::not_seen : Sight::out_of_sight;
  }

  void finish() {
    std::optional<PlanePoint> origin;
    for (const FrameMatch& match : result_.frames) {
      if (match.usable && !origin) origin = {match.drift_x_angstrom, match.drift_y_angstrom};
    }
    for (FrameMatch& match : result_.frames) {
      if (!match.usable) continue;
      match.drift_x_angstrom -= origin->x;
      match.drift_y_angstrom -= origin->y;
    }
    for (SeriesColumn& column : result_.columns) {
      column.x_angstrom += origin->x;
      column.y_angstrom += origin->y;
      for (std::size_t f = 0; f < frames_.size(); ++f) {
        column.sight.push_back(sight_of(column, f));
        if (column.sight.back() == Sight::seen && column.frames_seen > 1) {
          ++result_.frames[f].matched;
        }
      }
    }
    result_.spacing_angstrom = spacing_;
    add_warnings();
  }

  void add_warnings() {
    const auto warn = [this](const std::vector<std::size_t>& which, const std::string& what) {
      if (which.empty()) return;
      std::string list;
      for (std::size_t i = 0; i < std::min<std::size_t>(which.size(), 10); ++i) {
        list += (i > 0 ? ", " : "") + std::to_string(which[i]);
      }
      if (which.size() > 10) list += ", ...";
      result_.warnings.push_back((which.size() == 1 ? "frame " : "frames ") + list + ": " + what);
    };
    std::vector<std::size_t> unusable;
    for (std::size_t f = 0; f < frames_.size(); ++f) {
      if (!result_.frames[f].usable) unusable.push_back(f);
    }
    warn(unusable,
         "too few columns match those of the other frames; the series is counted without");
    warn(ambiguous_, "the drift may be another one by a lattice vector");
  }

  std::span<const FrameColumns> frames_;
  const MatchOptions& options_;
  MatchResult result_;
  std::vector<std::vector<PlanePoint>> points_;
  std::vector<Track> tracks_;
  std::vector<std::size_t> ambiguous_;
  double spacing_ = 0.0;
  double alike_ = 0.0;
};

}  // namespace

void MatchOptions::describe(OptionVisitor& v) {
  v.visit({.name = "tolerance",
           .help = "a column lies at most this share of the distance between neighbours from its "
                   "place in the other frames, unless nothing else can be meant",
           .min = 0.05,
           .max = 0.5},
          tolerance);
  v.visit({.name = "min_matched",
           .help = "a frame in which less than this share of the columns is found in the others is "
                   "left out",
           .min = 0,
           .max = 1},
          min_matched);
}

std::vector<OptionIssue> MatchOptions::validate() const { return check_ranges(*this); }

MatchResult match_columns(std::span<const FrameColumns> frames, const MatchOptions& options,
                          Progress& progress) {
  require_valid(options.validate());
  std::size_t most = 0;
  for (std::size_t f = 0; f < frames.size(); ++f) {
    const FrameColumns& frame = frames[f];
    const std::size_t size = frame.x_angstrom.size();
    most = std::max(most, size);
    const bool fits = frame.y_angstrom.size() == size &&
                      (frame.scs_angstrom2.empty() || frame.scs_angstrom2.size() == size);
    const auto sensible = [](double value) {
      return std::isfinite(value) && std::abs(value) < 1e5;
    };
    const bool good = fits &&
                      std::all_of(frame.x_angstrom.begin(), frame.x_angstrom.end(), sensible) &&
                      std::all_of(frame.y_angstrom.begin(), frame.y_angstrom.end(), sensible);
    if (good) continue;
    throw InputError({.what = "the columns of frame " + std::to_string(f) + " cannot be matched",
                      .where = "positions",
                      .why = fits ? "a position is not a number below 1e5 angstrom"
                                  : "there are not as many x, y and cross-sections",
                      .remedy = "check the table of columns"});
  }
  if (most < fewest_points) {
    throw InputError({.what = "there is no series of columns to match",
                      .where = "positions",
                      .why = "no frame has three columns",
                      .remedy = "give the columns of several frames of one particle"});
  }
  Matcher matcher(frames, options);
  if (matcher.spacing_angstrom() <= 0.0) {
    throw InputError({.what = "there is no series of columns to match",
                      .where = "positions",
                      .why = "all columns of a frame are at one place",
                      .remedy = "check the table of columns"});
  }
  return matcher.run(progress);
}

}  // namespace adatom::counting
