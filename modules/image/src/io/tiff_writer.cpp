// TIFF bytes from frames. Written here and not by libtiff, because ImageJ finds the frames of a
// stack only if their pixels stand one behind the other.

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <vector>

#include "adatom/base/number_text.h"
#include "adatom/storage/files.h"
#include "io/series_writers.h"
#include "io/tiff_notes.h"
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
  const Bytes old(row, row + width * size);
  for (std::size_t x = 0; x < width; ++x) {
    for (std::size_t b = 0; b < size; ++b) row[b * width + x] = old[x * size + size - 1 - b];
  }
  difference_row<std::uint8_t>(row, width * size);
}

std::string deflated_strip(std::span<const std::byte> rows, std::size_t width, PixelType type) {
  const std::size_t size = size_of(type);
  Bytes bytes(rows.begin(), rows.end());
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

/// What is written in which unit: pixels per nm, or per 1/nm for a diffraction pattern.
std::optional<std::pair<double, double>> resolution(const Calibration& scale) {
  if (scale.pixel_size_x_angstrom) {
    const double x = *scale.pixel_size_x_angstrom;
    return std::pair(10.0 / x, 10.0 / scale.pixel_size_y_angstrom.value_or(x));
  }
  if (scale.reciprocal_pixel_x_per_angstrom) {
    const double x = *scale.reciprocal_pixel_x_per_angstrom;
    return std::pair(0.1 / x, 0.1 / scale.reciprocal_pixel_y_per_angstrom.value_or(x));
  }
  return std::nullopt;
}

/// The parts of a file: header, then per frame its directory and what it refers to, then all
/// pixels.
class Layout {
 public:
  Layout(const SeriesHeader& header, TiffCompression compression, bool big)
      : header_(header),
        compression_(compression),
        big_(big),
        text_(tiff_description(header, compression == TiffCompression::none)) {
    rows_per_strip_ = header.height;
    if (compression == TiffCompression::deflate) {
      const std::size_t row = header.width * size_of(header.type);
      rows_per_strip_ = std::clamp<std::size_t>(strip_bytes / row, 1, header.height);
    }
  }
  [[nodiscard]] std::size_t rows_per_strip() const { return rows_per_strip_; }

  /// All that stands before the pixels. `sizes(i)` are the bytes of frame i's strips.
  template <class Sizes>
  [[nodiscard]] std::string head(const Sizes& sizes) const {
    // The directories' size does not depend on the numbers in them.
    std::uint64_t data = header_size();
    for (std::size_t i = 0; i < header_.frames; ++i) {
      data += directory(i, data, 0, sizes(i)).size();
    }
    std::string out = begin();
    for (std::size_t i = 0; i < header_.frames; ++i) {
      out += directory(i, out.size(), data, sizes(i));
      for (const auto size : sizes(i)) data += size;
    }
    return out;
  }

 private:
  [[nodiscard]] std::size_t word() const { return big_ ? 8 : 4; }
  [[nodiscard]] std::uint64_t header_size() const { return big_ ? 16 : 8; }
  [[nodiscard]] std::string begin() const {
    std::string out = "II";
    append_number(out, big_ ? 43 : 42, 2);
    if (big_) append_number(out, 8, 4);
    append_number(out, header_size(), word());
    return out;
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
    const bool packed = compression_ == TiffCompression::deflate;
    std::vector<std::uint64_t> places;
    for (const auto size : sizes) {
      places.push_back(data);
      data += size;
    }
    std::vector<Entry> list = {whole(tiff_tag::new_subfile_type, 0),
                               whole(tiff_tag::width, header_.width),
                               whole(tiff_tag::height, header_.height),
                               brief(tiff_tag::bits_per_sample, 8 * size_of(header_.type)),
                               brief(tiff_tag::compression, packed ? deflate : 1),
                               brief(tiff_tag::photometric, 1)};
    if (index == 0)
      list.push_back({tiff_tag::description, type_ascii, text_.size() + 1, text_ + '\0'});
    list.push_back(offsets(tiff_tag::strip_offsets, places));
    list.push_back(brief(tiff_tag::samples_per_pixel, 1));
    list.push_back(whole(tiff_tag::rows_per_strip, rows_per_strip_));
    list.push_back(offsets(tiff_tag::strip_byte_counts, sizes));
    if (const auto per_unit = resolution(header_.calibration)) {
      list.push_back(fraction(tiff_tag::x_resolution, per_unit->first));
      list.push_back(fraction(tiff_tag::y_resolution, per_unit->second));
      list.push_back(brief(tiff_tag::resolution_unit, 1));  // "none": the description names it
    }
    if (packed) {
      constexpr std::uint16_t predictor = 317;
      list.push_back(
          brief(predictor, is_float(header_.type) ? float_differences : horizontal_differences));
    }
    const std::uint64_t format = is_float(header_.type) ? 3 : is_signed(header_.type) ? 2 : 1;
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
    const bool last = index + 1 == header_.frames;
    append_number(out, last ? 0 : behind + values.size(), word());
    return out + values;
  }

  SeriesHeader header_;
  TiffCompression compression_;
  bool big_;
  std::string text_;
  std::size_t rows_per_strip_ = 1;
};

bool needs_big(const SeriesHeader& header, TiffFlavour flavour) {
  if (flavour != TiffFlavour::automatic) return flavour == TiffFlavour::big;
  const std::uint64_t bytes = static_cast<std::uint64_t>(header.frames) * header.width *
                              header.height * size_of(header.type);
  // Directories and what deflate may add to noise: well below a sixteenth.
  return bytes + bytes / 16 + header.frames * 1024 > std::numeric_limits<std::uint32_t>::max();
}

class PlainTiffWriter final : public SeriesWriter {
 public:
  PlainTiffWriter(const std::filesystem::path& path, const SeriesHeader& header, bool big)
      : file_(path) {
    const std::vector<std::uint64_t> size = {header.width * header.height * size_of(header.type)};
    file_.append(Layout(header, TiffCompression::none, big).head([&](std::size_t) -> const auto& {
      return size;
    }));
  }
  void add(const RawImage& frame) override { file_.append(frame.bytes); }
  void finish() override { file_.commit(); }

 private:
  storage::FileWriter file_;
};

/// Sizes are known only in the end, so the packed strips wait in memory.
class DeflatedTiffWriter final : public SeriesWriter {
 public:
  DeflatedTiffWriter(const std::filesystem::path& path, const SeriesHeader& header, bool big)
      : file_(path), layout_(header, TiffCompression::deflate, big) {}
  void add(const RawImage& frame) override {
    const std::size_t row = frame.width * size_of(frame.type);
    auto& own = strips_.emplace_back();
    for (std::size_t y = 0; y < frame.height; y += layout_.rows_per_strip()) {
      const std::size_t rows = std::min(layout_.rows_per_strip(), frame.height - y);
      own.push_back(deflated_strip(std::span(frame.bytes).subspan(y * row, rows * row), frame.width,
                                   frame.type));
    }
  }
  void finish() override {
    file_.append(layout_.head([this](std::size_t i) {
      std::vector<std::uint64_t> sizes;
      for (const auto& strip : strips_[i]) sizes.push_back(strip.size());
      return sizes;
    }));
    for (const auto& frame : strips_) {
      for (const auto& strip : frame) file_.append(strip);
    }
    file_.commit();
  }

 private:
  storage::FileWriter file_;
  Layout layout_;
  std::vector<std::vector<std::string>> strips_;
};

}  // namespace

std::unique_ptr<SeriesWriter> create_tiff(const std::filesystem::path& path,
                                          const SeriesHeader& header, const WriteOptions& options) {
  const bool big = needs_big(header, options.tiff_flavour);
  if (options.compression == TiffCompression::deflate) {
    return std::make_unique<DeflatedTiffWriter>(path, header, big);
  }
  return std::make_unique<PlainTiffWriter>(path, header, big);
}

}  // namespace adatom::image
