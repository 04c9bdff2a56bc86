#include <algorithm>
#include <filesystem>
#include <system_error>

#include "adatom/counting/count.h"
#include "adatom/pipeline/input_tables.h"
#include "adatom/pipeline/stages.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "cli/output_folder.h"
#include "stages/earlier_outputs.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

struct CountAtomsOptions {
  CountingStageOptions counting;
  std::int64_t seed = default_seed;

  void describe(OptionVisitor& v) {
    v.visit({.name = "library",
             .help = "cross-sections for 1, 2, ... atoms: CSV (atom_count,scs_angstrom2), one a "
                     "line, or by scattering angle (.h5); without a library and --method, the "
                     "method is mixture"},
            counting.library);
    counting.choice.describe(v);
    counting.options.describe(v);
    v.begin_group("time_series", "with --time-series");
    counting.time_series.describe_details(v);
    v.end_group();
    v.visit({.name = "seed", .help = "of the random starts", .min = 0, .max = 9e15}, seed);
  }
  [[nodiscard]] std::vector<OptionIssue> validate() const {
    auto issues = counting.options.validate();
    const auto add = [&issues](const OptionIssue& issue) { issues.push_back(issue); };
    std::ranges::for_each(counting.choice.validate(counting.library), add);
    for (const auto& issue : check_ranges(*this)) {
      if (issue.name == "seed" || issue.name.starts_with("time_series.")) add(issue);
    }
    if (!counting.has_library() && counting.needs_library()) {
      issues.push_back({"method",
                        "this method needs --library, or --element and the other conditions; "
                        "without a library use equidistant or mixture"});
    }
    return issues;
  }
};

class CountAtomsCommand final : public Command {
 public:
  explicit CountAtomsCommand(CLI::App& root)
      : Command(
            root, "count-atoms",
            "Counts the atoms of every column from its scattering cross-section.",
            "Writes "
            "counts.csv, totals.csv, selection.csv (k, log-likelihood, entropy, icl, bic, "
            "aic; not with the method library, which selects nothing), library.csv (what was "
            "taken of the library), counting.json and figures. Exit code 3 if the data do not "
            "determine the counts; the best guess is written. A library for conditions that "
            "none which ships is for is calculated (a minute or two) and kept in the folder "
            "ADATOM_CACHE, by default ~/.cache/adatom. With --time-series the columns are followed "
            "through the frames and counted in all of them together: counts.csv then has the "
            "series' own column numbers, and series.csv, changes.csv, series_frames.csv and "
            "figures come with it.",
            "  adatom count-atoms fit/columns.csv --library au.csv -o counts\n"
            "  adatom count-atoms fit/columns.csv --element Au --zone-axis 110 "
            "--temperature-k 300 --voltage-kv 300 --aperture-mrad 20 --detector-mrad 40:160 "
            "-o counts\n"
            "  adatom count-atoms fit/columns.csv --method mixture --max-components 15 "
            "-o counts\n"
            "  adatom count-atoms fit/columns.csv --library au.csv --time-series -o counts") {
    app()
        .add_option("COLUMNS", columns_,
                    wrapped("CSV with scs_angstrom2; frame, column_id, x_angstrom, y_angstrom and "
                            "scs_stderr_angstrom2 are used where they are there"))
        ->required()
        ->type_name("");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    app().add_flag("--time-series", time_series_,
                   wrapped("count all frames together: a column rarely changes between two "
                           "frames, so that every frame tells about the others; needs frame, "
                           "x_angstrom and y_angstrom"));
    flags_.declare<CountAtomsOptions>(app());
    accept_threads();
  }
  [[nodiscard]] bool resumes() const override { return calculates_; }

  ExitCode run(Console& console) override {
    CountAtomsOptions options;
    const auto given = [this](const char* name) { return flags_.gives(name); };
    if (!given("library") && std::ranges::none_of(library_choice_names, given)) {
      options.counting.options.method = counting::Method::mixture;
    }
    flags_.fill(options);
    options.counting.time_series.enabled = time_series_;
    const auto columns = read_measured_columns(columns_);
    calculates_ = reads_library(options.counting) && !options.counting.library_file();
    const auto say = [&console](const std::string& line) { console.say(line); };
    OutputFolder output(folder_);
    const auto remarks =
        count_columns(columns, options.counting, static_cast<std::uint64_t>(options.seed),
                      output.scratch(), say, console.progress());
    // The user's own library.csv stays as it is.
    std::error_code error;
    if (fs::equivalent(folder_ + "/library.csv", options.counting.library.path, error)) {
      fs::remove(output.scratch() / "library.csv", error);
    }
    output.commit(earlier_count_files(folder_), {columns_, options.counting.library.path});
    return finish(console, remarks);
  }

 private:
  std::string columns_;
  std::string folder_;
  OptionFlags flags_;
  bool time_series_ = false;
  bool calculates_ = false;  ///< its library; an interrupted calculation goes on
};

}  // namespace

void declare_count_atoms(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<CountAtomsCommand>(root));
}

}  // namespace adatom::pipeline
