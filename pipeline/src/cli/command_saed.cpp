// `adatom saed`: diffraction patterns to rings and phase fractions.
#include <memory>
#include <string>
#include <vector>

#include "adatom/image/reader.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "saed/saed_work.h"

namespace adatom::pipeline {
namespace {

class SaedCommand final : public Command {
 public:
  explicit SaedCommand(CLI::App& root)
      : Command(
            root, "saed", "Turns ring patterns into profiles, rings and phase fractions.",
            "Beam stop, faulty pixels, centre and ellipse are found in the first frames, the "
            "centre again in every frame. Every frame is integrated over the azimuth with errors, "
            "all rings of all phases are fitted at once, and the phases' shares follow with "
            "their errors. Writes rings.csv, phase_fraction.csv, lattices.csv and fits.csv (frame "
            "by frame), profiles.csv (long series: profiles.h5), geometry.json, summary.json "
            "(means, period and amplitude of an oscillation) and report.html. Interrupted it "
            "goes on; of a series that has become longer only the new frames are read.",
            "  adatom saed rings.tif --phases Au --s-per-px 0.0102 -o gold\n"
            "  adatom saed series.tif --phases Cu,Cu2O --s-per-px 0.002 --frame-time-s 0.04 -o "
            "out\n"
            "  adatom saed series.mrc --phases Cu,Cu2O,cuprite.cif --scale-phase Cu -o out") {
    app()
        .add_option("SERIES", files_,
                    wrapped("patterns and stacks in their order: " + image::format_names()))
        ->required()
        ->type_name("FILE...");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    accept_threads();
    flags_.declare<SaedOptions>(app());
  }
  [[nodiscard]] bool resumes() const override { return true; }

  ExitCode run(Console& console) override {
    SaedOptions options;
    flags_.fill(options);
    const auto say = [&](const std::string& line) { console.say(line); };
    return finish(console, run_saed(options, {files_.begin(), files_.end()}, folder_,
                                    console.progress(), say));
  }

 private:
  std::vector<std::string> files_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_saed(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<SaedCommand>(root));
}

}  // namespace adatom::pipeline
