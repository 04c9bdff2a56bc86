#include "adatom/pipeline/environments_options.h"

#include <algorithm>

#include "adatom/crystal/element.h"
#include "adatom/crystal/io/type_elements.h"
#include "adatom/pipeline/yaml_options.h"

namespace adatom::pipeline {

void AtomMaskOptions::describe(OptionVisitor& v) {
  v.visit({.name = "axis", .help = "along which heights are measured, from the support up"}, axis);
  v.visit({.name = "above_angstrom",
           .unit = "angstrom",
           .help = "only atoms higher than this in the first frame",
           .min = -1e6,
           .max = 1e6},
          above_angstrom);
  v.visit({.name = "below_angstrom",
           .unit = "angstrom",
           .help = "only atoms lower than this in the first frame",
           .min = -1e6,
           .max = 1e6},
          below_angstrom);
  v.visit({.name = "skip_layers",
           .unit = "layers",
           .help = "the lowest atomic layers of the first frame are left out",
           .min = 0,
           .max = 1000},
          skip_layers);
}

namespace {

void describe_inputs(OptionVisitor& v, EnvironmentsOptions& o) {
  v.visit({.name = "type_elements",
           .help = "symbols of the atom types 1, 2, ... of LAMMPS files, as in \"Pt Ir\"; empty: "
                   "as their masses say"},
          o.type_elements);
  v.visit({.name = "dictionary",
           .help = "the known environments (by adatom dictionary); not given: the one that ships "
                   "with the program for the element"},
          o.dictionary);
  v.visit({.name = "element",
           .help = "symbol; only its atoms get labels; empty: that of the dictionary, or, without "
                   "one, that of the trajectory"},
          o.element);
  v.visit(
      {.name = "surroundings",
       .help = "whom an atom sees: atoms of the element, or all alike (those of a support too)"},
      o.surroundings);
  v.visit({.name = "periodic", .help = "auto: where the file says so; yes; no: open everywhere"},
          o.periodic);
  v.visit({.name = "read_every",
           .unit = "frames",
           .help = "only every so manieth frame is read",
           .min = 1,
           .max = 1e9},
          o.read_every);
  v.visit({.name = "timestep_fs",
           .unit = "fs",
           .help = "of one step of the simulation, where frames have a timestep and no time",
           .min = 1e-6,
           .max = 1e6},
          o.timestep_fs);
  v.visit({.name = "frame_time_ps",
           .unit = "ps",
           .help = "between frames of the file; not given: as the frames say",
           .min = 1e-9,
           .max = 1e12},
          o.frame_time_ps);
}

void describe_statistics(OptionVisitor& v, EnvironmentsOptions& o) {
  v.visit({.name = "level", .help = "what is counted: classes, or the environments one by one"},
          o.level);
  v.visit({.name = "discard_ns",
           .unit = "ns",
           .help = "left out at the beginning; not given: what comes before the populations stay "
                   "as they are (the plateau)",
           .min = 0,
           .max = 1e9},
          o.discard_ns);
  v.visit({.name = "window_ns",
           .unit = "ns",
           .help = "time of a transition, from one frame to another; a multiple of that between "
                   "frames",
           .min = 1e-9,
           .max = 1e9},
          o.window_ns);
  v.visit({.name = "window_stride",
           .unit = "frames",
           .help = "from the start of one window to that of the next",
           .min = 1,
           .max = 1e9},
          o.window_stride);
  v.visit({.name = "confidence", .help = "of intervals", .min = 0.5, .max = 0.9999}, o.confidence);
  v.visit({.name = "bootstrap",
           .help = "times that blocks of time are drawn anew for errors",
           .min = 100,
           .max = 1e6},
          o.bootstrap);
  v.visit({.name = "seed", .help = "of the bootstrap", .min = 0, .max = 9e15}, o.seed);
  v.visit({.name = "unknown_distance",
           .help = "an atom farther than this from every known environment, by SOAP, is in none of "
                   "them; it keeps the nearest one's label. Environments of a class are up to 0.08 "
                   "apart",
           .min = 1e-6,
           .max = 1.5},
          o.unknown_distance);
  v.visit({.name = "unknown_warning",
           .help = "share of such atoms that is warned of",
           .min = 0,
           .max = 1},
          o.unknown_warning);
}

}  // namespace

void EnvironmentsOptions::describe_settings(OptionVisitor& v) {
  describe_inputs(v, *this);
  describe_statistics(v, *this);
  v.visit({.name = "xyz_every",
           .unit = "frames",
           .help = "every so manieth labelled frame goes into coloured.xyz; 0: none; not given: "
                   "at most 200, evenly spread",
           .min = 0,
           .max = 1e9},
          xyz_every);
  v.visit({.name = "find_events",
           .help = "find atoms that move elsewhere (rare events); reads trajectories once more"},
          find_events);
  v.visit_group("atoms", "which atoms are counted; all are labelled", atoms);
  v.visit_group("events", "what an event is", events);
}

void EnvironmentsOptions::describe(OptionVisitor& v) {
  if (auto* lists = dynamic_cast<FileListVisitor*>(&v)) {
    lists->visit_files(
        {.name = "trajectories", .help = "each is labelled by itself; * and ? make a pattern"},
        trajectories);
  }
  describe_settings(v);
}

std::vector<OptionIssue> EnvironmentsOptions::validate() const {
  auto issues = check_ranges(*this);
  for (const auto& issue : events.validate()) {
    const OptionIssue named{"events." + issue.name, issue.message};
    const bool known = std::any_of(issues.begin(), issues.end(), [&named](const auto& other) {
      return other.name == named.name;
    });
    if (!known) issues.push_back(named);
  }
  if (!element.empty() && !crystal::find_element(element)) {
    issues.push_back({"element", '"' + element + "\" is no element's symbol"});
  }
  for (const auto& [type, symbol] : elements_of_types()) {
    if (crystal::find_element(symbol)) continue;
    issues.push_back({"type_elements", '"' + symbol + "\" is no element's symbol"});
  }
  if (atoms.above_angstrom && atoms.below_angstrom &&
      *atoms.above_angstrom >= *atoms.below_angstrom) {
    issues.push_back({"atoms.below_angstrom", "it must be more than atoms.above_angstrom"});
  }
  return issues;
}

crystal::TypeElements EnvironmentsOptions::elements_of_types() const {
  return crystal::parse_type_elements(type_elements);
}

}  // namespace adatom::pipeline
