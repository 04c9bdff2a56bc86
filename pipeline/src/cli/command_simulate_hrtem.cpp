// `adatom simulate hrtem`: high-resolution images of two phases with known truth.
#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "adatom/image/writer.h"
#include "adatom/simulate/hrtem.h"
#include "adatom/storage/files.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "cli/output_folder.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

using nlohmann::ordered_json;

ordered_json fringe_list(const std::vector<simulate::HrtemFringe>& fringes) {
  auto list = ordered_json::array();
  for (const auto& fringe : fringes) {
    list.push_back({{"hkl", fringe.hkl},
                    {"kx_per_nm", fringe.kx_per_nm},
                    {"ky_per_nm", fringe.ky_per_nm},
                    {"amplitude", fringe.amplitude}});
  }
  return list;
}

ordered_json disc_json(const simulate::HrtemDisc& disc) {
  return {{"x_nm", disc.x_nm}, {"y_nm", disc.y_nm}, {"radius_nm", disc.radius_nm}};
}

/// The files of a series while they grow, so that no more than a frame is in memory.
class HrtemFiles {
 public:
  HrtemFiles(const fs::path& folder, const simulate::HrtemOptions& options)
      : folder_(folder),
        pixel_nm_(0.1 * options.pixel_size_angstrom),
        frames_(image::create_series(folder / "frames.tif",
                                     header(options, image::PixelType::float32))),
        truth_(
            image::create_series(folder / "truth.tif", header(options, image::PixelType::uint8))) {}

  void add(const simulate::HrtemFrame& frame) {
    frames_->add(image::to_raw(frame.image, image::PixelType::float32));
    image::Image labels(frame.labels.width(), frame.labels.height());
    std::array<double, 3> areas{};
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto label = frame.labels.values()[i];
      labels.values()[i] = label;
      areas.at(label) += pixel_nm_ * pixel_nm_;
    }
    truth_->add(image::to_raw(labels, image::PixelType::uint8));
    list_.push_back({{"frame", frame.index},
                     {"time_s", frame.time_s},
                     {"particle", disc_json(frame.particle)},
                     {"inclusion", disc_json(frame.inclusion)},
                     {"particle_phase_area_nm2", areas[1]},
                     {"inclusion_phase_area_nm2", areas[2]}});
  }
  void finish(const simulate::HrtemOptions& options, const simulate::HrtemSummary& summary) {
    frames_->finish();
    truth_->finish();
    const auto& strain = options.strain;
    const ordered_json json = {
        {"pixel_size_nm", pixel_nm_},
        {"particle",
         {{"phase", options.particle.phase}, {"fringes", fringe_list(summary.particle)}}},
        {"inclusion",
         {{"phase", options.inclusion.phase}, {"fringes", fringe_list(summary.inclusion)}}},
        {"strain",
         {{"xx", strain.xx},
          {"yy", strain.yy},
          {"xy", strain.xy},
          {"rotation_deg", strain.rotation_deg},
          {"from_x_nm", strain.from_x_nm}}},
        {"frames", list_}};
    storage::write_file(folder_ / "geometry.json", json_text(json));
  }

 private:
  static image::SeriesHeader header(const simulate::HrtemOptions& options, image::PixelType type) {
    image::SeriesHeader header;
    header.type = type;
    header.width = static_cast<std::size_t>(options.width);
    header.height = static_cast<std::size_t>(options.height);
    header.frames = static_cast<std::size_t>(options.frames);
    header.calibration.pixel_size_x_angstrom = options.pixel_size_angstrom;
    header.calibration.pixel_size_y_angstrom = options.pixel_size_angstrom;
    header.calibration.time_step_s = options.frame_time_s;
    return header;
  }
  fs::path folder_;
  double pixel_nm_;
  std::unique_ptr<image::SeriesWriter> frames_;
  std::unique_ptr<image::SeriesWriter> truth_;
  ordered_json list_ = ordered_json::array();
};

class SimulateHrtemCommand final : public Command {
 public:
  explicit SimulateHrtemCommand(CLI::App& simulate)
      : Command(simulate, "hrtem",
                "Makes high-resolution images of a particle of two phases, with the truth.",
                "Writes frames.tif (electrons), truth.tif (0 none, 1 the particle's phase, 2 the "
                "inclusion's), geometry.json (reflections, places, areas) and simulation.yaml (all "
                "options; gives the same images again). Images are linear: sums of cosines of each "
                "crystal's reflections, an amorphous film, Poisson noise. Options given as flags "
                "are stronger than those of the YAML file.",
                "  adatom simulate hrtem spec.yaml -o images\n"
                "  adatom simulate hrtem --inclusion-x-nm 2.5 --frames 10 "
                "--particle-step-x-nm 0.05 -o moving\n"
                "  adatom simulate hrtem --inclusion-radius-nm 0 --strain-xx 0.02 -o strained") {
    app()
        .add_option("SPEC", spec_, wrapped("a YAML file of the options below; may be left out"))
        ->type_name("FILE");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    accept_threads();
    flags_.declare<simulate::HrtemOptions>(app());
  }

  ExitCode run(Console& console) override {
    const std::string text = spec_.empty() ? std::string() : storage::read_file(spec_);
    YamlOptions reader(text, spec_, flags_.given());
    simulate::HrtemOptions options;
    reader.fill(options);
    reader.finish(options.validate());
    std::optional<OutputFolder> output;
    std::optional<HrtemFiles> files;
    // Made with the first frame: what is wrong with the options shows before.
    const auto summary = simulate::simulate_hrtem(
        options,
        [&](const simulate::HrtemFrame& frame) {
          if (!output) files.emplace(output.emplace(folder_).scratch(), options);
          files->add(frame);
        },
        console.progress());
    files.value().finish(options, summary);
    storage::write_file(output.value().scratch() / "simulation.yaml", write_yaml(options));
    files.reset();
    output->commit();
    console.say(fmt::format("{} images; {} and {} pairs of reflections", options.frames,
                            summary.particle.size(), summary.inclusion.size()));
    return ExitCode::done;
  }

 private:
  std::string spec_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_simulate_hrtem(CLI::App& simulate, CommandList& commands) {
  commands.push_back(std::make_unique<SimulateHrtemCommand>(simulate));
}

}  // namespace adatom::pipeline
