#include "adatom/simulate/stem.h"

namespace adatom::simulate {
namespace {

void add(std::vector<OptionIssue>& issues, const std::string& group,
         const std::vector<OptionIssue>& more) {
  for (const auto& issue : more) issues.push_back({group + '.' + issue.name, issue.message});
}

}  // namespace

void ScanOptions::describe(OptionVisitor& v) {
  v.visit({.name = "width", .help = "probe positions along a row", .min = 1, .max = 16384}, width);
  v.visit({.name = "height", .help = "rows", .min = 1, .max = 16384}, height);
  v.visit({.name = "step_angstrom",
           .unit = "angstrom",
           .help = "between probe positions",
           .min = 1e-3,
           .max = 100},
          step_angstrom);
  v.visit({.name = "offset_x_angstrom",
           .unit = "angstrom",
           .help = "of the scan's middle from the middle of the specimen",
           .min = -1e4,
           .max = 1e4},
          offset_x_angstrom);
  v.visit({.name = "offset_y_angstrom",
           .unit = "angstrom",
           .help = "of the scan's middle from the middle of the specimen",
           .min = -1e4,
           .max = 1e4},
          offset_y_angstrom);
  v.visit({.name = "row_jitter_angstrom",
           .unit = "angstrom",
           .help = "standard deviation of a row's displacement along x, as after a flyback",
           .min = 0,
           .max = 10},
          row_jitter_angstrom);
  v.visit({.name = "drift_x_angstrom",
           .unit = "angstrom",
           .help = "of the specimen, from the first probe position to the last",
           .min = -1000,
           .max = 1000},
          drift_x_angstrom);
  v.visit({.name = "drift_y_angstrom",
           .unit = "angstrom",
           .help = "of the specimen, from the first probe position to the last",
           .min = -1000,
           .max = 1000},
          drift_y_angstrom);
}

void ThermalOptions::describe(OptionVisitor& v) {
  v.visit({.name = "temperature_k",
           .unit = "K",
           .help = "0: atoms stand as they are given; else by Debye-Waller factors (80 to 1000)",
           .min = 0,
           .max = 1000},
          temperature_k);
  v.visit({.name = "rms_displacement_angstrom",
           .unit = "angstrom",
           .help = "of every atom along each axis, in place of the temperature's; one in the "
                   "structure file is stronger",
           .min = 0,
           .max = 1},
          rms_displacement_angstrom);
  v.visit({.name = "configurations",
           .help = "of displaced atoms; the image is their mean",
           .min = 1,
           .max = 10000},
          configurations);
  v.visit(
      {.name = "instants",
       .help = "image: a configuration is one for the whole image; row: every row of probes has "
               "its own, which makes positions of columns more exact, not their cross-sections"},
      instants);
}

void AccuracyOptions::describe(OptionVisitor& v) {
  v.visit({.name = "window_angstrom",
           .unit = "angstrom",
           .help = "side of the square around the probe in which the wave is followed",
           .min = 2,
           .max = 200},
          window_angstrom);
  v.visit({.name = "slice_thickness_angstrom",
           .unit = "angstrom",
           .help = "thickest slice",
           .min = 0.1,
           .max = 10},
          slice_thickness_angstrom);
  v.visit({.name = "grid",
           .help = "points along the window; empty: as the detectors need",
           .min = 32,
           .max = 4096},
          grid);
  v.visit({.name = "scattering_factors", .help = "table of Lobato and Van Dyck or of Kirkland"},
          scattering_factors);
}

std::vector<OptionIssue> StemOptions::validate() const {
  std::vector<OptionIssue> issues;
  add(issues, "probe", probe.validate());
  add(issues, "scan", check_ranges(scan));
  add(issues, "thermal", check_ranges(thermal));
  add(issues, "accuracy", check_ranges(accuracy));
  return issues;
}

}  // namespace adatom::simulate
