// `adatom reconstruct`: the particle in space from its counted columns.
#include <memory>
#include <string>

#include "adatom/energetics/make_potential.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "reconstruct/reconstruct_run.h"

namespace adatom::pipeline {
namespace {

class ReconstructCommand final : public Command {
 public:
  explicit ReconstructCommand(CLI::App& root)
      : Command(
            root, "reconstruct", "Builds the particle in space from its counted atom columns.",
            "Finds the lattice of the columns, arranges their atoms, searches arrangements along "
            "the beam for local minima of the energy, relaxes the best at the temperature of the "
            "experiment, and chooses by energy and misfit. Writes model.xyz (relaxed, at rest; "
            "with column_id, confidence, coordination and facet of every atom), model_lattice.xyz "
            "(before that), candidates.csv, model_columns.csv, alternatives.csv (sites that "
            "may be occupied as well), reconstruction.json, figures and report.html; with "
            "--frame also image_columns.csv and residual.tif. Several frames: a folder each, "
            "and summary.csv. Exit code 3 if the lattice lacks more than a fifth of the columns, "
            "or the choice depends much on the weight of the misfit; the model is written. "
            "Interrupted or killed, the same command goes on.\n\nPotentials:\n" +
                energetics::potential_help(),
            "  adatom reconstruct counts/counts.csv --element Au --zone-axis 110 --potential "
            "eam:Au.eam.alloy --relax-ns 0.05 -o model\n"
            "  adatom reconstruct counts/counts.csv --columns fit/columns.csv --frame frame.tif "
            "--potential smatb:Au --relax-ns 0 --support lj --support-normal 270 -o model") {
    app()
        .add_option("COUNTS", counts_,
                    wrapped("CSV with x_angstrom, y_angstrom and atom_count; frame, column_id, "
                            "probability, scs_angstrom2 and standard errors are used where they "
                            "are there"))
        ->required()
        ->type_name("");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    accept_threads();
    flags_.declare<ReconstructOptions>(app());
  }
  [[nodiscard]] bool resumes() const override { return true; }

  ExitCode run(Console& console) override {
    ReconstructOptions options;
    flags_.fill(options);
    const Remarks remarks = run_reconstruct(
        options, counts_, folder_, [&](const std::string& line) { console.say(line); },
        console.progress());
    return finish(console, remarks);
  }

 private:
  std::string counts_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_reconstruct(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<ReconstructCommand>(root));
}

}  // namespace adatom::pipeline
