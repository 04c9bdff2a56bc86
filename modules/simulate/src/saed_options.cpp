#include "adatom/simulate/saed_options.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "adatom/crystal/phase.h"

namespace adatom::simulate {
namespace {

/// Appends what is wrong with a list that has one value for all phases or one for each.
void check_length(std::vector<OptionIssue>& issues, const std::string& name, std::size_t length,
                  std::size_t phases) {
  if (length == 1 || length == phases) return;
  issues.push_back({name, std::to_string(length) + " values for " + std::to_string(phases) +
                              " phases: one for all or one for each"});
}

double entry(const std::vector<double>& list, std::size_t i, double if_empty) {
  if (list.empty()) return if_empty;
  return list.size() == 1 ? list[0] : list.at(i);
}

void check_mixture(std::vector<OptionIssue>& issues, const SaedMixtureOptions& mixture,
                   std::size_t phases) {
  const auto before = issues.size();
  const auto check = [&](const char* name, const std::vector<double>& list) {
    if (list.empty() || list.size() == phases) return;
    issues.push_back({"mixture." + std::string(name), std::to_string(list.size()) + " values for " +
                                                          std::to_string(phases) +
                                                          " phases: one for each"});
  };
  check("volume_fraction", mixture.volume_fraction);
  check("end_fraction", mixture.end_fraction);
  check("amplitude", mixture.amplitude);
  if (issues.size() > before) return;
  double least_sum = 0.0;
  for (std::size_t i = 0; i < phases; ++i) {
    const double start = entry(mixture.volume_fraction, i, 1.0);
    const double least = std::min(start, entry(mixture.end_fraction, i, start)) -
                         std::abs(entry(mixture.amplitude, i, 0.0));
    if (least < 0.0) {
      issues.push_back({"mixture.amplitude",
                        "the share of phase " + std::to_string(i + 1) + " would become negative"});
    }
    least_sum += least;
  }
  if (least_sum <= 0.0) {
    issues.push_back({"mixture.volume_fraction", "the shares may become 0 all together"});
  }
}

}  // namespace

void SaedMixtureOptions::describe(OptionVisitor& v) {
  v.visit({.name = "volume_fraction",
           .help = "share of each phase at the start, divided by their sum; empty: equal shares",
           .min = 0,
           .max = 1},
          volume_fraction);
  v.visit({.name = "end_fraction",
           .help = "share of each phase in the last frame, linear in between; empty: no change",
           .min = 0,
           .max = 1},
          end_fraction);
  v.visit({.name = "amplitude",
           .help = "of a sinusoid added to each phase's share; empty: none",
           .min = -1,
           .max = 1},
          amplitude);
  v.visit(
      {.name = "period_s", .unit = "s", .help = "period of the sinusoid", .min = 1e-6, .max = 1e6},
      period_s);
  v.visit({.name = "period_phase_deg",
           .unit = "deg",
           .help = "phase of the sinusoid in frame 0",
           .min = -360,
           .max = 360},
          period_phase_deg);
  v.visit({.name = "unknown_d_angstrom",
           .unit = "angstrom",
           .help = "spacings of rings that belong to no phase",
           .min = 0.1,
           .max = 100},
          unknown_d_angstrom);
  v.visit({.name = "unknown_counts",
           .unit = "electrons",
           .help = "of each of these rings",
           .min = 0,
           .max = 1e15},
          unknown_counts);
}

void SaedCrystalliteOptions::describe(OptionVisitor& v) {
  v.visit(
      {.name = "size_nm",
       .unit = "nm",
       .help =
           "size of the crystallites, of all phases or of each: a Lorentzian of width 0.89/size",
       .min = 0.5,
       .max = 1e9},
      size_nm);
  v.visit({.name = "microstrain",
           .help = "root mean square of the strain of d, of all phases or of each: a Gaussian",
           .min = 0,
           .max = 0.1},
          microstrain);
  v.visit({.name = "texture2",
           .help = "of all phases or of each: rings are multiplied by 1 + texture2 cos 2(azimuth - "
                   "angle) + ...",
           .min = -1,
           .max = 1},
          texture2);
  v.visit(
      {.name = "texture4", .help = "... + texture4 cos 4(azimuth - angle)", .min = -1, .max = 1},
      texture4);
  v.visit({.name = "texture_angle_deg",
           .unit = "deg",
           .help = "the angle, from x towards y",
           .min = -360,
           .max = 360},
          texture_angle_deg);
  v.visit({.name = "b_factor_angstrom2",
           .unit = "angstrom^2",
           .help = "thermal B factor of atoms whose phase gives none",
           .min = 0,
           .max = 20},
          b_factor_angstrom2);
}

void SaedPatternOptions::describe(OptionVisitor& v) {
  v.visit({.name = "width", .unit = "px", .help = "pixels along x", .min = 16, .max = 8192}, width);
  v.visit({.name = "height", .unit = "px", .help = "pixels along y", .min = 16, .max = 8192},
          height);
  v.visit({.name = "s_per_px",
           .unit = "1/angstrom per px",
           .help = "calibration: s = 1/d per pixel of the mean radius of an ellipse",
           .min = 1e-5,
           .max = 0.1},
          s_per_px);
  v.visit({.name = "centre_x_px",
           .unit = "px",
           .help = "centre of the pattern in frame 0; not given: the middle of the frame",
           .min = -1e4,
           .max = 1e5},
          centre_x_px);
  v.visit(
      {.name = "centre_y_px", .unit = "px", .help = "the same along y", .min = -1e4, .max = 1e5},
      centre_y_px);
  v.visit({.name = "ellipse_ratio",
           .help = "long over short axis of the ellipses that rings are",
           .min = 1,
           .max = 1.5},
          ellipse_ratio);
  v.visit({.name = "ellipse_angle_deg",
           .unit = "deg",
           .help = "of the long axis, from x towards y",
           .min = -180,
           .max = 180},
          ellipse_angle_deg);
  v.visit({.name = "drift_x_px",
           .unit = "px",
           .help = "drift of the centre per frame",
           .min = -100,
           .max = 100},
          drift_x_px);
  v.visit({.name = "drift_y_px", .unit = "px", .help = "the same along y", .min = -100, .max = 100},
          drift_y_px);
  v.visit({.name = "drift_walk_px",
           .unit = "px",
           .help = "standard deviation of a random step per frame along x and y",
           .min = 0,
           .max = 100},
          drift_walk_px);
  v.visit({.name = "width_per_angstrom",
           .unit = "1/angstrom",
           .help = "full width at half maximum that the instrument gives a ring",
           .min = 1e-4,
           .max = 0.5},
          width_per_angstrom);
}

void SaedBeamOptions::describe(OptionVisitor& v) {
  v.visit({.name = "ring_counts",
           .unit = "electrons",
           .help = "of all rings of all phases in frame 0, out to the corner of the frame",
           .min = 0,
           .max = 1e15},
          ring_counts);
  v.visit({.name = "central_counts",
           .unit = "electrons",
           .help = "of the undiffracted beam",
           .min = 0,
           .max = 1e15},
          central_counts);
  v.visit({.name = "central_width_px",
           .unit = "px",
           .help = "full width at half maximum of the undiffracted beam",
           .min = 0.5,
           .max = 1000},
          central_width_px);
  v.visit({.name = "background_constant",
           .unit = "electrons per px",
           .help = "background everywhere",
           .min = 0,
           .max = 1e9},
          background_constant);
  v.visit({.name = "background_decay_height",
           .unit = "electrons per px",
           .help = "of the background that decays as exp(-s/decay)",
           .min = 0,
           .max = 1e12},
          background_decay_height);
  v.visit({.name = "background_decay_per_angstrom",
           .unit = "1/angstrom",
           .help = "that decay",
           .min = 1e-3,
           .max = 100},
          background_decay_per_angstrom);
  v.visit({.name = "halo_height",
           .unit = "electrons per px",
           .help = "of the broad rings of an amorphous film",
           .min = 0,
           .max = 1e9},
          halo_height);
  v.visit({.name = "halo_d_angstrom",
           .unit = "angstrom",
           .help = "their spacings",
           .min = 0.1,
           .max = 100},
          halo_d_angstrom);
  v.visit({.name = "halo_width_per_angstrom",
           .unit = "1/angstrom",
           .help = "their full widths at half maximum, Gaussian",
           .min = 1e-3,
           .max = 10},
          halo_width_per_angstrom);
}

void SaedBeamStopOptions::describe(OptionVisitor& v) {
  v.visit({.name = "radius_px",
           .unit = "px",
           .help = "radius of the beam stop's disc; 0: none",
           .min = 0,
           .max = 4096},
          radius_px);
  v.visit({.name = "rod_width_px",
           .unit = "px",
           .help = "width of the rod that holds it; 0: none",
           .min = 0,
           .max = 4096},
          rod_width_px);
  v.visit({.name = "rod_angle_deg",
           .unit = "deg",
           .help = "direction of the rod from the disc, from x towards y",
           .min = -360,
           .max = 360},
          rod_angle_deg);
  v.visit({.name = "offset_x_px",
           .unit = "px",
           .help = "disc's centre from the pattern's in frame 0; it does not drift",
           .min = -1e4,
           .max = 1e4},
          offset_x_px);
  v.visit(
      {.name = "offset_y_px", .unit = "px", .help = "the same along y", .min = -1e4, .max = 1e4},
      offset_y_px);
  v.visit({.name = "transmission", .help = "part of the electrons that pass", .min = 0, .max = 1},
          transmission);
  v.visit({.name = "edge_px",
           .unit = "px",
           .help = "standard deviation of the blur of its edge",
           .min = 0,
           .max = 100},
          edge_px);
}

void SaedDetectorOptions::describe(OptionVisitor& v) {
  v.visit({.name = "noise", .help = "off; poisson: counted electrons"}, noise);
  v.visit({.name = "gain",
           .unit = "counts per electron",
           .help = "of the detector",
           .min = 1e-3,
           .max = 1e6},
          gain);
  v.visit({.name = "offset", .unit = "counts", .help = "of the detector", .min = -1e6, .max = 1e6},
          offset);
  v.visit(
      {.name = "read_noise", .unit = "counts", .help = "standard deviation", .min = 0, .max = 1e6},
      read_noise);
  v.visit({.name = "saturation",
           .unit = "counts",
           .help = "more is not read; not given: 65535 for uint16, else no limit",
           .min = 1,
           .max = 1e12},
          saturation);
  v.visit({.name = "polarity", .help = "inverted: a film, saturation - counts"}, polarity);
  v.visit({.name = "hot_pixels", .help = "pixels that add hot_counts", .min = 0, .max = 1e6},
          hot_pixels);
  v.visit({.name = "hot_counts", .unit = "counts", .help = "of a hot pixel", .min = 0, .max = 1e12},
          hot_counts);
  v.visit({.name = "dead_pixels", .help = "pixels that read 0", .min = 0, .max = 1e6}, dead_pixels);
  v.visit({.name = "gap_columns",
           .help = "first column of each gap between the detector's tiles, which reads 0",
           .min = 0,
           .max = 8191},
          gap_columns);
  v.visit({.name = "gap_rows", .help = "first row of each gap", .min = 0, .max = 8191}, gap_rows);
  v.visit({.name = "gap_width_px", .unit = "px", .help = "width of a gap", .min = 1, .max = 1000},
          gap_width_px);
  v.visit({.name = "file_type", .help = "of frames.tif; uint16 rounds to whole counts"}, file_type);
}

void SaedSpotOptions::describe(OptionVisitor& v) {
  v.visit({.name = "count",
           .help = "spots of single large crystallites on the rings",
           .min = 0,
           .max = 100000},
          count);
  v.visit({.name = "counts",
           .unit = "electrons",
           .help = "of a spot, the mean of an exponential distribution",
           .min = 0,
           .max = 1e12},
          counts);
  v.visit({.name = "width_px",
           .unit = "px",
           .help = "full width at half maximum of a spot",
           .min = 0.2,
           .max = 100},
          width_px);
}

void SaedOptions::describe(OptionVisitor& v) {
  v.visit({.name = "phases", .help = "names of built-in phases, with commas between"}, phases);
  v.visit({.name = "cif", .help = "CIF of one phase more, the last in all lists"}, cif);
  v.visit_group("mixture", "how much of each phase", mixture);
  v.visit_group("crystallites", "what widens and damps their rings", crystallites);
  v.visit_group("pattern", "where the rings lie", pattern);
  v.visit_group("beam", "how many electrons", beam);
  v.visit_group("beam_stop", "its shadow", beam_stop);
  v.visit_group("detector", "how they are recorded", detector);
  v.visit_group("spots", "of single crystallites", spots);
  v.visit({.name = "frames", .help = "number of frames", .min = 1, .max = 100000}, frames);
  v.visit({.name = "frame_time_s",
           .unit = "s",
           .help = "time from frame to frame",
           .min = 1e-9,
           .max = 1e6},
          frame_time_s);
  v.visit({.name = "seed", .help = "of the random numbers", .min = 0, .max = 9e15}, seed);
}

std::vector<std::string> SaedOptions::phase_list() const {
  std::vector<std::string> names;
  std::string_view rest = phases;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    std::string_view name = rest.substr(0, comma);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (!name.empty()) names.emplace_back(name);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return names;
}

std::vector<OptionIssue> SaedOptions::validate() const {
  auto issues = check_ranges(*this);
  if (!issues.empty()) return issues;  // what follows counts on numbers in their ranges
  const auto names = phase_list();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!crystal::find_phase(names[i])) {
      std::string known;
      for (const auto& name : crystal::phase_names()) known += ' ' + name;
      issues.push_back({"phases", "no built-in phase '" + names[i] + "'; there are" + known});
    }
    if (std::count(names.begin(), names.end(), names[i]) > 1) {
      issues.push_back({"phases", "'" + names[i] + "' is named twice"});
      break;
    }
  }
  const std::size_t count = names.size() + (cif.given() ? 1 : 0);
  if (count == 0) {
    issues.push_back({"phases", "no phase is named"});
    return issues;
  }
  check_mixture(issues, mixture, count);
  check_length(issues, "crystallites.size_nm", crystallites.size_nm.size(), count);
  check_length(issues, "crystallites.microstrain", crystallites.microstrain.size(), count);
  check_length(issues, "crystallites.texture2", crystallites.texture2.size(), count);
  check_length(issues, "crystallites.texture4", crystallites.texture4.size(), count);
  if (mixture.unknown_counts.size() != mixture.unknown_d_angstrom.size()) {
    issues.push_back({"mixture.unknown_counts", "needs one value for each unknown_d_angstrom"});
  }
  if (beam.halo_height.size() != beam.halo_d_angstrom.size() ||
      beam.halo_height.size() != beam.halo_width_per_angstrom.size()) {
    issues.push_back({"beam.halo_height",
                      "halo_height, halo_d_angstrom and halo_width_per_angstrom have one value "
                      "for each halo"});
  }
  if (issues.empty()) {
    for (std::size_t i = 0; i < count; ++i) {
      const double most = std::abs(entry(crystallites.texture2, i, 0.0)) +
                          std::abs(entry(crystallites.texture4, i, 0.0));
      if (most <= 1.0) continue;
      issues.push_back({"crystallites.texture2", "|texture2| + |texture4| is above 1"});
      break;
    }
  }
  if (detector.polarity == SaedPolarity::inverted && !detector.saturation &&
      detector.file_type == SaedFileType::float32) {
    issues.push_back({"detector.polarity", "inverted needs detector.saturation"});
  }
  if (static_cast<double>(detector.hot_pixels + detector.dead_pixels) >
      0.5 * static_cast<double>(pattern.width * pattern.height)) {
    issues.push_back({"detector.hot_pixels", "more than half of the pixels are hot or dead"});
  }
  return issues;
}

}  // namespace adatom::simulate
