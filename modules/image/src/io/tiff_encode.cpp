#include "io/tiff_encode.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <vector>

#include "adatom/base/number_text.h"
#include "io/tiff_page.h"
#include "pixel_types.h"

namespace adatom::image {
namespace {

constexpr std::uint16_t type_ascii = 2;
constexpr std::uint16_t type_short = 3;
constexpr std::uint16_t type_long = 4;
constexpr std::uint16_t type_rational = 5;
constexpr std::uint16_t type_long8 = 16;
constexpr std::uint64_t deflate = 8;
constexpr std::uint64_t horizontal_differences = 2;
constexpr std::uint64_t float_differences = 3;
// Strips of about this size keep a reader's memory small.
constexpr std::size_t strip_bytes = 1U << 18U;

bool is_float(PixelType type) { return type == PixelType::float32 || type == PixelType::float64; }
bool is_signed(PixelType type) {
  return type == PixelType::int8 || type == PixelType::int16 || type == PixelType::int32 ||
         type == PixelType::int64;
}

void append_number(std::string& out, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFFU);
}

/// Each value of a row minus the one before it (TIFF 6.0, section 14).
template <class T>
void difference_row(std::byte* row, std::size_t width) {
  for (std::size_t x = width; x-- > 1;) {
    T value;
    T before;
    std::memcpy(&value, row + x * sizeof(T), sizeof(T));
    std::memcpy(&before, row + (x - 1) * sizeof(T), sizeof(T));
    value = static_cast<T>(value - before);
    std::memcpy(row + x * sizeof(T), &value, sizeof(T));
  }
}

/// Bytes of equal weight together, the heaviest first, then differences (Adobe Photoshop TIFF
/// Technical Note 3).
void difference_float_row(std::byte* row, std::size_t width, std::size_t size) {
  const std::vector<std::byte> old(row, row + width * size);
  for (std::size_t x = 0; x < width; ++x) {
    for (std::size_t b = 0; b < size; ++b) row[b * width + x] = old[x * size + size - 1 - b];
  }
  difference_row<std::uint8_t>(row, width * size);
}

std::string deflated_strip(std::span<const std::byte> rows, std::size_t width, PixelType type) {
  const std::size_t size = size_of(type);
  std::vector<std::byte> bytes(rows.begin(), rows.end());
  for (std::size_t at = 0; at < bytes.size(); at += width * size) {
    std::byte* row = bytes.data() + at;
    if (is_float(type)) {
      difference_float_row(row, width, size);
    } else if (size == 1) {
      difference_row<std::uint8_t>(row, width);
    } else if (size == 2) {
      difference_row<std::uint16_t>(row, width);
    } else if (size == 4) {
      difference_row<std::uint32_t>(row, width);
    } else {
      difference_row<std::uint64_t>(row, width);
    }
  }
  uLongf length = compressBound(static_cast<uLong>(bytes.size()));
  std::string out(length, '\0');
  // Level 6 is named, so that another zlib default cannot change the bytes.
  if (compress2(reinterpret_cast<Bytef*>(out.data()), &length,
                reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uLong>(bytes.size()),
                6) != Z_OK) {
    throw std::bad_alloc();
  }
  out.resize(length);
  return out;
}

/// A value per unit as a fraction of 32-bit numbers.
void append_rational(std::string& out, double value) {
  double bottom = 1.0;
  while (value * bottom * 10.0 < 4294967295.0 && bottom < 1e9) bottom *= 10.0;
  append_number(out, static_cast<std::uint64_t>(std::llround(value * bottom)), 4);
  append_number(out, static_cast<std::uint64_t>(bottom), 4);
}

/// What ImageJ reads; the last line is for our own reader, which the fraction would cost digits.
std::string description(const Calibration& calibration, std::size_t frames, bool contiguous) {
  std::string text = "ImageJ=1.11a\n";
  if (frames > 1 && contiguous) {
    text += "images=" + std::to_string(frames) + "\nframes=" + std::to_string(frames) + "\n";
  }
  if (calibration.time_step_s) text += "finterval=" + shortest(*calibration.time_step_s) + "\n";
  if (calibration.pixel_size_x_angstrom) {
    text += "unit=nm\nloop=false\n";
    if (!calibration.pixel_size_y_angstrom ||
        *calibration.pixel_size_y_angstrom == *calibration.pixel_size_x_angstrom) {
      text += "pixel_size_angstrom=" + shortest(*calibration.pixel_size_x_angstrom) + "\n";
    }
  }
  return text;
}

/// Lays out a file: header, then per frame its directory and what it refers to, then all pixels.
class Encoder {
 public:
  Encoder(std::span<const RawImage> frames, const Calibration& calibration,
          TiffCompression compression, bool big)
      : frames_(frames),
        calibration_(calibration),
        compression_(compression),
        big_(big),
        text_(description(calibration, frames.size(), compression == TiffCompression::none)) {
    const RawImage& first = frames[0];
    rows_per_strip_ = first.height;
    if (compression == TiffCompression::deflate) {
      const std::size_t row = first.width * size_of(first.type);
      rows_per_strip_ = std::clamp<std::size_t>(strip_bytes / row, 1, first.height);
    }
  }

  std::string run(const std::vector<std::vector<std::string>>& strips) {
    // The directories' size does not depend on the numbers in them.
    std::uint64_t data = header_size();
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      data += directory(i, data, 0, strip_sizes(strips, i)).size();
    }
    std::string out = header();
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      const auto sizes = strip_sizes(strips, i);
      out += directory(i, out.size(), data, sizes);
      for (const auto size : sizes) data += size;
    }
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      if (compression_ == TiffCompression::none) {
        out.append(reinterpret_cast<const char*>(frames_[i].bytes.data()), frames_[i].bytes.size());
      } else {
        for (const auto& strip : strips[i]) out += strip;
      }
    }
    return out;
  }

  [[nodiscard]] std::vector<std::vector<std::string>> compressed() const {
    std::vector<std::vector<std::string>> strips;
    if (compression_ == TiffCompression::none) return strips;
    for (const auto& frame : frames_) {
      const std::size_t row = frame.width * size_of(frame.type);
      auto& own = strips.emplace_back();
      for (std::size_t y = 0; y < frame.height; y += rows_per_strip_) {
        const std::size_t rows = std::min(rows_per_strip_, frame.height - y);
        own.push_back(deflated_strip(std::span(frame.bytes).subspan(y * row, rows * row),
                                     frame.width, frame.type));
      }
    }
    return strips;
  }

 private:
  [[nodiscard]] std::size_t word() const { return big_ ? 8 : 4; }
  [[nodiscard]] std::uint64_t header_size() const { return big_ ? 16 : 8; }
  [[nodiscard]] std::string header() const {
    std::string out = "II";
    append_number(out, big_ ? 43 : 42, 2);
    if (big_) append_number(out, 8, 4);
    append_number(out, header_size(), word());
    return out;
  }
  [[nodiscard]] std::vector<std::uint64_t> strip_sizes(
      const std::vector<std::vector<std::string>>& strips, std::size_t frame) const {
    if (compression_ == TiffCompression::none) return {frames_[frame].bytes.size()};
    std::vector<std::uint64_t> sizes;
    for (const auto& strip : strips[frame]) sizes.push_back(strip.size());
    return sizes;
  }

  struct Entry {
    std::uint16_t tag;
    std::uint16_t type;
    std::uint64_t count;
    std::string values;
  };

  [[nodiscard]] Entry whole(std::uint16_t tag, std::uint64_t value) const {
    Entry entry{tag, type_long, 1, {}};
    append_number(entry.values, value, 4);
    return entry;
  }
  [[nodiscard]] static Entry brief(std::uint16_t tag, std::uint64_t value) {
    Entry entry{tag, type_short, 1, {}};
    append_number(entry.values, value, 2);
    return entry;
  }
  [[nodiscard]] static Entry fraction(std::uint16_t tag, double value) {
    Entry entry{tag, type_rational, 1, {}};
    append_rational(entry.values, value);
    return entry;
  }
  [[nodiscard]] Entry offsets(std::uint16_t tag, const std::vector<std::uint64_t>& values) const {
    Entry entry{tag, big_ ? type_long8 : type_long, values.size(), {}};
    for (const auto value : values) append_number(entry.values, value, word());
    return entry;
  }

  [[nodiscard]] std::vector<Entry> entries(std::size_t index, std::uint64_t data,
                                           const std::vector<std::uint64_t>& sizes) const {
    const RawImage& frame = frames_[index];
    const bool packed = compression_ == TiffCompression::deflate;
    std::vector<std::uint64_t> places;
    for (const auto size : sizes) {
      places.push_back(data);
      data += size;
    }
    std::vector<Entry> list = {whole(tiff_tag::new_subfile_type, 0),
                               whole(tiff_tag::width, frame.width),
                               whole(tiff_tag::height, frame.height),
                               brief(tiff_tag::bits_per_sample, 8 * size_of(frame.type)),
                               brief(tiff_tag::compression, packed ? deflate : 1),
                               brief(tiff_tag::photometric, 1)};
    if (index == 0)
      list.push_back({tiff_tag::description, type_ascii, text_.size() + 1, text_ + '\0'});
    list.push_back(offsets(tiff_tag::strip_offsets, places));
    list.push_back(brief(tiff_tag::samples_per_pixel, 1));
    list.push_back(whole(tiff_tag::rows_per_strip, rows_per_strip_));
    list.push_back(offsets(tiff_tag::strip_byte_counts, sizes));
    if (calibration_.pixel_size_x_angstrom) {
      const double x = *calibration_.pixel_size_x_angstrom;
      const double y = calibration_.pixel_size_y_angstrom.value_or(x);
      list.push_back(fraction(tiff_tag::x_resolution, 10.0 / x));
      list.push_back(fraction(tiff_tag::y_resolution, 10.0 / y));
      list.push_back(brief(tiff_tag::resolution_unit, 1));  // "none": the description names it
    }
    if (packed) {
      constexpr std::uint16_t predictor = 317;
      list.push_back(
          brief(predictor, is_float(frame.type) ? float_differences : horizontal_differences));
    }
    const std::uint64_t format = is_float(frame.type) ? 3 : is_signed(frame.type) ? 2 : 1;
    list.push_back(brief(tiff_tag::sample_format, format));
    return list;
  }

  /// A directory that begins at `place`, with the values that do not fit into it behind it.
  [[nodiscard]] std::string directory(std::size_t index, std::uint64_t place, std::uint64_t data,
                                      const std::vector<std::uint64_t>& sizes) const {
    const auto list = entries(index, data, sizes);
    const std::size_t count_size = big_ ? 8 : 2;
    const std::uint64_t behind = place + count_size + list.size() * (4 + 2 * word()) + word();
    std::string out;
    std::string values;
    append_number(out, list.size(), count_size);
    for (const auto& entry : list) {
      append_number(out, entry.tag, 2);
      append_number(out, entry.type, 2);
      append_number(out, entry.count, word());
      if (entry.values.size() <= word()) {
        out += entry.values;
        out.append(word() - entry.values.size(), '\0');
      } else {
        append_number(out, behind + values.size(), word());
        values += entry.values;
        if (values.size() % 2 != 0) values += '\0';  // offsets must be even
      }
    }
    // Values of 16 bytes a line keep the pixels aligned for readers that map the file.
    while ((behind + values.size()) % 16 != 0) values += '\0';
    const bool last = index + 1 == frames_.size();
    append_number(out, last ? 0 : behind + values.size(), word());
    return out + values;
  }

  std::span<const RawImage> frames_;
  const Calibration& calibration_;
  TiffCompression compression_;
  bool big_;
  std::string text_;
  std::size_t rows_per_strip_ = 1;
};

}  // namespace

std::string encode_tiff(std::span<const RawImage> frames, const Calibration& calibration,
                        TiffCompression compression, TiffFlavour flavour) {
  std::uint64_t bytes = 0;
  for (const auto& frame : frames) bytes += frame.bytes.size();
  // Directories and what deflate may add to noise: well below a sixteenth.
  const bool large =
      bytes + bytes / 16 + frames.size() * 1024 > std::numeric_limits<std::uint32_t>::max();
  const bool big = flavour == TiffFlavour::big || (flavour == TiffFlavour::automatic && large);
  Encoder encoder(frames, calibration, compression, big);
  return encoder.run(encoder.compressed());
}

}  // namespace adatom::image
