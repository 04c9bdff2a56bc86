#include "adatom/image/summary.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "adatom/base/number_text.h"
#include "pixel_types.h"

namespace adatom::image {
namespace {

// Descriptions can be whole files of settings; a summary shows how they begin.
constexpr std::size_t longest_shown = 200;

std::string shown(std::string_view value) {
  std::string out;
  for (const char c : value.substr(0, longest_shown)) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    if (c == '\n') {
      out += "; ";
    } else if (!control) {
      out += c;
    }
  }
  if (value.size() <= longest_shown) return out;
  // No half of a letter in front of the cut (UTF-8 continues with 10xxxxxx, at most three times).
  const auto is_part = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  std::size_t cut = longest_shown;
  while (cut + 3 > longest_shown && is_part(value[cut])) --cut;
  if (!is_part(value[cut])) out.resize(out.size() - std::min(out.size(), longest_shown - cut));
  return out + " ...";
}

}  // namespace

InfoSummary summarise(FrameReader& reader, Progress& progress) {
  InfoSummary summary;
  summary.info = reader.info();
  const std::size_t frames = summary.info.frames;
  progress.begin("reading", frames);
  long double sum = 0.0L;  // wide enough for a long film, and for doubles near their limit
  for (std::size_t i = 0; i < frames; ++i) {
    stop_if_cancelled(progress);
    const Image image = to_image(reader.read(i));
    for (const double value : image.values()) {
      if (!is_finite(value)) {
        ++summary.non_finite_pixels;
        continue;
      }
      summary.minimum = summary.finite_pixels > 0 ? std::min(summary.minimum, value) : value;
      summary.maximum = summary.finite_pixels > 0 ? std::max(summary.maximum, value) : value;
      sum += static_cast<long double>(value);
      ++summary.finite_pixels;
    }
    progress.advance(1);
  }
  if (summary.finite_pixels > 0) {
    summary.mean = static_cast<double>(sum / static_cast<long double>(summary.finite_pixels));
  }
  return summary;
}

std::string text(const InfoSummary& summary) {
  const SeriesInfo& info = summary.info;
  const Calibration& scale = info.calibration;
  std::string out;
  const auto line = [&](const std::string& name, const std::string& value) {
    out += name + ": " + value + "\n";
  };
  line("format", info.format);
  line("frames", std::to_string(info.frames));
  line("size", std::to_string(info.width) + " x " + std::to_string(info.height) + " pixels");
  line("type", name_of(info.type));
  if (!scale.pixel_size_x_angstrom) {
    line("pixel size", "not given");
  } else {
    const double x = *scale.pixel_size_x_angstrom;
    const double y = scale.pixel_size_y_angstrom.value_or(x);
    line("pixel size", shortest(x) + (x == y ? "" : " x " + shortest(y)) + " angstrom");
  }
  if (scale.reciprocal_pixel_x_per_angstrom) {
    const double x = *scale.reciprocal_pixel_x_per_angstrom;
    const double y = scale.reciprocal_pixel_y_per_angstrom.value_or(x);
    line("reciprocal pixel", shortest(x) + (x == y ? "" : " x " + shortest(y)) + " 1/angstrom");
  }
  line("time step", scale.time_step_s ? shortest(*scale.time_step_s) + " s" : "not given");
  const auto axis = [&](const std::string& name, const std::optional<Axis>& of) {
    if (!of) return;
    const std::string unit = shown(of->unit);
    line(name, shortest(of->scale) + (unit.empty() ? "" : " " + unit) + " per step, from " +
                   shortest(of->offset));
  };
  axis("axis x", scale.axis_x);
  axis("axis y", scale.axis_y);
  axis("axis of frames", scale.axis_frames);
  const auto quantity = [&](const std::string& name, const std::optional<double>& value,
                            const std::string& unit) {
    if (value) line(name, shortest(*value) + unit);
  };
  quantity("exposure", info.acquisition.exposure_s, " s");
  quantity("voltage", info.acquisition.voltage_kv, " kV");
  quantity("camera length", info.acquisition.camera_length_mm, " mm");
  quantity("magnification", info.acquisition.magnification, "");
  axis("intensity", info.acquisition.intensity);
  if (!info.signal.empty()) line("signal", shown(info.signal));
  if (info.signals.size() > 1) {
    std::string names;
    for (const auto& name : info.signals) names += (names.empty() ? "" : ", ") + shown(name);
    line("signals in the file", names);
  }
  const bool any = summary.finite_pixels > 0;
  line("range", any ? shortest(summary.minimum) + " to " + shortest(summary.maximum) : "none");
  line("mean", any ? shortest(summary.mean) : "none");
  if (summary.non_finite_pixels > 0) {
    line("NaN or infinite pixels", std::to_string(summary.non_finite_pixels));
  }
  for (const auto& [name, value] : info.metadata) line(name, shown(value));
  for (const auto& warning : info.warnings) line("warning", warning);
  return out;
}

}  // namespace adatom::image
