#include "adatom/diffraction/ring_options.h"

namespace adatom::diffraction {
namespace {

void describe_model(RingFitOptions& o, OptionVisitor& v) {
  v.visit({.name = "background",
           .help = "background under the rings: the exponential of a polynomial in s, or the "
                   "polynomial itself"},
          o.background);
  v.visit({.name = "background_degree", .help = "of the polynomial", .min = 0, .max = 12},
          o.background_degree);
  v.visit({.name = "halo_d_angstrom",
           .unit = "angstrom",
           .help = "spacings of broad rings of an amorphous film, fitted with the background",
           .min = 0.1,
           .max = 100},
          o.halo_d_angstrom);
  v.visit({.name = "halo_width_per_angstrom",
           .unit = "1/angstrom",
           .help = "their full widths at half maximum to start with",
           .min = 1e-4,
           .max = 10},
          o.halo_width_per_angstrom);
  v.visit({.name = "s_min_per_angstrom",
           .unit = "1/angstrom",
           .help = "where the fit begins; empty: before the first ring, outside the beam stop",
           .min = 0,
           .max = 10},
          o.s_min_per_angstrom);
  v.visit({.name = "s_max_per_angstrom",
           .unit = "1/angstrom",
           .help = "where it ends; empty: where half of the circle has left the frame",
           .min = 0,
           .max = 10},
          o.s_max_per_angstrom);
  v.visit({.name = "areas",
           .help = "of the rings: each free, or those of a phase tied by their structure factors"},
          o.areas);
}

void describe_widths(RingFitOptions& o, OptionVisitor& v) {
  v.visit({.name = "instrument_width_per_angstrom",
           .unit = "1/angstrom",
           .help = "full width at half maximum of the instrument, Gaussian; empty: fitted",
           .min = 0,
           .max = 1},
          o.instrument_width_per_angstrom);
  v.visit({.name = "size", .help = "Lorentzian width 0.89/size of the crystallites"}, o.size);
  v.visit({.name = "microstrain", .help = "Gaussian width that grows with s"}, o.microstrain);
  v.visit({.name = "scale_range",
           .help = "how far off cells and calibration are looked for, as a share; the fit may go "
                   "twice as far",
           .min = 0,
           .max = 0.2},
          o.scale_range);
  v.visit({.name = "reference_phase",
           .help = "phase whose lattice is held to fit the calibration; empty: calibration held"},
          o.reference_phase);
  v.visit({.name = "merge_within_per_angstrom",
           .unit = "1/angstrom",
           .help = "families of one phase so close are one ring",
           .min = 1e-9,
           .max = 1},
          o.merge_within_per_angstrom);
  v.visit({.name = "weakest_strength",
           .help = "weaker families are left out (share of the phase's strongest area)",
           .min = 0,
           .max = 1},
          o.weakest_strength);
}

void describe_rest(RingFitOptions& o, OptionVisitor& v) {
  v.visit({.name = "blur_bins",
           .unit = "bins",
           .help = "standard deviation of what pixels and bins blur: 0.5 with full splitting, 0.41 "
                   "without",
           .min = 0.1,
           .max = 10},
          o.blur_bins);
  v.visit({.name = "s_per_px",
           .unit = "1/angstrom per px",
           .help = "size of a pixel, for the counts of whole rings; empty: the bin's width",
           .min = 1e-6,
           .max = 1},
          o.s_per_px);
  v.visit(
      {.name = "unknown_sigma",
       .help = "peaks above so many standard errors that no phase explains become rings; 0: none",
       .min = 0,
       .max = 1e6},
      o.unknown_sigma);
  v.visit({.name = "unknown_limit", .help = "at most so many of them", .min = 0, .max = 50},
          o.unknown_limit);
  v.visit({.name = "default_b_factor_angstrom2",
           .unit = "angstrom^2",
           .help = "thermal B factor of atoms whose phase gives none",
           .min = 0,
           .max = 20},
          o.default_b_factor_angstrom2);
  v.visit(
      {.name = "frame_scale_tolerance",
       .help = "in a series: prior standard deviation of a phase's lattice about the reference's",
       .min = 1e-6,
       .max = 0.2},
      o.frame_scale_tolerance);
  v.visit({.name = "frame_width_tolerance",
           .help = "in a series: the same for widths, as a share",
           .min = 1e-3,
           .max = 10},
          o.frame_width_tolerance);
  v.visit(
      {.name = "errors",
       .help = "standard errors as the profile's say, or larger where the fit is worse than they"},
      o.errors);
  v.visit({.name = "iterations", .help = "at most", .min = 1, .max = 10000}, o.iterations);
}

}  // namespace

void RingFitOptions::describe(OptionVisitor& v) {
  describe_model(*this, v);
  describe_widths(*this, v);
  describe_rest(*this, v);
}

std::vector<OptionIssue> RingFitOptions::validate() const {
  auto issues = check_ranges(*this);
  if (halo_d_angstrom.size() != halo_width_per_angstrom.size()) {
    issues.push_back({"halo_width_per_angstrom", "there must be one for each of halo_d_angstrom"});
  }
  if (s_min_per_angstrom && s_max_per_angstrom && *s_min_per_angstrom >= *s_max_per_angstrom) {
    issues.push_back({"s_max_per_angstrom", "must be above s_min_per_angstrom"});
  }
  return issues;
}

}  // namespace adatom::diffraction
