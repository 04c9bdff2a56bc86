// MRC, MRCS, MAP: MRC2014 (Cheng et al., J. Struct. Biol. 192 (2015) 146) with IMOD's and FEI's
// additions.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>

#include "adatom/base/error.h"
#include "io/calibration_rules.h"
#include "io/formats.h"
#include "io/grey.h"
#include "io/header_fields.h"
#include "io/mrc_fei.h"
#include "io/pixel_block.h"
#include "pixel_types.h"

namespace adatom::image {
namespace {

constexpr std::uint64_t header_bytes = 1024;
constexpr std::int32_t imod_stamp = 1146047817;
constexpr std::int32_t rgb_mode = 16;  // IMOD's: three bytes a pixel

/// IEEE 754 binary16.
float from_half(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
  const std::uint32_t exponent = (half >> 10U) & 0x1FU;
  const std::uint32_t mantissa = half & 0x3FFU;
  float value = 0.0F;
  if (exponent == 0) {
    value = std::ldexp(static_cast<float>(mantissa), -24);
  } else {
    const std::uint32_t bits = exponent == 31 ? 0x7F800000U | (mantissa << 13U)
                                              : ((exponent + 112U) << 23U) | (mantissa << 13U);
    std::memcpy(&value, &bits, sizeof(value));
  }
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  bits |= sign;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

/// How the pixels lie in the file.
enum class Packing { plain, half, nibbles, rgb };

std::array<std::int32_t, 19> head_words(std::span<const std::byte> head, bool swapped) {
  std::array<std::int32_t, 19> words{};
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::uint32_t word = 0;
    std::memcpy(&word, head.data() + 4 * i, 4);
    words[i] = static_cast<std::int32_t>(swapped ? __builtin_bswap32(word) : word);
  }
  return words;
}

/// The order in which size and mode make sense: machine stamps are often wrong. Where they do in
/// both (512 x 512 pixels of mode 0 are 131072 x 131072 the other way round) the order of the axes
/// decides, then the machine stamp, then the smaller image.
std::optional<std::endian> byte_order(std::span<const std::byte> head) {
  if (head.size() < 224) return std::nullopt;
  constexpr std::endian other_order =
      std::endian::native == std::endian::little ? std::endian::big : std::endian::little;
  const auto native = head_words(head, false);
  const auto swapped = head_words(head, true);
  const auto plausible = [](const auto& words) {
    const auto [x, y, z, mode] = std::array{words[0], words[1], words[2], words[3]};
    const bool known =
        (mode >= 0 && mode <= 4) || mode == 6 || mode == 12 || mode == rgb_mode || mode == 101;
    return x > 0 && y > 0 && z > 0 && x <= 1 << 20 && y <= 1 << 20 && known;
  };
  if (plausible(native) != plausible(swapped)) {
    return plausible(native) ? std::endian::native : other_order;
  }
  if (!plausible(native)) return std::nullopt;
  const auto axes_in = [](const auto& words) {
    return std::array{words[16], words[17], words[18]} == std::array{1, 2, 3};
  };
  if (axes_in(native) != axes_in(swapped))
    return axes_in(native) ? std::endian::native : other_order;
  if (head[212] == std::byte{0x44}) return std::endian::little;
  if (head[212] == std::byte{0x11}) return std::endian::big;
  return native[0] <= swapped[0] ? std::endian::native : other_order;
}

bool has_map_word(std::span<const std::byte> head) {
  return head.size() >= 212 && std::memcmp(head.data() + 208, "MAP", 3) == 0;
}

/// Axes 1, 2, 3 or none, cell angles of 90 degrees or none: what old files without "MAP " have, and
/// random bytes do not.
bool looks_like_old_mrc(std::span<const std::byte> head, std::endian order) {
  if (head.size() < header_bytes) return false;
  std::array<std::uint32_t, 3> axes{};
  std::memcpy(axes.data(), head.data() + 64, 12);
  if (order != std::endian::native) {
    for (auto& axis : axes) axis = __builtin_bswap32(axis);
  }
  return axes == std::array<std::uint32_t, 3>{1, 2, 3} ||
         axes == std::array<std::uint32_t, 3>{0, 0, 0};
}

class MrcReader final : public FrameReader {
 public:
  explicit MrcReader(const std::filesystem::path& path)
      : file_(path), fields_(file_, order_of(file_)), where_(path.string()) {
    info_.format = "MRC";
    read_layout();
    describe_scale();
    describe_labels();
    if (extended_bytes_ > 0) read_fei_header(fields_, file_, extended_bytes_, info_);
  }
  [[nodiscard]] const SeriesInfo& info() const override { return info_; }

  [[nodiscard]] RawImage read(std::size_t index) override {
    if (index >= info_.frames) throw std::out_of_range("MrcReader: no such frame");
    RawImage raw = read_frame(file_, block_, index);
    if (packing_ == Packing::half) return unpack_halves(raw);
    if (packing_ == Packing::nibbles) return unpack_nibbles(raw);
    if (packing_ == Packing::rgb) {
      return {info_.type, info_.width, info_.height, grey_from(raw.bytes, info_.type, 3)};
    }
    return raw;
  }

 private:
  static std::endian order_of(const FileBytes& file) {
    Bytes head(header_bytes, std::byte{0});
    head.resize(file.read_some(0, head));
    const auto order = byte_order(head);
    if (!order) {
      throw InputError(Complaint{"the header is damaged", file.path().string(),
                                 "size and mode make sense in neither byte order",
                                 "copy the file again"});
    }
    return *order;
  }

  void read_layout() {
    info_.width = static_cast<std::size_t>(fields_.at<std::int32_t>(0));
    info_.height = static_cast<std::size_t>(fields_.at<std::int32_t>(4));
    const auto frames = static_cast<std::uint64_t>(fields_.at<std::int32_t>(8));
    const auto mode = fields_.at<std::int32_t>(12);
    const auto extended = fields_.at<std::int32_t>(92);
    if (extended < 0) {
      throw InputError(Complaint{"the header is damaged", where_,
                                 "its extension has " + std::to_string(extended) + " bytes",
                                 "copy the file again"});
    }
    extended_bytes_ = static_cast<std::uint64_t>(extended);
    std::size_t row = info_.width;
    PixelType stored = PixelType::uint16;
    switch (mode) {
      case 0:
        stored = info_.type = signed_bytes() ? PixelType::int8 : PixelType::uint8;
        break;
      case 1:
        stored = info_.type = PixelType::int16;
        break;
      case 2:
        stored = info_.type = PixelType::float32;
        break;
      case 6:
        stored = info_.type = PixelType::uint16;
        break;
      case 12:
        info_.type = PixelType::float32;
        packing_ = Packing::half;
        break;
      case 101:
        stored = info_.type = PixelType::uint8;
        packing_ = Packing::nibbles;
        row = (info_.width + 1) / 2;
        break;
      case rgb_mode:
        stored = info_.type = PixelType::uint8;
        packing_ = Packing::rgb;
        row = 3 * info_.width;
        info_.warnings.emplace_back("colour is converted to grey (luma, ITU-R BT.601)");
        break;
      default:
        throw InputError(Complaint{
            "the images are complex", where_,
            "mode " + std::to_string(mode) + ": a complex image has no intensity of its own",
            "save modulus or real part"});
    }
    check_axes();
    block_ = {.first = header_bytes + extended_bytes_,
              .type = stored,
              .width = row,
              .height = info_.height,
              .order = fields_.order()};
    block_.stride = block_.frame_bytes(where_);
    info_.frames = complete_frames(file_, block_, frames, info_);
  }

  /// MRC2014: signed; IMOD before 2012 wrote unsigned, and its flag says which.
  [[nodiscard]] bool signed_bytes() const {
    if (fields_.at<std::int32_t>(152) != imod_stamp) return true;
    return (fields_.at<std::int32_t>(156) & 1) != 0;
  }

  void check_axes() const {
    std::array<std::int32_t, 3> axes{};
    for (std::size_t i = 0; i < 3; ++i) axes[i] = fields_.at<std::int32_t>(64 + 4 * i);
    if (axes == std::array{1, 2, 3} || axes == std::array{0, 0, 0}) return;
    throw InputError(Complaint{"the map's axes stand in another order than x, y, z", where_,
                               "columns, rows and sections are axes " + std::to_string(axes[0]) +
                                   ", " + std::to_string(axes[1]) + ", " + std::to_string(axes[2]),
                               "reorder it, for instance with IMOD's clip or CCP4's mapmask"});
  }

  void describe_scale() {
    const auto axis = [&](std::uint64_t number) -> std::optional<Axis> {
      const auto grid = fields_.at<std::int32_t>(28 + 4 * number);
      const auto cell = static_cast<double>(fields_.at<float>(40 + 4 * number));
      // Unset or negative cells (movie files have -10 for each pixel) mean none.
      if (grid <= 0 || !is_positive(cell)) return std::nullopt;
      const auto origin = static_cast<double>(fields_.at<float>(196 + 4 * number));
      return Axis{cell / grid, is_finite(origin) ? origin : 0.0, "A"};
    };
    const auto x = axis(0);
    const auto y = axis(1);
    if (x && y) use_axes(*x, *y, info_);
  }

  void describe_labels() {
    const auto count = std::clamp(fields_.at<std::int32_t>(220), 0, 10);
    for (std::int32_t i = 0; i < count; ++i) {
      std::string label = fields_.text(224 + 80 * static_cast<std::uint64_t>(i), 80);
      while (!label.empty() && label.back() == ' ') label.pop_back();
      if (!label.empty()) info_.metadata["Label " + std::to_string(i + 1)] = label;
    }
  }

  [[nodiscard]] RawImage unpack_halves(const RawImage& raw) const {
    RawImage out{PixelType::float32, info_.width, info_.height,
                 Bytes(2 * raw.bytes.size(), std::byte{0})};
    for (std::size_t i = 0; i < raw.bytes.size() / 2; ++i) {
      std::uint16_t half = 0;
      std::memcpy(&half, raw.bytes.data() + 2 * i, 2);
      const float value = from_half(half);
      std::memcpy(out.bytes.data() + 4 * i, &value, 4);
    }
    return out;
  }

  /// Two pixels a byte, the first in the lower half; an odd row ends in half a byte.
  [[nodiscard]] RawImage unpack_nibbles(const RawImage& raw) const {
    RawImage out{PixelType::uint8, info_.width, info_.height,
                 Bytes(info_.width * info_.height, std::byte{0})};
    const std::size_t row = (info_.width + 1) / 2;
    for (std::size_t y = 0; y < info_.height; ++y) {
      for (std::size_t x = 0; x < info_.width; ++x) {
        const std::byte pair = raw.bytes[y * row + x / 2];
        out.bytes[y * info_.width + x] = x % 2 == 0 ? pair & std::byte{0x0F} : pair >> 4;
      }
    }
    return out;
  }

  FileBytes file_;
  HeaderFields fields_;
  std::string where_;
  SeriesInfo info_;
  PixelBlock block_;
  Packing packing_ = Packing::plain;
  std::uint64_t extended_bytes_ = 0;
};

bool recognises(std::span<const std::byte> head) {
  const auto order = byte_order(head);
  return order && (has_map_word(head) || looks_like_old_mrc(head, *order));
}

std::unique_ptr<FrameReader> open(const std::filesystem::path& path, const OpenOptions&) {
  return std::make_unique<MrcReader>(path);
}

}  // namespace

Format mrc_format() { return {"MRC", {".mrc", ".mrcs", ".map"}, recognises, open}; }

}  // namespace adatom::image
