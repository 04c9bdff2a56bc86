// Series of TVIPS cameras (.tvips): name_000.tvips with a header, continued in name_001.tvips, ...
// Layout as RosettaSciIO knows it.
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "io/calibration_rules.h"
#include "io/formats.h"
#include "io/header_fields.h"
#include "io/pixel_block.h"

namespace adatom::image {
namespace {

constexpr std::uint32_t header_bytes = 256;
constexpr std::uint32_t first_version_frame_header = 12;
constexpr std::uint32_t largest_frame_header = 65536;
constexpr std::uint32_t diffraction = 2;
// The header calls it the physical pixel size in nm. Files written by other programs have the scale
// of the image there, which a camera's pixel (15600 nm) is not.
constexpr std::uint32_t largest_image_pixel_nm = 1000;
// Real series have some hundred files of 2 GB.
constexpr std::size_t most_parts = 1000;

class TvipsReader final : public FrameReader {
 public:
  explicit TvipsReader(const std::filesystem::path& path) : where_(path.string()) {
    parts_.push_back(std::make_unique<FileBytes>(path));
    info_.format = "TVIPS";
    const HeaderFields fields(*parts_[0], std::endian::little);
    read_layout(fields);
    find_parts(path);
    count_frames();
    describe(fields);
  }
  [[nodiscard]] const SeriesInfo& info() const override { return info_; }
  [[nodiscard]] RawImage read(std::size_t index) override {
    if (index >= info_.frames) throw std::out_of_range("TvipsReader: no such frame");
    const std::size_t part = part_of(index);
    return read_frame(*parts_[part], block_of(part), index - first_[part]);
  }

 private:
  [[noreturn]] void refuse(const std::string& what, const std::string& why) const {
    throw InputError(Complaint{what, where_, why, "copy the file again"});
  }

  void read_layout(const HeaderFields& fields) {
    const auto version = fields.at<std::uint32_t>(4);
    info_.width = fields.at<std::uint32_t>(8);
    info_.height = fields.at<std::uint32_t>(12);
    info_.type = fields.at<std::uint32_t>(16) == 8 ? PixelType::uint8 : PixelType::uint16;
    frame_header_ = version == 1 ? first_version_header(fields) : fields.at<std::uint32_t>(48);
    if (frame_header_ < first_version_frame_header || frame_header_ > largest_frame_header) {
      refuse("the header is damaged",
             "each frame has a header of " + std::to_string(frame_header_) + " bytes");
    }
  }

  /// Twelve bytes as the camera's program writes it, or what the header says, as RosettaSciIO does:
  /// whichever the size of the file agrees with.
  [[nodiscard]] std::uint32_t first_version_header(const HeaderFields& fields) {
    const std::uint64_t pixels =
        static_cast<std::uint64_t>(info_.width) * info_.height * size_of(info_.type);
    const std::uint64_t there =
        parts_[0]->size() - std::min<std::uint64_t>(parts_[0]->size(), header_bytes);
    const auto declared = fields.at<std::uint32_t>(48);
    if (there % (pixels + first_version_frame_header) == 0) return first_version_frame_header;
    if (declared > first_version_frame_header && declared <= largest_frame_header &&
        there % (pixels + declared) == 0) {
      return declared;
    }
    return first_version_frame_header;
  }

  [[nodiscard]] PixelBlock block_of(std::size_t part) const {
    PixelBlock block{.first = frame_header_ + (part == 0 ? header_bytes : 0U),
                     .type = info_.type,
                     .width = info_.width,
                     .height = info_.height};
    block.stride = block.frame_bytes(where_) + frame_header_;
    return block;
  }

  /// name_001.tvips, name_002.tvips, ... beside name_000.tvips.
  void find_parts(const std::filesystem::path& path) {
    const std::string stem = path.stem().string();
    if (!stem.ends_with("_000")) return;
    const auto part = [&](std::size_t index) {
      std::string number = std::to_string(index);
      number.insert(0, 3 - std::min<std::size_t>(number.size(), 3), '0');
      return path.parent_path() /
             (stem.substr(0, stem.size() - 3) + number + path.extension().string());
    };
    while (parts_.size() < most_parts && std::filesystem::is_regular_file(part(parts_.size()))) {
      parts_.push_back(std::make_unique<FileBytes>(part(parts_.size())));
    }
    if (std::filesystem::is_regular_file(part(parts_.size() + 1))) {
      info_.warnings.push_back(part(parts_.size()).filename().string() +
                               " is missing: the series ends before it");
    }
  }

  void count_frames() {
    for (std::size_t part = 0; part < parts_.size(); ++part) {
      const PixelBlock block = block_of(part);
      const std::uint64_t begin = block.first - frame_header_;
      const std::uint64_t there = parts_[part]->size() > begin ? parts_[part]->size() - begin : 0;
      first_.push_back(info_.frames);
      info_.frames += there / block.stride;
      const std::uint64_t rest = there % block.stride;
      if (rest > 0) {
        info_.warnings.push_back(parts_[part]->path().filename().string() +
                                 " is cut short: its last frame is not whole");
        break;
      }
    }
    parts_.resize(first_.size());
    if (info_.frames == 0) refuse("the file is cut short", "its first frame is not whole");
  }

  [[nodiscard]] std::size_t part_of(std::size_t frame) const {
    std::size_t part = 0;
    while (part + 1 < first_.size() && first_[part + 1] <= frame) ++part;
    return part;
  }

  /// A number in the header of a frame.
  [[nodiscard]] std::uint32_t frame_field(std::size_t frame, std::uint64_t offset) const {
    const std::size_t part = part_of(frame);
    const PixelBlock block = block_of(part);
    const HeaderFields fields(*parts_[part], std::endian::little);
    return fields.at<std::uint32_t>(block.first - frame_header_ +
                                    (frame - first_[part]) * block.stride + offset);
  }

  void describe(const HeaderFields& fields) {
    const bool knows_mode = frame_header_ >= 28;
    const bool pattern = knows_mode && frame_field(0, 24) == diffraction;
    const auto pixel = fields.at<std::uint32_t>(36);
    if (pixel >= largest_image_pixel_nm) {
      info_.metadata["Pixel of the camera (nm)"] = std::to_string(pixel);
      info_.warnings.push_back("the pixel of " + std::to_string(pixel) +
                               " nm is the camera's and is not taken as a pixel size");
    } else if (pixel > 0) {
      const Axis axis{static_cast<double>(pixel), 0.0, pattern ? "1/nm" : "nm"};
      use_axes(axis, axis, info_);
    }
    // Some programs write volts, some kilovolts.
    const double tension = fields.at<std::uint32_t>(40);
    if (tension > 0.0) info_.acquisition.voltage_kv = tension > 2000.0 ? 1e-3 * tension : tension;
    const double total = fields.at<std::uint32_t>(44);
    if (total > 0.0) info_.acquisition.magnification = total;
    if (info_.frames < 2) return;
    const auto milliseconds = [this](std::size_t frame) {
      return std::int64_t{1000} * frame_field(frame, 4) + frame_field(frame, 8);
    };
    const double step = static_cast<double>(milliseconds(info_.frames - 1) - milliseconds(0)) /
                        (1000.0 * static_cast<double>(info_.frames - 1));
    if (is_positive(step)) use_frame_axis({step, 0.0, "s"}, info_);
  }

  std::string where_;
  std::vector<std::unique_ptr<FileBytes>> parts_;
  std::vector<std::size_t> first_;  ///< the first frame of each part
  SeriesInfo info_;
  std::uint32_t frame_header_ = 0;
};

/// There is no magic word, but a header of a fixed size with few possible values.
bool recognises(std::span<const std::byte> head) {
  if (head.size() < header_bytes) return false;
  std::array<std::uint32_t, 13> words{};
  std::memcpy(words.data(), head.data(), sizeof(words));
  const auto plausible = [](std::uint32_t size) { return size > 0 && size <= 65536; };
  return words[0] == header_bytes && (words[1] == 1 || words[1] == 2) && plausible(words[2]) &&
         plausible(words[3]) && (words[4] == 8 || words[4] == 16);
}

std::unique_ptr<FrameReader> open(const std::filesystem::path& path, const OpenOptions&) {
  return std::make_unique<TvipsReader>(path);
}

}  // namespace

Format tvips_format() { return {"TVIPS", {".tvips"}, recognises, open}; }

}  // namespace adatom::image
