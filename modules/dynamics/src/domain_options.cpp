#include "adatom/dynamics/domains.h"

namespace adatom::dynamics {

void DomainOptions::describe(OptionVisitor& v) {
  v.visit({.name = "domains", .help = "clusters of the smoothed values", .min = 1, .max = 100},
          domains);
  v.visit({.name = "smooth_window",
           .unit = "intervals",
           .help = "of the Savitzky-Golay filter; 1: no smoothing",
           .min = 1,
           .max = 100000},
          smooth_window);
  v.visit(
      {.name = "smooth_order", .help = "of its polynomials, below the window", .min = 0, .max = 20},
      smooth_order);
  v.visit({.name = "drop",
           .unit = "intervals",
           .help = "left out at both ends; empty: half of the window",
           .min = 0,
           .max = 1e9},
          drop);
  v.visit({.name = "bandwidth",
           .help = "of the density, times that of Scott's rule",
           .min = 1e-3,
           .max = 1e3},
          bandwidth);
}

std::vector<OptionIssue> DomainOptions::validate() const {
  auto issues = check_ranges(*this);
  if (smooth_window > 1 && smooth_order >= smooth_window) {
    issues.push_back({"smooth_order", "must be below smooth_window"});
  }
  return issues;
}

std::size_t DomainOptions::dropped() const {
  return static_cast<std::size_t>(drop ? *drop : smooth_window / 2);
}

}  // namespace adatom::dynamics
