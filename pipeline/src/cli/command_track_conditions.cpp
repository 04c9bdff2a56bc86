// `adatom track-conditions`: videos under different conditions, tracked and compared.
#include <filesystem>
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/option_flags.h"
#include "conditions/conditions_work.h"
#include "track/track_options.h"

namespace adatom::pipeline {
namespace {

class TrackConditionsCommand final : public Command {
 public:
  explicit TrackConditionsCommand(CLI::App& root)
      : Command(
            root, "track-conditions", "Tracks many videos and compares their conditions.",
            "TABLE is a CSV file with a column 'video' (files from its folder on, several "
            "separated by semicolons), columns of conditions such as temperature_c or "
            "h2_o2_ratio, and if need be 'name' and options of `adatom track` (pixel_size_nm, "
            "frame_time_s, ...) that overrule those below for their row. Every video is tracked "
            "into DIR/videos/NAME as `adatom track` does; one that is done is not done again, one "
            "that fails is told and the others go on. Then conditions are compared: "
            "conditions.csv (share of fast particles, speeds, diffusion, sizes, rates of merging, "
            "with intervals; videos of one condition are pooled), trends.csv (Spearman's and "
            "Kendall's rank correlations with exact probabilities), differences.csv, videos.csv, "
            "comparison.json, figures and report.html.",
            "  adatom track-conditions videos.csv -o study\n"
            "  adatom track-conditions videos.csv -o study --threshold-nm-per-s 10 "
            "--lags-frames 1,5,25") {
    app()
        .add_option("TABLE", table_, wrapped("videos and their conditions (.csv)"))
        ->required()
        ->type_name("CSV");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    accept_threads();
    flags_.declare<TrackOptions>(app());
  }
  [[nodiscard]] bool resumes() const override { return true; }

  ExitCode run(Console& console) override {
    const auto given = flags_.given();
    return finish(console,
                  run_track_conditions(table_, given, folder_, console.progress(),
                                       [&](const std::string& line) { console.say(line); }));
  }

 private:
  std::string table_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_track_conditions(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<TrackConditionsCommand>(root));
}

}  // namespace adatom::pipeline
