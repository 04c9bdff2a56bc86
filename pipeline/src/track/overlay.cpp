#include "track/overlay.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace adatom::pipeline {
namespace {

using report::Colour;

constexpr double tail_s = 1.0;
constexpr double mark_s = 0.5;
constexpr std::int64_t most_tail_points = 50;
constexpr Colour white{255, 255, 255};

std::int64_t frames_in(double seconds, const VideoScale& scale, std::int64_t least) {
  constexpr double most = 1e6;
  return std::max<std::int64_t>(least, std::llround(std::min(seconds / scale.frame_time_s, most)));
}

/// From pixels of the frame to those of the picture.
struct Mapping {
  double factor;
  explicit Mapping(const OverlaySize& size)
      : factor(static_cast<double>(size.enlarged) / static_cast<double>(size.block)) {}
  [[nodiscard]] double operator()(double px) const { return (px + 0.5) * factor - 0.5; }
};

/// By 1, 4, 6, 4, 1 along both axes: as wide as a pixel. Electrons one by one are no picture, and
/// noise is what takes most of a video's bytes.
Grid<double> smoothed(const Grid<double>& image) {
  const std::size_t width = image.width();
  const std::size_t height = image.height();
  if (width < 3 || height < 3) return image;
  Grid<double> rows(width, height);
  Grid<double> result(width, height);
  // The border is repeated.
  const auto before = [](std::size_t i, std::size_t by) { return i < by ? 0 : i - by; };
  for (std::size_t y = 0; y < height; ++y) {
    const auto from = image.row(y);
    const auto to = rows.row(y);
    for (std::size_t x = 0; x < width; ++x) {
      const double near = from[before(x, 1)] + from[std::min(x + 1, width - 1)];
      const double far = from[before(x, 2)] + from[std::min(x + 2, width - 1)];
      to[x] = (6.0 * from[x] + 4.0 * near + far) / 16.0;
    }
  }
  for (std::size_t y = 0; y < height; ++y) {
    const auto middle = rows.row(y);
    const auto up = rows.row(before(y, 1));
    const auto up2 = rows.row(before(y, 2));
    const auto down = rows.row(std::min(y + 1, height - 1));
    const auto down2 = rows.row(std::min(y + 2, height - 1));
    const auto to = result.row(y);
    for (std::size_t x = 0; x < width; ++x) {
      to[x] = (6.0 * middle[x] + 4.0 * (up[x] + down[x]) + up2[x] + down2[x]) / 16.0;
    }
  }
  return result;
}

Grid<double> block_means(const image::Image& frame, std::size_t block) {
  if (block == 1) return smoothed(frame);
  Grid<double> means(frame.width() / block, frame.height() / block);
  const double share = 1.0 / static_cast<double>(block * block);
  for (std::size_t y = 0; y < means.height(); ++y) {
    for (std::size_t row = y * block; row < (y + 1) * block; ++row) {
      const auto values = frame.row(row);
      for (std::size_t x = 0; x < means.width(); ++x) {
        for (std::size_t k = 0; k < block; ++k) means(x, y) += share * values[x * block + k];
      }
    }
  }
  return means;
}

/// 1, 2 or 5 times a power of ten, the largest up to `most`.
double round_length(double most) {
  const double power = std::pow(10.0, std::floor(std::log10(most)));
  for (const double step : {5.0, 2.0}) {
    if (step * power <= most) return step * power;
  }
  return power;
}

std::string length_text(double nm) {
  return nm >= 1000.0 ? fmt::format("{:g} µm", nm / 1000.0) : fmt::format("{:g} nm", nm);
}

void draw_scale(report::ColourPicture& picture, double nm_per_pixel, double letters) {
  const auto width = static_cast<double>(picture.width());
  const auto height = static_cast<double>(picture.height());
  const double nm = round_length(0.25 * width * nm_per_pixel);
  const double bar = nm / nm_per_pixel;
  const double thick = std::max(3.0, 0.3 * letters);
  const double x = letters;
  const double y = height - letters - thick;
  picture.rectangle(x - 1.5, y - 1.5, bar + 3.0, thick + 3.0, {0, 0, 0});
  picture.rectangle(x, y, bar, thick, white);
  const std::string text = length_text(nm);
  const double middle = x + 0.5 * bar;
  picture.text(std::max(x, middle - 0.5 * report::ColourPicture::text_length(text, letters)),
               y - 0.55 * letters, text, letters, white);
}

void draw_time(report::ColourPicture& picture, double time_s, double frame_time_s, double letters) {
  // As many decimals as tell frames apart.
  const int decimals =
      std::clamp(static_cast<int>(std::ceil(-std::log10(frame_time_s) - 1e-9)), 0, 6);
  picture.text(letters, 2.0 * letters, fmt::format("{:.{}f} s", time_s, decimals), letters, white);
}

/// A square about a merge, a diamond about a split.
void draw_mark(report::ColourPicture& picture, const OverlayScene::Mark& mark, const Mapping& at) {
  const double x = at(mark.x);
  const double y = at(mark.y);
  const double r = std::max(7.0, at.factor * mark.reach);
  const bool is_merge = mark.kind == tracking::TrackEventKind::merge;
  const double tip = 1.35 * r;
  for (const int corner : {0, 1, 2, 3}) {
    const auto side = [&](int k, double& px, double& py) {
      constexpr std::array<double, 4> cos = {1.0, 0.0, -1.0, 0.0};
      constexpr std::array<double, 4> sin = {0.0, 1.0, 0.0, -1.0};
      const auto i = static_cast<std::size_t>(k % 4);
      px = x + (is_merge ? r * (cos[i] - sin[i]) : tip * cos[i]);
      py = y + (is_merge ? r * (sin[i] + cos[i]) : tip * sin[i]);
    };
    double x1 = 0.0;
    double y1 = 0.0;
    double x2 = 0.0;
    double y2 = 0.0;
    side(corner, x1, y1);
    side(corner + 1, x2, y2);
    picture.line(x1, y1, x2, y2, 2.0, white);
  }
}

}  // namespace

OverlaySize overlay_size(std::size_t frame_width, std::size_t frame_height,
                         std::size_t longest_px) {
  OverlaySize size;
  const std::size_t longest = std::max(frame_width, frame_height);
  size.block = std::max<std::size_t>(1, (longest + longest_px - 1) / longest_px);
  size.enlarged = std::max<std::size_t>(1, longest_px / 2 / longest);
  const auto even = [&](std::size_t side) {
    const std::size_t shown = std::max<std::size_t>(side / size.block, 1) * size.enlarged;
    return std::max<std::size_t>(2, shown + shown % 2);
  };
  size.width = even(frame_width);
  size.height = even(frame_height);
  return size;
}

OverlayScenes::OverlayScenes(const std::filesystem::path& folder, const VideoScale& scale,
                             std::int64_t frames_between)
    : scale_(scale),
      frames_(folder / "tracks.csv"),
      tail_frames_(frames_in(tail_s, scale, 4 * frames_between)),
      tail_stride_(std::max<std::int64_t>(1, tail_frames_ / most_tail_points)),
      mark_frames_(frames_in(mark_s, scale, 2 * frames_between)) {
  TrackLines events(folder / "events.csv", track_events_header());
  const std::size_t kind = events.column("event");
  const std::size_t id = events.column("particle_id");
  while (events.next()) {
    const bool is_merge = events.text(kind) == "merge";
    if (!is_merge && events.text(kind) != "split") continue;
    events_[events.whole(id)] = {events.whole(0), is_merge ? tracking::TrackEventKind::merge
                                                           : tracking::TrackEventKind::split};
  }
}

void OverlayScenes::remember(std::int64_t frame, const std::vector<TrackRow>& rows) {
  for (const TrackRow& row : rows) {
    tails_[row.id].push_back({frame, row.x_specimen_nm / scale_.pixel_size_nm,
                              row.y_specimen_nm / scale_.pixel_size_nm});
  }
}

OverlayScene OverlayScenes::next(std::int64_t frame) {
  for (std::int64_t before = std::max(seen_ + 1, frame - tail_frames_); before < frame; ++before) {
    if (before % tail_stride_ == 0) remember(before, frames_.of(before));
  }
  const std::vector<TrackRow> rows = frames_.of(frame);
  if (frame % tail_stride_ == 0) remember(frame, rows);
  seen_ = frame;
  for (auto tail = tails_.begin(); tail != tails_.end();) {
    auto& places = tail->second;
    while (!places.empty() && places.front().frame < frame - tail_frames_) places.pop_front();
    tail = places.empty() ? tails_.erase(tail) : std::next(tail);
  }
  const double px = 1.0 / scale_.pixel_size_nm;
  OverlayScene scene{.frame = frame, .outlines = {}, .tails = {}, .marks = {}};
  for (const TrackRow& row : rows) {
    const Colour colour = report::colour_of_number(row.id);
    const double stretch = std::sqrt(std::max(1.0, row.axis_ratio));
    scene.outlines.push_back({px * row.x_nm, px * row.y_nm, px * row.radius_nm * stretch,
                              px * row.radius_nm / stretch, row.angle_rad, colour});
    // Earlier places where they are now, had the particle stayed on the specimen.
    const double drift_x = px * (row.x_nm - row.x_specimen_nm);
    const double drift_y = px * (row.y_nm - row.y_specimen_nm);
    Place now{frame, px * row.x_specimen_nm, px * row.y_specimen_nm};
    const auto tail = tails_.find(row.id);
    if (tail != tails_.end()) {
      for (auto place = tail->second.rbegin(); place != tail->second.rend(); ++place) {
        const double age =
            static_cast<double>(frame - place->frame) / static_cast<double>(tail_frames_ + 1);
        scene.tails.push_back({place->x_px + drift_x, place->y_px + drift_y, now.x_px + drift_x,
                               now.y_px + drift_y, 1.0 - 0.8 * age, colour});
        now = *place;
      }
    }
    const auto event = events_.find(row.id);
    if (event == events_.end() || frame < event->second.frame ||
        frame > event->second.frame + mark_frames_) {
      continue;
    }
    scene.marks.push_back(
        {px * row.x_nm, px * row.y_nm, 1.5 * px * row.radius_nm + 2.0, event->second.kind});
  }
  return scene;
}

report::ColourPicture draw_overlay_picture(const image::Image& frame, const OverlayScene& scene,
                                           const OverlaySize& size, const report::Range& greys,
                                           const VideoScale& scale) {
  const Mapping at(size);
  const double pen = 1.5;
  report::ColourPicture picture(size.width, size.height);
  picture.paint(block_means(frame, size.block), report::ColourMap::grey, greys, size.enlarged);
  for (const auto& step : scene.tails) {
    picture.line(at(step.x1), at(step.y1), at(step.x2), at(step.y2), pen, step.colour,
                 step.opacity);
  }
  for (const auto& outline : scene.outlines) {
    picture.ellipse(at(outline.x), at(outline.y), at.factor * outline.first,
                    at.factor * outline.second, outline.angle_rad, pen, outline.colour);
  }
  for (const auto& mark : scene.marks) draw_mark(picture, mark, at);
  const double letters =
      std::clamp(0.022 * static_cast<double>(std::max(size.width, size.height)), 10.0, 30.0);
  draw_time(picture, static_cast<double>(scene.frame) * scale.frame_time_s, scale.frame_time_s,
            letters);
  draw_scale(picture, scale.pixel_size_nm / at.factor, letters);
  return picture;
}

}  // namespace adatom::pipeline
