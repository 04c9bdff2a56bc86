#include "track/track_pictures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "adatom/base/parallel.h"
#include "adatom/image/video_writer.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/report/figure_image.h"
#include "adatom/storage/files.h"
#include "adatom/storage/npy.h"
#include "mobility/frame_state.h"
#include "stages/json_text.h"
#include "stages/stored_figure.h"
#include "track/kymograph.h"
#include "track/overlay.h"
#include "track/track_lines.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr const char* record_file = "pictures.json";
constexpr const char* kymograph_file = "kymograph.svg";
constexpr const char* kymograph_tracks_file = "kymograph_tracks.svg";
/// Rows of a kymograph, where there is no video to go by.
constexpr std::int64_t most_rows = 500;
constexpr std::size_t batch_pictures = 8;

/// What the pictures are made of.
ordered_json pictures_key(const TrackOptions& options, const image::FrameSeries& series,
                          const VideoScale& scale, std::size_t frames, const fs::path& folder) {
  ordered_json key = {
      {"version", 1},
      {"frames", frames},
      {"first", hash_of_pixels(series.read(0).image)},
      {"last", hash_of_pixels(series.read(frames - 1).image)},
      {"pixel_size_nm", scale.pixel_size_nm},
      {"frame_time_s", scale.frame_time_s},
      {"overlay_pictures", options.overlay_pictures},
      {"kymograph", options.kymograph},
      {"kymograph_width_nm",
       json_number(options.kymograph_width_nm.value_or(std::numeric_limits<double>::quiet_NaN()))}};
  for (const char* name : {"tracks.csv", "events.csv", "drift.csv"}) {
    key[name] = sha256_of_file(folder / name);
  }
  return key;
}

bool is_whole(const ordered_json& record, const fs::path& folder) {
  for (const auto& [name, hash] : record.at("files").items()) {
    if (!fs::exists(folder / name) || sha256_of_file(folder / name) != hash.get<std::string>()) {
      return false;
    }
  }
  return true;
}

/// The record of an earlier call, if what it made is still there and would come out the same.
std::optional<ordered_json> earlier(const ordered_json& key, const fs::path& folder) {
  if (!fs::exists(folder / record_file)) return std::nullopt;
  const auto record = ordered_json::parse(storage::read_file(folder / record_file), nullptr, false);
  if (!record.is_object() || !record.contains("key") || !record.contains("files") ||
      record["key"] != key || !is_whole(record, folder)) {
    return std::nullopt;
  }
  return record;
}

/// One range of greys for all pictures: of some frames spread over the video.
report::Range greys_of(const image::FrameSeries& series, std::size_t frames) {
  constexpr std::size_t looked_at = 5;
  std::vector<image::Image> images;
  for (std::size_t i = 0; i < std::min(frames, looked_at); ++i) {
    images.push_back(series.read(i * frames / std::min(frames, looked_at)).image);
  }
  std::vector<std::span<const double>> values;
  for (const auto& image : images) values.emplace_back(image.values());
  return report::colour_range(values, {.rule = report::RangeRule::percentile, .clip_percent = 0.3});
}

std::optional<KymographLine> line_of(const TrackOptions& options, const VideoScale& scale,
                                     const fs::path& folder) {
  constexpr double default_width_px = 5.0;
  std::optional<KymographLine> line;
  if (options.kymograph.size() == 4) {
    const auto& ends = options.kymograph;
    line =
        KymographLine{ends[0], ends[1], ends[2], ends[3], default_width_px * scale.pixel_size_nm};
  } else {
    line = longest_way(folder / "tracks.csv");
  }
  if (line && options.kymograph_width_nm) line->width_nm = *options.kymograph_width_nm;
  return line;
}

struct Place {
  double x_nm = 0.0;
  double y_nm = 0.0;
};

/// The drift of these frames, which are in their order; where it is not known, of the one before.
std::vector<Place> read_drift(const fs::path& folder, const std::vector<std::int64_t>& frames) {
  TrackLines lines(folder / "drift.csv", track_drift_header());
  const std::size_t x = lines.column("drift_x_nm");
  const std::size_t y = lines.column("drift_y_nm");
  std::vector<Place> drift(frames.size());
  std::size_t next = 0;
  Place last;
  while (next < frames.size() && lines.next()) {
    const std::int64_t frame = lines.whole(0);
    for (; next < frames.size() && frames[next] < frame; ++next) drift[next] = last;
    last = {lines.number(x), lines.number(y)};
    if (next < frames.size() && frames[next] == frame) drift[next++] = last;
  }
  for (; next < frames.size(); ++next) drift[next] = last;
  return drift;
}

std::string line_text(const KymographLine& line) {
  return fmt::format("from ({:.4g}, {:.4g}) to ({:.4g}, {:.4g}) nm, averaged over {:.3g} nm across",
                     line.x0_nm, line.y0_nm, line.x1_nm, line.y1_nm, line.width_nm);
}

/// The pictures of frames that are one after another: drawn side by side, while those before are
/// written.
class Pictures {
 public:
  Pictures(const TrackOptions& options, const image::FrameSeries& series, const VideoScale& scale,
           std::size_t frames, const fs::path& folder)
      : series_(series),
        scale_(scale),
        size_(overlay_size(series.width(), series.height(),
                           static_cast<std::size_t>(options.overlay_side_px))),
        greys_(greys_of(series, frames)),
        line_(line_of(options, scale, folder)) {
    const std::int64_t most = options.overlay_pictures > 0 ? options.overlay_pictures : most_rows;
    const auto count = static_cast<std::int64_t>(frames);
    frames_between_ = (count + most - 1) / most;
    for (std::int64_t frame = 0; frame < count; frame += frames_between_) chosen_.push_back(frame);
    drift_ = read_drift(folder, chosen_);
    // As fast as it was where people can follow that, else as fast as they can.
    frames_per_second_ = std::clamp(
        static_cast<int>(std::lround(std::min(1.0 / scale.frame_time_s, 1000.0))), 5, 30);
    if (options.overlay_pictures > 0 && !chosen_.empty()) {
      scenes_.emplace(folder, scale, frames_between_);
      writer_ = std::make_unique<image::VideoWriter>(
          folder / overlay_file, image::VideoFormat{.width = size_.width,
                                                    .height = size_.height,
                                                    .frames_per_second = frames_per_second_,
                                                    .quality = image::VideoQuality::fast});
    }
  }

  void make(Progress& progress) {
    progress.begin("pictures", chosen_.size());
    std::vector<report::ColourPicture> finished;
    rows_.resize(chosen_.size());
    for (std::size_t begin = 0; begin < chosen_.size() || !finished.empty();
         begin += batch_pictures) {
      stop_if_cancelled(progress);
      const std::size_t count =
          begin < chosen_.size() ? std::min(batch_pictures, chosen_.size() - begin) : 0;
      std::vector<report::ColourPicture> drawn;
      parallel_for(2, [&](std::size_t task) {
        if (task == 0) {
          for (const auto& picture : finished) writer_->add(picture.rgb());
        } else {
          drawn = draw(begin, count);
        }
      });
      progress.advance(finished.size());
      finished = std::move(drawn);
    }
    if (writer_) writer_->finish();
  }

  [[nodiscard]] bool has_overlay() const { return writer_ != nullptr; }
  [[nodiscard]] std::int64_t frames_between() const { return frames_between_; }
  [[nodiscard]] int frames_per_second() const { return frames_per_second_; }
  /// Nothing without a line.
  [[nodiscard]] std::optional<Kymograph> kymograph() const {
    if (!line_ || rows_.empty()) return std::nullopt;
    Kymograph kymograph{*line_, chosen_, Grid<double>(rows_.front().size(), rows_.size())};
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      std::ranges::copy(rows_[i], kymograph.intensity.row(i).begin());
    }
    return kymograph;
  }

 private:
  std::vector<report::ColourPicture> draw(std::size_t begin, std::size_t count) {
    std::vector<OverlayScene> scenes(count);
    if (scenes_) {
      for (std::size_t i = 0; i < count; ++i) scenes[i] = scenes_->next(chosen_[begin + i]);
    }
    const bool wanted = has_overlay();
    std::vector<report::ColourPicture> pictures(wanted ? count : 0,
                                                report::ColourPicture(size_.width, size_.height));
    parallel_for(count, [&](std::size_t i) {
      const auto frame = static_cast<std::size_t>(chosen_[begin + i]);
      const image::Image image = series_.read(frame).image;
      if (line_) {
        const Place& drift = drift_[begin + i];
        rows_[begin + i] =
            kymograph_row(image, *line_, scale_.pixel_size_nm, drift.x_nm / scale_.pixel_size_nm,
                          drift.y_nm / scale_.pixel_size_nm);
      }
      if (wanted) pictures[i] = draw_overlay_picture(image, scenes[i], size_, greys_, scale_);
    });
    return pictures;
  }
  const image::FrameSeries& series_;
  VideoScale scale_;
  OverlaySize size_;
  report::Range greys_;
  std::optional<KymographLine> line_;
  std::int64_t frames_between_ = 1;
  int frames_per_second_ = 25;
  std::vector<std::int64_t> chosen_;
  std::vector<Place> drift_;
  std::vector<std::vector<double>> rows_;
  std::optional<OverlayScenes> scenes_;
  std::unique_ptr<image::VideoWriter> writer_;
};

void write_kymograph(const Kymograph& kymograph, const VideoScale& scale, const fs::path& folder,
                     TrackPictures& result) {
  result.has_kymograph = true;
  result.line = line_text(kymograph.line);
  result.kymograph = draw_kymograph(kymograph, folder / "tracks.csv", scale, false);
  result.kymograph_tracks = draw_kymograph(kymograph, folder / "tracks.csv", scale, true);
  storage::write_file(folder / kymograph_file, report::svg_file(result.kymograph));
  storage::write_file(folder / kymograph_tracks_file, report::svg_file(result.kymograph_tracks));
  storage::write_file(folder / "kymograph.png",
                      report::image_png(kymograph.intensity, {.clip_percent = 0.2}));
  const std::array shape = {kymograph.intensity.height(), kymograph.intensity.width()};
  storage::write_file(folder / "kymograph.npy",
                      storage::encode_npy(shape, kymograph.intensity.values()));
}

/// What is on the disk, from its record.
TrackPictures read_again(const ordered_json& record, const fs::path& folder) {
  TrackPictures result{.were_there = true};
  result.has_overlay = record["files"].contains(overlay_file);
  result.frames_between = record.value("frames_between", std::int64_t{1});
  result.frames_per_second = record.value("frames_per_second", 25);
  if (result.has_overlay) result.overlay_bytes = fs::file_size(folder / overlay_file);
  result.has_kymograph = record["files"].contains(kymograph_file);
  if (result.has_kymograph) {
    result.line = record.value("line", std::string());
    result.kymograph = read_figure(folder / kymograph_file);
    result.kymograph_tracks = read_figure(folder / kymograph_tracks_file);
  }
  return result;
}

}  // namespace

TrackPictures make_track_pictures(const TrackOptions& options, const image::FrameSeries& series,
                                  const VideoScale& scale, std::size_t frames,
                                  const fs::path& folder, Progress& progress) {
  const ordered_json key = pictures_key(options, series, scale, frames, folder);
  if (const auto record = earlier(key, folder)) return read_again(*record, folder);
  constexpr std::array names = {overlay_file, kymograph_file, kymograph_tracks_file,
                                "kymograph.png", "kymograph.npy"};
  fs::remove(folder / record_file);
  for (const char* name : names) fs::remove(folder / name);
  TrackPictures result;
  Pictures pictures(options, series, scale, frames, folder);
  pictures.make(progress);
  result.has_overlay = pictures.has_overlay();
  result.frames_between = pictures.frames_between();
  result.frames_per_second = pictures.frames_per_second();
  if (result.has_overlay) result.overlay_bytes = fs::file_size(folder / overlay_file);
  if (const auto kymograph = pictures.kymograph())
    write_kymograph(*kymograph, scale, folder, result);
  ordered_json record = {{"key", key},
                         {"frames_between", result.frames_between},
                         {"frames_per_second", result.frames_per_second},
                         {"line", result.line},
                         {"files", ordered_json::object()}};
  for (const char* name : names) {
    if (fs::exists(folder / name)) record["files"][name] = sha256_of_file(folder / name);
  }
  storage::write_file(folder / record_file, json_text(record));
  return result;
}

}  // namespace adatom::pipeline
