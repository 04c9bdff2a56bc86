#include "series/series_options.h"

#include "adatom/base/error.h"

namespace adatom::pipeline {
namespace {

void describe_delay(OptionVisitor& v, std::int64_t& delay) {
  v.visit({.name = "delay",
           .unit = "frames",
           .help = "a frame is compared with the one so many frames later",
           .min = 1,
           .max = 1e6},
          delay);
}

}  // namespace

void SeriesInput::describe(OptionVisitor& v) {
  v.visit(
      {.name = "frames", .help = "only these, as in 100: or 0:5000; the first is 0; empty: all"},
      frames);
  v.visit({.name = "type_elements",
           .help = "symbols of the atom types 1, 2, ... of LAMMPS files, as in \"Pt Ir\"; empty: "
                   "as their masses say"},
          type_elements);
  v.visit({.name = "periodic",
           .help = "auto: where the file says so; yes: along all cell vectors; no: nowhere. Never "
                   "guessed: without a cell nothing is periodic"},
          periodic);
}

crystal::Box series_box(const crystal::Structure& structure, SeriesBox periodic) {
  if (periodic == SeriesBox::no) return {};
  if (periodic == SeriesBox::automatic) return crystal::box_of(structure);
  if (structure.cell_angstrom.isZero()) {
    throw InputError({.what = "a structure without a cell cannot be periodic",
                      .where = "--periodic",
                      .why = {},
                      .remedy = "leave --periodic yes out, or give a file that has cells"});
  }
  crystal::Structure everywhere{.atoms = {},
                                .cell_angstrom = structure.cell_angstrom,
                                .origin_angstrom = structure.origin_angstrom,
                                .periodic = {true, true, true}};
  return crystal::box_of(everywhere);
}

void LensCommandOptions::describe(OptionVisitor& v) {
  v.visit({.name = "r_cut",
           .unit = "angstrom",
           .help = "neighbours are at most so far away; must be given (gold at 300 K: 4.48)",
           .min = 1e-3,
           .max = 1e3},
          r_cut_angstrom);
  describe_delay(v, delay);
  input.describe(v);
  domains.describe(v);
}

std::vector<OptionIssue> LensCommandOptions::validate() const {
  auto issues = check_ranges(*this);
  if (!r_cut_angstrom) issues.push_back({"r_cut", "must be given: 4.48 is used for gold"});
  for (auto& issue : domains.validate()) {
    if (issue.name == "smooth_order") issues.push_back(std::move(issue));
  }
  return issues;
}

void TimeSoapCommandOptions::describe(OptionVisitor& v) {
  soap.describe(v);
  describe_delay(v, delay);
  input.describe(v);
}

std::vector<OptionIssue> TimeSoapCommandOptions::validate() const {
  auto issues = soap.validate();
  if (delay < 1 || delay > 1'000'000) issues.push_back({"delay", "must be from 1 to 1e6"});
  return issues;
}

}  // namespace adatom::pipeline
