#include <algorithm>

#include "adatom/image/load.h"
#include "adatom/pipeline/config.h"
#include "adatom/pipeline/stages.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "cli/output_folder.h"

namespace adatom::pipeline {
namespace {

struct PreprocessCommandOptions {
  std::optional<double> pixel_size_angstrom;
  preprocess::PreprocessOptions steps;

  void describe(OptionVisitor& v) {
    v.visit({.name = "pixel_size_angstrom",
             .unit = "angstrom",
             .help = "width of a pixel; not given: as the files say",
             .min = 1e-4,
             .max = 1e4},
            pixel_size_angstrom);
    steps.describe(v);
  }
  [[nodiscard]] std::vector<OptionIssue> validate() const {
    auto issues = steps.validate();
    for (const auto& issue : check_ranges(*this)) {
      if (issue.name == "pixel_size_angstrom") issues.push_back(issue);
    }
    return issues;
  }
};

class PreprocessCommand final : public Command {
 public:
  explicit PreprocessCommand(CLI::App& root)
      : Command(root, "preprocess", "Makes clean frames of the detector's signal.",
                "Normalisation to fractions of the incident beam, outlier pixels, crop, "
                "background, registration of a series. Every step is off unless asked for. Writes "
                "the frames, frames.csv with what was found "
                "in each, and with registration drift.csv, average.tif and drift.svg.",
                "  adatom preprocess frame.tif --normalise-method levels \\\n"
                "    --normalise-vacuum-level 120 --normalise-detector-level 61000 -o clean\n"
                "  adatom preprocess f*.tif --outliers-method replace "
                "--register-method correlation -o clean") {
    app()
        .add_option("FILES", files_, "frames and stacks in their order: TIFF, NPY or PNG")
        ->required()
        ->type_name("");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    flags_.declare<PreprocessCommandOptions>(app());
    accept_threads();
  }

  ExitCode run(Console& console) override {
    PreprocessCommandOptions options;
    flags_.fill(options);
    const image::FrameSeries series({files_.begin(), files_.end()},
                                    {options.pixel_size_angstrom, std::nullopt});
    OutputFolder output(folder_);
    const auto remarks =
        preprocess_series(series, options.steps, output.scratch(), console.progress());
    output.commit();
    return finish(console, remarks);
  }

 private:
  std::vector<std::string> files_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_preprocess(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<PreprocessCommand>(root));
}

}  // namespace adatom::pipeline
