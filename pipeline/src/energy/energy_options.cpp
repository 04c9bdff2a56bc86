#include "energy/energy_options.h"

#include "cli/frame_choice.h"

namespace adatom::pipeline {

void EnergyOptions::describe(OptionVisitor& v) {
  v.visit({.name = "potential", .help = "smatb:Au, eam:FILE, ...: listed below"}, potential);
  v.visit({.name = "frames", .help = frame_choice_help}, frames);
  v.visit({.name = "type_elements",
           .help = "symbols of the atom types 1, 2, ... of LAMMPS files, as in \"Pt Ir\"; not "
                   "given: as their masses say"},
          type_elements);
  v.visit({.name = "box", .help = "file: periodic where the file says so; open: nowhere"}, box);
  v.visit({.name = "per_atom", .help = "prints a table of atoms instead"}, per_atom);
  v.visit_group("support", "what the particle rests on", support);
}

std::vector<OptionIssue> EnergyOptions::validate() const {
  std::vector<OptionIssue> issues;
  if (potential.empty()) {
    issues.push_back({"potential", "none is given; smatb:Au is one for gold"});
  }
  for (auto& issue : support.validate()) {
    issues.push_back({"support." + issue.name, std::move(issue.message)});
  }
  return issues;
}

}  // namespace adatom::pipeline
