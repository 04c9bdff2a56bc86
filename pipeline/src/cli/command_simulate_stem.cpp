#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/image/load.h"
#include "adatom/image/reader.h"
#include "adatom/image/writer.h"
#include "adatom/pipeline/detector_range.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/simulate/project.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "adatom/storage/npy.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "cli/output_folder.h"
#include "cli/stem_options.h"
#include "run/part_file.h"
#include "stages/earlier_outputs.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

// Of unfinished calculations: a new one when results change.
constexpr std::string_view version = "2";

// Of the noise; the others are the calculation's.
constexpr std::uint64_t noise_stream = 0x6e6f697365;

std::vector<simulate::Detector> make_detectors(const StemDetectorOptions& options) {
  std::vector<simulate::Detector> list;
  for (const auto& range : parse_detector_ranges(options.annuli_mrad)) {
    list.push_back(simulate::annulus(range.inner_mrad, range.outer_mrad));
  }
  if (options.sensitivity.given()) {
    list.push_back(simulate::radial_detector(storage::read_csv(options.sensitivity.path)));
  }
  if (options.map.given()) {
    const image::FrameSeries series({options.map.path}, {});
    auto map = series.read(0).image;
    const double x = options.map_centre_x_px.value_or(0.5 * static_cast<double>(map.width() - 1));
    const double y = options.map_centre_y_px.value_or(0.5 * static_cast<double>(map.height() - 1));
    list.push_back(simulate::detector_map(std::move(map), options.map_mrad_per_px, x, y));
  }
  return list;
}

/// Rings of 1 mrad up to the largest angle of the detectors.
std::vector<simulate::Detector> rings(const std::vector<simulate::Detector>& detectors) {
  double largest = 1.0;
  for (const auto& detector : detectors) largest = std::max(largest, detector.largest_mrad);
  std::vector<simulate::Detector> list;
  for (double angle = 0.0; angle < largest; ++angle) {
    list.push_back(simulate::annulus(angle, angle + 1.0));
  }
  return list;
}

void write_image(const fs::path& path, const Grid<double>& image, double step_angstrom) {
  const auto writer =
      image::create_series(path, {.type = image::PixelType::float32,
                                  .width = image.width(),
                                  .height = image.height(),
                                  .frames = 1,
                                  .calibration = {step_angstrom, step_angstrom, std::nullopt}});
  writer->add(image::to_raw(image, image::PixelType::float32));
  writer->finish();
}

storage::Table true_columns(const crystal::Structure& structure, double tolerance) {
  using storage::cell;
  storage::Table table({"frame", "column_id", "x_angstrom", "y_angstrom", "atom_count"});
  for (const auto& column :
       simulate::project_columns(structure, tolerance, simulate::ScsLibrary::proportional(1.0))) {
    table.add_row({"0", cell(static_cast<long long>(column.column_id)), cell(column.x_angstrom),
                   cell(column.y_angstrom), cell(static_cast<long long>(column.atom_count))});
  }
  return table;
}

class SimulateStemCommand final : public Command {
 public:
  explicit SimulateStemCommand(CLI::App& simulate)
      : Command(simulate, "stem",
                "Calculates STEM images of any structure by multislice with frozen phonons.",
                "Writes for each detector image_NAME.tif (fractions of the incident beam; NAME is "
                "40_160, sensitivity or map), with several phonon configurations "
                "image_NAME_stderr.tif, with a dose, a source size or upsampling also "
                "image_NAME_ideal.tif "
                "without them; truth.csv (every column: position, atoms), structure.xyz (as "
                "imaged) and simulation.yaml (all options). An interrupted calculation goes on "
                "with the next rows when the same command is given again.",
                "  adatom simulate stem config.yaml -o image\n"
                "  adatom simulate stem particle.xyz -o image --scan-width 128 --scan-height 128 "
                "--scan-step-angstrom 0.24 --thermal-temperature-k 673\n"
                "  adatom simulate stem -o image --specimen-kind sphere "
                "--specimen-radius-angstrom 8 --detectors-annuli-mrad 40:160,80:200 "
                "--recording-dose-per-angstrom2 2e4") {
    app()
        .add_option("CONFIG", spec_,
                    wrapped("a YAML file of the options below, or a structure (extended XYZ, "
                            "Prismatic XYZ, LAMMPS data or dump); may be left out"))
        ->type_name("FILE");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    accept_threads();
    flags_.declare<StemCommandOptions>(app());
  }
  [[nodiscard]] bool resumes() const override { return true; }

  ExitCode run(Console& console) override {
    const auto options = read_options();
    std::optional<crystal::Structure> file;
    if (options.specimen.structure.given()) {
      file = crystal::read_structure(options.specimen.structure.path,
                                     options.specimen.elements_of_types());
    }
    const auto structure = simulate::place_in_scan(simulate::build_specimen(options.specimen, file),
                                                   options.stem.scan);
    auto detectors = make_detectors(options.detectors);
    const std::size_t pictures = detectors.size();
    if (options.detectors.radial) {
      for (auto& ring : rings(detectors)) detectors.push_back(std::move(ring));
    }
    PartFile parts(fs::path(folder_) / (".partial-" + key(options).substr(0, 16)));
    if (parts.found() > 0) {
      console.say(fmt::format("going on with {} rows finished before", parts.found()));
    }
    const auto result = simulate::simulate_stem(structure, options.cell, detectors, options.stem,
                                                parts, console.progress());
    OutputFolder output(folder_);
    const std::vector<crystal::Structure> imaged = {structure};
    storage::write_file(output.scratch() / "structure.xyz", crystal::format_extended_xyz(imaged));
    storage::write_file(output.scratch() / "truth.csv",
                        true_columns(structure, options.column_tolerance_angstrom).text());
    storage::write_file(output.scratch() / "simulation.yaml", relative_yaml(options));
    for (std::size_t d = 0; d < pictures; ++d) {
      write_pictures(output.scratch() / ("image_" + detectors[d].name), result, d, options);
    }
    if (options.detectors.radial) write_radial(output.scratch() / "radial.npy", result, pictures);
    output.commit(earlier_stem_files(folder_),
                  {options.specimen.structure.path, options.detectors.sensitivity.path,
                   options.detectors.map.path});
    parts.remove();
    console.say(fmt::format(
        "{} atoms in {} slices of {:.2f} angstrom; windows of {} x {} points; lost beyond their "
        "band {:.3f} % of the beam",
        structure.atoms.size(), result.slices, result.slice_thickness_angstrom, result.grid,
        result.grid, 100.0 * result.lost_fraction));
    return ExitCode::done;
  }

 private:
  [[nodiscard]] StemCommandOptions read_options() const {
    auto given = flags_.given();
    std::string text;
    fs::path file;
    if (const auto extension = fs::path(spec_).extension();
        extension == ".yaml" || extension == ".yml") {
      text = storage::read_file(spec_);
      file = spec_;
    } else if (!spec_.empty()) {
      given.push_back({"specimen.kind", "file", "CONFIG"});
      given.push_back({"specimen.structure", spec_, "CONFIG"});
    }
    YamlOptions reader(text, file, given);
    StemCommandOptions options;
    reader.fill(options);
    reader.finish(options.validate());
    return options;
  }

  static std::vector<InputFile*> files(StemCommandOptions& options) {
    return {&options.specimen.structure, &options.detectors.sensitivity, &options.detectors.map};
  }

  /// Of what rows depend on: the dose and the source come afterwards.
  static std::string key(StemCommandOptions options) {
    std::string hashes;
    for (auto* file : files(options)) {
      if (file->given()) hashes += sha256_of_file(file->path);
      hashes += '\n';
      file->path.clear();
    }
    options.recording = {};
    options.column_tolerance_angstrom = StemCommandOptions{}.column_tolerance_angstrom;
    return sha256(fmt::format("stem {}\n{}\n{}", version, write_yaml(options), hashes));
  }

  // Paths from the output folder, so that the folder gives the same on another machine.
  [[nodiscard]] std::string relative_yaml(StemCommandOptions options) const {
    for (auto* file : files(options)) {
      if (!file->given()) continue;
      const fs::path from = fs::absolute(folder_).lexically_normal();
      file->path = fs::absolute(file->path).lexically_normal().lexically_relative(from).string();
    }
    return write_yaml(options);
  }

  static void write_pictures(const fs::path& stem, const simulate::StemResult& result,
                             std::size_t detector, const StemCommandOptions& options) {
    const double step = options.stem.scan.step_angstrom;
    const auto& ideal = result.images[detector];
    const RandomStream noise = RandomStream(static_cast<std::uint64_t>(options.stem.seed))
                                   .substream(noise_stream)
                                   .substream(detector);
    const auto recorded = simulate::record(ideal, step, options.recording, noise);
    write_image(stem.string() + ".tif", recorded.image, recorded.pixel_size_angstrom);
    const auto& recording = options.recording;
    if (recording.dose_per_angstrom2 || recording.source_fwhm_angstrom > 0.0 ||
        recording.upsampling > 1) {
      write_image(stem.string() + "_ideal.tif", ideal, step);
    }
    if (!result.stderr_images.empty()) {
      write_image(stem.string() + "_stderr.tif", result.stderr_images[detector], step);
    }
  }

  /// float32, [y][x][ring].
  static void write_radial(const fs::path& path, const simulate::StemResult& result,
                           std::size_t first) {
    const std::size_t rings = result.images.size() - first;
    const auto& image = result.images.front();
    std::vector<float> values;
    for (std::size_t i = 0; i < image.size(); ++i) {
      for (std::size_t r = 0; r < rings; ++r) {
        values.push_back(static_cast<float>(result.images[first + r].values()[i]));
      }
    }
    const std::vector<std::size_t> shape = {image.height(), image.width(), rings};
    storage::write_file(path, storage::encode_npy(storage::NpyType::float32, shape,
                                                  std::as_bytes(std::span(values))));
  }

  std::string spec_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_simulate_stem(CLI::App& simulate, CommandList& commands) {
  commands.push_back(std::make_unique<SimulateStemCommand>(simulate));
}

}  // namespace adatom::pipeline
