#include "stream_maker.h"

#include <cstring>

namespace adatom::image::testing {
namespace {

template <class T>
void place(std::string& out, std::size_t at, T value) {
  std::memcpy(out.data() + at, &value, sizeof(T));
}

}  // namespace

std::string tvips_bytes(const TvipsSpec& spec) {
  std::string out(256, 'T');
  const std::uint32_t words[] = {
      256, spec.version,    spec.width, spec.height, spec.bits,        0, 0, 1,
      1,   spec.pixel_size, 300,        1500,        spec.frame_header};
  std::memcpy(out.data(), words, sizeof(words));
  const std::uint32_t header = spec.version == 1 && !spec.long_headers ? 12 : spec.frame_header;
  std::uint32_t value = 0;
  for (std::uint32_t frame = 0; frame < spec.frames; ++frame) {
    std::string about(header, '\0');
    place(about, 0, frame);
    place(about, 4, 1'600'000'000U + frame / 4);
    place(about, 8, 250U * (frame % 4));
    if (header >= 28) place(about, 24, spec.mode);
    out += about;
    for (std::uint32_t k = 0; k < spec.width * spec.height; ++k) {
      ++value;
      out += static_cast<char>(value & 0xFFU);
      if (spec.bits == 16) out += static_cast<char>(value >> 8U);
    }
  }
  return out;
}

std::string blo_bytes() {
  constexpr std::uint16_t across = 3;
  constexpr std::uint16_t down = 2;
  constexpr std::uint16_t side = 4;
  constexpr std::uint32_t bright_field = 0x200;
  constexpr std::uint32_t patterns = 0x210;
  std::string out(patterns, '\0');
  out.replace(0, 6, "IMGBLO");
  place(out, 6, std::uint16_t{0x0102});
  place(out, 8, bright_field);
  place(out, 12, patterns);
  place(out, 20, side);
  place(out, 24, across);
  place(out, 26, down);
  place(out, 30, 1.5);  // nm
  place(out, 38, 2.5);
  place(out, 46, std::uint32_t{300'000});  // V
  place(out, 50, std::uint16_t{20'000});   // 200 pixels per cm
  place(out, 52, std::uint32_t{2000});     // 200 mm
  for (std::uint32_t k = 0; k < across * down; ++k) {
    out[bright_field + k] = static_cast<char>(100 + k);
  }
  std::uint32_t value = 0;
  for (std::uint32_t pattern = 0; pattern < across * down; ++pattern) {
    out += "\xAA\x55";
    out.append(4, '\0');
    place(out, out.size() - 4, pattern);
    for (std::uint32_t k = 0; k < side * side; ++k) out += static_cast<char>(++value);
  }
  return out;
}

}  // namespace adatom::image::testing
