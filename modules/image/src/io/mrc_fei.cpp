#include "io/mrc_fei.h"

#include <cmath>

#include "io/calibration_rules.h"

namespace adatom::image {
namespace {

constexpr std::uint64_t begin = 1024;
// Up to the camera length.
constexpr std::uint64_t needed_bytes = 309;

}  // namespace

// Offsets: Thermo Fisher Scientific, "MRC2014 file image format", FEI1 and FEI2.
void read_fei_header(const HeaderFields& fields, const FileBytes& file,
                     std::uint64_t extended_bytes, SeriesInfo& info) {
  const std::string kind = fields.text(104, 4);
  if (kind != "FEI1" && kind != "FEI2") return;
  if (extended_bytes < needed_bytes || !file.holds(begin, needed_bytes)) return;
  const auto size = fields.at<std::int32_t>(begin);
  if (size < static_cast<std::int32_t>(needed_bytes)) return;
  const auto positive = [&](std::uint64_t offset, double factor) -> std::optional<double> {
    const double value = factor * fields.at<double>(begin + offset);
    return is_positive(value) ? std::optional(value) : std::nullopt;
  };
  info.acquisition.voltage_kv = positive(84, 1e-3);
  info.acquisition.magnification = positive(289, 1.0);
  info.acquisition.camera_length_mm = positive(301, 1e3);
  const auto x = positive(156, 1.0);
  const auto y = positive(164, 1.0);
  if (x && y && !info.calibration.pixel_size_x_angstrom) {
    use_axes({*x, 0.0, "m"}, {*y, 0.0, "m"}, info);
  }
  const auto text = [&](const char* name, std::uint64_t offset) {
    const std::string value = fields.text(begin + offset, 16);
    if (!value.empty()) info.metadata[name] = value;
  };
  text("Microscope", 20);
  text("Application", 52);
  text("Application version", 68);
}

}  // namespace adatom::image
