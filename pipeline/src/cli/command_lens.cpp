// `adatom lens`: which atoms change their neighbours.
#include <filesystem>
#include <memory>
#include <string>

#include "adatom/pipeline/yaml_options.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "cli/output_folder.h"
#include "run/file_system.h"
#include "series/lens_folder.h"
#include "series/series_output.h"
#include "series/series_run.h"

namespace adatom::pipeline {
namespace {

class LensCommand final : public Command {
 public:
  explicit LensCommand(CLI::App& root)
      : Command(root, "lens",
                "Which atoms change their neighbours: LENS, static and mobile domains.",
                "LENS (Crippa et al., PNAS 120 (2023) e2300565120): the neighbours that an atom "
                "has in one of two frames only, over those it has in both frames together; 0 if "
                "all stay, 1 if none does. OUT.npy or OUT.h5 (/lens) gets the array atoms x "
                "intervals. A folder gets it as lens.h5, and domains: signals smoothed, parted "
                "into clusters, the atoms' exchange between them, in tables, coloured frames "
                "(domains.xyz) and report.html. An interrupted command goes on when it is called "
                "again; a folder also where the trajectory has grown.",
                "  adatom lens md/trajectory.xyz --r-cut 4.48 -o lens.h5\n"
                "  adatom lens run.dump --type-elements Au --r-cut 4.48 --delay 10 -o lens.npy\n"
                "  adatom lens md/trajectory.xyz --r-cut 4.48 --domains 3 --smooth-window 100 -o "
                "lens") {
    app().add_option("TRAJECTORY", file_, "extended XYZ, LAMMPS dump")->required()->type_name("");
    app()
        .add_option("-o", output_, "NumPy array (.npy), HDF5 (.h5), or a folder")
        ->required()
        ->type_name("FILE|DIR");
    flags_.declare<LensCommandOptions>(app());
    accept_threads();
  }

  [[nodiscard]] bool resumes() const override { return true; }

  ExitCode run(Console& console) override {
    flags_.fill(options_);
    const std::filesystem::path out = output_;
    const auto target = series_target(out);
    const auto parts = series_parts_folder(out, target);
    {
      auto run = run_series(task(), parts, console.progress(),
                            [&](const std::string& line) { console.say(line); });
      if (target == SeriesTarget::folder) {
        OutputFolder folder(out);
        write_array(run, folder.scratch() / "lens.h5", SeriesTarget::hdf5, console.progress());
        write_lens_folder(options_, run, folder.scratch(), console.progress());
        folder.commit(lens_folder_files(), {file_});
        return ExitCode::done;
      }
      write_array(run, out, target, console.progress());
    }
    remove_tree(parts);
    return ExitCode::done;
  }

 private:
  [[nodiscard]] SeriesTask task() const {
    // Of all options these can change the values.
    auto text = options_;
    text.input.frames.clear();
    text.domains = {};
    return {.name = "LENS",
            .trajectory = file_,
            .input = options_.input,
            .delay = static_cast<std::size_t>(options_.delay),
            .options_text = write_yaml(text),
            .make = [this](const crystal::Structure& first) {
              return make_lens_maker(options_, first);
            }};
  }

  void write_array(const SeriesRun& run, const std::filesystem::path& out, SeriesTarget target,
                   Progress& progress) const {
    const SeriesAttributes attributes{
        .texts = {{"periodic",
                   EnumNames<SeriesBox>::names[static_cast<std::size_t>(options_.input.periodic)]}},
        .numbers = {{"r_cut_angstrom", options_.r_cut_angstrom.value_or(0.0)},
                    {"delay_frames", static_cast<double>(options_.delay)}}};
    write_series(run, {{.dataset = "lens", .suffix = "", .unit = "1"}}, attributes, out, target,
                 progress);
  }

  std::string file_;
  std::string output_;
  OptionFlags flags_;
  LensCommandOptions options_;
};

}  // namespace

void declare_lens(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<LensCommand>(root));
}

}  // namespace adatom::pipeline
