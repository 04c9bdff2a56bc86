// The stages' work on plain files: what the stand-alone commands do.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/parallel.h"
#include "adatom/pipeline/stages.h"
#include "adatom/storage/files.h"
#include "run/item_progress.h"
#include "stages/columns_work.h"
#include "stages/frame_work.h"
#include "stages/registration_work.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

/// Calls body(frame, progress) for every frame, in parallel.
void for_each_frame(std::string_view task, std::size_t count, Progress& progress,
                    const std::function<void(std::size_t, Progress&)>& body) {
  if (count == 1) {
    body(0, progress);
    return;
  }
  progress.begin(task, count);
  parallel_for(count, [&](std::size_t i) {
    stop_if_cancelled(progress);
    ItemProgress within(progress);
    body(i, within);
    within.finish();
  });
}

/// Remarks of all frames in order, each with its frame; metrics of a single frame.
Remarks merge(std::vector<Remarks> frames) {
  if (frames.size() == 1) return std::move(frames.front());
  Remarks all;
  all.metrics["frames"] = static_cast<double>(frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const std::string place = "frame " + std::to_string(i) + ": ";
    for (const std::string& text : frames[i].warnings) all.warnings.push_back(place + text);
    for (const std::string& text : frames[i].shortfalls) all.shortfalls.push_back(place + text);
  }
  return all;
}

void append(Remarks& all, const Remarks& more) {
  all.metrics.insert(more.metrics.begin(), more.metrics.end());
  all.warnings.insert(all.warnings.end(), more.warnings.begin(), more.warnings.end());
  all.shortfalls.insert(all.shortfalls.end(), more.shortfalls.begin(), more.shortfalls.end());
}

}  // namespace

Remarks preprocess_series(const image::FrameSeries& series,
                          const preprocess::PreprocessOptions& options, const fs::path& folder,
                          Progress& progress) {
  const std::size_t count = series.frames();
  const std::optional<preprocess::DetectorLevels> levels = load_levels(options.normalise);
  const auto file_of = [&](std::size_t i) { return folder / frame_file(i, count); };
  std::vector<Remarks> remarks(count);
  std::vector<FrameFacts> facts(count);
  for_each_frame("preprocess", count, progress, [&](std::size_t i, Progress&) {
    PreparedFrame frame = prepare_frame(series.read(i), options, levels);
    write_tiff(file_of(i), frame.image, frame.facts.pixel_size_angstrom, Precision::full);
    facts[i] = frame.facts;
    remarks[i] = std::move(frame.remarks);
  });
  storage::Table table = frames_table();
  for (std::size_t i = 0; i < count; ++i) add_frame(table, i, facts[i]);
  storage::write_file(folder / "frames.csv", table.text());
  Remarks all = merge(std::move(remarks));
  all.warnings.insert(all.warnings.begin(), series.warnings().begin(), series.warnings().end());
  if (levels) {
    all.warnings.insert(all.warnings.end(), levels->warnings.begin(), levels->warnings.end());
  }
  if (options.registration.method != preprocess::RegisterMethod::off) {
    NoCheckpoint checkpoint;
    append(all, register_series(
                    count, [&](std::size_t i) { return read_image(file_of(i)); },
                    series.pixel_size_angstrom(), options.registration,
                    Work{folder, checkpoint, progress}));
  }
  return all;
}

Remarks fit_series(const image::FrameSeries& series, const ColumnsOptions& options,
                   const fs::path& folder, Progress& progress) {
  const std::size_t count = series.frames();
  std::optional<StartPositions> start;
  if (options.start.given()) start = read_start_positions(options.start.path);
  const auto folder_of = [&](std::size_t i) {
    return count == 1 ? folder : folder / frame_name(i, count);
  };
  std::vector<Remarks> remarks(count);
  for_each_frame("columns", count, progress, [&](std::size_t i, Progress& within) {
    std::optional<std::vector<columns::Position>> positions;
    if (start) positions = start->of(static_cast<std::int64_t>(i));
    image::Frame frame = series.read(i);
    FittedFrame fitted =
        fit_frame(i, std::move(frame.image), frame.pixel_size_angstrom, positions, options, within);
    stop_if_cancelled(within);
    fs::create_directories(folder_of(i));
    write_fit(folder_of(i), fitted, options.fit);
    remarks[i] = std::move(fitted.remarks);
  });
  if (count > 1) {
    std::vector<fs::path> tables;
    std::vector<fs::path> fits;
    for (std::size_t i = 0; i < count; ++i) {
      tables.push_back(folder_of(i) / "columns.csv");
      fits.push_back(folder_of(i) / "fit.json");
    }
    write_all_columns(folder, tables);
    write_all_fits(folder, fits);
  }
  Remarks all = merge(std::move(remarks));
  all.warnings.insert(all.warnings.begin(), series.warnings().begin(), series.warnings().end());
  return all;
}

}  // namespace adatom::pipeline
