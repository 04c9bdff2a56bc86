// `adatom environments`: which environment every atom of a trajectory is in, and how that changes.
#include <memory>
#include <string>
#include <vector>

#include "adatom/pipeline/environments_options.h"
#include "cli/command.h"
#include "cli/configured_inputs.h"
#include "cli/option_flags.h"
#include "environments/environments_work.h"

namespace adatom::pipeline {
namespace {

class EnvironmentsCommand final : public Command {
 public:
  explicit EnvironmentsCommand(CLI::App& root)
      : Command(
            root, "environments", "Says which environment every atom is in, and how that changes.",
            "Every atom of every frame gets the label of the nearest environment of a dictionary, "
            "by SOAP: labels.h5, coloured.xyz (for OVITO). From the labels come populations.csv, "
            "transitions.csv, residence.csv, markov.csv, figures (SVG, each with its CSV) and "
            "report.html; environments.json has the numbers and warnings. Several trajectories "
            "have labels in folders of their own and are averaged. Single structures have "
            "populations only. Interrupted or killed, the same command goes on; when a trajectory "
            "has grown, only its new frames are labelled.",
            "  adatom environments trajectory.xyz -o environments\n"
            "  adatom environments md/*/trajectory.xyz --window-ns 1 --atoms-skip-layers 2 -o env\n"
            "  adatom environments dump.lammpstrj --type-elements Au --timestep-fs 5 -o env\n"
            "  adatom environments frame_*.data -o counts\n"
            "  adatom environments configs/environments.yaml -o env") {
    app()
        .add_option("TRAJECTORY", inputs_,
                    wrapped("trajectories or structures (extended XYZ, LAMMPS dump or data), or a "
                            "YAML file of the options below in which they are named "
                            "(trajectories)"))
        ->required()
        ->type_name("FILE...");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    accept_threads();
    flags_.declare<EnvironmentsFlags>(app());
  }
  [[nodiscard]] bool resumes() const override { return true; }

  ExitCode run(Console& console) override {
    const EnvironmentsOptions options =
        read_configured<EnvironmentsOptions>(inputs_, flags_, "trajectories", "TRAJECTORY");
    const Remarks remarks = run_environments(options, folder_, console.progress(),
                                             [&](const std::string& line) { console.say(line); });
    return remarks.shortfalls.empty() ? ExitCode::done : ExitCode::below_quality;
  }

 private:
  std::vector<std::string> inputs_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_environments(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<EnvironmentsCommand>(root));
}

}  // namespace adatom::pipeline
