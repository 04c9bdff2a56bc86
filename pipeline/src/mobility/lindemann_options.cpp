#include "mobility/lindemann_options.h"

#include <algorithm>

#include "adatom/pipeline/yaml_options.h"

namespace adatom::pipeline {

void describe_lindemann_window(OptionVisitor& v, double& discard_ps,
                               std::optional<double>& window_ps) {
  v.visit({.name = "discard_ps",
           .unit = "ps",
           .help = "left out at the start of every trajectory",
           .min = 0,
           .max = 1e12},
          discard_ps);
  v.visit({.name = "window_ps",
           .unit = "ps",
           .help = "the Lindemann index is taken over windows of this length, and averaged; not "
                   "given: 1, 2 or 5 times a power of ten, at most a quarter of a trajectory (of "
                   "the shortest where they share it)",
           .min = 1e-6,
           .max = 1e12},
          window_ps);
}

void LindemannOptions::describe_settings(OptionVisitor& v) {
  v.visit({.name = "type_elements",
           .help = "symbols of the atom types 1, 2, ... of LAMMPS files, as in \"Pt Ir\"; not "
                   "given: as their masses say"},
          type_elements);
  v.visit({.name = "box", .help = "file: periodic where the file says so; open: nowhere"}, box);
  v.visit({.name = "temperature_k",
           .unit = "K",
           .help = "of each trajectory; not given: as `adatom md` wrote beside it, or as its name "
                   "or its folder's says (cu55_300K_s1)",
           .min = 0,
           .max = 1e6},
          temperatures_k);
  v.visit({.name = "frame_time_ps",
           .unit = "ps",
           .help = "from frame to frame; not given: as the files say",
           .min = 1e-6,
           .max = 1e9},
          frame_time_ps);
  describe_lindemann_window(v, discard_ps, window_ps);
  v.visit({.name = "core_radius_angstrom",
           .unit = "angstrom",
           .help = "mean distance from the centre of mass that parts core and shell; several part "
                   "several shells; not given: the outermost gap between atoms' distances",
           .min = 0,
           .max = 1e4},
          core_radius_angstrom);
  v.visit({.name = "shells_from",
           .help = "coldest: atoms keep the shell they have in the coldest trajectory; each: they "
                   "have that of each trajectory"},
          shells_from);
  onset.describe(v);
}

void LindemannOptions::describe(OptionVisitor& v) {
  if (auto* lists = dynamic_cast<FileListVisitor*>(&v)) {
    lists->visit_files(
        {.name = "trajectories", .help = "files, patterns with * and ?, or folders of `adatom md`"},
        trajectories);
  }
  describe_settings(v);
}

std::vector<OptionIssue> LindemannOptions::validate() const {
  auto issues = check_ranges(*this);
  if (!std::ranges::is_sorted(core_radius_angstrom) ||
      std::ranges::adjacent_find(core_radius_angstrom) != core_radius_angstrom.end()) {
    issues.push_back({"core_radius_angstrom", "radii must ascend"});
  }
  return issues;
}

}  // namespace adatom::pipeline
