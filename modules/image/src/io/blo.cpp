// Blockfiles of NanoMEGAS (.blo): a virtual bright-field image of a scan, and the diffraction
// pattern of each of its points. Layout as RosettaSciIO knows it.
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "adatom/base/electron.h"
#include "adatom/base/error.h"
#include "io/calibration_rules.h"
#include "io/formats.h"
#include "io/header_fields.h"
#include "io/pixel_block.h"
#include "io/signal_choice.h"

namespace adatom::image {
namespace {

constexpr std::uint64_t header_bytes = 64;
// Each pattern stands behind AA 55 and its number.
constexpr std::uint64_t pattern_header = 6;

std::endian order_of(const FileBytes& file) {
  const HeaderFields fields(file, std::endian::little);
  return fields.at<std::uint16_t>(6) == 0x0201 ? std::endian::big : std::endian::little;
}

class BloReader final : public FrameReader {
 public:
  BloReader(const std::filesystem::path& path, const OpenOptions& options)
      : file_(path), fields_(file_, order_of(file_)), where_(path.string()) {
    if (!file_.holds(0, header_bytes)) {
      throw InputError(Complaint{"the file is cut short", where_, "its header is not whole",
                                 "copy the file again"});
    }
    info_.format = "BLO";
    info_.signals = {"Diffraction patterns", "Virtual bright field"};
    const bool patterns = choose_signal(info_.signals, options.signal, where_) == 0;
    info_.signal = info_.signals[patterns ? 0 : 1];
    info_.type = PixelType::uint8;
    if (patterns) {
      find_patterns();
    } else {
      find_bright_field();
    }
    const double volts = fields_.at<std::uint32_t>(46);
    const double length = 0.1 * fields_.at<std::uint32_t>(52);
    if (volts > 0.0) info_.acquisition.voltage_kv = 1e-3 * volts;
    if (length > 0.0) info_.acquisition.camera_length_mm = length;
    if (patterns) describe_patterns(volts, length);
  }
  [[nodiscard]] const SeriesInfo& info() const override { return info_; }
  [[nodiscard]] RawImage read(std::size_t index) override {
    if (index >= info_.frames) throw std::out_of_range("BloReader: no such frame");
    return read_frame(file_, block_, index);
  }

 private:
  [[nodiscard]] std::uint64_t scan_width() const { return fields_.at<std::uint16_t>(24); }
  [[nodiscard]] std::uint64_t scan_height() const { return fields_.at<std::uint16_t>(26); }

  void find_patterns() {
    info_.width = info_.height = fields_.at<std::uint16_t>(20);
    block_ = {.first = fields_.at<std::uint32_t>(12) + pattern_header,
              .type = PixelType::uint8,
              .width = info_.width,
              .height = info_.height};
    block_.stride = block_.frame_bytes(where_) + pattern_header;
    info_.frames = complete_frames(file_, block_, scan_width() * scan_height(), info_);
    info_.metadata["Scan"] = std::to_string(scan_width()) + " x " + std::to_string(scan_height());
  }

  void find_bright_field() {
    info_.width = scan_width();
    info_.height = scan_height();
    block_ = {.first = fields_.at<std::uint32_t>(8),
              .type = PixelType::uint8,
              .width = info_.width,
              .height = info_.height};
    info_.frames = complete_frames(file_, block_, 1, info_);
    const Axis x{fields_.at<double>(30), 0.0, "nm"};
    const Axis y{fields_.at<double>(38), 0.0, "nm"};
    if (is_positive(x.scale) && is_positive(y.scale)) use_axes(x, y, info_);
  }

  /// The file knows centimetres on the screen; with wavelength and camera length they are
  /// 1/angstrom (small angles).
  void describe_patterns(double volts, double length_mm) {
    const double per_cm = 0.01 * fields_.at<std::uint16_t>(50);
    if (per_cm <= 0.0) return;
    const Axis axis{1.0 / per_cm, 0.0, "cm on the screen"};
    info_.calibration.axis_x = info_.calibration.axis_y = axis;
    if (volts <= 0.0 || length_mm <= 0.0) return;
    const double step =
        10.0 * axis.scale / (electron_wavelength_angstrom(1e-3 * volts) * length_mm);
    info_.calibration.reciprocal_pixel_x_per_angstrom = step;
    info_.calibration.reciprocal_pixel_y_per_angstrom = step;
  }

  FileBytes file_;
  HeaderFields fields_;
  std::string where_;
  SeriesInfo info_;
  PixelBlock block_;
};

bool recognises(std::span<const std::byte> head) {
  return head.size() >= 8 && std::memcmp(head.data(), "IMGBLO", 6) == 0;
}

std::unique_ptr<FrameReader> open(const std::filesystem::path& path, const OpenOptions& options) {
  return std::make_unique<BloReader>(path, options);
}

}  // namespace

Format blo_format() { return {"BLO", {".blo"}, recognises, open}; }

}  // namespace adatom::image
