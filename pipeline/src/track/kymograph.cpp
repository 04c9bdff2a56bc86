#include "track/kymograph.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <unordered_map>

#include "adatom/report/colour_picture.h"
#include "adatom/report/figure_map.h"
#include "track/track_rows.h"

namespace adatom::pipeline {
namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

/// Where a track began and how far it has come.
struct Way {
  double x0 = 0.0;
  double y0 = 0.0;
  double far = 0.0;
};

/// The track that is farthest from where it began, at any time.
std::optional<std::int64_t> farthest_track(const std::filesystem::path& tracks_csv) {
  std::unordered_map<std::int64_t, Way> ways;
  std::optional<std::int64_t> best;
  double best_far = -1.0;
  TrackRows rows(tracks_csv);
  while (const auto row = rows.next()) {
    if (row->at_edge) continue;
    Way& way = ways.try_emplace(row->id, Way{row->x_specimen_nm, row->y_specimen_nm}).first->second;
    way.far = std::hypot(row->x_specimen_nm - way.x0, row->y_specimen_nm - way.y0);
    if (way.far <= best_far) continue;
    best_far = way.far;
    best = row->id;
  }
  return best;
}

/// Between the pixels around it; NaN beyond the frame.
double between_pixels(const image::Image& frame, double x, double y) {
  const double right = static_cast<double>(frame.width()) - 1.0;
  const double bottom = static_cast<double>(frame.height()) - 1.0;
  if (!(x >= 0.0) || !(y >= 0.0) || x > right || y > bottom) return no_number;
  const auto column = static_cast<std::size_t>(std::min(x, std::max(0.0, right - 1.0)));
  const auto row = static_cast<std::size_t>(std::min(y, std::max(0.0, bottom - 1.0)));
  const double u = x - static_cast<double>(column);
  const double v = y - static_cast<double>(row);
  const std::size_t next_column = std::min(column + 1, frame.width() - 1);
  const std::size_t next_row = std::min(row + 1, frame.height() - 1);
  return (1.0 - v) * ((1.0 - u) * frame(column, row) + u * frame(next_column, row)) +
         v * ((1.0 - u) * frame(column, next_row) + u * frame(next_column, next_row));
}

std::size_t steps_of(double length_nm, double pixel_size_nm) {
  return static_cast<std::size_t>(std::max(1.0, std::round(length_nm / pixel_size_nm)));
}

/// The paths within the line's width: how far along the line, and when.
std::vector<report::MapPath> paths_beside(const Kymograph& kymograph,
                                          const std::filesystem::path& tracks_csv,
                                          const VideoScale& scale) {
  const KymographLine& line = kymograph.line;
  const double length = line.length_nm();
  const double ux = (line.x1_nm - line.x0_nm) / length;
  const double uy = (line.y1_nm - line.y0_nm) / length;
  const double reach = std::max(0.5 * line.width_nm, scale.pixel_size_nm);
  std::map<std::int64_t, report::MapPath> paths;
  std::unordered_map<std::int64_t, std::int64_t> last;
  TrackFrames frames(tracks_csv);
  const std::int64_t gap =
      kymograph.frames.size() > 1 ? kymograph.frames[1] - kymograph.frames[0] : 1;
  for (const std::int64_t frame : kymograph.frames) {
    for (const TrackRow& row : frames.of(frame)) {
      const double dx = row.x_specimen_nm - line.x0_nm;
      const double dy = row.y_specimen_nm - line.y0_nm;
      const double along = dx * ux + dy * uy;
      if (std::abs(dx * uy - dy * ux) > reach || along < 0.0 || along > length) continue;
      report::MapPath& path = paths[row.id];
      path.colour = report::colour_of_number(row.id);
      const auto before = last.find(row.id);
      // A particle that left the line, or was missing for long, begins anew.
      if (before != last.end() && frame - before->second > 4 * gap) {
        path.x.push_back(no_number);
        path.y.push_back(no_number);
      }
      last[row.id] = frame;
      path.x.push_back(along);
      path.y.push_back((static_cast<double>(frame) + 0.5 * static_cast<double>(gap)) *
                       scale.frame_time_s);
    }
  }
  std::vector<report::MapPath> list;
  for (auto& [id, path] : paths) list.push_back(std::move(path));
  return list;
}

}  // namespace

double KymographLine::length_nm() const { return std::hypot(x1_nm - x0_nm, y1_nm - y0_nm); }

std::optional<KymographLine> longest_way(const std::filesystem::path& tracks_csv) {
  const auto id = farthest_track(tracks_csv);
  if (!id) return std::nullopt;
  std::vector<double> x;
  std::vector<double> y;
  double radius = 0.0;
  TrackRows rows(tracks_csv);
  while (const auto row = rows.next()) {
    if (row->id != *id || row->at_edge) continue;
    x.push_back(row->x_specimen_nm);
    y.push_back(row->y_specimen_nm);
    radius += row->radius_nm;
  }
  const auto count = static_cast<double>(x.size());
  radius /= count;
  double mx = 0.0;
  double my = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mx += x[i] / count;
    my += y[i] / count;
  }
  double xx = 0.0;
  double xy = 0.0;
  double yy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mx) * (x[i] - mx);
    xy += (x[i] - mx) * (y[i] - my);
    yy += (y[i] - my) * (y[i] - my);
  }
  // The larger principal axis of the places, from the first one to the last.
  const double angle = 0.5 * std::atan2(2.0 * xy, xx - yy);
  double ux = std::cos(angle);
  double uy = std::sin(angle);
  if ((x.back() - x.front()) * ux + (y.back() - y.front()) * uy < 0.0) {
    ux = -ux;
    uy = -uy;
  }
  double low = 0.0;
  double high = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double along = (x[i] - mx) * ux + (y[i] - my) * uy;
    low = std::min(low, along);
    high = std::max(high, along);
  }
  low -= 2.0 * radius;
  high += 2.0 * radius;
  return KymographLine{mx + low * ux, my + low * uy, mx + high * ux, my + high * uy, radius};
}

std::vector<double> kymograph_row(const image::Image& frame, const KymographLine& line,
                                  double pixel_size_nm, double drift_x_px, double drift_y_px) {
  const double length = line.length_nm();
  const std::size_t steps = steps_of(length, pixel_size_nm);
  const std::size_t across = steps_of(line.width_nm, pixel_size_nm);
  const double ux = (line.x1_nm - line.x0_nm) / length;
  const double uy = (line.y1_nm - line.y0_nm) / length;
  std::vector<double> row(steps, no_number);
  for (std::size_t i = 0; i < steps; ++i) {
    const double along = length * (static_cast<double>(i) + 0.5) / static_cast<double>(steps);
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t k = 0; k < across; ++k) {
      const double side =
          line.width_nm * ((static_cast<double>(k) + 0.5) / static_cast<double>(across) - 0.5);
      const double value =
          between_pixels(frame, (line.x0_nm + along * ux - side * uy) / pixel_size_nm + drift_x_px,
                         (line.y0_nm + along * uy + side * ux) / pixel_size_nm + drift_y_px);
      if (!std::isfinite(value)) continue;
      sum += value;
      count += 1.0;
    }
    if (count > 0.0) row[i] = sum / count;
  }
  return row;
}

report::Figure draw_kymograph(const Kymograph& kymograph, const std::filesystem::path& tracks_csv,
                              const VideoScale& scale, bool with_tracks) {
  const std::int64_t gap =
      kymograph.frames.size() > 1 ? kymograph.frames[1] - kymograph.frames[0] : 1;
  const double first_s = static_cast<double>(kymograph.frames.front()) * scale.frame_time_s;
  const double last_s = static_cast<double>(kymograph.frames.back() + gap) * scale.frame_time_s;
  report::MapFigureOptions options{.title = with_tracks ? "Kymograph with tracks" : "Kymograph",
                                   .x_label = "distance along the line (nm)",
                                   .y_label = "time (s)",
                                   .x = {0.0, kymograph.line.length_nm()},
                                   .y = {first_s, last_s},
                                   .scale = {.clip_percent = 0.2, .quantity = "intensity"}};
  if (with_tracks) options.paths = paths_beside(kymograph, tracks_csv, scale);
  return report::draw_map(kymograph.intensity, options);
}

}  // namespace adatom::pipeline
