#include "track/track_read.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <string_view>

#include "track/track_lines.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

/// Sizes frame by frame, of rows in the order of frames.
class FrameSizes {
 public:
  FrameSizes(const VideoScale& scale, const std::function<void(const tracking::SizePoint&)>& each,
             TrackTables& tables)
      : scale_(scale), each_(each), tables_(tables) {}
  void add(std::int64_t frame, double radius_nm) {
    if (!begun_) {
      tables_.first_frame = frame;
      frame_ = frame;
      begun_ = true;
    }
    while (frame_ < frame) end_frame();
    radii_.push_back(radius_nm);
    sum_ += radius_nm;
    count_ += 1.0;
    tables_.largest_radius_nm = std::max(tables_.largest_radius_nm, radius_nm);
  }
  [[nodiscard]] std::int64_t frame() const { return frame_; }
  void finish() {
    if (!begun_) return;
    end_frame();
    tables_.mean_radius_nm = sum_ / count_;
    tables_.sizes = sizes_.elements();
  }

 private:
  void end_frame() {
    const auto point = tracking::size_point(frame_, scale_.frame_time_s, std::move(radii_));
    radii_.clear();
    tables_.mean_radii_nm.push_back(point.mean_radius_nm);
    sizes_.add(point);
    each_(point);
    ++frame_;
  }
  const VideoScale& scale_;
  const std::function<void(const tracking::SizePoint&)>& each_;
  TrackTables& tables_;
  bool begun_ = false;
  std::int64_t frame_ = 0;
  std::vector<double> radii_;
  double sum_ = 0.0;
  double count_ = 0.0;
  Thinned<tracking::SizePoint> sizes_;
};

void read_tracks(const fs::path& path, const VideoScale& scale,
                 const std::function<void(const tracking::SizePoint&)>& each_size,
                 TrackTables& tables) {
  TrackLines lines(path, tracks_header());
  const std::size_t id = lines.column("particle_id");
  const std::size_t x = lines.column("x_specimen_nm");
  const std::size_t y = lines.column("y_specimen_nm");
  const std::size_t x_error = lines.column("x_stderr_nm");
  const std::size_t y_error = lines.column("y_stderr_nm");
  const std::size_t radius = lines.column("radius_nm");
  const std::size_t bound = lines.column("x_bound_nm");
  const std::size_t free_standing = lines.column("free_standing");
  const std::size_t at_edge = lines.column("at_edge");
  FrameSizes sizes(scale, each_size, tables);
  RoughMedian ratios;
  while (lines.next()) {
    const TrackedPoint tracked{.id = lines.whole(id),
                               .point = {.frame = lines.whole(0),
                                         .x_nm = lines.number(x),
                                         .y_nm = lines.number(y),
                                         .x_stderr_nm = lines.number(x_error),
                                         .y_stderr_nm = lines.number(y_error),
                                         .radius_nm = lines.number(radius)},
                               .at_edge = lines.whole(at_edge)};
    if (tracked.point.frame < sizes.frame()) lines.refuse();
    sizes.add(tracked.point.frame, tracked.point.radius_nm);
    tables.tracks.add(tracked);
    const double ratio = tracked.point.x_stderr_nm / lines.number(bound);
    if (tracked.at_edge == 0 && lines.whole(free_standing) == 1 && ratio > 0.0 &&
        std::isfinite(ratio)) {
      ratios.add(ratio);
    }
  }
  sizes.finish();
  tables.tracks.sort();
  tables.free_standing = ratios.count();
  tables.bound_ratio = ratios.value();
}

void read_events(const fs::path& path, const VideoScale& scale, TrackTables& tables) {
  constexpr auto& names = EnumNames<tracking::TrackEventKind>::names;
  TrackLines lines(path, track_events_header());
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

void read_detections(const fs::path& path, FrameDetections& found) {
  TrackLines lines(path, detections_header());
  const std::size_t particles = lines.column("particles");
  const std::size_t brightness = lines.column("brightness");
  const std::size_t blur = lines.column("edge_blur_nm");
  constexpr double least_change = 1e-6;  // what is the same has no logarithm
  RoughMedian blurs;
  RoughMedian changes;
  RoughMedian numbers;
  double blur_before = 0.0;
  double number_before = 0.0;
  double before = 0.0;
  std::string what_before;
  while (lines.next()) {
    const std::int64_t frame = lines.whole(0);
    const double now = lines.number(brightness);
    // All that was measured, to the last digit: two frames of a camera are never that much alike.
    std::string what;
    for (std::size_t i = particles; i < lines.columns(); ++i)
      what += ',' + std::string(lines.text(i));
    const bool empty = lines.whole(particles) == 0;
    if (empty) {
      found.empty.add(frame);
    } else if (const double blur_now = lines.number(blur); blur_now > 0.0) {
      const auto number_now = static_cast<double>(lines.whole(particles));
      blurs.add(blur_now);
      if (blur_before > 0.0) {
        changes.add(std::max(least_change, std::abs(std::log(blur_now / blur_before))));
        numbers.add(std::max(least_change, std::abs(std::log(number_now / number_before))));
      }
      blur_before = blur_now;
      number_before = number_now;
    }
    const double larger = std::max(std::abs(before), std::abs(now));
    if (found.frames > 0 && std::abs(now - before) > brightness_jump * larger) {
      found.jumps.add(frame);
    }
    if (!empty && what == what_before) found.frozen.add(frame);
    before = now;
    what_before = std::move(what);
    found.particles += lines.whole(particles);
    ++found.frames;
  }
  found.edge_blur_nm = blurs.value();
  found.edge_blur_change = changes.value();
  found.particles_change = numbers.value();
}

}  // namespace

TrackTables read_track_tables(const fs::path& folder, const VideoScale& scale,
                              const std::function<void(const tracking::SizePoint&)>& each_size) {
  TrackTables tables(folder);
  read_tracks(folder / "tracks.csv", scale, each_size, tables);
  read_events(folder / "events.csv", scale, tables);
  read_detections(folder / "detections.csv", tables.detections);
  TrackLines lines(folder / "drift.csv", track_drift_header());
  Thinned<FrameDrift> drift;
  while (lines.next()) {
    drift.add({.frame = lines.whole(0), .x_nm = lines.number(2), .y_nm = lines.number(3)});
  }
  tables.drift = drift.elements();
  return tables;
}

}  // namespace adatom::pipeline
