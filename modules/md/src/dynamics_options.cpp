#include "adatom/md/dynamics.h"

namespace adatom::md {

void DynamicsOptions::describe(OptionVisitor& v) {
  v.visit({.name = "ensemble", .help = "what acts on the atoms besides their forces"}, ensemble);
  v.visit(
      {.name = "temperature_k", .unit = "K", .help = "of the thermostat", .min = 0.0, .max = 1e5},
      temperature_k);
  v.visit({.name = "timestep_fs", .unit = "fs", .help = "of one step", .min = 1e-3, .max = 100.0},
          timestep_fs);
  v.visit(
      {.name = "damping_ps",
       .unit = "ps",
       .help = "Langevin: the time in which a velocity is forgotten; Nose-Hoover: the period of "
               "the thermostat",
       .min = 1e-3,
       .max = 1e6},
      damping_ps);
  v.visit(
      {.name = "chain_length", .help = "thermostats of a Nose-Hoover chain", .min = 1, .max = 20},
      chain_length);
  v.visit({.name = "seed", .help = "of the random forces", .min = 0, .max = 9e15}, seed);
}

std::vector<OptionIssue> DynamicsOptions::validate() const {
  auto issues = check_ranges(*this);
  if (ensemble == Ensemble::nose_hoover && temperature_k == 0.0) {
    issues.push_back({"temperature_k", "a Nose-Hoover thermostat needs a temperature above zero"});
  }
  return issues;
}

}  // namespace adatom::md
