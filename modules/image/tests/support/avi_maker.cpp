#include "support/avi_maker.h"

#include <cstring>

namespace adatom::image::testing {
namespace {

void put(std::string& out, std::uint32_t value, int bytes = 4) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFFU);
}

std::string chunk(const std::string& name, const std::string& content) {
  std::string out = name;
  put(out, static_cast<std::uint32_t>(content.size()));
  out += content;
  if (content.size() % 2 == 1) out += '\0';
  return out;
}

std::string list(const std::string& kind, const std::string& content) {
  return chunk("LIST", kind + content);
}

std::string frame_bytes(const AviSpec& spec, std::uint32_t frame) {
  const bool upside_down = spec.pixels == AviPixels::palette || spec.pixels == AviPixels::colour;
  std::string out;
  for (std::uint32_t row = 0; row < spec.height; ++row) {
    const std::uint32_t y = upside_down ? spec.height - 1 - row : row;
    for (std::uint32_t x = 0; x < spec.width; ++x) {
      const std::uint32_t value = (frame * spec.height + y) * spec.width + x + 1;
      const int repeats = spec.pixels == AviPixels::colour ? 3 : 1;
      for (int i = 0; i < repeats; ++i) put(out, value, spec.pixels == AviPixels::grey16 ? 2 : 1);
    }
  }
  return out;
}

std::string main_header(const AviSpec& spec) {
  std::string out;
  put(out, 100'000);  // microseconds per frame
  put(out, 0);
  put(out, 0);
  put(out, 0x10);  // there is an index
  put(out, spec.frames);
  put(out, 0);
  put(out, 1);  // streams
  put(out, 0);
  put(out, spec.width);
  put(out, spec.height);
  out.append(16, '\0');
  return out;
}

std::string stream_header(const AviSpec& spec, const std::string& codec) {
  std::string out = "vids" + codec;
  out.append(12, '\0');
  put(out, 1);   // scale
  put(out, 10);  // rate
  put(out, 0);
  put(out, spec.frames);
  put(out, 0);
  put(out, 0xFFFFFFFF);
  put(out, 0);
  out.append(8, '\0');
  return out;
}

std::string picture_header(const AviSpec& spec, const std::string& codec, std::uint32_t bits) {
  std::string out;
  put(out, 40);
  put(out, spec.width);
  put(out, spec.height);
  put(out, 1, 2);
  put(out, bits, 2);
  out += codec;
  put(out, spec.width * spec.height * bits / 8);
  out.append(8, '\0');
  put(out, spec.pixels == AviPixels::palette ? 256 : 0);
  put(out, 0);
  if (spec.pixels == AviPixels::palette) {
    for (std::uint32_t i = 0; i < 256; ++i) put(out, i * 0x10101U);
  }
  return out;
}

}  // namespace

std::string avi_bytes(const AviSpec& spec) {
  std::string codec(4, '\0');
  std::uint32_t bits = 8;
  if (spec.pixels == AviPixels::grey8) codec = "Y800";
  if (spec.pixels == AviPixels::grey16) {
    codec = "Y16 ";
    bits = 16;
  }
  if (spec.pixels == AviPixels::colour) bits = 24;
  std::string frames;
  std::string index;
  for (std::uint32_t f = 0; f < spec.frames; ++f) {
    const std::string pixels = frame_bytes(spec, f);
    index += "00db";
    put(index, 0x10);  // a key frame
    put(index, 4 + static_cast<std::uint32_t>(frames.size()));
    put(index, static_cast<std::uint32_t>(pixels.size()));
    frames += chunk("00db", pixels);
  }
  const std::string stream = list("strl", chunk("strh", stream_header(spec, codec)) +
                                              chunk("strf", picture_header(spec, codec, bits)));
  return chunk("RIFF", "AVI " + list("hdrl", chunk("avih", main_header(spec)) + stream) +
                           list("movi", frames) + chunk("idx1", index));
}

}  // namespace adatom::image::testing
