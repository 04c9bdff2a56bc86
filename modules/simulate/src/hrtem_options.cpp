#include "adatom/simulate/hrtem_options.h"

#include "adatom/crystal/phase.h"

namespace adatom::simulate {

void HrtemCrystalOptions::describe(OptionVisitor& v) {
  v.visit({.name = "phase", .help = "of the built-in ones"}, phase);
  v.visit({.name = "zone", .help = "axis along the beam: three integers"}, zone);
  v.visit({.name = "angle_deg",
           .unit = "deg",
           .help = "of the zone's longest spacing, from x towards y",
           .min = -360,
           .max = 360},
          angle_deg);
  v.visit({.name = "contrast",
           .help = "amplitude of the strongest fringes, as a share of the mean",
           .min = 0,
           .max = 1},
          contrast);
  v.visit({.name = "radius_nm", .unit = "nm", .help = "of its disc", .min = 0, .max = 1e3},
          radius_nm);
  v.visit({.name = "x_nm",
           .unit = "nm",
           .help = "centre: of the particle from the frame's middle, of the inclusion from the "
                   "particle's",
           .min = -1e3,
           .max = 1e3},
          x_nm);
  v.visit({.name = "y_nm", .unit = "nm", .help = "the same, down", .min = -1e3, .max = 1e3}, y_nm);
  v.visit({.name = "step_x_nm",
           .unit = "nm",
           .help = "of the centre from frame to frame",
           .min = -100,
           .max = 100},
          step_x_nm);
  v.visit({.name = "step_y_nm", .unit = "nm", .help = "the same, down", .min = -100, .max = 100},
          step_y_nm);
  v.visit({.name = "growth_nm",
           .unit = "nm",
           .help = "of the radius from frame to frame",
           .min = -100,
           .max = 100},
          growth_nm);
}

void HrtemStrainOptions::describe(OptionVisitor& v) {
  const auto component = [&](const char* name, const char* help, double& value) {
    v.visit({.name = name, .help = help, .min = -0.1, .max = 0.1}, value);
  };
  component("xx", "strain along x of the part of the particle to the right of from_x", xx);
  component("yy", "strain along y", yy);
  component("xy", "shear strain", xy);
  v.visit({.name = "rotation_deg",
           .unit = "deg",
           .help = "rotation, from x towards y",
           .min = -5,
           .max = 5},
          rotation_deg);
  v.visit({.name = "from_x_nm",
           .unit = "nm",
           .help = "where the strained part begins, from the particle's centre",
           .min = -1e3,
           .max = 1e3},
          from_x_nm);
}

void HrtemOptions::describe(OptionVisitor& v) {
  v.visit({.name = "width", .unit = "px", .help = "of a frame", .min = 32, .max = 8192}, width);
  v.visit({.name = "height", .unit = "px", .help = "of a frame", .min = 32, .max = 8192}, height);
  v.visit({.name = "pixel_size_angstrom",
           .unit = "angstrom",
           .help = "side of a pixel",
           .min = 0.01,
           .max = 5},
          pixel_size_angstrom);
  v.visit({.name = "resolution_angstrom",
           .unit = "angstrom",
           .help = "finer fringes are not seen",
           .min = 0.5,
           .max = 10},
          resolution_angstrom);
  v.visit_group("particle", "a disc of one phase", particle);
  v.visit_group("inclusion", "a disc of another phase, cut out of the particle; radius 0: none",
                inclusion);
  v.visit_group("strain", "of a part of the particle", strain);
  v.visit({.name = "electrons_per_px", .help = "mean", .min = 1e-3, .max = 1e9}, electrons_per_px);
  v.visit({.name = "background_contrast",
           .help = "standard deviation of the amorphous film, as a share of the mean",
           .min = 0,
           .max = 1},
          background_contrast);
  v.visit({.name = "background_width_nm",
           .unit = "nm",
           .help = "standard deviation of the Gaussian that the film is blurred with",
           .min = 0,
           .max = 10},
          background_width_nm);
  v.visit({.name = "noise", .help = "of the electrons"}, noise);
  v.visit({.name = "frames", .help = "how many", .min = 1, .max = 1e5}, frames);
  v.visit(
      {.name = "frame_time_s", .unit = "s", .help = "from frame to frame", .min = 1e-9, .max = 1e6},
      frame_time_s);
  v.visit({.name = "seed", .help = "of all that is random", .min = 0, .max = 9e15}, seed);
}

std::vector<OptionIssue> HrtemOptions::validate() const {
  auto issues = check_ranges(*this);
  if (resolution_angstrom < 2.0 * pixel_size_angstrom) {
    issues.push_back({"resolution_angstrom", "pixels are too large for it: a fringe needs two"});
  }
  return issues;
}

}  // namespace adatom::simulate
