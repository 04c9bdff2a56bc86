#include "saed/saed_work.h"

#include <chrono>
#include <optional>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/image/load.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/files.h"
#include "md/folder_lock.h"
#include "saed/saed_frames.h"
#include "saed/saed_input.h"
#include "saed/saed_pattern.h"
#include "saed/saed_polar.h"
#include "saed/saed_report.h"
#include "saed/saed_results.h"
#include "track/file_remarks.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_csv_rows = 1'000'000;

void write_profiles(const SaedOptions& options, const SaedFrames& frames, const fs::path& folder) {
  const bool long_series = frames.frames() * frames.bins().count > most_csv_rows;
  const bool automatic = options.profiles == ProfileFile::automatic;
  const bool both = options.profiles == ProfileFile::both;
  fs::remove(folder / "profiles.csv");
  fs::remove(folder / "profiles.h5");
  if (both || options.profiles == ProfileFile::csv || (automatic && !long_series)) {
    write_profiles_csv(folder, frames.bins(), frames.frames(), frames.frame_time_s());
  }
  if (both || options.profiles == ProfileFile::hdf5 || (automatic && long_series)) {
    write_profiles_hdf5(folder, frames.bins(), frames.frames(), frames.frame_time_s());
  }
}

/// Everything that is made of the tables.
Remarks write_results(const SaedOptions& options, const image::FrameSeries& series,
                      const std::vector<fs::path>& files, const SaedPattern& pattern,
                      const SaedFrames& frames, const fs::path& folder, Progress& progress) {
  const SaedResults results = read_saed_results(options, pattern, folder, progress);
  Remarks remarks = saed_remarks(options, pattern, results);
  const auto of_files = file_remarks(series, files);
  remarks.warnings.insert(remarks.warnings.begin(), of_files.begin(), of_files.end());
  write_profiles(options, frames, folder);
  const auto write = [&](const char* name, const std::string& text) {
    storage::write_file(folder / name, text);
  };
  write("saed.yaml", write_yaml(options));
  write("geometry.json", saed_geometry_json(options, pattern, results));
  write("summary.json", saed_summary_json(options, pattern, results));
  for (const char* old : {"polar.npy", "texture.csv"}) fs::remove(folder / old);
  const std::optional<SaedPolar> polar = unroll(options, pattern);
  if (polar) write_polar(*polar, folder);
  std::vector<std::string> all = remarks.warnings;
  all.insert(all.end(), remarks.shortfalls.begin(), remarks.shortfalls.end());
  write("report.html", saed_report({.options = options,
                                    .pattern = pattern,
                                    .frames = frames,
                                    .results = results,
                                    .polar = polar,
                                    .folder = folder,
                                    .warnings = all}));
  return remarks;
}

}  // namespace

Remarks run_saed(const SaedOptions& options, const std::vector<fs::path>& files,
                 const fs::path& folder, Progress& progress,
                 const std::function<void(const std::string&)>& say) {
  require_valid(options.validate());
  std::vector<crystal::Phase> phases =
      options.choice == PhaseSelection::best && options.phases.empty()
          ? known_phases()
          : read_phases(options.phases);
  const image::FrameSeries series(files, options.load());
  const double frame_time_s = saed_scale(series, options).frame_time_s;
  const FolderLock lock(folder);
  const SaedPattern pattern(options, series, std::move(phases), progress);
  SaedFrames frames(options, pattern, series, frame_time_s, folder);
  const auto begin = std::chrono::steady_clock::now();
  const std::optional<InputError> unreadable = frames.measure(progress);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  if (frames.frames() == 0 && unreadable) throw InputError(*unreadable);
  const std::size_t read = frames.frames() - frames.found_frames();
  std::string line = fmt::format("{} frame{}", frames.frames(), frames.frames() == 1 ? "" : "s");
  if (read > 1)
    line += fmt::format(", {:.1f} per second", static_cast<double>(read) / seconds.count());
  if (frames.found_frames() > 0)
    line += fmt::format(" ({} were done before)", frames.found_frames());
  say(line);
  Remarks remarks = write_results(options, series, files, pattern, frames, folder, progress);
  if (unreadable) {
    for (const auto& warning : remarks.warnings) say("warning: " + warning);
    say(fmt::format("the {} frames before are done", frames.frames()));
    throw InputError(*unreadable);
  }
  return remarks;
}

}  // namespace adatom::pipeline
