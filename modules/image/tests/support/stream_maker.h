#pragma once
// TVIPS and BLO files from scratch.
#include <cstdint>
#include <string>

namespace adatom::image::testing {

/// Pixel k of the whole file holds k + 1 (modulo 256 for 8 bits); a frame every 0.25 s.
struct TvipsSpec {
  std::uint32_t version = 2;
  std::uint32_t width = 5;
  std::uint32_t height = 4;
  std::uint32_t bits = 16;
  std::uint32_t frames = 3;
  std::uint32_t frame_header = 68;
  std::uint32_t pixel_size = 2;
  std::uint32_t mode = 1;     ///< 2: diffraction
  bool long_headers = false;  ///< in version 1: as frame_header says, not 12 bytes
};
[[nodiscard]] std::string tvips_bytes(const TvipsSpec& spec);

/// A scan of 3 x 2 points with patterns of 4 x 4 pixels: k + 1 of the whole file; the bright-field
/// image holds 100, 101, ...
[[nodiscard]] std::string blo_bytes();

}  // namespace adatom::image::testing
