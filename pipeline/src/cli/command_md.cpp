// `adatom md`: molecular dynamics of structures.
#include <memory>
#include <string>
#include <vector>

#include "adatom/pipeline/md_options.h"
#include "cli/command.h"
#include "cli/configured_inputs.h"
#include "cli/option_flags.h"
#include "md/md_work.h"

namespace adatom::pipeline {
namespace {

class MdCommand final : public Command {
 public:
  explicit MdCommand(CLI::App& root)
      : Command(
            root, "md", "Moves the atoms of structures: molecular dynamics.",
            "Every structure is run at every temperature with every seed, in a folder "
            "NAME_673K_s1 of its own: trajectory.xyz, thermo.csv and thermalisation.csv, "
            "relaxed.xyz (the minimum), final.xyz (with velocities), summary.json (means with "
            "standard errors), checkpoint. summary.csv and report.html are about all of them. "
            "Interrupted or killed, the same command goes on from the checkpoints, to the same "
            "bytes as a run in one piece; with more --steps a finished run goes on.",
            "  adatom md particle.xyz --potential smatb:Au --minimise --temperature-k 300,673 \\\n"
            "    --steps 200000 -o md\n"
            "  adatom md frame_*.data --potential smatb:Au --minimise --thermalise-damping-ps 5 "
            "-o md\n"
            "  adatom md particle.xyz --potential smatb:Au --ensemble nve --timestep-fs 2 -o nve\n"
            "  adatom md configs/md_protocol.yaml -o md") {
    app()
        .add_option("STRUCTURE", inputs_,
                    wrapped("structures (extended XYZ, LAMMPS data or dump), or a YAML file of the "
                            "options below in which they are named (structures)"))
        ->required()
        ->type_name("FILE...");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    accept_threads();
    flags_.declare<MdFlags>(app());
  }
  [[nodiscard]] bool resumes() const override { return true; }

  ExitCode run(Console& console) override {
    const MdOptions options =
        read_configured<MdOptions>(inputs_, flags_, "structures", "STRUCTURE");
    const Remarks remarks = run_md(options, folder_, console.progress(),
                                   [&](const std::string& line) { console.say(line); });
    return remarks.shortfalls.empty() ? ExitCode::done : ExitCode::below_quality;
  }

 private:
  std::vector<std::string> inputs_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_md(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<MdCommand>(root));
}

}  // namespace adatom::pipeline
