#pragma once
// Uncompressed AVI files from scratch.
#include <cstdint>
#include <string>

namespace adatom::image::testing {

enum class AviPixels {
  palette,  ///< 8 bits into a palette of greys, the last row first
  colour,   ///< 24 bits, blue first, the last row first
  grey8,    ///< fourcc Y800
  grey16,   ///< fourcc "Y16 "
};

/// Pixel k of the whole file, row by row from the top, holds k + 1 (8 bits: modulo 256; colour: all
/// three). Ten frames a second.
struct AviSpec {
  AviPixels pixels = AviPixels::grey8;
  std::uint32_t width = 8;  ///< a multiple of 4: rows are padded to that
  std::uint32_t height = 3;
  std::uint32_t frames = 3;
};

[[nodiscard]] std::string avi_bytes(const AviSpec& spec);

}  // namespace adatom::image::testing
