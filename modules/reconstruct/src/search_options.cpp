#include "adatom/reconstruct/search_minima.h"

namespace adatom::reconstruct {

void SearchOptions::describe(OptionVisitor& v) {
  v.visit({.name = "moves",
           .help = "lattice: by whole spacings, then down to the local minimum; uniform: single "
                   "columns by up to a lattice parameter, as published"},
          moves);
  v.visit(
      {.name = "acceptance",
       .help = "threshold: where exp(-dE / kT) is above it, as published; metropolis: with that "
               "probability"},
      acceptance);
  v.visit({.name = "threshold", .help = "of exp(-dE / kT)", .min = 0.0, .max = 1.0}, threshold);
  v.visit(
      {.name = "temperature_k", .unit = "K", .help = "of the experiment", .min = 1.0, .max = 1e5},
      temperature_k);
  v.visit({.name = "iterations", .help = "moves of each search", .min = 0, .max = 1e8}, iterations);
  v.visit({.name = "restarts",
           .help = "searches side by side, each with its own random numbers",
           .min = 1,
           .max = 1e4},
          restarts);
  v.visit({.name = "count_share",
           .help = "share of the moves that add an atom to a column or take one away; 0: counts "
                   "stay as observed",
           .min = 0.0,
           .max = 1.0},
          count_share);
  v.visit(
      {.name = "layer_share",
       .help = "share of the moves that take a layer of a facet to the other side, or a patch of "
               "columns up or down",
       .min = 0.0,
       .max = 1.0},
      layer_share);
  v.visit({.name = "count_price_ev",
           .unit = "eV",
           .help = "price of one unit of -ln p of a count; not given: 2 k_B T",
           .min = 0.0,
           .max = 1e6},
          count_price_ev);
}

std::vector<OptionIssue> SearchOptions::validate() const {
  auto issues = check_ranges(*this);
  if (count_share + layer_share > 1.0) {
    issues.push_back({"layer_share", "count_share and layer_share are more than 1 together"});
  }
  return issues;
}

}  // namespace adatom::reconstruct
