#include "track/track_options.h"

#include <algorithm>
#include <cmath>

#include "adatom/base/number_text.h"

namespace adatom::pipeline {

void TrackOptions::describe(OptionVisitor& v) {
  v.visit({.name = "pixel_size_nm",
           .unit = "nm",
           .help = "side of a pixel; not given: as the video says",
           .min = 1e-4,
           .max = 1e4},
          pixel_size_nm);
  v.visit({.name = "frame_time_s",
           .unit = "s",
           .help = "from frame to frame; not given: as the video says",
           .min = 1e-9,
           .max = 1e6},
          frame_time_s);
  v.visit({.name = "signal", .help = "which series of a file that holds several"}, signal);
  v.visit({.name = "mask",
           .help = "an image of the frames' size, 0 where nothing is looked for, such as the edge "
                   "of a gas cell"},
          mask);
  v.visit(
      {.name = "cell_edge",
       .help = "the dark edge of a gas cell's window or of an aperture: found in the first "
               "frames and left out (automatic; where particles are dark and no mask is given), "
               "or searched like the rest (none)"},
      cell_edge);
  v.visit(
      {.name = "particles",
       .help = "bodies with an edge, or single atoms (atoms): bright spots of the probe's width, "
               "as on HAADF frames; a single frame has no tracks but atoms.csv"},
      particles);
  v.visit(
      {.name = "atom_width_nm",
       .unit = "nm",
       .help = "standard deviation of the Gaussian that an atom is seen as; not given: found in "
               "every frame",
       .min = 1e-4,
       .max = 10},
      atom_width_nm);
  v.visit({.name = "false_discovery",
           .help = "share of the atoms that may be noise or texture of the support",
           .min = 1e-6,
           .max = 0.5},
          false_discovery);
  v.visit({.name = "labels",
           .help = "a table of atoms that somebody marked (x_px, y_px: column and row; frame, if "
                   "not all are in the first): precision and recall over all thresholds"},
          labels);
  v.visit({.name = "label_reach_nm",
           .unit = "nm",
           .help = "an atom and a mark no farther apart are the same",
           .min = 1e-4,
           .max = 10},
          label_reach_nm);
  v.visit({.name = "contrast", .help = "particles are darker or brighter than what is around"},
          contrast);
  v.visit({.name = "radius_min_nm",
           .unit = "nm",
           .help = "of the smallest particle looked for; not given: 2 pixels",
           .min = 1e-4,
           .max = 1e5},
          radius_min_nm);
  v.visit({.name = "radius_max_nm",
           .unit = "nm",
           .help = "of the largest one; not given: 25 pixels",
           .min = 1e-4,
           .max = 1e5},
          radius_max_nm);
  v.visit({.name = "edge_blur_nm",
           .unit = "nm",
           .help = "standard deviation of the Gaussian that edges are blurred with; not given: "
                   "found in every frame",
           .min = 1e-4,
           .max = 1e4},
          edge_blur_nm);
  v.visit({.name = "threshold_sigma",
           .help = "a particle stands out of the noise by so many standard deviations",
           .min = 2,
           .max = 100},
          threshold_sigma);
  v.visit({.name = "contrast_min_share",
           .help = "what is weaker than this share of the usual contrast is no particle",
           .min = 0,
           .max = 1},
          contrast_min_share);
  v.visit({.name = "misfit_max",
           .help = "what the fit may leave beyond the noise, as a share of the contrast; more is "
                   "clutter",
           .min = 0.01,
           .max = 10},
          misfit_max);
  v.visit(
      {.name = "motion",
       .help = "how the next place is foretold: where it was (brownian), further on (directed), "
               "or both as each particle shows (kalman)"},
      motion);
  v.visit({.name = "max_step_nm",
           .unit = "nm",
           .help = "farthest step between frames, drift taken out; not given: half the median "
                   "distance of nearest neighbours in the first frame, 3 to 30 pixels",
           .min = 1e-4,
           .max = 1e5},
          max_step_nm);
  v.visit({.name = "max_gap_frames",
           .help = "frames that a particle may be missing from",
           .min = 0,
           .max = 1000},
          max_gap_frames);
  v.visit({.name = "min_detections",
           .help = "what is seen in fewer frames is no track",
           .min = 1,
           .max = 1e6},
          min_detections);
  v.visit({.name = "drift", .help = "of the whole field, found from all particles"}, drift);
  v.visit({.name = "events", .help = "whether merging and splitting is looked for"}, events);
  v.visit({.name = "conserved", .help = "what particles keep that merge or split"}, conserved);
  describe_statistics(v);
  describe_pictures(v);
}

void TrackOptions::describe_statistics(OptionVisitor& v) {
  v.visit({.name = "lags_frames",
           .help = "frames between the two places that a speed is taken from",
           .min = 1,
           .max = 1e6},
          lags_frames);
  v.visit({.name = "threshold_nm_per_s",
           .unit = "nm/s",
           .help = "the share of displacements that are faster is stated",
           .min = 1e-9,
           .max = 1e9},
          threshold_nm_per_s);
  v.visit({.name = "noise",
           .help = "errors of places that speeds are corrected for: those of the fits (reported), "
                   "or times the factor that the motion of all shows (measured; 1 where it is "
                   "known to less "
                   "than a tenth)"},
          noise);
  v.visit({.name = "confidence", .help = "of intervals", .min = 0.5, .max = 0.9999}, confidence);
  v.visit({.name = "msd_lags_frames",
           .help = "farthest lag of mean square displacements; not given: a quarter of the video, "
                   "4 to 100",
           .min = 4,
           .max = 1e6},
          msd_lags_frames);
  v.visit({.name = "seed", .help = "of the bootstrap", .min = 0, .max = 9e15}, seed);
}

void TrackOptions::describe_pictures(OptionVisitor& v) {
  v.visit({.name = "overlay_pictures",
           .help = "most pictures of overlay.mp4, the video with what is followed in it; of a "
                   "longer one every second, third, ... frame is shown; 0: no such video",
           .min = 0,
           .max = 1e6},
          overlay_pictures);
  v.visit({.name = "overlay_side_px",
           .help = "most pixels of the longer side of its pictures; frames are made smaller or "
                   "larger by whole factors",
           .min = 64,
           .max = 4096},
          overlay_side_px);
  v.visit({.name = "kymograph",
           .unit = "nm",
           .help = "x0,y0,x1,y1: the line along which intensity is shown against time, on the "
                   "specimen as the first frame shows it; not given: the way of the particle that "
                   "went farthest",
           .min = -1e9,
           .max = 1e9},
          kymograph);
  v.visit({.name = "kymograph_width_nm",
           .unit = "nm",
           .help = "intensities are averaged over so much across the line; not given: 5 pixels, "
                   "or the radius of the particle that went farthest",
           .min = 1e-4,
           .max = 1e6},
          kymograph_width_nm);
}

std::vector<OptionIssue> TrackOptions::validate() const {
  auto issues = check_ranges(*this);
  if (radius_min_nm && radius_max_nm && *radius_max_nm <= *radius_min_nm) {
    issues.push_back({"radius_max_nm", "it must be above radius_min_nm"});
  }
  if (labels.given() && particles != TrackedKind::atoms) {
    issues.push_back({"labels", "marks are of single atoms: give --particles atoms, too"});
  }
  for (const double lag : lags_frames) {
    if (lag != std::floor(lag)) {
      issues.push_back({"lags_frames", shortest(lag) + " is no whole number"});
    }
  }
  const auto& line = kymograph;
  if (!line.empty() && (line.size() != 4 || (line[0] == line[2] && line[1] == line[3]))) {
    issues.push_back({"kymograph", "a line has two different ends: x0,y0,x1,y1"});
  }
  if (lags_frames.empty()) issues.push_back({"lags_frames", "at least one is needed"});
  return issues;
}

image::LoadOptions TrackOptions::load() const {
  image::LoadOptions options;
  options.time_step_s = frame_time_s;
  options.signal = signal;
  options.pixel_size_remedy = "give it as --pixel-size-nm";
  if (pixel_size_nm) options.pixel_size_angstrom = 10.0 * *pixel_size_nm;
  return options;
}

tracking::DetectOptions TrackOptions::detection(double pixel_size_nm_in_use) const {
  tracking::DetectOptions options;
  options.contrast = contrast;
  if (radius_min_nm) options.radius_min_px = *radius_min_nm / pixel_size_nm_in_use;
  if (radius_max_nm) options.radius_max_px = *radius_max_nm / pixel_size_nm_in_use;
  if (edge_blur_nm) options.edge_blur_px = *edge_blur_nm / pixel_size_nm_in_use;
  options.threshold_sigma = threshold_sigma;
  options.contrast_min_share = contrast_min_share;
  options.misfit_max = misfit_max;
  return options;
}

tracking::AtomOptions TrackOptions::atoms(double pixel_size_nm_in_use) const {
  tracking::AtomOptions options;
  if (atom_width_nm) options.width_px = *atom_width_nm / pixel_size_nm_in_use;
  options.false_discovery = false_discovery;
  return options;
}

tracking::LinkOptions TrackOptions::linking(double pixel_size_nm_in_use) const {
  tracking::LinkOptions options;
  options.motion = motion;
  if (max_step_nm) options.max_step_px = *max_step_nm / pixel_size_nm_in_use;
  options.max_gap_frames = max_gap_frames;
  options.min_detections = min_detections;
  options.drift = drift;
  options.events = events;
  options.conserved = conserved;
  return options;
}

tracking::SpeedOptions TrackOptions::speeds() const {
  tracking::SpeedOptions options;
  options.lags_frames = lags_frames;
  options.threshold_nm_per_s = threshold_nm_per_s;
  options.noise = noise;
  options.confidence = confidence;
  options.max_speed_nm_per_s = 20.0 * threshold_nm_per_s;
  return options;
}

std::int64_t TrackOptions::msd_lags(std::size_t frames) const {
  return msd_lags_frames.value_or(
      std::clamp<std::int64_t>(static_cast<std::int64_t>(frames) / 4, 4, 100));
}

}  // namespace adatom::pipeline
