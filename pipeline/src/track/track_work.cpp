#include "track/track_work.h"

#include <chrono>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/image/load.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/files.h"
#include "md/folder_lock.h"
#include "md/growing_file.h"
#include "track/file_remarks.h"
#include "track/track_report.h"
#include "track/track_results.h"
#include "track/video_tracking.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr const char* scores_file = "atom_scores.csv";

/// Everything that is made of the tables.
Remarks write_results(const TrackOptions& options, const image::FrameSeries& series,
                      const VideoPaths& videos, const VideoTracking& video, const fs::path& folder,
                      Progress& progress, const std::function<void(const std::string&)>& say) {
  const VideoScale& scale = video.scale();
  GrowingFile sizes(folder / "sizes.csv", 0);
  sizes.append(track_sizes_header());
  const TrackTables tables = read_track_tables(
      folder, scale, [&](const auto& point) { sizes.append(track_sizes_row(point)); });
  const TrackStatistics statistics = track_statistics(tables, scale, options);
  Remarks remarks = track_remarks(tables, statistics, scale, options);
  const auto of_files = file_remarks(series, videos);
  remarks.warnings.insert(remarks.warnings.begin(), of_files.begin(), of_files.end());
  fs::remove(folder / edge_file);
  if (video.field().edge) {
    remarks.warnings.push_back(edge_remark(*video.field().edge));
    write_mask(folder / edge_file, video.field().mask);
  }
  const auto write = [&](const char* name, const std::string& text) {
    storage::write_file(folder / name, text);
  };
  write("track.yaml", write_yaml(options));
  write("velocities.csv", velocities_csv(statistics));
  write("fractions.csv", fractions_csv(statistics, options));
  write("msd.csv", msd_csv(statistics));
  write("van_hove.csv", van_hove_csv(statistics));
  write("track_table.csv", track_table_csv(statistics));
  write("summary.json",
        track_summary_json(tables, statistics, scale, video.max_step_nm(), options));
  std::optional<AtomLabels> labels;
  fs::remove(folder / scores_file);  // of an earlier run
  if (options.labels.given()) {
    labels = score_labels(options, series, scale, video.field().mask);
    write(scores_file, atom_scores_csv(*labels));
    say(label_text(*labels));
  }
  std::vector<std::string> all = remarks.warnings;
  all.insert(all.end(), remarks.shortfalls.begin(), remarks.shortfalls.end());
  TrackPictures pictures =
      make_track_pictures(options, series, scale, video.frames(), folder, progress);
  const bool within = pictures.has_overlay && pictures.overlay_bytes <= most_overlay_bytes;
  const TrackShown shown{
      .tables = tables,
      .statistics = statistics,
      .scale = scale,
      .options = options,
      .first_frame = outside_blank(series.read(0).image, video.field()),
      .warnings = all,
      .pictures = std::move(pictures),
      .overlay_mp4 = within ? storage::read_file(folder / overlay_file) : std::string(),
      .labels = std::move(labels)};
  write("report.html", track_report(shown));
  return remarks;
}

}  // namespace

Remarks run_track(const TrackOptions& asked, const VideoPaths& videos, const fs::path& folder,
                  Progress& progress, const std::function<void(const std::string&)>& say) {
  const image::FrameSeries series(videos, asked.load());
  TrackOptions options = asked;
  // What is seen in a single frame is all there is.
  if (series.frames() == 1 && options.particles == TrackedKind::atoms) options.min_detections = 1;
  const VideoScale scale = scale_of(series, options);
  FrameSearch(options, scale.pixel_size_nm).check();
  require_valid(options.linking(scale.pixel_size_nm).validate());
  if (options.labels.given()) check_labels(options.labels.path, series);
  const FolderLock lock(folder);
  VideoTracking video(options, series, folder);
  const auto begin = std::chrono::steady_clock::now();
  const std::optional<InputError> unreadable = video.follow(progress);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  if (video.frames() == 0 && unreadable) throw InputError(*unreadable);
  const std::size_t read = video.frames() - video.found_frames();
  std::string line = fmt::format("{} frames", video.frames());
  if (read > 0)
    line += fmt::format(", {:.1f} per second", static_cast<double>(read) / seconds.count());
  if (video.found_frames() > 0) line += fmt::format(" ({} were done before)", video.found_frames());
  say(line + fmt::format("; steps of up to {:.3g} nm looked for", video.max_step_nm()));
  Remarks remarks = write_results(options, series, videos, video, folder, progress, say);
  if (unreadable) {
    for (const auto& warning : remarks.warnings) say("warning: " + warning);
    say(fmt::format("the {} frames before are done", video.frames()));
    throw InputError(*unreadable);
  }
  return remarks;
}

}  // namespace adatom::pipeline
