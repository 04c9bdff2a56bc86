#pragma once
// PNG (ISO/IEC 15948) through libpng: pixels in memory to bytes and back, the same bytes each time.
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/bytes.h"

namespace adatom::storage {

struct PngImage {
  std::size_t width = 0;
  std::size_t height = 0;
  std::size_t channels = 1;  ///< 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA
  std::size_t bits = 8;      ///< per sample in `pixels`: 8 or 16
  Bytes pixels;              ///< row-major, samples of a pixel together, machine byte order
};

/// What a PNG says of itself before its pixels.
struct PngHeader {
  std::size_t width = 0;
  std::size_t height = 0;
  std::size_t stored_bits = 8;              ///< per sample in the file: 1, 2, 4, 8, 16
  std::size_t channels = 1;                 ///< as decoded
  bool has_palette = false;                 ///< decoded to RGB
  bool has_alpha = false;                   ///< an alpha channel; decoded as the last channel
  bool has_transparent_key = false;         ///< colours marked transparent; not applied
  std::optional<double> pixel_width_metre;  ///< from pHYs in metres
  std::optional<double> pixel_height_metre;
  std::map<std::string, std::string> texts;  ///< keyword and text
};

struct DecodedPng {
  PngHeader header;
  PngImage image;
  std::vector<std::string> warnings;  ///< what libpng complains of without giving up
};

[[nodiscard]] bool is_png(std::string_view head);

/// 8-bit grey, RGB, RGBA and 16-bit grey. @throws std::invalid_argument: anything else, no pixels
[[nodiscard]] std::string encode_png(const PngImage& image);

/// Header only: reads up to the first pixel data. @throws InputError: no PNG, damaged, or a size
/// that deflate could not have packed into so few bytes
[[nodiscard]] PngHeader parse_png_header(std::string_view bytes, const std::string& source);

/// Grey samples of 1, 2 and 4 bits keep their values (0 ... 2^bits - 1).
/// @throws InputError as parse_png_header, and when pixels are missing or damaged
[[nodiscard]] DecodedPng decode_png(std::string_view bytes, const std::string& source);

}  // namespace adatom::storage
