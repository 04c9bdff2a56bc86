#include "adatom/reconstruct/relax.h"

namespace adatom::reconstruct {

void RelaxOptions::describe(OptionVisitor& v) {
  v.visit(
      {.name = "temperature_k", .unit = "K", .help = "of the dynamics", .min = 1e-3, .max = 1e4},
      temperature_k);
  v.visit({.name = "relax_ns",
           .unit = "ns",
           .help = "length of the dynamics of each candidate; 0: it is only quenched",
           .min = 0.0,
           .max = 1e6},
          relax_ns);
  v.visit({.name = "timestep_fs", .unit = "fs", .help = "of one step", .min = 1e-3, .max = 20.0},
          timestep_fs);
  v.visit({.name = "damping_ps",
           .unit = "ps",
           .help = "period of the Nose-Hoover thermostat",
           .min = 1e-3,
           .max = 1e6},
          damping_ps);
  v.visit({.name = "thermalise_share",
           .help = "share of the time for warming up by Langevin dynamics",
           .min = 0.0,
           .max = 0.9},
          thermalise_share);
  v.visit({.name = "average_share",
           .help = "share of the time, at its end, that is averaged",
           .min = 0.01,
           .max = 1.0},
          average_share);
  v.visit({.name = "windows",
           .help = "parts of that time whose averages are quenched one by one, for the error",
           .min = 1,
           .max = 1000},
          windows);
  v.visit({.name = "sample_every_steps",
           .help = "from one averaged frame to the next",
           .min = 1,
           .max = 1e6},
          sample_every_steps);
  v.visit({.name = "quench_force_ev_per_angstrom",
           .unit = "eV/angstrom",
           .help = "a quench ends once no force is longer",
           .min = 1e-9,
           .max = 1.0},
          quench_force_ev_per_angstrom);
  v.visit({.name = "save_every_steps",
           .help = "an interrupted relaxation loses no more",
           .min = 1,
           .max = 1e9,
           .effect = Effect::none},
          save_every_steps);
  v.visit({.name = "precision", .help = "of the dynamics; quenches are always double"}, precision);
}

std::vector<OptionIssue> RelaxOptions::validate() const {
  auto issues = check_ranges(*this);
  if (issues.empty() && thermalise_share + average_share > 1.0) {
    issues.push_back({"average_share", "together with thermalise_share it is more than all"});
  }
  return issues;
}

}  // namespace adatom::reconstruct
