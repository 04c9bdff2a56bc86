#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/pipeline/detector_range.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/report/figure_curve.h"
#include "adatom/simulate/angular_library.h"
#include "adatom/simulate/slab_library.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "cli/output_folder.h"
#include "run/part_file.h"
#include "stages/earlier_outputs.h"
#include "tables/slab_options.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

struct LibraryCommandOptions {
  std::string detector_mrad = "40:160";
  simulate::SlabLibraryOptions slab;

  void describe(OptionVisitor& v) {
    v.visit({.name = "detector_mrad",
             .unit = "mrad",
             .help = "inner and outer angle of the annular detector; several with commas between"},
            detector_mrad);
    slab.describe(v);
  }
  [[nodiscard]] std::vector<DetectorRange> detectors() const {
    return parse_detector_ranges(detector_mrad);
  }
  [[nodiscard]] std::vector<OptionIssue> validate() const {
    auto issues = slab.validate();
    if (detectors().empty()) {
      issues.push_back({"detector_mrad", '"' + detector_mrad + "\" is not inner:outer, as 40:160"});
    }
    for (const auto& detector : detectors()) {
      if (detector.inner_mrad < slab.aperture_mrad) {
        issues.push_back({"detector_mrad", "the inner angle must not be below aperture_mrad"});
      }
      if (detector.outer_mrad > slab.largest_angle_mrad) {
        issues.push_back({"largest_angle_mrad", "must not be below the detector's outer angle"});
      }
    }
    return issues;
  }
};

/// "40_160" of a detector.
std::string angles_text(const DetectorRange& detector, std::string_view between) {
  return fmt::format("{}{}{}", detector.inner_mrad, between, detector.outer_mrad);
}

storage::Table all_detectors(const simulate::AngularLibrary& library,
                             const std::vector<DetectorRange>& detectors) {
  auto table = simulate::library_table(library, detectors[0].inner_mrad, detectors[0].outer_mrad);
  for (std::size_t i = 1; i < detectors.size(); ++i) {
    const auto more =
        simulate::library_table(library, detectors[i].inner_mrad, detectors[i].outer_mrad);
    for (std::size_t row = 0; row < more.rows(); ++row) table.add_row(more.row(row));
  }
  return table;
}

std::string curves(const simulate::AngularLibrary& library,
                   const std::vector<DetectorRange>& detectors) {
  constexpr std::size_t most = 6;  // curves with colours of their own
  std::vector<report::Curve> list;
  for (std::size_t i = 0; i < std::min(most, detectors.size()); ++i) {
    report::Curve curve{.label = angles_text(detectors[i], "\u2013") + " mrad"};
    const auto values = scs_on_detector(library, detectors[i].inner_mrad, detectors[i].outer_mrad);
    for (std::size_t n = 0; n < values.size(); ++n) {
      curve.x.push_back(static_cast<double>(n + 1));
      curve.y.push_back(values[n].scs_angstrom2);
      curve.y_error.push_back(values[n].stderr_angstrom2);
    }
    list.push_back(std::move(curve));
  }
  const auto& conditions = library.conditions;
  return report::svg_file(
      report::draw_curves(list, {.title = conditions.element + " [" + conditions.zone_axis + "]",
                                 .x_label = "atoms in the column",
                                 .y_label = "scattering cross-section (\u00c5\u00b2)",
                                 .x_kind = report::AxisKind::integer}));
}

class SimulateScsLibraryCommand final : public Command {
 public:
  explicit SimulateScsLibraryCommand(CLI::App& simulate)
      : Command(simulate, "scs-library",
                "Calculates scattering cross-sections against the number of atoms, by multislice "
                "with frozen phonons.",
                "Writes library.csv (cross-sections with standard errors), distribution.h5 (by "
                "scattering angle: any other detector needs no new calculation), radial.csv "
                "(the same as a table), statstem_INNER_OUTER.txt (a plain list), library.svg and "
                "simulation.yaml (all options). An interrupted calculation goes on "
                "when the same command is given again.",
                "  adatom simulate scs-library --element Au --zone-axis 110 --atoms 20 "
                "--temperature-k 673 --voltage-kv 300 --aperture-mrad 20 --detector-mrad 40:160 "
                "-o library\n"
                "  adatom simulate scs-library --element Pt --rms-displacement-angstrom 0.07 "
                "--configurations 200 -o library") {
    app()
        .add_option("SPEC", spec_, "a YAML file of the options below; may be left out")
        ->type_name("FILE");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    accept_threads();
    flags_.declare<LibraryCommandOptions>(app());
  }
  [[nodiscard]] bool resumes() const override { return true; }

  ExitCode run(Console& console) override {
    const auto options = read_options();
    std::optional<crystal::Structure> cell;
    std::string content;
    if (options.slab.structure.given()) {
      cell = crystal::read_structure(options.slab.structure.path);
      content = sha256_of_file(options.slab.structure.path);
    }
    const auto key = sha256(
        fmt::format("scs-library {}\n{}\n{}", slab_library_version, slab_yaml(options), content));
    PartFile parts(fs::path(folder_) / (".partial-" + key.substr(0, 16)));
    if (parts.found() > 0) {
      console.say(fmt::format("going on with {} configurations finished before", parts.found()));
    }
    const auto result =
        simulate::simulate_slab_library(options.slab, cell, parts, console.progress());
    const auto detectors = options.detectors();
    OutputFolder output(folder_);
    const auto file = [&](const std::string& name) { return output.scratch() / name; };
    storage::write_file(file("library.csv"), all_detectors(result.library, detectors).text());
    storage::write_file(file("radial.csv"), simulate::radial_table(result.library).text());
    for (const auto& detector : detectors) {
      storage::write_file(
          file("statstem_" + angles_text(detector, "_") + ".txt"),
          simulate::plain_list(result.library, detector.inner_mrad, detector.outer_mrad));
    }
    storage::write_file(file("library.svg"), curves(result.library, detectors));
    storage::write_file(file("simulation.yaml"), relative_yaml(options));
    simulate::write_angular_library(result.library, file("distribution.h5"));
    output.commit(earlier_library_files(folder_), {options.slab.structure.path});
    parts.remove();
    say(console, result, detectors);
    return ExitCode::done;
  }

 private:
  [[nodiscard]] LibraryCommandOptions read_options() const {
    const auto given = flags_.given();
    YamlOptions reader(spec_.empty() ? std::string{} : storage::read_file(spec_), spec_, given);
    LibraryCommandOptions options;
    reader.fill(options);
    if (!reader.gives("largest_angle_mrad")) {
      for (const auto& detector : options.detectors()) {
        options.slab.largest_angle_mrad =
            std::max(options.slab.largest_angle_mrad, detector.outer_mrad);
      }
    }
    reader.finish(options.validate());
    return options;
  }

  /// What the configurations depend on: the detectors do not change them.
  static std::string slab_yaml(const LibraryCommandOptions& options) {
    auto slab = options.slab;
    slab.structure.path.clear();
    return write_yaml(slab);
  }

  // The path from the output folder, so that the folder gives the same on another machine.
  [[nodiscard]] std::string relative_yaml(LibraryCommandOptions options) const {
    if (auto& path = options.slab.structure.path; !path.empty()) {
      const fs::path from = fs::absolute(folder_).lexically_normal();
      path = fs::absolute(path).lexically_normal().lexically_relative(from).string();
    }
    return write_yaml(options);
  }

  static void say(Console& console, const simulate::SlabLibrary& result,
                  const std::vector<DetectorRange>& detectors) {
    double worst = 0.0;
    for (const auto& detector : detectors) {
      for (const auto& value :
           scs_on_detector(result.library, detector.inner_mrad, detector.outer_mrad)) {
        worst = std::max(worst, value.stderr_angstrom2 / value.scs_angstrom2);
      }
    }
    console.say(fmt::format(
        "columns of 1 to {} atoms, u = {:.4f} angstrom; box {:.2f} x {:.2f} angstrom, grid {} x "
        "{}, "
        "slices of {:.3f} angstrom; largest standard error {:.2f} %, lost beyond the grid's band "
        "at "
        "most {:.2f} % of the beam",
        result.library.atoms, result.library.conditions.rms_displacement_angstrom,
        result.box_x_angstrom, result.box_y_angstrom, result.grid_x, result.grid_y,
        result.slice_thickness_angstrom, 100.0 * worst, 100.0 * result.lost_fraction.back()));
  }

  std::string spec_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_simulate_scs_library(CLI::App& simulate, CommandList& commands) {
  commands.push_back(std::make_unique<SimulateScsLibraryCommand>(simulate));
}

}  // namespace adatom::pipeline
