// `adatom simulate saed`: ring patterns with known truth.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "adatom/crystal/io/cif.h"
#include "adatom/image/writer.h"
#include "adatom/simulate/saed.h"
#include "adatom/storage/files.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "cli/output_folder.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

using nlohmann::ordered_json;

ordered_json pixel_list(const std::vector<simulate::SaedPixel>& pixels) {
  auto list = ordered_json::array();
  for (const auto& pixel : pixels) list.push_back({pixel.x, pixel.y});
  return list;
}

/// A table that grows on disk.
class GrowingTable {
 public:
  GrowingTable(const fs::path& path, const storage::Table& empty)
      : file_(path), header_(empty.text()) {
    file_.append(header_);
  }
  /// The rows of a table with the same header.
  void add(const storage::Table& rows) {
    const std::string text = rows.text();
    file_.append(std::string_view(text).substr(header_.size()));
  }
  void finish() { file_.commit(); }

 private:
  storage::FileWriter file_;
  std::string header_;
};

/// The files of a series while they grow, so that no more than a frame is in memory.
class SaedFiles {
 public:
  SaedFiles(const fs::path& folder, const simulate::SaedOptions& options)
      : options_(options),
        type_(options.detector.file_type == simulate::SaedFileType::uint16
                  ? image::PixelType::uint16
                  : image::PixelType::float32),
        folder_(folder),
        frames_(image::create_series(folder / "frames.tif", header())),
        truth_(folder / "truth.csv", simulate::saed_truth_table()),
        fractions_(folder / "fractions.csv", simulate::saed_fraction_table()) {}

  void add(const simulate::SaedFrame& frame) {
    frames_->add(image::to_raw(frame.image, type_));
    auto truth = simulate::saed_truth_table();
    simulate::add_saed_truth(truth, frame);
    truth_.add(truth);
    auto fractions = simulate::saed_fraction_table();
    simulate::add_saed_fractions(fractions, frame);
    fractions_.add(fractions);
    centres_.push_back({{"frame", frame.index},
                        {"time_s", frame.time_s},
                        {"centre_x_px", frame.centre_x_px},
                        {"centre_y_px", frame.centre_y_px}});
    rings_ = frame.rings.size();
  }

  void finish(const simulate::SaedSummary& summary) {
    frames_->finish();
    truth_.finish();
    fractions_.finish();
    storage::write_file(folder_ / "geometry.json", json_text(geometry(summary)));
  }
  [[nodiscard]] std::size_t rings() const { return rings_; }

 private:
  [[nodiscard]] image::SeriesHeader header() const {
    image::SeriesHeader header;
    header.type = type_;
    header.width = static_cast<std::size_t>(options_.pattern.width);
    header.height = static_cast<std::size_t>(options_.pattern.height);
    header.frames = static_cast<std::size_t>(options_.frames);
    header.calibration.time_step_s = options_.frame_time_s;
    header.calibration.reciprocal_pixel_x_per_angstrom = options_.pattern.s_per_px;
    header.calibration.reciprocal_pixel_y_per_angstrom = options_.pattern.s_per_px;
    return header;
  }

  [[nodiscard]] ordered_json geometry(const simulate::SaedSummary& summary) const {
    const auto& pattern = options_.pattern;
    const auto& stop = options_.beam_stop;
    const auto& detector = options_.detector;
    ordered_json json = {{"width_px", pattern.width},
                         {"height_px", pattern.height},
                         {"s_per_px", pattern.s_per_px},
                         {"s_max_per_angstrom", summary.s_max_per_angstrom},
                         {"ellipse_ratio", pattern.ellipse_ratio},
                         {"ellipse_angle_deg", pattern.ellipse_angle_deg},
                         {"beam_stop",
                          {{"x_px", summary.beam_stop_x_px},
                           {"y_px", summary.beam_stop_y_px},
                           {"radius_px", stop.radius_px},
                           {"rod_width_px", stop.rod_width_px},
                           {"rod_angle_deg", stop.rod_angle_deg},
                           {"edge_px", stop.edge_px},
                           {"transmission", stop.transmission}}},
                         {"detector",
                          {{"gain", detector.gain},
                           {"offset", detector.offset},
                           {"read_noise", detector.read_noise},
                           {"gap_columns", detector.gap_columns},
                           {"gap_rows", detector.gap_rows},
                           {"gap_width_px", detector.gap_width_px},
                           {"hot_pixels", pixel_list(summary.hot_pixels)},
                           {"dead_pixels", pixel_list(summary.dead_pixels)}}}};
    auto spots = ordered_json::array();
    for (const auto& spot : summary.spots) {
      spots.push_back({{"phase", spot.phase},
                       {"hkl", spot.hkl},
                       {"s_per_angstrom", spot.s_per_angstrom},
                       {"azimuth_rad", spot.azimuth_rad},
                       {"electrons", spot.electrons}});
    }
    json["spots"] = spots;
    json["frames"] = centres_;
    return json;
  }

  simulate::SaedOptions options_;
  image::PixelType type_;
  fs::path folder_;
  std::unique_ptr<image::SeriesWriter> frames_;
  GrowingTable truth_;
  GrowingTable fractions_;
  ordered_json centres_ = ordered_json::array();
  std::size_t rings_ = 0;
};

class SimulateSaedCommand final : public Command {
 public:
  explicit SimulateSaedCommand(CLI::App& simulate)
      : Command(simulate, "saed",
                "Makes SAED ring patterns of polycrystalline phases, with the truth beside them.",
                "Writes frames.tif (counts), truth.csv (every ring of every frame), fractions.csv "
                "(the phases), geometry.json (centre of every frame, ellipse, calibration, beam "
                "stop, faulty pixels) and simulation.yaml (all options; gives the same patterns "
                "again). Options given as flags are stronger than those of the YAML file.",
                "  adatom simulate saed spec.yaml -o rings\n"
                "  adatom simulate saed --phases Au --pattern-ellipse-ratio 1.02 -o gold\n"
                "  adatom simulate saed --phases Cu,Cu2O --mixture-volume-fraction [0.6,0.4] \\\n"
                "    --mixture-amplitude [0.1,-0.1] --frames 60 -o oscillating\n"
                "  adatom simulate saed --phases Cu --cif cuprite.cif -o mixture") {
    app()
        .add_option("SPEC", spec_, wrapped("a YAML file of the options below; may be left out"))
        ->type_name("FILE");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    accept_threads();
    flags_.declare<simulate::SaedOptions>(app());
  }

  ExitCode run(Console& console) override {
    const auto options = read_options();
    std::vector<crystal::Phase> from_cif;
    if (options.cif.given()) {
      from_cif.push_back(
          crystal::parse_cif(storage::read_file(options.cif.path), options.cif.path));
    }
    std::optional<OutputFolder> output;
    std::optional<SaedFiles> files;
    // Made with the first frame: what is wrong with the options shows before.
    const auto summary = simulate::simulate_saed(
        options, from_cif,
        [&](const simulate::SaedFrame& frame) {
          if (!output) files.emplace(output.emplace(folder_).scratch(), options);
          files->add(frame);
        },
        console.progress());
    files.value().finish(summary);
    storage::write_file(output.value().scratch() / "simulation.yaml", relative_yaml(options));
    const std::size_t rings = files->rings();
    files.reset();
    output->commit();
    console.say(fmt::format("{} patterns with {} rings up to {:.3f} 1/angstrom", options.frames,
                            rings, summary.s_max_per_angstrom));
    return ExitCode::done;
  }

 private:
  [[nodiscard]] simulate::SaedOptions read_options() const {
    const std::string text = spec_.empty() ? std::string() : storage::read_file(spec_);
    YamlOptions reader(text, spec_, flags_.given());
    simulate::SaedOptions options;
    reader.fill(options);
    reader.finish(options.validate());
    return options;
  }

  // Paths from the output folder, so that the folder gives the same patterns on another machine.
  [[nodiscard]] std::string relative_yaml(simulate::SaedOptions options) const {
    if (options.cif.given()) {
      const fs::path from = fs::absolute(folder_).lexically_normal();
      options.cif.path =
          fs::absolute(options.cif.path).lexically_normal().lexically_relative(from).string();
    }
    return write_yaml(options);
  }

  std::string spec_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_simulate_saed(CLI::App& simulate, CommandList& commands) {
  commands.push_back(std::make_unique<SimulateSaedCommand>(simulate));
}

}  // namespace adatom::pipeline
