// `adatom clusters`: atoms that leave a particle and come back.
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/option_flags.h"
#include "mobility/clusters_options.h"
#include "mobility/clusters_work.h"

namespace adatom::pipeline {
namespace {

class ClustersCommand final : public Command {
 public:
  explicit ClustersCommand(CLI::App& root)
      : Command(
            root, "clusters", "Atoms that leave a particle and come back, alone or as clusters.",
            "Atoms that are near one another are a cluster; the main one is followed. Writes "
            "clusters.csv (frame by frame), events.csv (atoms that left the main cluster or came "
            "to it: when, which, how long they were away, and the atoms that they were bound to), "
            "sizes.csv (clusters per frame by size), clusters.xyz (every atom's cluster, to colour "
            "by) and report.html. Interrupted it goes on; when the trajectory has become longer "
            "its new frames are added.",
            "  adatom clusters md/cu55_1000K_s1/trajectory.xyz -o clusters\n"
            "  adatom clusters run.dump --frame-time-ps 1 --cut-off-angstrom 3.2 "
            "--least-duration-ps 2 \\\n"
            "    -o clusters") {
    app()
        .add_option("TRAJECTORY", input_, wrapped("an extended XYZ file or a LAMMPS dump"))
        ->required()
        ->type_name("FILE");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    accept_threads();
    flags_.declare<ClustersOptions>(app());
  }
  [[nodiscard]] bool resumes() const override { return true; }

  ExitCode run(Console& console) override {
    ClustersOptions options;
    flags_.fill(options);
    return finish(console, run_clusters(options, input_, folder_, console.progress(),
                                        [&](const std::string& line) { console.say(line); }));
  }

 private:
  std::string input_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_clusters(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<ClustersCommand>(root));
}

}  // namespace adatom::pipeline
