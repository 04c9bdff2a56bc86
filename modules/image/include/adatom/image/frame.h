#pragma once
// A frame as the algorithms see it, and as a file stores it.
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/bytes.h"
#include "adatom/base/grid.h"

namespace adatom::image {

/// Pixel values as double; whatever unit the caller gave them (fraction of the incident beam where
/// an algorithm says so).
using Image = Grid<double>;

/// An axis as its file describes it: pixel or frame i stands at offset + scale * i.
struct Axis {
  double scale = 1.0;
  double offset = 0.0;
  std::string unit = {};  ///< the file's own word: "nm", "1/nm", "um", "s"; empty: none

  friend bool operator==(const Axis&, const Axis&) = default;
};

/// What is known of a file's scale. A file without a pixel size leaves it empty.
struct Calibration {
  std::optional<double> pixel_size_x_angstrom = std::nullopt;
  std::optional<double> pixel_size_y_angstrom = std::nullopt;
  std::optional<double> time_step_s = std::nullopt;  ///< from frame to frame
  /// Diffraction patterns: the step of s = 1/d from pixel to pixel, 1/angstrom.
  std::optional<double> reciprocal_pixel_x_per_angstrom = std::nullopt;
  std::optional<double> reciprocal_pixel_y_per_angstrom = std::nullopt;
  /// As the file writes them, whatever they measure; empty where the file has none.
  std::optional<Axis> axis_x = std::nullopt;
  std::optional<Axis> axis_y = std::nullopt;
  std::optional<Axis> axis_frames = std::nullopt;

  friend bool operator==(const Calibration&, const Calibration&) = default;
};

/// How the frames were recorded, as far as the file says.
struct Acquisition {
  std::optional<double> exposure_s = std::nullopt;  ///< of one frame
  std::optional<double> voltage_kv = std::nullopt;
  std::optional<double> camera_length_mm = std::nullopt;
  std::optional<double> magnification = std::nullopt;
  /// Values in the file's unit are offset + scale * pixel; the scale's unit is the file's word.
  std::optional<Axis> intensity = std::nullopt;

  friend bool operator==(const Acquisition&, const Acquisition&) = default;
};

enum class PixelType { uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32, float64 };

/// Bytes per pixel.
[[nodiscard]] std::size_t size_of(PixelType type);
/// "uint8" ... "float64".
[[nodiscard]] std::string name_of(PixelType type);

/// Pixels in the file's own type, row-major, in this machine's byte order.
struct RawImage {
  PixelType type = PixelType::float64;
  std::size_t width = 0;
  std::size_t height = 0;
  Bytes bytes;
};

/// As double. 64-bit integers past 2^53 are rounded.
[[nodiscard]] Image to_image(const RawImage& raw);
/// Integers are rounded to the nearest and clamped to the type's range; NaN becomes 0 there.
[[nodiscard]] RawImage to_raw(const Image& image, PixelType type);

/// What a file says of its series before any pixel is read.
struct SeriesInfo {
  std::string format;  ///< "TIFF", "NPY", "PNG", ...
  PixelType type = PixelType::float64;
  std::size_t width = 0;
  std::size_t height = 0;
  std::size_t frames = 0;
  Calibration calibration;
  Acquisition acquisition;
  std::string signal;                           ///< which of `signals` this is; empty: the only one
  std::vector<std::string> signals;             ///< names of all images and series in the file
  std::map<std::string, std::string> metadata;  ///< as the file names it
  std::vector<std::string> warnings;            ///< a truncated last frame, a contradictory tag
};

}  // namespace adatom::image
