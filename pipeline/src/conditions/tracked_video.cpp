#include "conditions/tracked_video.h"

#include <array>
#include <span>

#include <nlohmann/json.hpp>

#include "adatom/image/load.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/files.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr const char* record_name = "record.json";
constexpr std::array compared_files = {"summary.json", "fractions.csv", "velocities.csv",
                                       "sizes.csv", "tracks.csv"};

std::string pixels_hash(const image::Image& image) {
  Sha256 hash;
  hash.add(std::as_bytes(std::span(image.values())));
  return hash.hex();
}

ordered_json key_of_video(const TrackOptions& options, const VideoPaths& files) {
  const image::FrameSeries series(files, options.load());
  ordered_json key = {{"version", 1},
                      {"options", write_yaml(options)},
                      {"mask", options.mask.given() ? sha256_of_file(options.mask.path) : ""},
                      {"frames", series.frames()},
                      {"pixel_size_angstrom", series.pixel_size_angstrom()},
                      {"time_step_s", json_number(series.time_step_s().value_or(0.0))}};
  if (series.frames() > 0) {
    key["first"] = pixels_hash(series.read(0).image);
    key["last"] = pixels_hash(series.read(series.frames() - 1).image);
  }
  return key;
}

ordered_json hashes_in(const fs::path& folder) {
  ordered_json hashes = ordered_json::object();
  for (const char* name : compared_files) {
    hashes[name] = fs::exists(folder / name) ? sha256_of_file(folder / name) : "";
  }
  return hashes;
}

std::optional<Remarks> done_before(const ordered_json& key, const fs::path& folder) {
  if (!fs::exists(folder / record_name)) return std::nullopt;
  const auto record = ordered_json::parse(storage::read_file(folder / record_name), nullptr, false);
  if (!record.is_object() || record.value("key", ordered_json()) != key ||
      record.value("files", ordered_json()) != hashes_in(folder)) {
    return std::nullopt;
  }
  Remarks remarks;
  remarks.warnings = record.value("warnings", std::vector<std::string>());
  remarks.shortfalls = record.value("shortfalls", std::vector<std::string>());
  return remarks;
}

}  // namespace

TrackedVideo track_condition(const TrackOptions& options, const VideoPaths& files,
                             const fs::path& folder, Progress& progress,
                             const std::function<void(const std::string&)>& say) {
  const ordered_json key = key_of_video(options, files);
  TrackedVideo result;
  if (const auto remarks = done_before(key, folder)) {
    result.remarks = *remarks;
    result.was_there = true;
    say("done before");
  } else {
    result.remarks = run_track(options, files, folder, progress, say);
    const ordered_json record = {{"key", key},
                                 {"files", hashes_in(folder)},
                                 {"warnings", result.remarks.warnings},
                                 {"shortfalls", result.remarks.shortfalls}};
    storage::write_file(folder / record_name, json_text(record));
  }
  result.numbers = read_video_numbers(folder, options);
  return result;
}

}  // namespace adatom::pipeline
