// `adatom phase-map`: which phase lies where in high-resolution images.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adatom/image/reader.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "phase_map/phase_map_options.h"
#include "phase_map/phase_map_work.h"

namespace adatom::pipeline {
namespace {

class PhaseMapCommand final : public Command {
 public:
  explicit PhaseMapCommand(CLI::App& root)
      : Command(
            root, "phase-map", "Maps the phases of high-resolution images.",
            "Finds the phases' lattice fringes in the power spectrum, maps their amplitudes by "
            "Gaussian masks, and gives each pixel its phase where that stands above the noise. "
            "Writes phase_map.tif (0 none, 1 the first phase, ...), amplitudes.tif (frame by "
            "frame a page for each phase), phase_map.csv (areas and shares), fringes.csv, "
            "asymmetry.csv (how one-sided phases lie in each particle along a direction), "
            "strain_*.npy and rotation_*.npy (with --strain gpa), summary.json and report.html. "
            "Interrupted it goes on.",
            "  adatom phase-map image.dm4 --phases Cu,Cu2O -o map\n"
            "  adatom phase-map image.tif --pixel-size-angstrom 0.25 \\\n"
            "    --families \"Cu:111,200;Cu2O:220\" -o map\n"
            "  adatom phase-map series.tif --phases Cu,Cu2O --tracks tracks/tracks.csv -o map\n"
            "  adatom phase-map image.tif --phases Au --strain gpa -o strain") {
    app()
        .add_option("IMAGE", files_,
                    wrapped("images and series in their order: " + image::format_names()))
        ->required()
        ->type_name("FILE...");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    accept_threads();
    flags_.declare<PhaseMapCommandOptions>(app());
  }
  [[nodiscard]] bool resumes() const override { return true; }

  ExitCode run(Console& console) override {
    PhaseMapCommandOptions options;
    flags_.fill(options);
    const std::vector<std::filesystem::path> images(files_.begin(), files_.end());
    return finish(console, run_phase_map(options, images, folder_, console.progress(),
                                         [&](const std::string& line) { console.say(line); }));
  }

 private:
  std::vector<std::string> files_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_phase_map(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<PhaseMapCommand>(root));
}

}  // namespace adatom::pipeline
