// FEI's SER series (TIA). After the description of the format by C. Boothroyd and its readings in
// HyperSpy and ncempy.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "io/calibration_rules.h"
#include "io/formats.h"
#include "io/header_fields.h"
#include "io/pixel_block.h"
#include "pixel_types.h"

namespace adatom::image {
namespace {

constexpr std::uint32_t spectra = 0x4120;
constexpr std::uint32_t images = 0x4122;
constexpr std::uint16_t wide_offsets = 0x0220;  // the version from which offsets have 64 bits
constexpr std::uint64_t element_header = 50;
// The file does not tell images from diffraction patterns. Between these, which no image's pixel in
// metres and no pattern's in 1/metre reaches, the step is in pixels or another unit.
constexpr double coarsest_image_metre = 1e-5;
constexpr double finest_pattern_per_metre = 1e4;

constexpr std::array types = {PixelType::uint8,   PixelType::uint16, PixelType::uint32,
                              PixelType::int8,    PixelType::int16,  PixelType::int32,
                              PixelType::float32, PixelType::float64};

struct Element {
  PixelType type = PixelType::uint8;
  std::size_t width = 0;
  std::size_t height = 0;
  Axis x;
  Axis y;
};

class SerReader final : public FrameReader {
 public:
  explicit SerReader(const std::filesystem::path& path)
      : file_(path), fields_(file_, std::endian::little), where_(path.string()) {
    info_.format = "SER";
    read_header();
    find_frames();
    describe_scale();
    describe_times();
  }
  [[nodiscard]] const SeriesInfo& info() const override { return info_; }
  [[nodiscard]] RawImage read(std::size_t index) override {
    if (index >= frames_.size()) throw std::out_of_range("SerReader: no such frame");
    const PixelBlock block{.first = frames_[index] + element_header,
                           .type = info_.type,
                           .width = info_.width,
                           .height = info_.height};
    RawImage raw = read_frame(file_, block, 0);
    flip_rows(raw);
    return raw;
  }

 private:
  [[noreturn]] void refuse(const std::string& what, const std::string& why) const {
    throw InputError(Complaint{what, where_, why, "copy the file again"});
  }

  void read_header() {
    const auto version = fields_.at<std::uint16_t>(4);
    wide_ = version >= wide_offsets;
    const auto kind = fields_.at<std::uint32_t>(6);
    declared_ = fields_.at<std::uint32_t>(14);
    valid_ = fields_.at<std::uint32_t>(18);
    offsets_ = wide_ ? fields_.at<std::uint64_t>(22) : fields_.at<std::uint32_t>(22);
    if (kind == spectra) {
      throw InputError(Complaint{"the file holds spectra, no images", where_,
                                 std::to_string(valid_) + " spectra", ""});
    }
    if (kind != images) refuse("the file's kind of data is unknown", "");
    if (valid_ > declared_) refuse("the file has more valid elements than elements", "");
    if (valid_ == 0) {
      throw InputError(
          Complaint{"the file holds no image", where_,
                    "none of its " + std::to_string(declared_) + " elements was recorded", ""});
    }
    if (!file_.holds(offsets_, 2 * declared_ * offset_size())) {
      refuse("the file is cut short", "its table of offsets is not whole");
    }
    if (valid_ < declared_) {
      info_.warnings.push_back("the series was stopped early: " + std::to_string(valid_) + " of " +
                               std::to_string(declared_) + " frames were recorded");
    }
  }

  [[nodiscard]] std::uint64_t offset_size() const { return wide_ ? 8 : 4; }
  [[nodiscard]] std::uint64_t offset_at(std::uint64_t index) const {
    const std::uint64_t place = offsets_ + index * offset_size();
    return wide_ ? fields_.at<std::uint64_t>(place) : fields_.at<std::uint32_t>(place);
  }

  [[nodiscard]] Element element_at(std::uint64_t offset) const {
    Element element;
    const auto axis = [&](std::uint64_t at) {
      const auto start = fields_.at<double>(at);
      const auto step = fields_.at<double>(at + 8);
      const auto element_at_start = fields_.at<std::int32_t>(at + 16);
      // use_axes() refuses what is no number.
      if (!is_finite(step) || !is_finite(start)) return Axis{step, start, "m"};
      return Axis{step, start - step * static_cast<double>(element_at_start), "m"};
    };
    element.x = axis(offset);
    element.y = axis(offset + 20);
    const auto type = fields_.at<std::uint16_t>(offset + 40);
    if (type == 9 || type == 10) {
      throw InputError(Complaint{"the images are complex", where_,
                                 "a complex image has no intensity of its own",
                                 "save modulus or real part"});
    }
    if (type < 1 || type > types.size()) refuse("pixels of an unknown type", "");
    element.type = types[type - 1U];
    element.width = fields_.at<std::uint32_t>(offset + 42);
    element.height = fields_.at<std::uint32_t>(offset + 46);
    return element;
  }

  /// Those that are whole and like the first.
  void find_frames() {
    std::size_t others = 0;
    std::size_t cut = 0;
    for (std::uint64_t i = 0; i < valid_; ++i) {
      const std::uint64_t offset = offset_at(i);
      if (!file_.holds(offset, element_header)) {
        ++cut;
        continue;
      }
      const Element element = element_at(offset);
      const PixelBlock block{
          .type = element.type, .width = element.width, .height = element.height};
      if (!file_.holds(offset + element_header, block.frame_bytes(where_))) {
        ++cut;
        continue;
      }
      if (frames_.empty()) {
        first_ = element;
      } else if (element.type != first_.type || element.width != first_.width ||
                 element.height != first_.height) {
        ++others;
        continue;
      }
      frames_.push_back(offset);
      numbers_.push_back(i);
    }
    if (frames_.empty()) refuse("the file is cut short", "none of its images is whole");
    if (cut > 0) {
      info_.warnings.push_back("the file is cut short: " + std::to_string(frames_.size()) + " of " +
                               std::to_string(valid_) + " frames are complete");
    }
    if (others > 0) {
      info_.warnings.push_back(std::to_string(others) +
                               " images of another size or type than the first are left out");
    }
    info_.type = first_.type;
    info_.width = first_.width;
    info_.height = first_.height;
    info_.frames = frames_.size();
  }

  void describe_scale() {
    for (Axis* axis : {&first_.x, &first_.y}) {
      if (!is_finite(axis->scale) || std::abs(axis->scale) <= coarsest_image_metre) continue;
      axis->unit = std::abs(axis->scale) >= finest_pattern_per_metre ? "1/m" : "";
    }
    use_axes(first_.x, first_.y, info_);
  }

  /// Whole seconds since 1970: good for metadata, too coarse for a time step.
  void describe_times() {
    const auto time_of = [&](std::uint64_t number) -> std::optional<std::uint32_t> {
      const std::uint64_t tag = offset_at(declared_ + number);
      if (tag == 0 || !file_.holds(tag, 8)) return std::nullopt;
      const auto kind = fields_.at<std::uint16_t>(tag);
      if (kind != 0x4152 && kind != 0x4142) return std::nullopt;
      return fields_.at<std::uint32_t>(tag + 4);
    };
    const auto first = time_of(numbers_.front());
    const auto last = time_of(numbers_.back());
    if (first) info_.metadata["Time of the first frame (s since 1970)"] = std::to_string(*first);
    if (last && frames_.size() > 1) {
      info_.metadata["Time of the last frame (s since 1970)"] = std::to_string(*last);
    }
  }

  FileBytes file_;
  HeaderFields fields_;
  std::string where_;
  SeriesInfo info_;
  bool wide_ = false;
  std::uint64_t declared_ = 0;
  std::uint64_t valid_ = 0;
  std::uint64_t offsets_ = 0;
  Element first_;
  std::vector<std::uint64_t> frames_;   ///< where each begins
  std::vector<std::uint64_t> numbers_;  ///< which element of the file each is
};

bool recognises(std::span<const std::byte> head) {
  constexpr std::array begin = {std::byte{0x49}, std::byte{0x49}, std::byte{0x97}, std::byte{0x01}};
  return head.size() >= 26 && std::equal(begin.begin(), begin.end(), head.begin());
}

std::unique_ptr<FrameReader> open(const std::filesystem::path& path, const OpenOptions&) {
  return std::make_unique<SerReader>(path);
}

}  // namespace

Format ser_format() { return {"SER", {".ser"}, recognises, open}; }

}  // namespace adatom::image
