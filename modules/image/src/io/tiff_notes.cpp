#include "io/tiff_notes.h"

#include <array>
#include <cmath>
#include <utility>

#include "adatom/base/number_text.h"
#include "io/calibration_rules.h"
#include "pixel_types.h"

namespace adatom::image {
namespace {

using Lines = std::map<std::string, std::string>;

constexpr std::array numbers = {std::pair{"exposure_s", &Acquisition::exposure_s},
                                std::pair{"voltage_kv", &Acquisition::voltage_kv},
                                std::pair{"camera_length_mm", &Acquisition::camera_length_mm},
                                std::pair{"magnification", &Acquisition::magnification}};
constexpr std::array axes = {std::pair{"axis_x", &Calibration::axis_x},
                             std::pair{"axis_y", &Calibration::axis_y},
                             std::pair{"axis_frames", &Calibration::axis_frames}};

std::string axis_text(const Axis& axis) {
  std::string unit = axis.unit;
  for (char& c : unit) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return shortest(axis.scale) + " " + shortest(axis.offset) + " " + unit;
}

std::optional<Axis> parse_axis(const std::string& text) {
  const std::size_t first = text.find(' ');
  if (first == std::string::npos) return std::nullopt;
  const std::size_t second = std::min(text.find(' ', first + 1), text.size());
  const auto scale = parse_double(text.substr(0, first));
  const auto offset = parse_double(text.substr(first + 1, second - first - 1));
  if (!scale || !offset || !is_finite(*scale) || !is_finite(*offset)) return std::nullopt;
  return Axis{*scale, *offset, second < text.size() ? text.substr(second + 1) : ""};
}

std::optional<double> number_in(const Lines& lines, const std::string& key) {
  const auto found = lines.find(key);
  const auto number = found == lines.end() ? std::nullopt : parse_double(found->second);
  return number && is_positive(*number) ? number : std::nullopt;
}

/// Takes the exact number for one that tags have rounded.
void use_exact(const Lines& lines, const std::string& key, std::optional<double>& value) {
  const auto exact = number_in(lines, key);
  if (exact && value && std::abs(*exact / *value - 1.0) < 1e-6) value = exact;
}

}  // namespace

std::string tiff_description(const SeriesHeader& header, bool contiguous) {
  const Calibration& scale = header.calibration;
  std::string text = "ImageJ=1.11a\n";
  const auto number = [&text](const std::string& key, const std::optional<double>& value) {
    if (value) text += key + "=" + shortest(*value) + "\n";
  };
  if (header.frames > 1 && contiguous) {
    const std::string count = std::to_string(header.frames);
    text += "images=" + count + "\nframes=" + count + "\n";
  }
  number("finterval", scale.time_step_s);
  if (scale.pixel_size_x_angstrom) {
    text += "unit=nm\nloop=false\n";
    if (scale.pixel_size_y_angstrom.value_or(*scale.pixel_size_x_angstrom) ==
        *scale.pixel_size_x_angstrom) {
      number("pixel_size_angstrom", scale.pixel_size_x_angstrom);
    } else {
      number("pixel_size_x_angstrom", scale.pixel_size_x_angstrom);
      number("pixel_size_y_angstrom", scale.pixel_size_y_angstrom);
    }
  } else if (scale.reciprocal_pixel_x_per_angstrom) {
    text += "unit=1/nm\nloop=false\n";
    number("reciprocal_pixel_x_per_angstrom", scale.reciprocal_pixel_x_per_angstrom);
    number("reciprocal_pixel_y_per_angstrom", scale.reciprocal_pixel_y_per_angstrom);
  }
  for (const auto& [key, axis] : axes) {
    if (scale.*axis) text += std::string(key) + "=" + axis_text(*(scale.*axis)) + "\n";
  }
  for (const auto& [key, value] : numbers) number(key, header.acquisition.*value);
  if (header.acquisition.intensity) {
    text += "intensity=" + axis_text(*header.acquisition.intensity) + "\n";
  }
  return text;
}

void read_tiff_notes(const Lines& lines, SeriesInfo& info) {
  Calibration& scale = info.calibration;
  use_exact(lines, "pixel_size_angstrom", scale.pixel_size_x_angstrom);
  use_exact(lines, "pixel_size_angstrom", scale.pixel_size_y_angstrom);
  use_exact(lines, "pixel_size_x_angstrom", scale.pixel_size_x_angstrom);
  use_exact(lines, "pixel_size_y_angstrom", scale.pixel_size_y_angstrom);
  use_exact(lines, "reciprocal_pixel_x_per_angstrom", scale.reciprocal_pixel_x_per_angstrom);
  use_exact(lines, "reciprocal_pixel_y_per_angstrom", scale.reciprocal_pixel_y_per_angstrom);
  for (const auto& [key, axis] : axes) {
    if (const auto found = lines.find(key); found != lines.end()) {
      scale.*axis = parse_axis(found->second);
    }
  }
  for (const auto& [key, value] : numbers) info.acquisition.*value = number_in(lines, key);
  if (const auto found = lines.find("intensity"); found != lines.end()) {
    info.acquisition.intensity = parse_axis(found->second);
  }
}

}  // namespace adatom::image
