#include "compare/compare_command_options.h"

namespace adatom::pipeline {

void CompareCommandOptions::describe(OptionVisitor& v) {
  compare.describe(v);
  v.visit({.name = "frame_a",
           .help = "of a trajectory; the first is 0, -1 is the last",
           .min = -1e9,
           .max = 1e9},
          frame_a);
  v.visit({.name = "frame_b", .help = "the same of the second file", .min = -1e9, .max = 1e9},
          frame_b);
  v.visit({.name = "type_elements",
           .help = "symbols of the atom types 1, 2, ... of LAMMPS files, as in \"Pt Ir\"; not "
                   "given: as their masses say"},
          type_elements);
}

std::vector<OptionIssue> CompareCommandOptions::validate() const { return check_ranges(*this); }

}  // namespace adatom::pipeline
