#include <nlohmann/json.hpp>

#include "adatom/crystal/io/structure_file.h"
#include "adatom/image/reader.h"
#include "adatom/image/summary.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "cli/structure_files.h"
#include "cli/utf8_text.h"

namespace adatom::pipeline {
namespace {

nlohmann::ordered_json number_or_null(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

nlohmann::ordered_json axis_or_null(const std::optional<image::Axis>& axis) {
  if (!axis) return {};
  return {{"scale", axis->scale}, {"offset", axis->offset}, {"unit", axis->unit}};
}

std::string as_json(const std::string& file, const image::InfoSummary& summary) {
  const auto& info = summary.info;
  nlohmann::ordered_json json;
  json["file"] = file;
  json["format"] = info.format;
  json["pixel_type"] = image::name_of(info.type);
  json["width_px"] = info.width;
  json["height_px"] = info.height;
  json["frames"] = info.frames;
  json["pixel_size_x_angstrom"] = number_or_null(info.calibration.pixel_size_x_angstrom);
  json["pixel_size_y_angstrom"] = number_or_null(info.calibration.pixel_size_y_angstrom);
  json["reciprocal_pixel_x_per_angstrom"] =
      number_or_null(info.calibration.reciprocal_pixel_x_per_angstrom);
  json["reciprocal_pixel_y_per_angstrom"] =
      number_or_null(info.calibration.reciprocal_pixel_y_per_angstrom);
  json["time_step_s"] = number_or_null(info.calibration.time_step_s);
  json["axes"] = {{"x", axis_or_null(info.calibration.axis_x)},
                  {"y", axis_or_null(info.calibration.axis_y)},
                  {"frames", axis_or_null(info.calibration.axis_frames)}};
  json["exposure_s"] = number_or_null(info.acquisition.exposure_s);
  json["voltage_kv"] = number_or_null(info.acquisition.voltage_kv);
  json["camera_length_mm"] = number_or_null(info.acquisition.camera_length_mm);
  json["magnification"] = number_or_null(info.acquisition.magnification);
  json["intensity"] = axis_or_null(info.acquisition.intensity);
  json["signal"] = info.signal;
  json["signals"] = info.signals;
  const auto if_any = [&summary](double value) {
    return summary.finite_pixels > 0 ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
  };
  json["minimum"] = if_any(summary.minimum);
  json["maximum"] = if_any(summary.maximum);
  json["mean"] = if_any(summary.mean);
  json["non_finite_pixels"] = summary.non_finite_pixels;
  json["metadata"] = info.metadata;
  json["warnings"] = info.warnings;
  // Tags of a file may hold bytes that are not UTF-8.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

class InfoCommand final : public Command {
 public:
  explicit InfoCommand(CLI::App& root)
      : Command(root, "info",
                "Prints what a file holds: images or a series, a structure or a trajectory.",
                "Of images: signals, shape, type, calibration, range. Of structures: frames, atoms "
                "of each element, cell, periodic directions, time, columns.",
                "  adatom info frame.tif\n"
                "  adatom info stack.npy --json\n"
                "  adatom info velox.emd --signal HAADF\n"
                "  adatom info trajectory.xyz") {
    app()
        .add_option("FILE", file_,
                    wrapped("images: " + image::format_names() +
                            "; structures: " + std::string(crystal::structure_format_names)))
        ->required()
        ->type_name("");
    app()
        .add_option("--signal", signal_, wrapped("which image of a file that holds several"))
        ->type_name("TEXT");
    app()
        .add_option("--type-elements", type_elements_, wrapped(type_elements_help))
        ->type_name("TEXT");
    app().add_flag("--json", json_, "as JSON");
  }
  ExitCode run(Console& console) override {
    if (crystal::is_structure_file(file_)) {
      console.print(
          structure_info(file_, type_elements_, json_ ? InfoFormat::json : InfoFormat::text));
      return ExitCode::done;
    }
    const auto reader = image::open_series(file_, {.signal = signal_});
    const auto summary = image::summarise(*reader, console.progress());
    console.print(json_ ? as_json(file_, summary) : valid_utf8(image::text(summary)));
    return ExitCode::done;
  }

 private:
  std::string file_;
  std::string signal_;
  std::string type_elements_;
  bool json_ = false;
};

}  // namespace

void declare_info(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<InfoCommand>(root));
}

}  // namespace adatom::pipeline
