#pragma once
// TIFF files of every kind, written by libtiff itself; and a folder for them.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/image/frame.h"

namespace adatom::image::testing {

/// A folder that disappears with the object.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return folder_ / name;
  }

 private:
  std::filesystem::path folder_;
};

struct TiffSpec {
  std::string mode = "w";  ///< libtiff's: "wl", "wb" (big-endian), "w8" (BigTIFF), "wb8"
  std::uint16_t compression = 1;
  std::uint16_t predictor = 1;
  std::uint32_t tile = 0;  ///< side of a tile; 0: strips
  std::uint32_t rows_per_strip = 7;
  std::uint16_t photometric = 1;
  std::uint16_t samples = 1;
  std::uint16_t planar = 1;
  std::uint16_t fill_order = 1;
  std::string description = {};
  double x_resolution = 0.0;  ///< 0: no tags
  double y_resolution = 0.0;
  std::uint16_t resolution_unit = 0;  ///< 0: no tag
};

/// Frames (width counts pixels; bytes hold spec.samples per pixel, planes behind each other if
/// planar is 2) as pages.
void write_tiff(const std::filesystem::path& path, const std::vector<RawImage>& frames,
                const TiffSpec& spec);

/// Pixels that use the whole range of the type (finite for floats), different for each seed.
RawImage noise(PixelType type, std::size_t width, std::size_t height, std::uint64_t seed,
               std::size_t samples = 1);

/// A file's bytes.
std::string read_bytes(const std::filesystem::path& path);
void write_bytes(const std::filesystem::path& path, const std::string& bytes);

}  // namespace adatom::image::testing
