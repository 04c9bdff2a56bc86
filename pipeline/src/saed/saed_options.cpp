#include "saed/saed_options.h"

#include <algorithm>

namespace adatom::pipeline {

void SaedOptions::describe(OptionVisitor& v) {
  v.visit({.name = "phases",
           .help = "whose rings are fitted: names of the program's table, or CIF files (.cif), "
                   "separated by commas"},
          phases);
  v.visit({.name = "choice",
           .help = "all phases given are fitted, or they are candidates (best; none given: all of "
                   "the program's table), of which those are taken that the mean of the first "
                   "frames shows"},
          choice);
  v.visit({.name = "s_per_px",
           .unit = "1/angstrom",
           .help = "step of s = 1/d from pixel to pixel, geometric mean of the ellipse's axes; not "
                   "given: as the file says, else from the phases' rings",
           .min = 1e-6,
           .max = 1},
          s_per_px);
  v.visit({.name = "scale_phase",
           .help = "a phase whose lattice is trusted: the scale is refined until its rings are "
                   "where they should be; not given: the scale is trusted"},
          scale_phase);
  v.visit({.name = "frame_time_s",
           .unit = "s",
           .help = "from frame to frame; not given: as the file says",
           .min = 1e-9,
           .max = 1e6},
          frame_time_s);
  v.visit({.name = "voltage_kv",
           .unit = "kV",
           .help = "of the microscope, for the camera length; not given: as the file says",
           .min = 1,
           .max = 3000},
          voltage_kv);
  v.visit({.name = "detector_pixel_um",
           .unit = "um",
           .help = "side of a pixel of the detector, for the camera length",
           .min = 1e-3,
           .max = 1e4},
          detector_pixel_um);
  v.visit({.name = "signal", .help = "which series of a file that holds several"}, signal);
  v.visit({.name = "mask",
           .help = "an image of the patterns' size, 0 where a pixel does not count; what is found "
                   "faulty is left out besides"},
          mask);
  v.visit({.name = "reference_frames",
           .help = "mask, geometry, scale and the fits' start are found in the mean of at most so "
                   "many frames, the first of the series",
           .min = 1,
           .max = 10000},
          reference_frames);
  v.visit({.name = "centre",
           .help = "found again in every frame (each), the ellipse as well (with_ellipse), or "
                   "those of the first frames (fixed)"},
          centre);
  v.visit_group("pattern", "what does not count, centre and ellipse; what is given is kept",
                pattern);
  v.visit_group("integration", "from frames to profiles", integration);
  v.visit({.name = "gain",
           .help = "counts per electron, for errors of counting statistics: measured from how the "
                   "pixels of a bin scatter in the first frame, whatever the file's unit is, or "
                   "integration.gain and integration.readout_variance (given)"},
          gain);
  v.visit({.name = "average",
           .help = "along the azimuth; median, or the mean of what is near it (clipped: "
                   "integration.clip_sigma), leaves out the spots of single crystals"},
          average);
  v.visit({.name = "sectors",
           .help = "of the azimuth, in which the mean of the first frames is integrated for "
                   "polar.npy and texture.csv; 0: neither",
           .min = 0,
           .max = 3600},
          sectors);
  v.visit_group("rings", "the fit of all rings", rings);
  v.visit({.name = "fraction_rings",
           .help = "which rings the intensity fractions are made of, such as \"Cu: 111 200; Cu2O: "
                   "111\"; not given: 111 and 200 of fcc metals, else the strongest of each phase"},
          fraction_rings);
  v.visit(
      {.name = "window_s",
       .unit = "s",
       .help = "from,to: shares are averaged over these times, for comparison with other series",
       .min = 0,
       .max = 1e9},
      window_s);
  v.visit_group("period", "oscillation of the intensity fractions", period);
  v.visit({.name = "profiles",
           .help = "profiles.csv, profiles.h5, both; automatic: a table up to a million rows, else "
                   "HDF5"},
          profiles);
  v.visit(
      {.name = "seed", .help = "of random orders in the test of a period", .min = 0, .max = 9e15},
      seed);
}

std::vector<OptionIssue> SaedOptions::validate() const {
  auto issues = check_ranges(*this);
  const auto add = [&](const char* group, const std::vector<OptionIssue>& more) {
    for (const auto& issue : more) {
      const std::string name = std::string(group) + "." + issue.name;
      const auto known = [&](const OptionIssue& other) { return other.name == name; };
      if (std::ranges::none_of(issues, known)) issues.push_back({name, issue.message});
    }
  };
  add("pattern", pattern.validate());
  add("integration", integration.validate());
  add("rings", rings.validate());
  add("period", period.validate());
  if (!rings.reference_phase.empty()) {
    issues.push_back({"rings.reference_phase", "name it as scale_phase"});
  }
  const diffraction::IntegrateOptions defaults;
  if (gain == GainSource::measured && (integration.gain != defaults.gain ||
                                       integration.readout_variance != defaults.readout_variance)) {
    issues.push_back({"integration.gain", "it counts with gain: given only"});
  }
  if (window_s.size() != 2 || !(window_s[0] <= window_s[1])) {
    issues.push_back({"window_s", "a window has a begin and an end: 0,3"});
  }
  return issues;
}

image::LoadOptions SaedOptions::load() const {
  image::LoadOptions options;
  options.time_step_s = frame_time_s;
  options.signal = signal;
  options.space = image::PixelSpace::diffraction;
  options.reciprocal_pixel_per_angstrom = s_per_px;
  return options;
}

}  // namespace adatom::pipeline
