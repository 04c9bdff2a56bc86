#pragma once
// Frames through the steps that look at each alone, and the files they become.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "adatom/image/load.h"
#include "adatom/pipeline/manifest.h"
#include "adatom/preprocess/preprocess.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {

/// What is known of a prepared frame besides its pixels. Not its number: the same frame in another
/// place of the series is not made again.
struct FrameFacts {
  std::size_t width_px = 0;
  std::size_t height_px = 0;
  double pixel_size_angstrom = 0.0;
  double mean = 0.0;
  std::int64_t hot_pixels = 0;
  std::int64_t dead_pixels = 0;
  double background_level = 0.0;  ///< what was subtracted, at the centre
  double background_slope_x_per_px = 0.0;
  double background_slope_y_per_px = 0.0;
};

/// A prepared frame as it is stored and read again.
struct PreparedFrame {
  image::Image image;
  FrameFacts facts;
  Remarks remarks;
};

[[nodiscard]] PreparedFrame prepare_frame(const image::Frame& frame,
                                          const preprocess::PreprocessOptions& options,
                                          const std::optional<preprocess::DetectorLevels>& levels);

/// The levels that the options name, the detector map read if it is needed.
[[nodiscard]] std::optional<preprocess::DetectorLevels> load_levels(
    const preprocess::NormaliseOptions& options);

/// Writes a grey image with its pixel size.
enum class Precision { single, full };
void write_tiff(const std::filesystem::path& path, const image::Image& image,
                double pixel_size_angstrom, Precision precision);
/// The first image of a file.
[[nodiscard]] image::Image read_image(const std::filesystem::path& path);

/// frame.tif and frame.json.
void write_frame(const std::filesystem::path& folder, const PreparedFrame& frame);
[[nodiscard]] FrameFacts read_frame_facts(const std::filesystem::path& json);

/// frames.csv, row by row.
[[nodiscard]] storage::Table frames_table();
void add_frame(storage::Table& table, std::size_t frame, const FrameFacts& facts);

/// "frame_0007", of `count` frames in all: as many digits as the last one needs, four at least.
[[nodiscard]] std::string frame_name(std::size_t index, std::size_t count);
/// "frame_0007.tif", or "frame.tif" of a single one.
[[nodiscard]] std::string frame_file(std::size_t index, std::size_t count);

}  // namespace adatom::pipeline
