#include "io/dm_notes.h"

#include <initializer_list>
#include <optional>
#include <string>

#include "adatom/base/number_text.h"
#include "io/calibration_rules.h"
#include "pixel_types.h"

namespace adatom::image {
namespace {

/// DM keeps the pixel (or count) at which the calibrated value is zero.
std::optional<Axis> read_axis(const DmTags& tags, std::size_t entry, const std::string& name) {
  const std::string path = "ImageData.Calibrations." + name;
  const auto scale = tags.number(entry, path + ".Scale");
  if (!scale) return std::nullopt;
  Axis axis{*scale, 0.0, tags.text(entry, path + ".Units").value_or(std::string())};
  const double origin = tags.number(entry, path + ".Origin").value_or(0.0);
  if (is_finite(origin) && is_finite(*scale) && origin != 0.0) axis.offset = -origin * *scale;
  return axis;
}

void describe_scale(const DmTags& tags, std::size_t entry, std::size_t frames_dimension,
                    SeriesInfo& info) {
  const auto x = read_axis(tags, entry, "Dimension.0");
  const auto y = read_axis(tags, entry, "Dimension.1");
  if (x && y) use_axes(*x, *y, info);
  const auto frames = read_axis(tags, entry, "Dimension." + std::to_string(frames_dimension));
  if (frames && info.frames > 1) use_frame_axis(*frames, info);
  const auto intensity = read_axis(tags, entry, "Brightness");
  if (intensity && is_finite(intensity->scale) && is_finite(intensity->offset) &&
      *intensity != Axis{}) {
    info.acquisition.intensity = intensity;
  }
}

/// The tags of the recording; stacks made with the stack builder keep those of their source.
class Recording {
 public:
  Recording(const DmTags& tags, std::size_t entry) : tags_(tags), entry_(entry) {}

  /// Finite and positive, from the first path that has it.
  [[nodiscard]] std::optional<double> positive(std::initializer_list<const char*> paths) const {
    for (const char* path : paths) {
      for (const char* folder : folders) {
        const auto value = tags_.number(entry_, std::string(folder) + path);
        if (value && is_positive(*value)) return value;
      }
    }
    return std::nullopt;
  }
  [[nodiscard]] std::string text(const char* path) const {
    for (const char* folder : folders) {
      const auto value = tags_.text(entry_, std::string(folder) + path);
      if (value && !value->empty()) return *value;
    }
    return {};
  }
  [[nodiscard]] std::optional<double> number(const char* path) const {
    for (const char* folder : folders) {
      const auto value = tags_.number(entry_, std::string(folder) + path);
      if (value && is_finite(*value)) return value;
    }
    return std::nullopt;
  }

 private:
  static constexpr const char* folders[] = {"ImageTags.", "ImageTags.source.Tags at creation."};
  const DmTags& tags_;
  std::size_t entry_;
};

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

void describe_recording(const Recording& tags, Acquisition& recorded) {
  if (const auto volts = tags.positive({"Microscope Info.Voltage"})) {
    recorded.voltage_kv = *volts * 1e-3;
  }
  recorded.exposure_s =
      tags.positive({"DataBar.Exposure Time (s)", "Acquisition.Parameters.High Level.Exposure (s)",
                     "Acquisition.Parameters.Detector.exposure (s)"});
  if (!recorded.exposure_s) {
    const auto nanoseconds = tags.positive({"Acquisition.Frame.Sequence.Exposure Time (ns)"});
    if (nanoseconds) recorded.exposure_s = *nanoseconds * 1e-9;
  }
  const auto indicated = tags.positive(
      {"Microscope Info.Indicated Magnification", "Microscope Info.Actual Magnification"});
  const bool scanning = contains(tags.text("Microscope Info.Illumination Mode"), "STEM") ||
                        contains(tags.text("Microscope Info.Operation Mode"), "SCANNING");
  if (scanning) {
    recorded.magnification = indicated;
    recorded.camera_length_mm = tags.positive({"Microscope Info.STEM Camera Length"});
  } else if (contains(tags.text("Microscope Info.Imaging Mode"), "DIFFRACTION") ||
             contains(tags.text("Microscope Info.Operation Mode"), "DIFFRACTION")) {
    // In diffraction what DM calls magnification is the camera length in mm.
    recorded.camera_length_mm = indicated;
  } else {
    recorded.magnification = indicated;
  }
}

void describe_metadata(const Recording& tags, std::map<std::string, std::string>& metadata) {
  for (const char* path : {"DataBar.Acquisition Date",
                           "DataBar.Acquisition Time",
                           "DataBar.Device Name",
                           "DataBar.Signal Name",
                           "Acquisition.Device.Name",
                           "Microscope Info.Name",
                           "Microscope Info.Microscope",
                           "Microscope Info.Operator",
                           "Microscope Info.Specimen",
                           "Microscope Info.Illumination Mode",
                           "Microscope Info.Imaging Mode",
                           "Microscope Info.Operation Mode",
                           "Session Info.Microscope",
                           "Session Info.Operator",
                           "Session Info.Specimen",
                           "Meta Data.Signal",
                           "Meta Data.Format",
                           "Acquisition.Parameters.High Level.Processing",
                           "GMS Version.Created",
                           "source.source name"}) {
    const std::string value = tags.text(path);
    if (!value.empty()) metadata[path] = value;
  }
  for (const char* path :
       {"Microscope Info.Cs(mm)", "Microscope Info.Probe Current (nA)",
        "Microscope Info.Probe Size (nm)", "Microscope Info.Actual Magnification",
        "Microscope Info.Stage Position.Stage Alpha", "Microscope Info.Stage Position.Stage Beta",
        "Microscope Info.Stage Position.Stage X", "Microscope Info.Stage Position.Stage Y",
        "Microscope Info.Stage Position.Stage Z", "DigiScan.Sample Time", "DigiScan.Rotation"}) {
    // Zero is what DM writes where it does not know.
    const auto value = tags.number(path);
    if (value && *value != 0.0) metadata[path] = shortest(*value);
  }
}

}  // namespace

void describe_dm_image(const DmTags& tags, std::size_t entry, std::size_t frames_dimension,
                       SeriesInfo& info) {
  describe_scale(tags, entry, frames_dimension, info);
  const Recording recording(tags, entry);
  describe_recording(recording, info.acquisition);
  describe_metadata(recording, info.metadata);
}

}  // namespace adatom::image
