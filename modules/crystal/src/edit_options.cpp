#include <algorithm>
#include <cmath>

#include "adatom/crystal/edit.h"
#include "adatom/crystal/element.h"
#include "edit_words.h"

namespace adatom::crystal {

void EditOptions::describe(OptionVisitor& v) {
  v.visit({.name = "remove", .help = "numbers of atoms to remove, the first is 1: 5,17,20:25"},
          remove);
  v.visit(
      {.name = "scale", .help = "factor for all coordinates and the cell", .min = 0.5, .max = 2},
      scale);
  v.visit({.name = "placement", .help = "centre: moves the mean of all atoms to zero"}, placement);
  v.visit(
      {.name = "cut_normal",
       .help = "a direction, for instance 1,1,1: atoms farther along it than the cut's distance "
               "are removed; empty: no cut",
       .min = -1e6,
       .max = 1e6},
      cut_normal);
  v.visit({.name = "cut_distance_angstrom",
           .unit = "angstrom",
           .help = "of the cutting plane from the origin",
           .min = -1e6,
           .max = 1e6},
          cut_distance_angstrom);
  v.visit({.name = "vacancies",
           .unit = "atoms",
           .help = "atoms taken away at random",
           .min = 0,
           .max = 1e7},
          vacancies);
  v.visit({.name = "vacancy_sites",
           .help = "which atoms those may be; surface: those with fewer than 11 neighbours"},
          vacancy_sites);
  v.visit({.name = "alloy",
           .help = "an element and the share of all atoms that become it, for instance Ag:0.3"},
          alloy);
  v.visit({.name = "alloy_arrangement",
           .help = "which atoms those are: chosen at random, nearest to the centre (core), or "
                   "farthest from it (shell)"},
          alloy_arrangement);
  v.visit({.name = "adatoms",
           .unit = "atoms",
           .help = "atoms put on hollow sites of facets at random",
           .min = 0,
           .max = 1e6},
          adatoms);
  v.visit({.name = "adatom_element", .help = "symbol; empty: that of the first atom"},
          adatom_element);
  v.visit({.name = "adatom_sites", .help = "the facets they are put on"}, adatom_sites);
  v.visit({.name = "rattle_angstrom",
           .unit = "angstrom",
           .help = "random displacements: the standard deviation along each axis",
           .min = 0,
           .max = 10},
          rattle_angstrom);
  v.visit({.name = "rotate_deg",
           .unit = "degrees",
           .help = "angles about x, then y, then z, for instance 0,0,30; the cell turns too",
           .min = -360,
           .max = 360},
          rotate_deg);
  v.visit({.name = "vacuum_angstrom",
           .unit = "angstrom",
           .help = "puts a box around the atoms, with so much space on every side that is not "
                   "periodic; empty: no box",
           .min = 0,
           .max = 1e5},
          vacuum_angstrom);
  v.visit({.name = "seed", .help = "of what is random", .min = 0, .max = 9e15}, seed);
}

std::vector<OptionIssue> EditOptions::validate() const {
  auto issues = check_ranges(*this);
  if (!remove.empty() && !parse_number_ranges(remove)) {
    issues.push_back({"remove", '"' + remove + "\" is no list such as 5,17,20:25"});
  }
  const auto is_zero = [](double value) { return value == 0.0; };
  if (!cut_normal.empty() &&
      (cut_normal.size() != 3 || std::all_of(cut_normal.begin(), cut_normal.end(), is_zero))) {
    issues.push_back({"cut_normal", "must be three numbers, not all zero"});
  }
  if (!rotate_deg.empty() && rotate_deg.size() != 3) {
    issues.push_back({"rotate_deg", "must be three angles"});
  }
  if (!alloy.empty() && !parse_share(alloy)) {
    issues.push_back({"alloy", '"' + alloy + "\" is no element and share such as Ag:0.3"});
  }
  if (!adatom_element.empty() && !find_element(adatom_element)) {
    issues.push_back({"adatom_element", '"' + adatom_element + "\" is no element's symbol"});
  }
  return issues;
}

}  // namespace adatom::crystal
