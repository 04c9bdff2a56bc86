// Experiments/<title> holds the dataset data and a group axis-<n> for each of its axes with the
// attributes name, scale, offset, units, size and navigate (HyperSpy's and RosettaSciIO's format).
#include "io/hspy.h"

#include <algorithm>
#include <vector>

#include "adatom/base/error.h"
#include "io/calibration_rules.h"
#include "io/hdf5_series.h"
#include "io/signal_choice.h"
#include "pixel_types.h"

namespace adatom::image {
namespace {

constexpr const char* experiments = "/Experiments";
// What HyperSpy writes for no text.
constexpr const char* no_text = "_None_";

class HspyReader final : public FrameReader {
 public:
  HspyReader(std::unique_ptr<storage::Hdf5Reader> file, const std::filesystem::path& path,
             const OpenOptions& options)
      : file_(std::move(file)), where_(path.string()) {
    info_.format = "HSPY";
    choose(options);
    const Hdf5Axes axes = sort_axes();
    series_ = Hdf5Series(*file_, group_ + "/data", axes, where_, info_);
    const auto x = axis(axes.x);
    const auto y = axis(axes.y);
    if (x && y) use_axes(*x, *y, info_);
    if (axes.frames.size() == 1) {
      if (const auto frames = axis(axes.frames[0])) use_frame_axis(*frames, info_);
    }
    describe();
  }
  [[nodiscard]] const SeriesInfo& info() const override { return info_; }
  [[nodiscard]] RawImage read(std::size_t index) override {
    return series_.read(*file_, info_, index);
  }

 private:
  void choose(const OpenOptions& options) {
    std::vector<std::string> groups;
    std::vector<std::string> names;
    for (const std::string& name : file_->members(experiments)) {
      const std::string group = std::string(experiments) + "/" + name;
      if (!file_->is_dataset(group + "/data")) continue;
      groups.push_back(group);
      names.push_back(name == "__unnamed__" ? "" : name);
    }
    if (groups.empty()) {
      throw InputError(Complaint{"the file holds no signal", where_, "", ""});
    }
    info_.signals = unique_names(std::move(names));
    std::size_t chosen = choose_signal(info_.signals, options.signal, where_);
    if (options.signal.empty()) {
      // The first that is an image.
      const auto image = std::ranges::find_if(groups, [this](const std::string& group) {
        return sorted_axes(group).signal.size() == 2 &&
               storage::size_of(file_->dataset(group + "/data").type) > 0;
      });
      if (image != groups.end()) chosen = static_cast<std::size_t>(image - groups.begin());
    }
    info_.signal = info_.signals[chosen];
    group_ = groups[chosen];
  }

  /// "axis-0", as HyperSpy writes them, or "_list_3_axes/0" where they are kept as a list.
  [[nodiscard]] std::string axis_path(const std::string& group, std::size_t index) const {
    std::string plain = group + "/axis-" + std::to_string(index);
    if (file_->is_group(plain)) return plain;
    const auto rank = file_->dataset(group + "/data").shape.size();
    const std::string list =
        group + "/_list_" + std::to_string(rank) + "_axes/" + std::to_string(index);
    return file_->is_group(list) ? list : plain;
  }

  struct SortedAxes {
    std::vector<std::size_t> frames;
    std::vector<std::size_t> signal;
  };
  [[nodiscard]] SortedAxes sorted_axes(const std::string& group) const {
    const std::size_t rank = file_->dataset(group + "/data").shape.size();
    SortedAxes axes;
    for (std::size_t i = 0; i < rank; ++i) {
      const std::string path = axis_path(group, i);
      const bool navigates = file_->is_group(path)
                                 ? file_->number(path, "navigate").value_or(0.0) != 0.0
                                 : i + 2 < rank;
      (navigates ? axes.frames : axes.signal).push_back(i);
    }
    return axes;
  }

  [[nodiscard]] Hdf5Axes sort_axes() const {
    auto [frames, signal] = sorted_axes(group_);
    Hdf5Axes axes;
    axes.frames = std::move(frames);
    if (signal.size() != 2) {
      throw InputError(Complaint{"the signal '" + info_.signal + "' is no image", where_,
                                 "it has " + std::to_string(signal.size()) + " signal axes" +
                                     (signal.size() == 1 ? ": spectra" : ""),
                                 info_.signals.size() > 1
                                     ? "choose another of " + listed(info_.signals)
                                     : "transpose it in HyperSpy"});
    }
    axes.y = signal[0];
    axes.x = signal[1];
    return axes;
  }

  [[nodiscard]] std::optional<Axis> axis(std::size_t index) const {
    const std::string path = axis_path(group_, index);
    if (!file_->is_group(path)) return std::nullopt;
    const auto scale = file_->number(path, "scale");
    if (!scale) return std::nullopt;
    std::string unit = file_->text(path, "units").value_or("");
    if (unit == no_text || unit == "<undefined>") unit.clear();
    return Axis{*scale, file_->number(path, "offset").value_or(0.0), unit};
  }

  void describe() {
    const std::string metadata = group_ + "/metadata";
    // Files before format version 1.2 have mapped parameters.
    const std::string instrument = metadata + "/Acquisition_instrument";
    std::string tem = instrument + "/TEM";
    for (const std::string& other :
         {instrument + "/SEM", metadata + "/TEM", group_ + "/mapped_parameters/TEM"}) {
      if (!file_->is_group(tem)) tem = other;
    }
    const auto positive = [this](const std::string& group,
                                 const char* name) -> std::optional<double> {
      const auto value = file_->is_group(group) ? file_->number(group, name) : std::nullopt;
      return value && is_positive(*value) ? value : std::nullopt;
    };
    info_.acquisition.voltage_kv = positive(tem, "beam_energy");
    info_.acquisition.camera_length_mm = positive(tem, "camera_length");
    info_.acquisition.magnification = positive(tem, "magnification");
    info_.acquisition.exposure_s = positive(tem + "/Detector/Camera", "exposure");
    // Before format version 3.0.
    for (const char* name : {"exposure_time", "exposure"}) {
      if (!info_.acquisition.exposure_s) info_.acquisition.exposure_s = positive(tem, name);
    }
    const auto note = [this](const std::string& group, const char* name) {
      const auto value = file_->is_group(group) ? file_->text(group, name) : std::nullopt;
      if (value && !value->empty() && *value != no_text) info_.metadata[name] = *value;
    };
    note(metadata + "/General", "title");
    note(metadata + "/General", "date");
    note(metadata + "/General", "time");
    note(metadata + "/General", "original_filename");
    note(metadata + "/Signal", "signal_type");
    note(tem, "microscope");
    note(tem, "acquisition_mode");
    const std::string variance = metadata + "/Signal/Noise_properties/Variance_linear_model";
    const auto gain = positive(variance, "gain_factor");
    const auto offset =
        file_->is_group(variance) ? file_->number(variance, "gain_offset") : std::nullopt;
    if (gain) {
      const std::string unit = file_->text(metadata + "/Signal", "quantity").value_or("");
      info_.acquisition.intensity = Axis{*gain, offset.value_or(0.0), unit};
    }
  }

  std::unique_ptr<storage::Hdf5Reader> file_;
  std::string where_;
  std::string group_;
  SeriesInfo info_;
  Hdf5Series series_;
};

}  // namespace

bool is_hspy(const storage::Hdf5Reader& file) { return file.is_group(experiments); }

std::unique_ptr<FrameReader> open_hspy(std::unique_ptr<storage::Hdf5Reader> file,
                                       const std::filesystem::path& path,
                                       const OpenOptions& options) {
  return std::make_unique<HspyReader>(std::move(file), path, options);
}

}  // namespace adatom::image
