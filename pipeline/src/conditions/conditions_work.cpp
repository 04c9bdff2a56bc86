#include "conditions/conditions_work.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/storage/files.h"
#include "conditions/conditions_report.h"
#include "conditions/tracked_video.h"
#include "md/folder_lock.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

/// Shares can only be compared for one threshold.
void require_one_threshold(const ConditionsTable& table) {
  for (const ConditionVideo& video : table.videos) {
    for (const GivenOption& option : video.given) {
      if (option.name != "threshold_nm_per_s" && option.name != "confidence") continue;
      throw InputError({.what = "this option must be the same for all videos",
                        .where = option.where,
                        .why = "the conditions could not be compared",
                        .remedy = "give it as " + flag_name(option.name)});
    }
  }
}

std::string first_complaint(const InputError& error) {
  return error.complaints().empty() ? std::string(error.what()) : error.complaints().front().text();
}

void write_tables_of_comparison(const ComparisonShown& shown, const fs::path& folder) {
  const auto write = [&](const std::string& name, const std::string& text) {
    storage::write_file(folder / name, text);
  };
  write("conditions.csv", conditions_csv(shown.table, shown.comparison));
  write("trends.csv", trends_csv(shown.table, shown.comparison));
  write("differences.csv", differences_csv(shown.table, shown.comparison));
  write("videos.csv", videos_csv(shown.table, shown.videos, shown.outcomes));
  write("comparison.json",
        conditions_json(shown.table, shown.comparison, shown.confidence, shown.threshold_nm_per_s));
  const auto figures = conditions_figures(shown);
  for (const auto& each : figures) write("figures/" + each.file, report::svg_file(each.figure));
  write("report.html", conditions_page(shown, figures));
}

}  // namespace

Remarks run_track_conditions(const fs::path& table_path, std::span<const GivenOption> given,
                             const fs::path& folder, Progress& progress,
                             const std::function<void(const std::string&)>& say) {
  const ConditionsTable table = read_conditions(table_path);
  require_one_threshold(table);
  const TrackOptions common = options_of({}, given);
  const FolderLock lock(folder);
  std::vector<ComparedVideo> videos;
  std::vector<VideoOutcome> outcomes;
  std::vector<Complaint> failures;
  Remarks remarks;
  remarks.warnings = table.warnings;
  for (std::size_t i = 0; i < table.videos.size(); ++i) {
    const ConditionVideo& video = table.videos[i];
    say(fmt::format("video {} of {}: {}", i + 1, table.videos.size(), video.name));
    videos.push_back({.video = &video, .numbers = {}});
    outcomes.emplace_back();
    try {
      TrackedVideo tracked = track_condition(options_of(video, given), video.files,
                                             folder / "videos" / video.name, progress, say);
      outcomes.back().was_there = tracked.was_there;
      for (const auto& warning : tracked.remarks.warnings) {
        // Where a threshold means little is said of all conditions together.
        if (warning.starts_with("speeds at a lag")) continue;
        remarks.warnings.push_back(video.name + ": " + warning);
      }
      for (const auto& shortfall : tracked.remarks.shortfalls) {
        remarks.shortfalls.push_back(video.name + ": " + shortfall);
        outcomes.back().message = shortfall;
      }
      videos.back().numbers = std::move(tracked.numbers);
    } catch (const InputError& error) {
      outcomes.back().message = first_complaint(error);
      say("error: " + video.place + ": " + outcomes.back().message);
      for (const auto& complaint : error.complaints()) failures.push_back(complaint);
    }
  }
  const RandomStream random(static_cast<std::uint64_t>(common.seed));
  const ConditionComparison comparison =
      compare_conditions(table, videos, common.confidence, random);
  remarks.warnings.insert(remarks.warnings.end(), comparison.warnings.begin(),
                          comparison.warnings.end());
  ComparisonShown shown{.table = table,
                        .comparison = comparison,
                        .videos = videos,
                        .outcomes = outcomes,
                        .confidence = common.confidence,
                        .threshold_nm_per_s = common.threshold_nm_per_s,
                        .warnings = remarks.warnings,
                        .options = write_yaml(common)};
  for (const auto& shortfall : remarks.shortfalls) shown.warnings.push_back(shortfall);
  for (std::size_t i = 0; i < videos.size(); ++i) {
    if (!videos[i].numbers) {
      shown.warnings.push_back(videos[i].video->name + " is left out: " + outcomes[i].message);
    }
  }
  write_tables_of_comparison(shown, folder);
  if (!failures.empty()) {
    for (const auto& warning : remarks.warnings) say("warning: " + warning);
    const auto done = std::ranges::count_if(
        videos, [](const ComparedVideo& video) { return video.numbers.has_value(); });
    say(fmt::format("{} of {} videos are done and compared", done, videos.size()));
    throw InputError(failures);
  }
  return remarks;
}

}  // namespace adatom::pipeline
