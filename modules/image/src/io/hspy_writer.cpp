// Series as HyperSpy's HDF5 files (RosettaSciIO, format version 3.1), frames one by one.
#include <array>
#include <string>
#include <vector>

#include "adatom/storage/files.h"
#include "adatom/storage/hdf5.h"
#include "io/calibration_rules.h"
#include "io/series_writers.h"

namespace adatom::image {
namespace {

storage::Hdf5Type hdf5_type(PixelType type) {
  switch (type) {
    case PixelType::uint8:
      return storage::Hdf5Type::uint8;
    case PixelType::int8:
      return storage::Hdf5Type::int8;
    case PixelType::uint16:
      return storage::Hdf5Type::uint16;
    case PixelType::int16:
      return storage::Hdf5Type::int16;
    case PixelType::uint32:
      return storage::Hdf5Type::uint32;
    case PixelType::int32:
      return storage::Hdf5Type::int32;
    case PixelType::uint64:
      return storage::Hdf5Type::uint64;
    case PixelType::int64:
      return storage::Hdf5Type::int64;
    case PixelType::float32:
      return storage::Hdf5Type::float32;
    case PixelType::float64:
      return storage::Hdf5Type::float64;
  }
  return storage::Hdf5Type::float64;
}

std::array<Axis, 3> axes_of(const Calibration& scale) {
  const auto spatial = [](const std::optional<Axis>& axis, const std::optional<double>& pixel,
                          const std::optional<double>& reciprocal) {
    // An axis in a unit of its own ("cm on the screen") would lose what is known of the pixel.
    const bool means_it = axis && (angstrom_per(axis->unit).has_value() ||
                                   reciprocal_angstrom_per(axis->unit).has_value());
    if (axis && (means_it || (!pixel && !reciprocal))) return *axis;
    return pixel ? Axis{*pixel, 0.0, "A"} : reciprocal ? Axis{*reciprocal, 0.0, "1/A"} : Axis{};
  };
  const Axis frames = scale.axis_frames   ? *scale.axis_frames
                      : scale.time_step_s ? Axis{*scale.time_step_s, 0.0, "s"}
                                          : Axis{};
  return {
      frames,
      spatial(scale.axis_y, scale.pixel_size_y_angstrom, scale.reciprocal_pixel_y_per_angstrom),
      spatial(scale.axis_x, scale.pixel_size_x_angstrom, scale.reciprocal_pixel_x_per_angstrom)};
}

class HspyWriter final : public SeriesWriter {
 public:
  HspyWriter(const std::filesystem::path& path, const SeriesHeader& header)
      : target_(path), file_(target_.partial()), header_(header) {
    std::string title = header.title.empty() ? path.stem().string() : header.title;
    for (char& c : title) {
      if (c == '/') c = '-';
    }
    file_.set("/", "file_format", "HyperSpy");
    file_.set("/", "file_format_version", "3.1");
    file_.create_group("/Experiments");
    group_ = "/Experiments/" + title;
    file_.create_group(group_);
    file_.set(group_, "package", "hyperspy");
    file_.set(group_, "package_version", "1.7");
    write_axes();
    write_metadata(title);
    for (const char* empty : {"/original_metadata", "/learning_results"}) {
      file_.create_group(group_ + empty);
    }
    std::vector<std::uint64_t> shape = {header.height, header.width};
    if (header.frames > 1) shape.insert(shape.begin(), header.frames);
    file_.create_dataset(group_ + "/data", hdf5_type(header.type), shape);
  }

  void add(const RawImage& frame) override {
    std::vector<std::uint64_t> begin = {0, 0};
    std::vector<std::uint64_t> count = {header_.height, header_.width};
    if (header_.frames > 1) {
      begin.insert(begin.begin(), added_);
      count.insert(count.begin(), 1);
    }
    file_.write(group_ + "/data", begin, count, frame.bytes);
    ++added_;
  }
  void finish() override {
    file_.close();
    target_.commit();
  }

 private:
  void write_axes() {
    const std::array<Axis, 3> axes = axes_of(header_.calibration);
    constexpr std::array names = {"time", "y", "x"};
    const std::array sizes = {header_.frames, header_.height, header_.width};
    for (std::size_t i = header_.frames > 1 ? 0 : 1, number = 0; i < 3; ++i, ++number) {
      const std::string path = group_ + "/axis-" + std::to_string(number);
      file_.create_group(path);
      file_.set(path, "_type", "UniformDataAxis");
      file_.set(path, "name", names[i]);
      file_.set(path, "scale", axes[i].scale);
      file_.set(path, "offset", axes[i].offset);
      file_.set(path, "units", axes[i].unit);
      file_.set(path, "size", static_cast<std::int64_t>(sizes[i]));
      file_.set_flag(path, "navigate", i == 0);
      file_.set_flag(path, "is_binned", false);
    }
  }

  void write_metadata(const std::string& title) {
    const std::string metadata = group_ + "/metadata";
    for (const char* part : {"", "/General", "/Signal", "/_HyperSpy", "/Acquisition_instrument",
                             "/Acquisition_instrument/TEM", "/Acquisition_instrument/TEM/Detector",
                             "/Acquisition_instrument/TEM/Detector/Camera"}) {
      file_.create_group(metadata + part);
    }
    file_.set(metadata + "/General", "title", title);
    file_.set(metadata + "/Signal", "signal_type", "");
    const std::string tem = metadata + "/Acquisition_instrument/TEM";
    const auto number = [this](const std::string& path, const char* name,
                               const std::optional<double>& value) {
      if (value) file_.set(path, name, *value);
    };
    const Acquisition& recorded = header_.acquisition;
    number(tem, "beam_energy", recorded.voltage_kv);
    number(tem, "camera_length", recorded.camera_length_mm);
    number(tem, "magnification", recorded.magnification);
    number(tem + "/Detector/Camera", "exposure", recorded.exposure_s);
    if (!recorded.intensity) return;
    const std::string noise = metadata + "/Signal/Noise_properties";
    file_.create_group(noise);
    file_.create_group(noise + "/Variance_linear_model");
    file_.set(noise + "/Variance_linear_model", "gain_factor", recorded.intensity->scale);
    file_.set(noise + "/Variance_linear_model", "gain_offset", recorded.intensity->offset);
    file_.set(metadata + "/Signal", "quantity", recorded.intensity->unit);
  }

  storage::FileWriter target_;
  storage::Hdf5Writer file_;
  SeriesHeader header_;
  std::string group_;
  std::size_t added_ = 0;
};

}  // namespace

std::unique_ptr<SeriesWriter> create_hspy(const std::filesystem::path& path,
                                          const SeriesHeader& header) {
  return std::make_unique<HspyWriter>(path, header);
}

}  // namespace adatom::image
