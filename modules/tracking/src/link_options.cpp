#include "adatom/tracking/link.h"

namespace adatom::tracking {

void LinkOptions::describe(OptionVisitor& v) {
  v.visit({.name = "motion",
           .help = "brownian: looked for where it was; directed: further on; kalman: both, in the "
                   "shares that each particle shows"},
          motion);
  v.visit({.name = "max_step_px",
           .unit = "px",
           .help = "farthest step between frames without the drift; empty: half the median "
                   "distance of nearest neighbours, 3 to 30",
           .min = 0.01,
           .max = 1e4},
          max_step_px);
  v.visit({.name = "max_gap_frames",
           .unit = "frames",
           .help = "that a particle may be missing from",
           .min = 0,
           .max = 100},
          max_gap_frames);
  v.visit({.name = "min_detections",
           .help = "what is seen fewer times is no track",
           .min = 1,
           .max = 100},
          min_detections);
  v.visit({.name = "drift", .help = "of the whole field: none; translation: found and taken out"},
          drift);
  v.visit({.name = "max_drift_step_px",
           .unit = "px",
           .help = "farthest displacement of the field between two frames",
           .min = 0.1,
           .max = 1e4},
          max_drift_step_px);
  v.visit({.name = "events", .help = "none; merge_and_split: of particles in contact"}, events);
  v.visit({.name = "conserved",
           .help = "what merging keeps: volume (r^3), area (r^2), either: what fits better"},
          conserved);
  v.visit(
      {.name = "contact_gap_px",
       .unit = "px",
       .help = "particles whose edges are this near touch; what they move in a frame is allowed "
               "besides",
       .min = 0,
       .max = 1000},
      contact_gap_px);
}

std::vector<OptionIssue> LinkOptions::validate() const { return check_ranges(*this); }

}  // namespace adatom::tracking
