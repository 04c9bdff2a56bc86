#include "track/track_read.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse_line(const fs::path& path, const std::string& line) {
  throw InputError({.what = "a line that is none of this table's",
                    .where = path.string(),
                    .why = line.substr(0, 60),
                    .remedy = "remove the folder to begin again"});
}

/// The cells of one line at a time: tables of tracks are long.
class Lines {
 public:
  Lines(fs::path path, std::string_view header) : path_(std::move(path)), file_(path_) {
    std::getline(file_, line_);
    if (line_ + "\n" != header) refuse_line(path_, line_);
    columns_ = static_cast<std::size_t>(std::ranges::count(header, ',')) + 1;
  }
  bool next() {
    if (!std::getline(file_, line_)) return false;
    cells_.clear();
    std::string_view left = line_;
    for (std::size_t comma = left.find(','); comma != left.npos; comma = left.find(',')) {
      cells_.push_back(left.substr(0, comma));
      left.remove_prefix(comma + 1);
    }
    cells_.push_back(left);
    if (cells_.size() != columns_) refuse_line(path_, line_);
    return true;
  }
  [[nodiscard]] std::string_view text(std::size_t column) const { return cells_[column]; }
  [[nodiscard]] double number(std::size_t column) const {
    const auto value = parse_double(cells_[column]);
    if (!value) refuse_line(path_, line_);
    return *value;
  }
  [[nodiscard]] std::int64_t whole(std::size_t column) const {
    const auto value = parse_integer(cells_[column]);
    if (!value) refuse_line(path_, line_);
    return *value;
  }
  [[noreturn]] void refuse() const { refuse_line(path_, line_); }

 private:
  fs::path path_;
  std::ifstream file_;
  std::string line_;
  std::vector<std::string_view> cells_;
  std::size_t columns_ = 0;
};

/// Which column of a header has this name.
std::size_t column_of(std::string_view header, std::string_view name) {
  std::istringstream names{std::string(header.substr(0, header.size() - 1))};
  std::size_t column = 0;
  for (std::string each; std::getline(names, each, ','); ++column) {
    if (each == name) return column;
  }
  throw std::logic_error("no such column: " + std::string(name));
}

void read_tracks(const fs::path& path, TrackTables& tables) {
  const std::string header = tracks_header();
  const auto column = [&](std::string_view name) { return column_of(header, name); };
  const std::size_t id = column("particle_id");
  const std::size_t x = column("x_specimen_nm");
  const std::size_t y = column("y_specimen_nm");
  const std::size_t x_error = column("x_stderr_nm");
  const std::size_t y_error = column("y_stderr_nm");
  const std::size_t radius = column("radius_nm");
  const std::size_t bound = column("x_bound_nm");
  const std::size_t free_standing = column("free_standing");
  const std::size_t at_edge = column("at_edge");
  std::unordered_map<std::int64_t, std::size_t> places;
  std::vector<double> ratios;
  Lines lines(path, header);
  while (lines.next()) {
    const auto [place, is_new] = places.try_emplace(lines.whole(id), tables.tracks.size());
    if (is_new) {
      tables.tracks.push_back({.id = lines.whole(id), .points = {}});
      tables.inner_tracks.push_back(tables.tracks.back());
    }
    const tracking::TrackPoint point{.frame = lines.whole(0),
                                     .x_nm = lines.number(x),
                                     .y_nm = lines.number(y),
                                     .x_stderr_nm = lines.number(x_error),
                                     .y_stderr_nm = lines.number(y_error),
                                     .radius_nm = lines.number(radius)};
    tables.tracks[place->second].points.push_back(point);
    if (lines.whole(at_edge) == 1) continue;
    tables.inner_tracks[place->second].points.push_back(point);
    const double ratio = point.x_stderr_nm / lines.number(bound);
    if (lines.whole(free_standing) == 1 && ratio > 0.0) ratios.push_back(ratio);
  }
  std::erase_if(tables.inner_tracks, [](const auto& track) { return track.points.empty(); });
  std::ranges::sort(tables.inner_tracks, {}, &tracking::Track::id);
  std::ranges::sort(tables.tracks, {}, &tracking::Track::id);
  tables.free_standing = static_cast<std::int64_t>(ratios.size());
  tables.bound_ratio = std::numeric_limits<double>::quiet_NaN();
  if (ratios.empty()) return;
  const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
  std::nth_element(ratios.begin(), middle, ratios.end());
  tables.bound_ratio = *middle;
}

void read_events(const fs::path& path, const VideoScale& scale, TrackTables& tables) {
  constexpr auto& names = EnumNames<tracking::TrackEventKind>::names;
  Lines lines(path, track_events_header());
  while (lines.next()) {
    // frame,time_s,event,particle_id,parent_ids,x_nm,y_nm,log_odds
    const auto name = std::ranges::find(names, lines.text(2),
                                        [](const char* each) { return std::string_view(each); });
    if (name == names.end()) lines.refuse();
    tracking::TrackEvent event{.frame = lines.whole(0),
                               .kind = static_cast<tracking::TrackEventKind>(name - names.begin()),
                               .id = lines.whole(3),
                               .parents = {},
                               .x_px = lines.number(5) / scale.pixel_size_nm,
                               .y_px = lines.number(6) / scale.pixel_size_nm,
                               .log_odds = lines.number(7)};
    std::istringstream parents{std::string(lines.text(4))};
    for (std::int64_t parent = 0; parents >> parent;) event.parents.push_back(parent);
    tables.events.push_back(std::move(event));
  }
}

}  // namespace

TrackTables read_track_tables(const fs::path& folder, const VideoScale& scale) {
  TrackTables tables;
  read_tracks(folder / "tracks.csv", tables);
  read_events(folder / "events.csv", scale, tables);
  Lines detections(folder / "detections.csv", detections_header());
  while (detections.next()) {
    // frame,time_s,particles,brightness,contrast,edge_blur_nm,...
    tables.detections.push_back({.frame = detections.whole(0),
                                 .particles = detections.whole(2),
                                 .brightness = detections.number(3),
                                 .contrast = detections.number(4),
                                 .edge_blur_nm = detections.number(5)});
  }
  Lines drift(folder / "drift.csv", track_drift_header());
  while (drift.next()) {
    tables.drift.push_back(
        {.frame = drift.whole(0), .x_nm = drift.number(2), .y_nm = drift.number(3)});
  }
  return tables;
}

}  // namespace adatom::pipeline
