#pragma once
// An uncompressed grey AVI as recording programs of cameras write it, frames dropped on request.
#include <cmath>
#include <cstdint>
#include <set>
#include <string>

#include "adatom/image/reader.h"

namespace adatom::pipeline {

class GreyAvi {
 public:
  /// @param rate frames per second
  explicit GreyAvi(std::uint32_t rate) : rate_(rate) {}
  /// Values of 8 bits, rows of a multiple of four pixels. A dropped frame is an empty part, as the
  /// format has it: the clock goes on.
  [[nodiscard]] std::string bytes(image::FrameReader& series,
                                  const std::set<std::size_t>& dropped) const {
    const auto& info = series.info();
    const auto frames = static_cast<std::uint32_t>(info.frames);
    std::string movie;
    std::string index;
    for (std::size_t f = 0; f < info.frames; ++f) {
      std::string pixels;
      if (!dropped.contains(f)) {
        const image::Image picture = image::to_image(series.read(f));
        for (const double value : picture.values()) {
          pixels += static_cast<char>(static_cast<std::uint8_t>(std::lround(value)));
        }
      }
      index += "00db" + numbers({0x10, 4 + static_cast<std::uint32_t>(movie.size()),
                                 static_cast<std::uint32_t>(pixels.size())});
      movie += chunk("00db", pixels);
    }
    const auto width = static_cast<std::uint32_t>(info.width);
    const auto height = static_cast<std::uint32_t>(info.height);
    const std::string main =
        numbers({1'000'000 / rate_, 0, 0, 0x10, frames, 0, 1, 0, width, height, 0, 0, 0, 0});
    const std::string stream =
        "vidsY800" + numbers({0, 0, 0, 1, rate_, 0, frames, 0, 0xFFFFFFFF, 0, 0, 0});
    const std::string picture = numbers({40, width, height, 1U | (8U << 16U)}) + "Y800" +
                                numbers({width * height, 0, 0, 0, 0});
    const std::string headers = chunk("avih", main) + chunk("LIST", "strl" + chunk("strh", stream) +
                                                                        chunk("strf", picture));
    return chunk("RIFF", "AVI " + chunk("LIST", "hdrl" + headers) + chunk("LIST", "movi" + movie) +
                             chunk("idx1", index));
  }

 private:
  static std::string numbers(std::initializer_list<std::uint32_t> values) {
    std::string out;
    for (const std::uint32_t value : values) {
      for (unsigned shift = 0; shift < 32; shift += 8) {
        out += static_cast<char>((value >> shift) & 0xFFU);
      }
    }
    return out;
  }
  static std::string chunk(const std::string& name, const std::string& content) {
    return name + numbers({static_cast<std::uint32_t>(content.size())}) + content;
  }
  std::uint32_t rate_;
};

}  // namespace adatom::pipeline
