#include "adatom/columns/detect.h"
#include "adatom/columns/fit.h"
#include "adatom/image/load.h"
#include "adatom/image/reader.h"
#include "adatom/pipeline/stages.h"
#include "cli/command.h"
#include "cli/fit_inputs.h"
#include "cli/option_flags.h"
#include "cli/output_folder.h"
#include "stages/earlier_outputs.h"

namespace adatom::pipeline {
namespace {

struct FitColumnsOptions {
  ReadingOptions reading;
  ColumnsOptions columns;

  void describe(OptionVisitor& v) {
    reading.describe(v);
    v.visit({.name = "start",
             .help = "CSV with x_angstrom,y_angstrom of the columns, and frame where frames "
                     "differ; not given: they are detected"},
            columns.start);
    columns.fit.describe(v);
    v.visit_group("detection", "finding the columns, when no start positions are given",
                  columns.detection);
  }
  [[nodiscard]] std::vector<OptionIssue> validate() const {
    auto issues = check_ranges(*this);
    for (const auto& issue : columns.fit.validate()) add(issues, "", issue);
    for (const auto& issue : columns.detection.validate()) add(issues, "detection.", issue);
    return issues;
  }

 private:
  static void add(std::vector<OptionIssue>& issues, const std::string& prefix,
                  const OptionIssue& issue) {
    const OptionIssue named{prefix + issue.name, issue.message};
    for (const auto& known : issues) {
      if (known.name == named.name && known.message == named.message) return;
    }
    issues.push_back(named);
  }
};

class FitColumnsCommand final : public Command {
 public:
  explicit FitColumnsCommand(CLI::App& root)
      : Command(root, "fit-columns",
                "Finds the atom columns of a frame and fits them all together.",
                "Writes columns.csv, "
                "model.tif, residual.tif, fit.json and columns.svg; for a stack all five in "
                "frame_<n>/ for each frame, and columns.csv and fit.csv over all frames. Exit code "
                "3 if a fit did not converge.",
                "  adatom fit-columns frame.tif -o fit\n"
                "  adatom fit-columns frame.npy --pixel-size-angstrom 0.1211 --start start.csv \\\n"
                "    --background none -o fit\n"
                "  adatom fit-columns stack.tif --noise poisson --dose-per-angstrom2 2e4 -o fit") {
    app()
        .add_option("IMAGE", image_, wrapped("a frame or a stack: " + image::format_names()))
        ->required()
        ->type_name("");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    flags_.declare<FitColumnsOptions>(app());
    accept_threads();
  }

  ExitCode run(Console& console) override {
    FitColumnsOptions options;
    flags_.fill(options);
    const image::FrameSeries series({image_}, options.reading.load());
    check_fit_inputs(series, options.columns.start, console.progress());
    OutputFolder output(folder_);
    const auto remarks = fit_series(series, options.columns, output.scratch(), console.progress());
    output.commit(earlier_fit_files(folder_), {image_, options.columns.start.path});
    return finish(console, remarks);
  }

 private:
  std::string image_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_fit_columns(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<FitColumnsCommand>(root));
}

}  // namespace adatom::pipeline
