#include <algorithm>

#include "adatom/image/load.h"
#include "adatom/image/reader.h"
#include "adatom/pipeline/config.h"
#include "adatom/pipeline/stages.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "cli/output_folder.h"
#include "stages/earlier_outputs.h"

namespace adatom::pipeline {
namespace {

struct PreprocessCommandOptions {
  ReadingOptions reading;
  preprocess::PreprocessOptions steps;

  void describe(OptionVisitor& v) {
    reading.describe(v);
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
        .add_option("FILES", files_,
                    wrapped("frames and stacks in their order: " + image::format_names()))
        ->required()
        ->type_name("");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    flags_.declare<PreprocessCommandOptions>(app());
    accept_threads();
  }

  ExitCode run(Console& console) override {
    PreprocessCommandOptions options;
    flags_.fill(options);
    const image::FrameSeries series({files_.begin(), files_.end()}, options.reading.load());
    OutputFolder output(folder_);
    const auto remarks =
        preprocess_series(series, options.steps, output.scratch(), console.progress());
    output.commit(earlier_preprocess_files(folder_), {files_.begin(), files_.end()});
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
