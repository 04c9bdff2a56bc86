#include "validate/validate_options.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "adatom/base/error.h"
#include "adatom/crystal/element.h"
#include "adatom/crystal/io/type_elements.h"
#include "adatom/pipeline/detector_range.h"
#include "adatom/storage/files.h"

namespace adatom::pipeline {
namespace {

void collect_issues(std::vector<OptionIssue>& all, const std::string& group,
                    const std::vector<OptionIssue>& more) {
  for (const auto& issue : more) {
    const std::string name = group + '.' + issue.name;
    const bool known = std::any_of(all.begin(), all.end(),
                                   [&](const OptionIssue& other) { return other.name == name; });
    if (!known) all.push_back({name, issue.message});
  }
}

void describe_size(OptionVisitor& v, ParticleOptions& o) {
  v.visit({.name = "length",
           .unit = "atoms",
           .help = "truncated_octahedron: atoms along an edge of the whole octahedron",
           .min = 1,
           .max = 60},
          o.length);
  v.visit({.name = "cutoff",
           .unit = "layers",
           .help = "truncated_octahedron: layers cut off each tip",
           .min = 0,
           .max = 30},
          o.cutoff);
  v.visit({.name = "m",
           .help = "decahedron: atoms along the edges of its {100} faces across the axis",
           .min = 1,
           .max = 40},
          o.m);
  v.visit(
      {.name = "n", .help = "decahedron: atoms along them, along the axis", .min = 1, .max = 40},
      o.n);
  v.visit({.name = "p", .help = "decahedron: layers of its notches, 1: none", .min = 1, .max = 20},
          o.p);
}

void describe_defects(OptionVisitor& v, ParticleOptions& o) {
  v.visit({.name = "missing_corner_atoms",
           .help = "so many of the atoms farthest out at one corner are left out",
           .min = 0,
           .max = 1000},
          o.missing_corner_atoms);
  v.visit({.name = "island_atoms",
           .help = "truncated_octahedron: so many atoms more, together in the middle of a facet",
           .min = 0,
           .max = 1000},
          o.island_atoms);
  v.visit({.name = "step", .help = "truncated_octahedron: one layer more on half of a facet"},
          o.step);
  v.visit({.name = "facet",
           .help = "normal of the facet that the island or the step is on, in crystal axes: three "
                   "times 1 or -1"},
          o.facet);
}

}  // namespace

void ParticleOptions::describe(OptionVisitor& v) {
  v.visit({.name = "kind", .help = "structure files, or a piece of a perfect fcc crystal"}, kind);
  if (auto* lists = dynamic_cast<FileListVisitor*>(&v)) {
    lists->visit_files(
        {.name = "structures",
         .help = "kind file: each is one frame, beam along z after rotate_deg; * and "
                 "? make a pattern"},
        structures);
  }
  v.visit({.name = "type_elements", .help = "of the files' atom types, for instance Au"},
          type_elements);
  v.visit({.name = "element", .help = "symbol of the metal"}, element);
  v.visit({.name = "lattice_parameter_angstrom",
           .unit = "angstrom",
           .help = "built kinds; not given: the element's",
           .min = 1,
           .max = 20},
          lattice_parameter_angstrom);
  v.visit({.name = "zone_axis", .help = "crystal direction along the beam"}, zone_axis);
  describe_size(v, *this);
  describe_defects(v, *this);
  v.visit({.name = "rotate_deg",
           .unit = "degrees",
           .help = "kind file: about x, then y, then z, to bring the zone axis along z"},
          rotate_deg);
  v.visit({.name = "sharpen_within_deg",
           .unit = "degrees",
           .help = "kind file: then turned about y by up to so many, to where its columns are "
                   "sharpest; each file by itself",
           .min = 0,
           .max = 30},
          sharpen_within_deg);
  v.visit({.name = "rotation_rad",
           .unit = "rad",
           .help = "turn about the beam, from x towards y",
           .min = -6.2832,
           .max = 6.2832},
          rotation_rad);
}

std::vector<OptionIssue> ParticleOptions::validate() const {
  auto issues = check_ranges(*this);
  const bool octahedron = kind == ParticleKind::truncated_octahedron;
  if (kind == ParticleKind::file && structures.empty()) {
    issues.push_back({"structures", "kind file needs at least one"});
  }
  if (octahedron && length >= 1 && cutoff > (length - 1) / 2) {
    issues.push_back(
        {"cutoff", "must be at most (length - 1) / 2 = " + std::to_string((length - 1) / 2)});
  }
  if (!octahedron && (island_atoms > 0 || step)) {
    issues.push_back({step ? "step" : "island_atoms", "only a truncated_octahedron can have it"});
  }
  if (island_atoms > 0 && step) {
    issues.push_back({"step", "the facet has an island already"});
  }
  const bool is_facet = facet.size() == 3 && std::all_of(facet.begin(), facet.end(), [](double f) {
                          return std::abs(f) == 1.0;
                        });
  if (!is_facet) issues.push_back({"facet", "three numbers 1 or -1 are wanted: [1, -1, 1]"});
  if (!rotate_deg.empty() && rotate_deg.size() != 3) {
    issues.push_back({"rotate_deg", "three angles are wanted"});
  }
  if (!crystal::find_element(element)) {
    issues.push_back({"element", '"' + element + "\" is no element's symbol"});
  } else if (!lattice_parameter_angstrom && !crystal::fcc_lattice_parameter_angstrom(element)) {
    issues.push_back({"element", "no fcc lattice parameter of " + element + " is known"});
  }
  return issues;
}

crystal::TypeElements ParticleOptions::elements_of_types() const {
  return crystal::parse_type_elements(type_elements);
}

void ImagingOptions::describe(OptionVisitor& v) {
  v.visit_group("probe", "the beam", probe);
  v.visit({.name = "detector_mrad", .unit = "mrad", .help = "inner and outer angle"},
          detector_mrad);
  const auto visit_length = [&v](std::string_view name, std::string_view help, double min,
                                 double max, double& value) {
    v.visit({.name = name, .unit = "angstrom", .help = help, .min = min, .max = max}, value);
  };
  visit_length("step_angstrom", "between probe positions", 0.02, 2.0, step_angstrom);
  visit_length("margin_angstrom", "of vacuum around the particle", 1.0, 100.0, margin_angstrom);
  v.visit({.name = "configurations",
           .help = "multislice: of displaced atoms; the image is their mean",
           .min = 1,
           .max = 10000},
          configurations);
  v.visit({.name = "instants",
           .help = "multislice: image: a configuration is one for the whole image; row: every row "
                   "of probes has its own"},
          instants);
  v.visit_group("accuracy", "multislice: what decides accuracy and time", accuracy);
  visit_length("source_fwhm_angstrom", "multislice: size of the source", 0.0, 10.0,
               source_fwhm_angstrom);
  v.visit({.name = "upsampling", .help = "pixels for each probe step", .min = 1, .max = 16},
          upsampling);
  visit_length("column_width_angstrom", "incoherent: standard deviation of a column's image", 0.05,
               5.0, column_width_angstrom);
  visit_length("column_tolerance_angstrom",
               "atoms belong to one column when their projections lie this close", 0.01, 3.0,
               column_tolerance_angstrom);
}

std::vector<OptionIssue> ImagingOptions::validate() const {
  auto issues = check_ranges(*this);
  collect_issues(issues, "probe", probe.validate());
  if (parse_detector_ranges(detector_mrad).size() != 1) {
    issues.push_back({"detector_mrad", '"' + detector_mrad + "\" is not inner:outer, as 40:160"});
  }
  return issues;
}

void LimitOptions::describe(OptionVisitor& v) {
  const auto visit_share = [&v](std::string_view name, std::string_view help,
                                std::optional<double>& value) {
    v.visit({.name = name, .help = help, .min = 0, .max = 1}, value);
  };
  const auto visit_most = [&v](std::string_view name, std::string_view unit, std::string_view help,
                               std::optional<double>& value) {
    v.visit({.name = name, .unit = unit, .help = help, .min = 0, .max = 1e6}, value);
  };
  visit_share("columns_found", "least share of the columns that are found", columns_found);
  visit_most("position_over_bound", "", "largest ratio of position errors to their bound",
             position_over_bound);
  visit_share("counts_exact", "least share of columns with the right count", counts_exact);
  visit_share("counts_within_one", "least share with a count right or off by one",
              counts_within_one);
  visit_share("total_error", "largest share by which the total number of atoms is off",
              total_error);
  visit_share("series_exact", "counts_exact, counted as a time series", series_exact);
  visit_share("changes_found", "least share of true changes between frames that the series has",
              changes_found);
  visit_most("spurious_ratio", "",
             "largest ratio of spurious changes in the series to those of independent counts",
             spurious_ratio);
  visit_share("surface_right", "least share of surface atoms at the right site, before relaxation",
              surface_right);
  visit_most("rmsd_angstrom", "angstrom", "largest RMSD of the relaxed model to the relaxed truth",
             rmsd_angstrom);
  visit_share("environments_right", "least share of atoms with the right class of environment",
              environments_right);
  visit_most("frame_seconds", "s", "longest time from a frame to its model", frame_seconds);
}

void CaseOptions::describe(OptionVisitor& v) {
  v.visit_group("particle", "whose atoms are known", particle);
  v.visit({.name = "imaging",
           .help = "multislice with thermal motion, or columns as Gaussians of the library's "
                   "cross-sections (fast)"},
          imaging);
  v.visit({.name = "temperatures_k", .unit = "K", .help = "one or more"}, temperatures_k);
  v.visit({.name = "doses_per_angstrom2", .unit = "electrons/angstrom^2", .help = "one or more"},
          doses_per_angstrom2);
  v.visit({.name = "frames", .help = "of the built kinds", .min = 1, .max = 1000}, frames);
  v.visit({.name = "moves_per_frame",
           .help = "atoms that move along the surface from a frame to the next",
           .min = 0,
           .max = 100},
          moves_per_frame);
  v.visit({.name = "drift_x_angstrom",
           .unit = "angstrom",
           .help = "of the specimen, from the first pixel of a frame to the last",
           .min = -20,
           .max = 20},
          drift_x_angstrom);
  v.visit({.name = "drift_y_angstrom", .unit = "angstrom", .help = "", .min = -20, .max = 20},
          drift_y_angstrom);
  v.visit({.name = "row_jitter_angstrom",
           .unit = "angstrom",
           .help = "standard deviation of a row's displacement along x",
           .min = 0,
           .max = 2},
          row_jitter_angstrom);
  v.visit_group("limits", "of this case, in place of those of all", limits);
}

std::vector<OptionIssue> CaseOptions::validate() const {
  auto issues = check_ranges(*this);
  collect_issues(issues, "particle", particle.validate());
  const auto visit_list = [&issues](const char* name, const std::vector<double>& values, double min,
                                    double max) {
    if (values.empty()) issues.push_back({name, "the list is empty"});
    for (const double value : values) {
      if (value >= min && value <= max) continue;
      issues.push_back({name, "must be within " + std::to_string(static_cast<int>(min)) + " and " +
                                  std::to_string(static_cast<long>(max))});
      break;
    }
  };
  visit_list("temperatures_k", temperatures_k, 80.0, 1000.0);
  visit_list("doses_per_angstrom2", doses_per_angstrom2, 1.0, 1e9);
  if (frames > 1 && particle.kind == ParticleKind::file) {
    issues.push_back({"frames", "each structure file is a frame; atoms of built kinds move"});
  }
  return issues;
}

void ValidateOptions::describe(OptionVisitor& v) {
  v.visit({.name = "seed", .help = "of every random stream", .min = 0, .max = 9e15}, seed);
  v.visit_group("imaging", "the microscope, the same for all cases", imaging);
  v.visit_group("columns", "finding and fitting columns, as adatom fit-columns", columns);
  v.begin_group("counting", "atoms of each column, as adatom count-atoms");
  v.visit({.name = "library",
           .help = "cross-sections; not given: the library for the conditions of each case"},
          library);
  counting.describe(v);
  v.end_group();
  v.visit_group("reconstruct",
                "3D models, as adatom reconstruct; element, zone axis and temperature are the "
                "case's",
                reconstruct);
  v.visit({.name = "site_tolerance_angstrom",
           .unit = "angstrom",
           .help = "an atom so far from its true place or nearer is at the right site: half a bond",
           .min = 0.01,
           .max = 5},
          site_tolerance_angstrom);
  v.visit_group("limits", "exit code 3 where one is missed", limits);
  v.visit({.name = "limits_from_dose_per_angstrom2",
           .unit = "electrons/angstrom^2",
           .help = "limits of all cases are for this dose and more; those of a case for every dose",
           .min = 0,
           .max = 1e9},
          limits_from_dose_per_angstrom2);
  visit_named_groups(v, "cases", "known particles, each under a name", cases);
}

std::vector<OptionIssue> ValidateOptions::validate() const {
  auto issues = check_ranges(*this);
  collect_issues(issues, "imaging", imaging.validate());
  collect_issues(issues, "columns.detection", columns.detection.validate());
  auto fit = columns.fit;
  fit.dose_per_angstrom2 = 1.0;  // each case's own is filled in
  collect_issues(issues, "columns.fit", fit.validate());
  collect_issues(issues, "counting", counting.validate());
  if (reconstruct.enabled) collect_issues(issues, "reconstruct", reconstruct.validate());
  if (columns.start.given()) {
    issues.push_back({"columns.start", "columns are found in a validation, not given"});
  }
  if (cases.empty()) issues.push_back({"cases", "there are none"});
  for (const auto& one : cases) {
    if (!makes_folder_name(one.name)) {
      issues.push_back({"cases." + one.name, "the name makes no folder's name"});
    }
    collect_issues(issues, "cases." + one.name, one.options.validate());
  }
  return issues;
}

ValidateOptions read_validate_options(const std::string& file,
                                      const std::vector<std::string>& overrides) {
  std::vector<GivenOption> given;
  for (const auto& text : overrides) given.push_back(parse_override(text));
  YamlOptions yaml(storage::read_file(file), file, given, "adatom schema --of validate");
  ValidateOptions options;
  yaml.fill(options);
  yaml.finish(options.validate());
  return options;
}

}  // namespace adatom::pipeline
