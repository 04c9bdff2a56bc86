#include "adatom/energetics/force_field.h"

namespace adatom::energetics {

void ForceFieldOptions::describe(OptionVisitor& v) {
  v.visit({.name = "precision", .help = "of the forces: mixed is faster, double the reference"},
          precision);
  v.visit({.name = "instruction_set", .help = "what the kernels are made for"}, instruction_set);
  v.visit({.name = "skin_angstrom",
           .unit = "angstrom",
           .help = "neighbours are looked for this much beyond the cut-off",
           .min = 0.01,
           .max = 10.0},
          skin_angstrom);
}

std::vector<OptionIssue> ForceFieldOptions::validate() const { return check_ranges(*this); }

}  // namespace adatom::energetics
