// `adatom lindemann`: how much the distances between atoms fluctuate, and where a particle melts.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adatom/storage/files.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "mobility/lindemann_options.h"
#include "mobility/lindemann_work.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

class LindemannCommand final : public Command {
 public:
  explicit LindemannCommand(CLI::App& root)
      : Command(
            root, "lindemann", "Lindemann indices of trajectories, and where a particle melts.",
            "The index of an atom is the relative fluctuation of its distances to all others, "
            "sqrt(<r^2> - <r>^2) / <r>; it grows with the time that averages are taken over, so "
            "trajectories are cut into windows. Writes lindemann.csv (by temperature and shell), "
            "per_atom.csv, radial.csv (distances from the centre of mass), growth.csv (index over "
            "the first frames), with several temperatures onset.csv, onset.json and the S-shaped "
            "curves, and report.html. Interrupted it goes on; of trajectories that have become "
            "longer only the new frames are read (give --window-ps, or the window may change).",
            "  adatom lindemann md/*/trajectory.xyz -o melting\n"
            "  adatom lindemann md -o melting --discard-ps 500 --window-ps 500\n"
            "  adatom lindemann a.dump b.dump --temperature-k 300,600 --frame-time-ps 1 -o out\n"
            "  adatom lindemann configs/lindemann_cu55.yaml md -o melting") {
    app()
        .add_option("TRAJECTORY", inputs_,
                    wrapped("extended XYZ files, LAMMPS dumps, folders that `adatom md` wrote, or "
                            "a YAML file of the options below in which they are named "
                            "(trajectories)"))
        ->required()
        ->type_name("FILE...");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    accept_threads();
    flags_.declare<LindemannFlags>(app());
  }
  [[nodiscard]] bool resumes() const override { return true; }

  ExitCode run(Console& console) override {
    return finish(console, run_lindemann(read_options(), folder_, console.progress(),
                                         [&](const std::string& line) { console.say(line); }));
  }

 private:
  [[nodiscard]] LindemannOptions read_options() const {
    const fs::path first = inputs_.front();
    std::vector<std::string> inputs = inputs_;
    std::string text;
    fs::path file;
    if (first.extension() == ".yaml" || first.extension() == ".yml") {
      file = first;
      text = storage::read_file(file);
      inputs.erase(inputs.begin());
    }
    YamlOptions reader(text, file, flags_.given());
    LindemannOptions options;
    reader.fill(options);
    reader.finish(options.validate());
    if (!inputs.empty()) options.trajectories.clear();
    for (const std::string& input : inputs) options.trajectories.push_back({input});
    return options;
  }

  std::vector<std::string> inputs_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_lindemann(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<LindemannCommand>(root));
}

}  // namespace adatom::pipeline
