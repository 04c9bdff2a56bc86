#include "stages/frame_work.h"

#include <algorithm>
#include <array>

#include "adatom/base/error.h"
#include "adatom/image/writer.h"
#include "adatom/storage/files.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

double mean_of(const image::Image& image) {
  double sum = 0.0;
  for (const double value : image.values()) {
    if (std::isfinite(value)) sum += value;
  }
  return image.empty() ? 0.0 : sum / static_cast<double>(image.size());
}

}  // namespace

PreparedFrame prepare_frame(const image::Frame& frame, const preprocess::PreprocessOptions& options,
                            const std::optional<preprocess::DetectorLevels>& levels) {
  preprocess::PreprocessedFrame clean = preprocess::preprocess_frame(frame.image, options, levels);
  PreparedFrame prepared;
  prepared.image = std::move(clean.image);
  prepared.facts = {.width_px = prepared.image.width(),
                    .height_px = prepared.image.height(),
                    .pixel_size_angstrom = frame.pixel_size_angstrom,
                    .mean = mean_of(prepared.image),
                    .hot_pixels = clean.hot_pixels,
                    .dead_pixels = clean.dead_pixels};
  if (clean.background) {
    prepared.facts.background_level = clean.background->level;
    prepared.facts.background_slope_x_per_px = clean.background->slope_x_per_px;
    prepared.facts.background_slope_y_per_px = clean.background->slope_y_per_px;
  }
  prepared.remarks.warnings = std::move(clean.warnings);
  prepared.remarks.metrics = {{"mean", prepared.facts.mean},
                              {"hot_pixels", static_cast<double>(clean.hot_pixels)},
                              {"dead_pixels", static_cast<double>(clean.dead_pixels)}};
  return prepared;
}

std::optional<preprocess::DetectorLevels> load_levels(const preprocess::NormaliseOptions& options) {
  std::optional<image::Image> map;
  if (options.method == preprocess::NormaliseMethod::detector_map) {
    map = read_image(options.detector_map.path);
  }
  return preprocess::detector_levels(options, map);
}

void write_tiff(const fs::path& path, const image::Image& image, double pixel_size_angstrom,
                Precision precision) {
  const std::array frames = {image::to_raw(
      image, precision == Precision::full ? image::PixelType::float64 : image::PixelType::float32)};
  const image::Calibration calibration{.pixel_size_x_angstrom = pixel_size_angstrom,
                                       .pixel_size_y_angstrom = pixel_size_angstrom,
                                       .time_step_s = {}};
  image::write_series(path, frames, calibration);
}

image::Image read_image(const fs::path& path) {
  return image::to_image(image::open_series(path)->read(0));
}

void write_frame(const fs::path& folder, const PreparedFrame& frame) {
  const FrameFacts& facts = frame.facts;
  write_tiff(folder / "frame.tif", frame.image, facts.pixel_size_angstrom, Precision::full);
  storage::write_file(folder / "frame.json",
                      json_text({{"width_px", facts.width_px},
                                 {"height_px", facts.height_px},
                                 {"pixel_size_angstrom", facts.pixel_size_angstrom},
                                 {"mean", facts.mean},
                                 {"hot_pixels", facts.hot_pixels},
                                 {"dead_pixels", facts.dead_pixels},
                                 {"background_level", facts.background_level},
                                 {"background_slope_x_per_px", facts.background_slope_x_per_px},
                                 {"background_slope_y_per_px", facts.background_slope_y_per_px}}));
}

FrameFacts read_frame_facts(const fs::path& path) {
  const nlohmann::json json = read_json(path);
  try {
    FrameFacts facts;
    facts.width_px = json.at("width_px").get<std::size_t>();
    facts.height_px = json.at("height_px").get<std::size_t>();
    facts.pixel_size_angstrom = json.at("pixel_size_angstrom").get<double>();
    facts.mean = json.at("mean").get<double>();
    facts.hot_pixels = json.at("hot_pixels").get<std::int64_t>();
    facts.dead_pixels = json.at("dead_pixels").get<std::int64_t>();
    facts.background_level = json.at("background_level").get<double>();
    facts.background_slope_x_per_px = json.at("background_slope_x_per_px").get<double>();
    facts.background_slope_y_per_px = json.at("background_slope_y_per_px").get<double>();
    return facts;
  } catch (const nlohmann::json::exception& error) {
    throw InputError({.what = "the file does not describe a frame",
                      .where = path.string(),
                      .why = error.what(),
                      .remedy = "run `adatom verify` and run again"});
  }
}

storage::Table frames_table() {
  return storage::Table({"frame", "width_px", "height_px", "pixel_size_angstrom", "mean",
                         "hot_pixels", "dead_pixels", "background_level",
                         "background_slope_x_per_px", "background_slope_y_per_px"});
}

void add_frame(storage::Table& table, std::size_t frame, const FrameFacts& facts) {
  using storage::cell;
  table.add_row({std::to_string(frame), std::to_string(facts.width_px),
                 std::to_string(facts.height_px), cell(facts.pixel_size_angstrom), cell(facts.mean),
                 std::to_string(facts.hot_pixels), std::to_string(facts.dead_pixels),
                 cell(facts.background_level), cell(facts.background_slope_x_per_px),
                 cell(facts.background_slope_y_per_px)});
}

std::string frame_name(std::size_t index, std::size_t count) {
  const std::string number = std::to_string(index);
  const std::size_t digits = std::max<std::size_t>(4, std::to_string(count - 1).size());
  return "frame_" + std::string(digits - std::min(digits, number.size()), '0') + number;
}

std::string frame_file(std::size_t index, std::size_t count) {
  return (count == 1 ? "frame" : frame_name(index, count)) + ".tif";
}

}  // namespace adatom::pipeline
