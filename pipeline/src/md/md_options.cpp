#include "adatom/pipeline/md_options.h"

#include <algorithm>

#include "adatom/crystal/element.h"
#include "adatom/crystal/io/type_elements.h"
#include "adatom/pipeline/yaml_options.h"
#include "config/potential_text.h"

namespace adatom::pipeline {

void ThermalisationOptions::describe(OptionVisitor& v) {
  v.visit({.name = "steps", .help = "0: none", .min = 0, .max = 1e12}, steps);
  v.visit({.name = "timestep_fs", .unit = "fs", .help = "of one step", .min = 1e-3, .max = 100},
          timestep_fs);
  v.visit({.name = "damping_ps",
           .unit = "ps",
           .help = "the smaller, the sooner the temperature is reached",
           .min = 1e-3,
           .max = 1e6},
          damping_ps);
}

namespace {

void describe_inputs(OptionVisitor& v, MdOptions& o) {
  v.visit({.name = "type_elements",
           .help = "symbols of the atom types 1, 2, ... of LAMMPS files, as in \"Pt Ir\"; empty: "
                   "as their masses say"},
          o.type_elements);
  v.visit({.name = "box", .help = "file: periodic where the file says so; open: nowhere"}, o.box);
  visit_potential(
      v,
      {.name = "potential",
       .help = "smatb:Au, eam:FILE (adatom energy --help lists them); with LAMMPS also its own "
               "commands, as in \"pair_style eam/alloy; pair_coeff * * Au.eam {elements}\""},
      o.potential);
}

void describe_engine(OptionVisitor& v, MdOptions& o) {
  v.visit({.name = "engine", .help = "native: of this program; lammps: a run of LAMMPS"}, o.engine);
  v.visit({.name = "lammps_command",
           .help = "LAMMPS with what stands before it, as in \"mpirun -np 8 lmp\""},
          o.lammps_command);
  v.visit({.name = "lammps_arguments", .help = "what stands behind it, as in \"-sf omp\""},
          o.lammps_arguments);
}

void describe_length(OptionVisitor& v, MdOptions& o) {
  v.visit({.name = "steps",
           .help = "of the production; more on a finished run goes on with it",
           .min = 0,
           .max = 1e15},
          o.steps);
  v.visit({.name = "dump_every",
           .unit = "steps",
           .help = "a frame of the trajectory",
           .min = 1,
           .max = 1e12},
          o.dump_every);
  v.visit({.name = "thermo_every",
           .unit = "steps",
           .help = "a line of the thermo log",
           .min = 1,
           .max = 1e12},
          o.thermo_every);
  v.visit({.name = "seed", .help = "of velocities and noise", .min = 0, .max = 9e15}, o.seed);
  v.visit({.name = "replicas",
           .help = "runs of each structure and temperature, with seeds that follow one another",
           .min = 1,
           .max = 10000},
          o.replicas);
}

}  // namespace

void MdOptions::describe_settings(OptionVisitor& v) {
  describe_inputs(v, *this);
  describe_engine(v, *this);
  v.visit({.name = "minimise", .help = "down to a minimum before velocities are created"},
          minimise);
  v.visit({.name = "velocities",
           .help = "created: at the temperature, without drift; file: those of the structure"},
          velocities);
  v.visit({.name = "ensemble", .help = "of the production"}, dynamics.ensemble);
  v.visit({.name = "temperature_k",
           .unit = "K",
           .help = "one run for each; nve: of the velocities at the start",
           .min = 0,
           .max = 1e5},
          temperatures_k);
  v.visit({.name = "timestep_fs", .unit = "fs", .help = "of one step", .min = 1e-3, .max = 100},
          dynamics.timestep_fs);
  v.visit({.name = "damping_ps",
           .unit = "ps",
           .help = "Langevin: 1 / friction; Nose-Hoover: period of the thermostat",
           .min = 1e-3,
           .max = 1e6},
          dynamics.damping_ps);
  v.visit(
      {.name = "chain_length", .help = "thermostats of a Nose-Hoover chain", .min = 1, .max = 20},
      dynamics.chain_length);
  describe_length(v, *this);
  force_field.describe(v);
  v.visit({.name = "discard_ps",
           .unit = "ps",
           .help = "averages begin there; not given: with the second half of the production",
           .min = 0,
           .max = 1e12},
          discard_ps);
  v.visit({.name = "checkpoint_minutes",
           .unit = "min",
           .help = "what a killed run loses at most",
           .min = 0,
           .max = 1e5,
           .effect = Effect::none},
          checkpoint_minutes);
  v.visit_group("thermalise", "Langevin dynamics before the production", thermalise);
  v.visit_group("support", "what the particle rests on", support);
  v.visit_group("minimisation", "how the minimum is found", minimisation);
}

void MdOptions::describe(OptionVisitor& v) {
  if (auto* lists = dynamic_cast<FileListVisitor*>(&v)) {
    lists->visit_files(
        {.name = "structures", .help = "each is run by itself; * and ? make a pattern"},
        structures);
  }
  describe_settings(v);
}

std::vector<OptionIssue> MdOptions::validate() const {
  auto issues = check_ranges(*this);
  const auto add = [&issues](const std::string& prefix, const std::vector<OptionIssue>& more) {
    for (const auto& issue : more) {
      const OptionIssue named{prefix + issue.name, issue.message};
      const bool known = std::any_of(issues.begin(), issues.end(), [&](const OptionIssue& other) {
        return other.name == named.name && other.message == named.message;
      });
      if (!known) issues.push_back(named);
    }
  };
  add("minimisation.", minimisation.validate());
  add("support.", support.validate());
  if (temperatures_k.empty()) issues.push_back({"temperature_k", "no temperature is given"});
  for (std::size_t i = 0; i < temperatures_k.size(); ++i) {
    const auto begin = temperatures_k.begin();
    const auto here = begin + static_cast<std::ptrdiff_t>(i);
    if (std::find(begin, here, temperatures_k[i]) != here) {
      issues.push_back({"temperature_k", "a temperature stands there twice"});
      break;
    }
  }
  if (potential.empty()) {
    issues.push_back({"potential", "none is given; smatb:Au is one for gold"});
  }
  if (engine == MdEngine::native && has_lammps_commands()) {
    issues.push_back({"potential", "commands of LAMMPS are for the engine lammps"});
  }
  if (engine == MdEngine::lammps && lammps_command.find_first_not_of(' ') == std::string::npos) {
    issues.push_back({"lammps_command", "no program is named"});
  }
  for (const auto& [type, symbol] : elements_of_types()) {
    if (crystal::find_element(symbol)) continue;
    issues.push_back({"type_elements", '"' + symbol + "\" is no element's symbol"});
  }
  return issues;
}

bool MdOptions::has_lammps_commands() const { return is_lammps_potential(potential); }

crystal::TypeElements MdOptions::elements_of_types() const {
  return crystal::parse_type_elements(type_elements);
}

}  // namespace adatom::pipeline
