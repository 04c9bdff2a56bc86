#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/image/writer.h"
#include "adatom/simulate/series.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "cli/output_folder.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

/// frames.tif and truth.csv while they grow, so that no more than a frame is in memory.
class SeriesFiles {
 public:
  SeriesFiles(const fs::path& folder, const simulate::SeriesOptions& options)
      : frames_(image::create_series(folder / "frames.tif", header(options))),
        truth_(folder / "truth.csv"),
        truth_header_(simulate::truth_table().text()) {
    truth_.append(truth_header_);
  }
  void add(const simulate::SimulatedFrame& frame) {
    frames_->add(image::to_raw(frame.image, image::PixelType::float32));
    auto rows = simulate::truth_table();
    simulate::add_truth(rows, frame);
    truth_.append(std::string_view(rows.text()).substr(truth_header_.size()));
  }
  void finish() {
    frames_->finish();
    truth_.commit();
  }

 private:
  static image::SeriesHeader header(const simulate::SeriesOptions& options) {
    const double pixel = options.frame.pixel_size_angstrom;
    return {.type = image::PixelType::float32,
            .width = static_cast<std::size_t>(options.frame.width),
            .height = static_cast<std::size_t>(options.frame.height),
            .frames = static_cast<std::size_t>(options.frames),
            .calibration = {pixel, pixel, std::nullopt}};
  }
  std::unique_ptr<image::SeriesWriter> frames_;
  storage::FileWriter truth_;
  std::string truth_header_;
};

class SimulateImageCommand final : public Command {
 public:
  explicit SimulateImageCommand(CLI::App& simulate)
      : Command(
            simulate, "image",
            "Makes frames of a particle by incoherent imaging, with the truth beside them.",
            "Writes frames.tif (fractions of the incident beam), truth.csv (every column of every "
            "frame) and simulation.yaml (all options; gives the same frames again). Options "
            "given as flags are stronger than those of the YAML file.",
            "  adatom simulate image spec.yaml -o simulated\n"
            "  adatom simulate image particle.xyz -o simulated "
            "--frame-dose-per-angstrom2 2e4\n"
            "  adatom simulate image --specimen-kind sphere --specimen-radius-angstrom 12 "
            "-o simulated") {
    app()
        .add_option("SPEC", spec_,
                    wrapped("a YAML file of the options below, or a structure (extended XYZ, "
                            "LAMMPS data or dump); may be left out"))
        ->type_name("FILE");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    flags_.declare<simulate::SeriesOptions>(app());
  }

  ExitCode run(Console& console) override {
    const auto options = read_options();
    std::optional<crystal::Structure> structure;
    if (options.specimen.structure.given()) {
      structure = crystal::read_structure(options.specimen.structure.path,
                                          options.specimen.elements_of_types());
    }
    std::optional<simulate::ScsLibrary> library;
    if (options.scs_library.given()) {
      library = simulate::ScsLibrary::from_table(storage::read_csv(options.scs_library.path));
    }
    // Made with the first frame: what is wrong with the specimen shows before.
    std::optional<OutputFolder> output;
    std::optional<SeriesFiles> files;
    const auto summary = simulate::simulate_series(
        options, structure, library,
        [&](const simulate::SimulatedFrame& frame) {
          if (!output) files.emplace(output.emplace(folder_).scratch(), options);
          files->add(frame);
        },
        console.progress());
    files.value().finish();
    storage::write_file(output.value().scratch() / "simulation.yaml", relative_yaml(options));
    files.reset();
    output->commit();
    console.warn(summary.warnings);
    console.say(fmt::format("{} frames of {} atoms in {} columns", options.frames, summary.atoms,
                            summary.columns));
    return ExitCode::done;
  }

 private:
  [[nodiscard]] simulate::SeriesOptions read_options() const {
    auto given = flags_.given();
    std::string text;
    fs::path file;
    if (is_yaml(spec_)) {
      text = storage::read_file(spec_);
      file = spec_;
    } else if (!spec_.empty()) {
      given.push_back({"specimen.kind", "file", "SPEC"});
      given.push_back({"specimen.structure", spec_, "SPEC"});
    }
    YamlOptions reader(text, file, given);
    simulate::SeriesOptions options;
    reader.fill(options);
    reader.finish(options.validate());
    return options;
  }

  // Paths from the output folder, so that the folder gives the same frames on another machine.
  [[nodiscard]] std::string relative_yaml(simulate::SeriesOptions options) const {
    for (auto* file : {&options.specimen.structure, &options.scs_library}) {
      if (!file->given()) continue;
      const fs::path from = fs::absolute(folder_).lexically_normal();
      file->path = fs::absolute(file->path).lexically_normal().lexically_relative(from).string();
    }
    return write_yaml(options);
  }

  std::string spec_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_simulate(CLI::App& root, CommandList& commands) {
  CLI::App& simulate = add_command_group(root, "simulate", "Makes frames whose truth is known.");
  commands.push_back(std::make_unique<SimulateImageCommand>(simulate));
  declare_simulate_saed(simulate, commands);
  declare_simulate_hrtem(simulate, commands);
  declare_simulate_video(simulate, commands);
  declare_simulate_scs_library(simulate, commands);
  declare_simulate_stem(simulate, commands);
}

}  // namespace adatom::pipeline
