// `adatom soap`: power spectra of the atoms of a structure or trajectory.
#include <memory>
#include <string>

#include <fmt/core.h>

#include "adatom/crystal/io/structure_file.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "soap/soap_run.h"

namespace adatom::pipeline {
namespace {

class SoapCommand final : public Command {
 public:
  explicit SoapCommand(CLI::App& root)
      : Command(root, "soap", "SOAP power spectra of the atoms of a structure or trajectory.",
                "Spectra as DScribe defines them, in double precision. OUT.npy holds atoms x "
                "values, of several frames frames x atoms x values; OUT.h5 holds frames x atoms x "
                "values in /soap, with elements, order, unit and options as attributes. Values "
                "are in the order pair of elements (by atomic number), l, n, n'. An interrupted "
                "run goes on where it was.",
                "  adatom soap particle.xyz --r-cut 4.48 -o soap.npy\n"
                "  adatom soap run.dump --r-cut 4.48 --layout full --normalise -o soap.h5\n"
                "  adatom soap alloy.data --type-elements \"Ag Au\" --basis polynomial "
                "--periodic yes -o soap.npy") {
    app()
        .add_option("FILE", task_file_,
                    wrapped(std::string(crystal::structure_format_names) + "; trajectories"))
        ->required()
        ->type_name("");
    app().add_option("-o", out_, "the file to write: .npy, .h5")->required()->type_name("OUT");
    flags_.declare<SoapCommandOptions>(app());
    accept_threads();
  }

  ExitCode run(Console& console) override {
    SoapTask task{.trajectory = task_file_, .out = out_, .options = {}};
    flags_.fill(task.options);
    const auto summary =
        run_soap(task, console.progress(), [&](const std::string& line) { console.say(line); });
    std::string elements;
    for (const auto& name : summary.elements) elements += (elements.empty() ? "" : " ") + name;
    console.say(fmt::format("{}{} atoms x {} values ({}), atoms counted out to {:.4g} angstrom, {}",
                            summary.frames > 1 ? fmt::format("{} frames x ", summary.frames) : "",
                            summary.atoms, summary.values, elements, summary.reach_angstrom,
                            summary.kernel));
    if (summary.frames_before > 0) {
      console.say(
          fmt::format("{} frames were there from an interrupted run", summary.frames_before));
    }
    return ExitCode::done;
  }

  [[nodiscard]] bool resumes() const override { return true; }

 private:
  std::string task_file_;
  std::string out_;
  OptionFlags flags_;
};

}  // namespace

void declare_soap(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<SoapCommand>(root));
}

}  // namespace adatom::pipeline
