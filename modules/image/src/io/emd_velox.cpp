// Data/Image/<id>/Data has the axes y, x, frame; Data/Image/<id>/Metadata one text of JSON in bytes
// for each frame. After the reading of such files in HyperSpy.
#include "io/emd_velox.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "io/calibration_rules.h"
#include "io/hdf5_series.h"
#include "io/signal_choice.h"
#include "pixel_types.h"

namespace adatom::image {
namespace {

using nlohmann::json;

constexpr const char* images = "/Data/Image";
constexpr std::uint64_t longest_metadata = 4U << 20U;

/// A text of the file at a path of names; empty if there is none.
std::string text_at(const json& data, std::initializer_list<const char*> names) {
  const json* at = &data;
  for (const char* name : names) {
    const auto found = at->is_object() ? at->find(name) : at->end();
    if (!at->is_object() || found == at->end()) return {};
    at = &*found;
  }
  return at->is_string() ? at->get<std::string>() : at->is_primitive() ? at->dump() : "";
}

std::optional<double> number_at(const json& data, std::initializer_list<const char*> names) {
  const auto value = parse_double(text_at(data, names));
  return value && is_finite(*value) ? value : std::nullopt;
}

std::optional<double> positive_at(const json& data, std::initializer_list<const char*> names,
                                  double factor) {
  const auto value = number_at(data, names);
  return value && is_positive(*value * factor) ? std::optional(*value * factor) : std::nullopt;
}

/// The first frame's metadata; an empty object if there are none.
json read_metadata(const storage::Hdf5Reader& file, const std::string& group) {
  const std::string path = group + "/Metadata";
  if (!file.is_dataset(path)) return json::object();
  const auto about = file.dataset(path);
  if (about.type != storage::Hdf5Type::uint8 || about.shape.empty() || about.shape.size() > 2 ||
      about.shape[0] > longest_metadata || (about.shape.size() == 2 && about.shape[1] == 0)) {
    return json::object();
  }
  const std::vector<std::uint64_t> begin(about.shape.size(), 0);
  std::vector<std::uint64_t> count(about.shape.size(), 1);
  count[0] = about.shape[0];
  const auto bytes = file.read(path, begin, count);
  std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  text.resize(std::min(text.find('\0'), text.size()));
  json parsed = json::parse(text, nullptr, false);
  return parsed.is_object() ? parsed : json::object();
}

/// The entry under Detectors that belongs to the image: by name, or by number where it has none.
json detector_of(const json& metadata) {
  const auto detectors = metadata.find("Detectors");
  if (detectors == metadata.end() || !detectors->is_object()) return json::object();
  const std::string name = text_at(metadata, {"BinaryResult", "Detector"});
  for (const auto& [key, detector] : detectors->items()) {
    if (!name.empty() && text_at(detector, {"DetectorName"}) == name) return detector;
  }
  const auto numbered =
      detectors->find("Detector-" + text_at(metadata, {"BinaryResult", "DetectorIndex"}));
  return numbered != detectors->end() ? *numbered : json::object();
}

std::string detector_name(const json& metadata) {
  const std::string name = text_at(metadata, {"BinaryResult", "Detector"});
  return name.empty() ? text_at(detector_of(metadata), {"DetectorName"}) : name;
}

/// "%20" and the like become the characters they stand for.
std::string decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int code = 0;
    const char* digits = text.data() + i + 1;
    const bool coded = text[i] == '%' && i + 2 < text.size() &&
                       std::from_chars(digits, digits + 2, code, 16).ptr == digits + 2;
    out += coded ? static_cast<char>(code) : text[i];
    if (coded) i += 2;
  }
  return out;
}

/// The first text under a key anywhere in the data.
std::string find_text(const json& data, const char* key, std::size_t depth = 0) {
  if (depth > 8 || !data.is_structured()) return {};
  if (std::string here = text_at(data, {key}); !here.empty()) return here;
  for (const auto& part : data) {
    if (std::string below = find_text(part, key, depth + 1); !below.empty()) return below;
  }
  return {};
}

/// What Velox's user sees above each image: by the image's path, from the displays and operations.
std::map<std::string, std::string> read_titles(const storage::Hdf5Reader& file) {
  std::map<std::string, std::string> titles;
  const auto collect = [&](const std::string& group, std::initializer_list<const char*> keys) {
    for (const std::string& name : file.members(group)) {
      const std::string path = group + "/" + name;
      if (!file.is_dataset(path)) continue;
      const auto text = file.read_text(path);
      const json data = json::parse(text.value_or(""), nullptr, false);
      if (!data.is_object()) continue;
      for (const char* key : keys) {
        const std::string title = decoded(find_text(data, key));
        if (!title.empty()) titles.emplace(text_at(data, {"dataPath"}), title);
      }
    }
  };
  collect("/Presentation/Displays/ImageDisplay", {"label"});
  // Since version 11 a display has the title and names another entry, which has the image's path.
  for (const std::string& name : file.members("/Displays/ImageDisplay")) {
    const auto text = file.read_text("/Displays/ImageDisplay/" + name);
    const json display = json::parse(text.value_or(""), nullptr, false);
    const std::string data = text_at(display, {"data"});
    const std::string title = text_at(display, {"id"});
    if (title.empty() || !data.starts_with('/') || !file.is_dataset(data)) continue;
    const json target = json::parse(file.read_text(data).value_or(""), nullptr, false);
    titles.emplace(text_at(target, {"dataPath"}), title);
  }
  for (const std::string& operation : file.members("/Operations")) {
    collect("/Operations/" + operation, {"detector", "cameraName"});
  }
  return titles;
}

class VeloxReader final : public FrameReader {
 public:
  VeloxReader(std::unique_ptr<storage::Hdf5Reader> file, const std::filesystem::path& path,
              const OpenOptions& options)
      : file_(std::move(file)), where_(path.string()) {
    info_.format = "EMD (Velox)";
    const std::string group = choose(options);
    const std::string data = group + "/Data";
    const auto about = file_->dataset(data);
    if (about.shape.size() != 2 && about.shape.size() != 3) {
      throw InputError(Complaint{"the signal '" + info_.signal + "' is no image", where_,
                                 std::to_string(about.shape.size()) + " dimensions", ""});
    }
    Hdf5Axes axes;
    if (about.shape.size() == 3) axes.frames = {2};
    series_ = Hdf5Series(*file_, data, axes, where_, info_);
    describe(read_metadata(*file_, group));
  }
  [[nodiscard]] const SeriesInfo& info() const override { return info_; }
  [[nodiscard]] RawImage read(std::size_t index) override {
    return series_.read(*file_, info_, index);
  }

 private:
  std::string choose(const OpenOptions& options) {
    std::vector<std::string> groups;
    std::vector<std::string> names;
    std::vector<bool> complex;
    const auto titles = read_titles(*file_);
    for (const std::string& id : file_->members(images)) {
      const std::string group = std::string(images) + "/" + id;
      if (!file_->is_dataset(group + "/Data")) continue;
      groups.push_back(group);
      const auto title = titles.find(group);
      names.push_back(title != titles.end() ? title->second
                                            : detector_name(read_metadata(*file_, group)));
      complex.push_back(file_->dataset(group + "/Data").type == storage::Hdf5Type::complex);
    }
    if (groups.empty()) {
      std::string kinds;
      for (const auto& name : file_->members("/Data")) kinds += (kinds.empty() ? "" : ", ") + name;
      throw InputError(Complaint{"the file holds no image", where_,
                                 "under Data it has " + (kinds.empty() ? "nothing" : kinds), ""});
    }
    info_.signals = unique_names(std::move(names));
    std::size_t chosen = choose_signal(info_.signals, options.signal, where_);
    if (options.signal.empty()) {
      // The first that can be read as it is.
      while (chosen + 1 < groups.size() && complex[chosen]) ++chosen;
      if (complex[chosen]) chosen = 0;
    }
    info_.signal = info_.signals[chosen];
    return groups[chosen];
  }

  void describe(const json& metadata) {
    const auto axis = [&](const char* size, const char* offset, const char* unit) {
      return Axis{number_at(metadata, {"BinaryResult", "PixelSize", size}).value_or(0.0),
                  number_at(metadata, {"BinaryResult", "Offset", offset}).value_or(0.0),
                  text_at(metadata, {"BinaryResult", unit})};
    };
    const Axis x = axis("width", "x", "PixelUnitX");
    const Axis y = axis("height", "y", "PixelUnitY");
    if (x.scale != 0.0 && y.scale != 0.0) use_axes(x, y, info_);
    const json detector = detector_of(metadata);
    Acquisition& recorded = info_.acquisition;
    recorded.voltage_kv = positive_at(metadata, {"Optics", "AccelerationVoltage"}, 1e-3);
    recorded.camera_length_mm = positive_at(metadata, {"Optics", "CameraLength"}, 1e3);
    recorded.magnification = positive_at(metadata, {"Optics", "NominalMagnification"}, 1.0);
    if (!recorded.magnification) {
      recorded.magnification =
          positive_at(metadata, {"CustomProperties", "StemMagnification", "value"}, 1.0);
    }
    recorded.exposure_s = positive_at(detector, {"ExposureTime"}, 1.0);
    auto frame_time = positive_at(metadata, {"Scan", "FrameTime"}, 1.0);
    if (!frame_time) frame_time = recorded.exposure_s;
    if (info_.frames > 1 && frame_time) use_frame_axis({*frame_time, 0.0, "s"}, info_);
    const auto note = [&](const char* name, const std::string& text) {
      if (!text.empty()) info_.metadata[name] = text;
    };
    note("Detector", detector_name(metadata));
    note("Instrument", text_at(metadata, {"Instrument", "InstrumentModel"}));
    note("Dwell time (s)", text_at(metadata, {"Scan", "DwellTime"}));
    note("Acquisition start (s since 1970)",
         text_at(metadata, {"Acquisition", "AcquisitionStartDatetime", "DateTime"}));
    note("Mode", text_at(metadata, {"Optics", "IlluminationMode"}));
  }

  std::unique_ptr<storage::Hdf5Reader> file_;
  std::string where_;
  SeriesInfo info_;
  Hdf5Series series_;
};

}  // namespace

bool is_velox(const storage::Hdf5Reader& file) {
  return file.is_group(images) || (file.is_group("/Data") &&
                                   (file.is_group("/Presentation") || file.is_dataset("/Version")));
}

std::unique_ptr<FrameReader> open_velox(std::unique_ptr<storage::Hdf5Reader> file,
                                        const std::filesystem::path& path,
                                        const OpenOptions& options) {
  return std::make_unique<VeloxReader>(std::move(file), path, options);
}

}  // namespace adatom::image
