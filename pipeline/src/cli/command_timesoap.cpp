// `adatom timesoap`: how much the environment of each atom changes from frame to frame.
#include <filesystem>
#include <memory>
#include <string>

#include "adatom/descriptors/time_soap.h"
#include "adatom/pipeline/yaml_options.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "run/file_system.h"
#include "series/series_output.h"
#include "series/series_run.h"

namespace adatom::pipeline {
namespace {

class TimeSoapCommand final : public Command {
 public:
  explicit TimeSoapCommand(CLI::App& root)
      : Command(
            root, "timesoap", "How much the environment of each atom changes over time.",
            "TimeSOAP (Caruso et al., J. Chem. Phys. 158 (2023) 214302): the distance between "
            "the normalised SOAP spectra of an atom in one frame and --delay frames later, 0 "
            "to sqrt(2). OUT.h5 gets /timesoap (atoms x intervals) and /timesoap_derivative "
            "(its change from one interval to the next, per frame, one value fewer); OUT.npy "
            "the first, OUT_derivative.npy the second. An interrupted command goes on when it "
            "is called again.",
            "  adatom timesoap md/trajectory.xyz --r-cut 4.48 -o timesoap.h5\n"
            "  adatom timesoap run.dump --type-elements Au --delay 10 --frames 1000: -o ts.npy") {
    app().add_option("TRAJECTORY", file_, "extended XYZ, LAMMPS dump")->required()->type_name("");
    app()
        .add_option("-o", output_, "HDF5 (.h5) or NumPy array (.npy)")
        ->required()
        ->type_name("FILE");
    flags_.declare<TimeSoapCommandOptions>(app());
    accept_threads();
  }

  [[nodiscard]] bool resumes() const override { return true; }

  ExitCode run(Console& console) override {
    flags_.fill(options_);
    const std::filesystem::path out = output_;
    const auto target = series_target(out);
    if (target == SeriesTarget::folder) {
      throw InputError({.what = "not a file that is written here",
                        .where = output_,
                        .why = "its name has no ending",
                        .remedy = "NumPy arrays end in .npy, HDF5 in .h5"});
    }
    const auto folder = series_parts_folder(out, target);
    {
      const auto run = run_series(task(), folder, console.progress(),
                                  [&](const std::string& line) { console.say(line); });
      write_series(run,
                   {{.dataset = "timesoap", .suffix = "", .unit = "1"},
                    {.dataset = "timesoap_derivative",
                     .suffix = "_derivative",
                     .unit = "1/frame",
                     .fewer = 1,
                     .make = descriptors::time_soap_derivative}},
                   attributes(), out, target, console.progress());
    }
    remove_tree(folder);
    return ExitCode::done;
  }

 private:
  [[nodiscard]] SeriesTask task() const {
    auto text = options_;
    text.input.frames.clear();
    return {.name = "TimeSOAP",
            .trajectory = file_,
            .input = options_.input,
            .delay = static_cast<std::size_t>(options_.delay),
            .options_text = write_yaml(text),
            .make = [this](const crystal::Structure& first) {
              return make_time_soap_maker(options_, first);
            }};
  }

  [[nodiscard]] SeriesAttributes attributes() const {
    const auto& soap = options_.soap;
    return {.texts =
                {{"basis",
                  EnumNames<descriptors::RadialBasis>::names[static_cast<std::size_t>(soap.basis)]},
                 {"periodic",
                  EnumNames<SeriesBox>::names[static_cast<std::size_t>(options_.input.periodic)]}},
            .numbers = {{"delay_frames", static_cast<double>(options_.delay)},
                        {"n_max", static_cast<double>(soap.n_max)},
                        {"l_max", static_cast<double>(soap.l_max)},
                        {"sigma_angstrom", soap.sigma_angstrom}}};
  }

  std::string file_;
  std::string output_;
  OptionFlags flags_;
  TimeSoapCommandOptions options_;
};

}  // namespace

void declare_timesoap(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<TimeSoapCommand>(root));
}

}  // namespace adatom::pipeline
