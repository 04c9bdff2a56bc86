#include "cli/stem_options.h"

#include <algorithm>

#include "adatom/pipeline/detector_range.h"

namespace adatom::pipeline {

void StemDetectorOptions::describe(OptionVisitor& v) {
  v.visit({.name = "annuli_mrad",
           .unit = "mrad",
           .help = "inner and outer angles of annular detectors, such as 40:160,60:200"},
          annuli_mrad);
  v.visit({.name = "sensitivity",
           .help = "one more detector: CSV with angle_mrad,sensitivity (1: every electron counts)"},
          sensitivity);
  v.visit({.name = "map",
           .help = "one more detector: an image of its sensitivity over the scattering angles"},
          map);
  v.visit(
      {.name = "map_mrad_per_px", .unit = "mrad", .help = "of the map", .min = 1e-3, .max = 1000},
      map_mrad_per_px);
  v.visit({.name = "map_centre_x_px",
           .unit = "px",
           .help = "where the optical axis meets the map; empty: its middle"},
          map_centre_x_px);
  v.visit({.name = "map_centre_y_px",
           .unit = "px",
           .help = "where the optical axis meets the map; empty: its middle"},
          map_centre_y_px);
  v.visit({.name = "radial",
           .help = "also write radial.npy: the signal of every probe position in rings of 1 mrad "
                   "up to the largest angle of the detectors"},
          radial);
}

void StemCommandOptions::describe(OptionVisitor& v) {
  v.visit_group("specimen", "a structure file, or a piece of a perfect crystal", specimen);
  v.visit({.name = "cell", .help = "repeats: the file's rectangular cell repeats sideways"}, cell);
  v.visit_group("probe", "the beam", stem.probe);
  v.visit_group("scan", "where the probe stands", stem.scan);
  v.visit_group("detectors", "what is counted; each gives an image", detectors);
  v.visit_group("thermal", "how atoms move by heat", stem.thermal);
  v.visit_group("accuracy", "what decides accuracy and time", stem.accuracy);
  v.visit_group("recording", "source size and dose, applied to the finished image", recording);
  v.visit({.name = "column_tolerance_angstrom",
           .unit = "angstrom",
           .help = "truth.csv: atoms belong to one column when their projections lie this close",
           .min = 1e-3,
           .max = 10},
          column_tolerance_angstrom);
  v.visit({.name = "seed", .help = "of displacements, jitter and noise", .min = 0, .max = 9e15},
          stem.seed);
}

std::vector<OptionIssue> StemCommandOptions::validate() const {
  auto issues = check_ranges(*this);
  const auto add = [&issues](const char* group, std::vector<OptionIssue> more) {
    for (auto& issue : more) {
      issue.name = group + issue.name;
      const bool known = std::any_of(issues.begin(), issues.end(), [&](const OptionIssue& other) {
        return other.name == issue.name && other.message == issue.message;
      });
      if (!known) issues.push_back(std::move(issue));
    }
  };
  add("specimen.", specimen.validate());
  add("recording.", recording.validate());
  const bool named = detectors.sensitivity.given() || detectors.map.given();
  if (detectors.annuli_mrad.empty() ? !named
                                    : parse_detector_ranges(detectors.annuli_mrad).empty()) {
    issues.push_back({"detectors.annuli_mrad",
                      '"' + detectors.annuli_mrad + "\" is not inner:outer, as 40:160,60:200"});
  }
  return issues;
}

}  // namespace adatom::pipeline
