#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "adatom/image/writer.h"
#include "adatom/simulate/video.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "cli/output_folder.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

/// A table that grows row by row.
class GrowingTable {
 public:
  GrowingTable(const fs::path& path, const storage::Table& empty)
      : file_(path), header_(empty.text()) {
    file_.append(header_);
  }
  /// @param rows a table with the same header
  void append(const storage::Table& rows) {
    file_.append(std::string_view(rows.text()).substr(header_.size()));
  }
  void finish() { file_.commit(); }

 private:
  storage::FileWriter file_;
  std::string header_;
};

image::PixelType type_of(simulate::CameraOutput output) {
  switch (output) {
    case simulate::CameraOutput::uint8:
      return image::PixelType::uint8;
    case simulate::CameraOutput::uint16:
      return image::PixelType::uint16;
    case simulate::CameraOutput::float32:
      return image::PixelType::float32;
  }
  return image::PixelType::float32;
}

/// All files but simulation.yaml, while they grow: no more than a frame is in memory.
class VideoFiles {
 public:
  VideoFiles(const fs::path& folder, const simulate::VideoOptions& options)
      : type_(type_of(options.camera.output)),
        frames_(image::create_series(folder / "frames.tif", header(options, type_))),
        truth_(folder / "truth.csv", simulate::video_truth_table()),
        events_(folder / "events.csv", simulate::video_event_table()),
        drift_(folder / "drift.csv", simulate::video_drift_table()) {}
  void add(const simulate::VideoFrame& frame) {
    frames_->add(image::to_raw(frame.image, type_));
    auto truth = simulate::video_truth_table();
    add_truth(truth, frame);
    truth_.append(truth);
    auto events = simulate::video_event_table();
    add_events(events, frame);
    events_.append(events);
    auto drift = simulate::video_drift_table();
    add_drift(drift, frame);
    drift_.append(drift);
  }
  void finish() {
    frames_->finish();
    truth_.finish();
    events_.finish();
    drift_.finish();
  }

 private:
  static image::SeriesHeader header(const simulate::VideoOptions& options, image::PixelType type) {
    const auto& camera = options.camera;
    const double pixel = 10.0 * camera.pixel_size_nm;
    return {.type = type,
            .width = static_cast<std::size_t>(camera.width),
            .height = static_cast<std::size_t>(camera.height),
            .frames = static_cast<std::size_t>(options.frames),
            .calibration = {.pixel_size_x_angstrom = pixel,
                            .pixel_size_y_angstrom = pixel,
                            .time_step_s = camera.frame_time_s}};
  }
  image::PixelType type_;
  std::unique_ptr<image::SeriesWriter> frames_;
  GrowingTable truth_;
  GrowingTable events_;
  GrowingTable drift_;
};

class SimulateVideoCommand final : public Command {
 public:
  explicit SimulateVideoCommand(CLI::App& simulate)
      : Command(
            simulate, "video",
            "Makes an in-situ video of many particles, with the truth beside it.",
            "Writes frames.tif (values of the camera, with pixel size and frame time), truth.csv "
            "(every particle of every frame, at the middle of the exposure), events.csv (birth, "
            "death, coalescence, split, enter, leave), drift.csv and simulation.yaml (all "
            "options; gives the same video again). Options given as flags are stronger than those "
            "of the YAML file.",
            "  adatom simulate video -o phantom\n"
            "  adatom simulate video spec.yaml -o phantom --camera-dose-per-nm2 8\n"
            "  adatom simulate video -o merging --motion-contact coalesce "
            "--motion-brownian-share 1 --particles-count 300 --camera-width 1024 "
            "--camera-height 1024\n"
            "  adatom simulate video -o atoms --particles-profile spot --particles-tone bright "
            "--particles-spot-width-nm 0.06 --camera-pixel-size-nm 0.03 "
            "--camera-dose-per-nm2 1e5 --background-level 0.1 --motion-diffusion-nm2-per-s 0.01") {
    app()
        .add_option("SPEC", spec_, "a YAML file of the options below; may be left out")
        ->type_name("FILE");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    accept_threads();
    flags_.declare<simulate::VideoOptions>(app());
  }

  ExitCode run(Console& console) override {
    const auto options = read_options();
    // Made with the first frame: particles that do not fit show before.
    std::optional<OutputFolder> output;
    std::optional<VideoFiles> files;
    const auto summary = simulate::simulate_video(
        options,
        [&](const simulate::VideoFrame& frame) {
          if (!output) files.emplace(output.emplace(folder_).scratch(), options);
          files->add(frame);
        },
        console.progress());
    files.value().finish();
    storage::write_file(output.value().scratch() / "simulation.yaml", write_yaml(options));
    files.reset();
    output->commit();
    console.warn(summary.warnings);
    console.say(fmt::format("{} frames, {} particles, {} events", options.frames, summary.particles,
                            summary.events));
    return ExitCode::done;
  }

 private:
  [[nodiscard]] simulate::VideoOptions read_options() const {
    const auto given = flags_.given();
    YamlOptions reader(spec_.empty() ? std::string{} : storage::read_file(spec_), spec_, given);
    simulate::VideoOptions options;
    reader.fill(options);
    reader.finish(options.validate());
    return options;
  }

  std::string spec_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_simulate_video(CLI::App& simulate, CommandList& commands) {
  commands.push_back(std::make_unique<SimulateVideoCommand>(simulate));
}

}  // namespace adatom::pipeline
