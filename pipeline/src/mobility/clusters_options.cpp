#include "mobility/clusters_options.h"

#include <algorithm>
#include <cmath>

#include "md/atom_picture.h"

namespace adatom::pipeline {
namespace {

// Between the first and the second neighbours of an fcc crystal, at 1 and 1.41 of the distance; a
// bond that is longer than the second is none.
constexpr double bind_share = 1.25;
constexpr double release_share = 1.5;

}  // namespace

void ClustersOptions::describe(OptionVisitor& v) {
  v.visit({.name = "type_elements",
           .help = "symbols of the atom types 1, 2, ... of LAMMPS files, as in \"Pt Ir\"; not "
                   "given: as their masses say"},
          type_elements);
  v.visit({.name = "box", .help = "file: periodic where the file says so; open: nowhere"}, box);
  v.visit({.name = "frame_time_ps",
           .unit = "ps",
           .help = "from frame to frame; not given: as the file says",
           .min = 1e-6,
           .max = 1e9},
          frame_time_ps);
  v.visit({.name = "cut_off_angstrom",
           .unit = "angstrom",
           .help = "atoms closer than this bind; not given: 1.25 times the distance of nearest "
                   "neighbours in the crystal, where the element's is known, else in the first "
                   "frame",
           .min = 0.1,
           .max = 100},
          cut_off_angstrom);
  v.visit({.name = "release_angstrom",
           .unit = "angstrom",
           .help = "bound atoms stay so until they are farther apart; not given: 1.2 times the "
                   "cut-off (1.5 times the distance of nearest neighbours)",
           .min = 0.1,
           .max = 100},
          release_angstrom);
  v.visit({.name = "least_duration_ps",
           .unit = "ps",
           .help = "atoms that leave or come for a shorter time are no event",
           .min = 0,
           .max = 1e9},
          least_duration_ps);
  v.visit({.name = "coloured",
           .help = "write: clusters.xyz with the cluster of every atom; none: tables only"},
          coloured);
}

std::vector<OptionIssue> ClustersOptions::validate() const {
  auto issues = check_ranges(*this);
  if (cut_off_angstrom && release_angstrom && *release_angstrom < *cut_off_angstrom) {
    issues.push_back({"release_angstrom", "it must not be below the cut-off"});
  }
  return issues;
}

dynamics::ClusterOptions ClustersOptions::for_structure(const crystal::Structure& structure) const {
  // 0.85 lattice parameters of an fcc crystal, whose neighbours are a / sqrt 2 apart.
  const double nearest = neighbour_reach_angstrom(structure) / 0.85 / std::sqrt(2.0);
  dynamics::ClusterOptions options;
  options.least_duration_ps = least_duration_ps;
  const double largest = release_angstrom.value_or(bind_share * nearest);
  options.bind_angstrom = cut_off_angstrom.value_or(std::min(bind_share * nearest, largest));
  options.release_angstrom =
      release_angstrom.value_or(release_share / bind_share * options.bind_angstrom);
  return options;
}

}  // namespace adatom::pipeline
