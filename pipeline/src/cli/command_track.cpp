// `adatom track`: particles of an in-situ video, found, followed and measured.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adatom/image/reader.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "track/dry_run.h"
#include "track/track_options.h"
#include "track/track_work.h"

namespace adatom::pipeline {
namespace {

class TrackCommand final : public Command {
 public:
  explicit TrackCommand(CLI::App& root)
      : Command(
            root, "track", "Finds the particles of a video and follows them.",
            "Every particle is fitted in every frame (place, radius, contrast, with standard "
            "errors), frames are linked to tracks as a whole, with gaps, merging and "
            "splitting, and the drift of the field is taken out. Writes tracks.csv, "
            "events.csv, drift.csv and detections.csv (frame by frame), atoms.csv (single atoms), "
            "velocities.csv and "
            "fractions.csv (speeds as measured and with the noise of places taken out), "
            "msd.csv, van_hove.csv, track_table.csv (track by track), sizes.csv, summary.json "
            "and report.html. Interrupted it goes on; of a video that has become longer only "
            "the new frames are read.",
            "  adatom track video.mp4 --pixel-size-nm 0.25 --frame-time-s 0.04 -o tracks\n"
            "  adatom track video.mp4 --pixel-size-nm 0.25 --frame-time-s 0.04 -o try --dry-run 4\n"
            "  adatom track haadf.tif --particles atoms --pixel-size-nm 0.03 -o atoms\n"
            "  adatom track phantom/frames.tif -o tracks") {
    app()
        .add_option("VIDEO", files_,
                    wrapped("videos and stacks in their order: " + image::format_names()))
        ->required()
        ->type_name("FILE...");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    app().add_count("--dry-run", dry_run_, 1, 100,
                    wrapped("only so many frames, spread over the video, as pictures of what is "
                            "found in them: dry_run.html, dry_run.csv"));
    accept_threads();
    flags_.declare<TrackOptions>(app());
  }
  [[nodiscard]] bool resumes() const override { return true; }

  ExitCode run(Console& console) override {
    TrackOptions options;
    flags_.fill(options);
    const VideoPaths videos(files_.begin(), files_.end());
    const auto say = [&](const std::string& line) { console.say(line); };
    return finish(
        console, dry_run_ > 0 ? run_dry(options, videos, dry_run_, folder_, console.progress(), say)
                              : run_track(options, videos, folder_, console.progress(), say));
  }

 private:
  std::vector<std::string> files_;
  std::string folder_;
  std::size_t dry_run_ = 0;
  OptionFlags flags_;
};

}  // namespace

void declare_track(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<TrackCommand>(root));
}

}  // namespace adatom::pipeline
