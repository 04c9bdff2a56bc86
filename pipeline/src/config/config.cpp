#include "adatom/pipeline/config.h"

#include <algorithm>

namespace adatom::pipeline {

void ReadingOptions::describe(OptionVisitor& v) {
  v.visit({.name = "pixel_size_angstrom",
           .unit = "angstrom",
           .help = "width of a pixel; not given: as the files say",
           .min = 1e-4,
           .max = 1e4},
          pixel_size_angstrom);
  v.visit({.name = "signal",
           .help = "which image of files that hold several, as adatom info names them; not given: "
                   "the first"},
          signal);
}

void InputOptions::describe(OptionVisitor& v) {
  if (auto* lists = dynamic_cast<FileListVisitor*>(&v)) {
    lists->visit_files(
        {.name = "files",
         .help = "images and stacks of one particle in the order of time; * and ? make a pattern"},
        files);
  }
  ReadingOptions::describe(v);
  v.visit(
      {.name = "dose_per_angstrom2",
       .unit = "electrons/angstrom^2",
       .help = "dose of one frame; handed to fit and counting where they have none of their own",
       .min = 1e-3,
       .max = 1e12},
      dose_per_angstrom2);
}

void ColumnsOptions::describe(OptionVisitor& v) {
  v.visit({.name = "start",
           .help = "CSV with x_angstrom,y_angstrom of the columns; not given: they are detected"},
          start);
  v.visit_group("detection", "finding the columns, when no start positions are given", detection);
  v.visit_group("fit", "joint fit of all columns", fit);
}

void CountingStageOptions::describe(OptionVisitor& v) {
  v.visit({.name = "enabled", .help = "count atoms, or stop after the columns"}, enabled);
  v.visit(
      {.name = "library",
       .help = "cross-sections for 1, 2, ... atoms: CSV (atom_count,scs_angstrom2), one a line, "
               "or by scattering angle (.h5); without a library and a method the method is "
               "mixture"},
      library);
  choice.describe(v);
  options.describe(v);
  v.visit_group("time_series", "all frames together: a column rarely changes between two frames",
                time_series);
}

void SeriesCountingOptions::describe(OptionVisitor& v) {
  v.visit({.name = "enabled",
           .help = "follow the columns through the frames and count them in all of them together"},
          enabled);
  describe_details(v);
}

void SeriesCountingOptions::describe_details(OptionVisitor& v) {
  v.visit_group("match", "the same columns in all frames", match);
  options.describe(v);
}

std::vector<OptionIssue> SeriesCountingOptions::validate() const { return check_ranges(*this); }

std::optional<std::filesystem::path> CountingStageOptions::library_file() const {
  if (library.given()) return std::filesystem::path(library.path);
  return shipped_library(choice);
}

bool CountingStageOptions::needs_library() const {
  return options.method == counting::Method::library || options.method == counting::Method::hybrid;
}

void ReportOptions::describe(OptionVisitor& v) {
  v.visit({.name = "max_frames",
           .help = "the report shows at most so many frames, evenly chosen",
           .min = 1,
           .max = 10000},
          max_frames);
}

void RunConfig::describe(OptionVisitor& v) {
  v.visit({.name = "name",
           .help = "of the run directory; not given: as the configuration file is called",
           .effect = Effect::none},
          name);
  v.visit({.name = "seed", .help = "of every random stream", .min = 0, .max = 9e15}, seed);
  v.visit_group("input", "the frames", input);
  v.visit_group("preprocess", "from the detector's signal to clean frames; every step is optional",
                preprocess);
  v.visit_group("columns", "positions and cross-sections of the atom columns", columns);
  v.visit_group("counting", "number of atoms in every column", counting);
  v.visit_group("models", "the particle in space, from the counts", models);
  v.visit_group("md", "molecular dynamics of structures", md);
  v.visit_group("environments", "the environment of every atom, and how it changes", environments);
  v.visit_group("mobility", "which atoms move", mobility);
  v.visit_group("film", "the series with its gaps filled by molecular dynamics", film);
  v.visit_group("report", "the page with pictures and tables", report);
}

namespace {

// Adds the issues of one part under its dotted name, without repeating what is there.
void add_issues(std::vector<OptionIssue>& all, const std::string& prefix,
                const std::vector<OptionIssue>& issues) {
  for (const auto& issue : issues) {
    const std::string name = prefix + issue.name;
    const bool known = std::any_of(all.begin(), all.end(), [&](const OptionIssue& i) {
      return i.name == name && i.message == issue.message;
    });
    if (!known) all.push_back({name, issue.message});
  }
}

}  // namespace

bool makes_folder_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.size() <= 100 &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return c > ' ' && c != '/' && c != '\\' && c != 0x7f; });
}

std::vector<OptionIssue> RunConfig::validate() const {
  std::vector<OptionIssue> issues = check_ranges(*this);
  add_issues(issues, "preprocess.", preprocess.validate());
  add_issues(issues, "columns.detection.", columns.detection.validate());
  add_issues(issues, "columns.fit.", columns.fit.validate());
  add_issues(issues, "counting.", counting.options.validate());
  add_issues(issues, "counting.", counting.choice.validate(counting.library));
  add_issues(issues, "", study_issues(md, environments, mobility, film));
  if (models.enabled) {
    add_issues(issues, "models.", models.validate());
    if (!counting.enabled) {
      issues.push_back({"models.enabled", "models are made of counts: counting.enabled is off"});
    }
  }
  if (!name.empty() && !makes_folder_name(name)) {
    issues.push_back({"name", '\'' + name +
                                  "' does not make a folder's name: no blanks, no slashes, no dot "
                                  "in front, at most 100 letters"});
  }
  if (md.enabled && md.structures.empty() && !models.enabled) {
    issues.push_back({"md.structures", "no structure is named, and the run makes no models"});
  }
  if (input.files.empty()) issues.push_back({"input.files", "no image is named"});
  if (counting.enabled && !counting.has_library() && counting.needs_library()) {
    issues.push_back(
        {"counting.method",
         "this method needs counting.library, or counting.element and the other conditions; "
         "without a library use equidistant or mixture"});
  }
  return issues;
}

}  // namespace adatom::pipeline
