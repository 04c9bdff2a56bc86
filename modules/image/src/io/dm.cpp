// DigitalMicrograph's DM3 and DM4. Written after the descriptions of the format by G. Jefferis
// (DM3 format, 2005) and B. Schaffer (DM4), and their readings in HyperSpy and ncempy.
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "adatom/base/error.h"
#include "io/calibration_rules.h"
#include "io/dm_tags.h"
#include "io/formats.h"
#include "io/grey.h"
#include "io/pixel_block.h"
#include "io/signal_choice.h"
#include "pixel_types.h"

namespace adatom::image {
namespace {

/// What an image's DataType means.
struct Pixels {
  int code;
  PixelType type;
  std::size_t channels;  ///< 4: blue, green, red, alpha
};
constexpr std::array known_pixels = {
    Pixels{1, PixelType::int16, 1},    Pixels{2, PixelType::float32, 1},
    Pixels{6, PixelType::uint8, 1},    Pixels{7, PixelType::int32, 1},
    Pixels{8, PixelType::uint8, 4},    Pixels{9, PixelType::int8, 1},
    Pixels{10, PixelType::uint16, 1},  Pixels{11, PixelType::uint32, 1},
    Pixels{12, PixelType::float64, 1}, Pixels{14, PixelType::uint8, 1},
    Pixels{23, PixelType::uint8, 4},   Pixels{39, PixelType::int64, 1},
    Pixels{40, PixelType::uint64, 1}};

bool is_complex(int code) {
  return code == 3 || code == 5 || code == 13 || code == 27 || code == 28;
}

struct ImageTags {
  std::size_t tag = 0;  ///< its entry in ImageList
  std::string name;
};

/// All images but the thumbnails.
std::vector<ImageTags> list_images(const DmTags& tags) {
  const auto list = tags.find(DmTags::root, "ImageList");
  if (!list) return {};
  const auto& entries = tags.tag(*list).children;
  std::vector<bool> thumbnail(entries.size(), false);
  if (const auto thumbnails = tags.find(DmTags::root, "Thumbnails")) {
    for (const std::size_t entry : tags.tag(*thumbnails).children) {
      const auto index = tags.number(entry, "ImageIndex");
      if (index && *index >= 0.0 && *index < static_cast<double>(entries.size())) {
        thumbnail[static_cast<std::size_t>(*index)] = true;
      }
    }
  }
  std::vector<ImageTags> images;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (thumbnail[i] || !tags.find(entries[i], "ImageData.Data")) continue;
    images.push_back({entries[i], tags.text(entries[i], "Name").value_or("")});
  }
  return images;
}

class DmReader final : public FrameReader {
 public:
  DmReader(const std::filesystem::path& path, const OpenOptions& options)
      : file_(path), tags_(file_), where_(path.string()) {
    info_.format = tags_.version() == 3 ? "DM3" : "DM4";
    choose(options);
    describe_pixels();
    describe_scale();
    describe_recording();
    if (tags_.cut_short()) {
      info_.warnings.emplace_back("the file is cut short behind this image");
    }
  }
  [[nodiscard]] const SeriesInfo& info() const override { return info_; }
  [[nodiscard]] RawImage read(std::size_t index) override {
    if (index >= info_.frames) throw std::out_of_range("DmReader: no such frame");
    RawImage raw = read_frame(file_, block_, index);
    if (channels_ == 1) return raw;
    for (std::size_t i = 0; i < raw.bytes.size(); i += 4) std::swap(raw.bytes[i], raw.bytes[i + 2]);
    return {info_.type, info_.width, info_.height,
            grey_from(raw.bytes, PixelType::uint8, channels_)};
  }

 private:
  [[noreturn]] void refuse(const std::string& what, const std::string& why,
                           const std::string& remedy) const {
    throw InputError(Complaint{what, where_, why, remedy});
  }

  void choose(const OpenOptions& options) {
    std::vector<ImageTags> images = list_images(tags_);
    if (images.empty()) {
      if (tags_.cut_short()) {
        refuse("the file is cut short", "it ends before its image", "copy the file again");
      }
      refuse("the file holds no image", "it has no ImageList entry with data", "");
    }
    std::vector<std::string> names;
    for (const ImageTags& image : images) names.push_back(image.name);
    info_.signals = unique_names(std::move(names));
    const std::size_t chosen = choose_signal(info_.signals, options.signal, where_);
    info_.signal = info_.signals[chosen];
    image_ = images[chosen].tag;
  }

  void describe_pixels() {
    const auto data = tags_.find(image_, "ImageData.Data");
    const auto code = tags_.number(image_, "ImageData.DataType");
    const auto list = tags_.find(image_, "ImageData.Dimensions");
    if (!code || !list) {
      refuse("the file is cut short", "the image's size or type is missing", "copy the file again");
    }
    std::vector<std::uint64_t> sizes;
    for (const std::size_t entry : tags_.tag(*list).children) {
      const double size = tags_.number(entry, "").value_or(0.0);
      if (!(size >= 1.0 && size <= 4294967295.0)) refuse("the image is empty", "", "");
      sizes.push_back(static_cast<std::uint64_t>(size));
    }
    check_kind(static_cast<int>(*code), sizes);
    for (const Pixels& known : known_pixels) {
      if (known.code != static_cast<int>(*code)) continue;
      info_.type = known.type;
      channels_ = known.channels;
    }
    if (channels_ == 0) {
      refuse("pixels of an unknown type", "DataType " + std::to_string(static_cast<int>(*code)),
             "");
    }
    info_.width = sizes[0];
    info_.height = sizes[1];
    block_ = {.first = tags_.tag(*data).offset,
              .type = info_.type,
              .width = info_.width * channels_,
              .height = info_.height,
              .order = tags_.little_endian() ? std::endian::little : std::endian::big};
    block_.stride = block_.frame_bytes(where_);
    const std::uint64_t declared = sizes.size() > 2 ? sizes[2] : 1;
    check_length(tags_.tag(*data), declared);
    info_.frames = complete_frames(file_, block_, declared, info_);
    if (channels_ > 1) {
      info_.warnings.emplace_back("colour is read as grey: 0.299 R + 0.587 G + 0.114 B");
    }
  }

  /// Refuses what is no real image or series of images.
  void check_kind(int code, const std::vector<std::uint64_t>& sizes) const {
    std::string shape;
    for (const auto size : sizes) shape += (shape.empty() ? "" : " x ") + std::to_string(size);
    const std::string format = tags_.text(image_, "ImageTags.Meta Data.Format").value_or("");
    const std::string choose_other = info_.signals.size() > 1 ? "choose another signal" : "";
    if (is_complex(code)) {
      refuse("the image is complex",
             "a complex image (" + shape + " points) has no intensity of its own",
             "save its modulus or its real part in DigitalMicrograph");
    }
    if (sizes.size() == 1 || format == "Spectrum") {
      refuse("the file holds a spectrum, no image", shape + " channels", choose_other);
    }
    if (format == "Spectrum image" || format == "Spectrum Image") {
      refuse("the file holds a spectrum image, no image", shape + " points", choose_other);
    }
    if (sizes.size() < 2 || sizes.size() > 3) {
      refuse("the data have " + std::to_string(sizes.size()) + " dimensions", shape + " points",
             "save images or a stack of images");
    }
  }

  /// The array must be what size and type say.
  void check_length(const DmTag& data, std::uint64_t frames) const {
    const std::uint64_t stored = data.count * size_of(data.type);
    if (data.count > file_.size() || frames > file_.size() || block_.stride > file_.size() ||
        stored != frames * block_.stride) {
      refuse("the file's data do not fit its image",
             std::to_string(info_.width) + " x " + std::to_string(info_.height) + " x " +
                 std::to_string(frames) + " pixels of " + name_of(info_.type) + " against " +
                 std::to_string(stored) + " bytes",
             "copy the file again");
    }
  }

  [[nodiscard]] std::optional<Axis> axis(const std::string& path) const {
    const auto scale = tags_.number(image_, path + ".Scale");
    if (!scale) return std::nullopt;
    // DM gives the pixel at which the axis is zero.
    const double origin = tags_.number(image_, path + ".Origin").value_or(0.0);
    return Axis{*scale, origin == 0.0 ? 0.0 : -origin * *scale,
                tags_.text(image_, path + ".Units").value_or("")};
  }

  void describe_scale() {
    const std::string dimensions = "ImageData.Calibrations.Dimension.";
    const auto x = axis(dimensions + "0");
    const auto y = axis(dimensions + "1");
    if (x && y) use_axes(*x, *y, info_);
    const auto frames = axis(dimensions + "2");
    if (info_.frames > 1 && frames) use_frame_axis(*frames, info_);
    const auto intensity = axis("ImageData.Calibrations.Brightness");
    if (intensity && is_finite(intensity->scale) && is_finite(intensity->offset) &&
        *intensity != Axis{}) {
      info_.acquisition.intensity = intensity;
    }
  }

  void describe_recording() {
    const auto first_of = [this](std::initializer_list<const char*> paths, double factor) {
      for (const char* path : paths) {
        const auto value = tags_.number(image_, std::string("ImageTags.") + path);
        if (value && is_positive(*value)) return std::optional(*value * factor);
      }
      return std::optional<double>();
    };
    Acquisition& recorded = info_.acquisition;
    recorded.voltage_kv = first_of({"Microscope Info.Voltage"}, 1e-3);
    recorded.magnification = first_of(
        {"Microscope Info.Actual Magnification", "Microscope Info.Indicated Magnification"}, 1.0);
    recorded.camera_length_mm =
        first_of({"Microscope Info.STEM Camera Length", "Microscope Info.Camera Length"}, 1.0);
    recorded.exposure_s =
        first_of({"DataBar.Exposure Time (s)", "Acquisition.Parameters.High Level.Exposure (s)",
                  "Acquisition.Frame.Intensity.Exposure"},
                 1.0);
    for (const char* path :
         {"DataBar.Acquisition Date", "DataBar.Acquisition Time", "DataBar.Device Name",
          "Acquisition.Device.Name", "Microscope Info.Microscope", "Microscope Info.Operator",
          "Microscope Info.Specimen", "Microscope Info.Illumination Mode",
          "Microscope Info.Imaging Mode", "Microscope Info.Operation Mode", "DataBar.Signal Name",
          "Meta Data.Signal"}) {
      const auto value = tags_.text(image_, std::string("ImageTags.") + path);
      if (value && !value->empty()) info_.metadata[path] = *value;
    }
  }

  FileBytes file_;
  DmTags tags_;
  std::string where_;
  SeriesInfo info_;
  std::size_t image_ = 0;
  PixelBlock block_;
  std::size_t channels_ = 0;
};

bool recognises(std::span<const std::byte> head) {
  if (head.size() < 16 || head[0] != std::byte{0} || head[1] != std::byte{0} ||
      head[2] != std::byte{0}) {
    return false;
  }
  const auto byte_order_at = [&](std::size_t at) {
    return head[at] == std::byte{0} && head[at + 1] == std::byte{0} &&
           head[at + 2] == std::byte{0} &&
           (head[at + 3] == std::byte{0} || head[at + 3] == std::byte{1});
  };
  return (head[3] == std::byte{3} && byte_order_at(8)) ||
         (head[3] == std::byte{4} && byte_order_at(12));
}

std::unique_ptr<FrameReader> open(const std::filesystem::path& path, const OpenOptions& options) {
  return std::make_unique<DmReader>(path, options);
}

}  // namespace

Format dm_format() { return {"DM3/DM4", {".dm3", ".dm4"}, recognises, open}; }

}  // namespace adatom::image
