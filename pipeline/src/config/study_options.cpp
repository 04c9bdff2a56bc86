#include "adatom/pipeline/study_options.h"

#include <algorithm>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/dynamics/transitions.h"
#include "mobility/lindemann_options.h"

namespace adatom::pipeline {
namespace {

constexpr double ps_of_fs = 1e-3;
constexpr double ns_of_ps = 1e-3;

void add_named(std::vector<OptionIssue>& all, const std::string& prefix,
               const std::vector<OptionIssue>& issues) {
  for (const OptionIssue& issue : issues) all.push_back({prefix + issue.name, issue.message});
}

/// Before hours of dynamics: will its frames do for what is asked of them?
void check_window(const MdStageOptions& md, const EnvironmentsStageOptions& environments,
                  std::vector<OptionIssue>& issues) {
  const double frame_ns =
      md.frame_time_ps() * static_cast<double>(environments.read_every) * ns_of_ps;
  try {
    (void)dynamics::frames_in_window(environments.window_ns, frame_ns);
  } catch (const InputError&) {
    issues.push_back({"environments.window_ns",
                      fmt::format("{} ns is no multiple of the {} ns between the frames that are "
                                  "read (md.dump_every, md.timestep_fs, environments.read_every)",
                                  shortest(environments.window_ns), shortest(frame_ns))});
  }
}

/// LENS compares a frame with a later one, a Lindemann index needs two.
void check_length(const MdStageOptions& md, const MobilityOptions& mobility,
                  std::vector<OptionIssue>& issues) {
  const std::int64_t frames = md.steps / md.dump_every + 1;
  if (frames <= mobility.delay) {
    issues.push_back({"mobility.delay",
                      fmt::format("a trajectory has {} frames (md.steps, md.dump_every)", frames)});
  }
  if (md.time_ps() - mobility.discard_ps < md.frame_time_ps()) {
    issues.push_back(
        {"mobility.discard_ps",
         fmt::format("of {} ps fewer than two frames would be left", shortest(md.time_ps()))});
  }
}

void require_md(const MdStageOptions& md, bool enabled, const char* name,
                std::vector<OptionIssue>& issues) {
  if (enabled && !md.enabled) {
    issues.push_back({name, "there are no trajectories without md.enabled"});
  }
}

}  // namespace

void MdStageOptions::describe(OptionVisitor& v) {
  v.visit({.name = "enabled",
           .help = "run molecular dynamics; not given: where structures or a potential are named"},
          enabled);
  MdOptions::describe(v);
}

double MdStageOptions::frame_time_ps() const {
  return static_cast<double>(dump_every) * dynamics.timestep_fs * ps_of_fs;
}

double MdStageOptions::time_ps() const {
  return static_cast<double>(steps) * dynamics.timestep_fs * ps_of_fs;
}

void EnvironmentsStageOptions::describe(OptionVisitor& v) {
  v.visit({.name = "enabled", .help = "look at the environments; not given: with md"}, enabled);
  describe_settings(v);
}

void MobilityOptions::describe(OptionVisitor& v) {
  v.visit({.name = "enabled", .help = "find the atoms that move; not given: with md"}, enabled);
  v.visit({.name = "r_cut_angstrom",
           .unit = "angstrom",
           .help = "LENS: neighbours are at most so far away; not given: 1.1 lattice parameters, "
                   "between the second and the third shell (4.48 for gold)",
           .min = 1e-3,
           .max = 1e3},
          r_cut_angstrom);
  v.visit({.name = "delay",
           .unit = "frames",
           .help = "LENS: a frame is compared with the one so many frames later",
           .min = 1,
           .max = 1e6},
          delay);
  describe_lindemann_window(v, discard_ps, window_ps);
  v.visit({.name = "mobile_lens",
           .help = "from this LENS on an atom moves: a share of its neighbours that changes",
           .min = 0,
           .max = 1},
          mobile_lens);
  v.visit({.name = "mobile_index",
           .help = "from this Lindemann index on an atom is called mobile; 0.1 is customary",
           .min = 0,
           .max = 10},
          mobile_index);
}

void FilmOptions::describe(OptionVisitor& v) {
  v.visit({.name = "enabled", .help = "make the film; not given: with environments"}, enabled);
  v.visit({.name = "frame_interval_s",
           .unit = "s",
           .help = "from one image to the next; not given: the film does not tell when images were",
           .min = 1e-9,
           .max = 1e9},
          frame_interval_s);
  v.visit({.name = "temperature_k",
           .unit = "K",
           .help = "of the trajectories that fill the gaps; not given: the highest",
           .min = 0,
           .max = 1e5},
          temperature_k);
  v.visit({.name = "frames_between",
           .help = "of each trajectory, evenly spread over it",
           .min = 1,
           .max = 1e6},
          frames_between);
}

std::vector<OptionIssue> study_issues(const MdStageOptions& md,
                                      const EnvironmentsStageOptions& environments,
                                      const MobilityOptions& mobility, const FilmOptions& film) {
  std::vector<OptionIssue> issues;
  if (md.enabled) add_named(issues, "md.", md.validate());
  if (environments.enabled) add_named(issues, "environments.", environments.validate());
  require_md(md, environments.enabled, "environments.enabled", issues);
  require_md(md, mobility.enabled, "mobility.enabled", issues);
  if (md.enabled && environments.enabled) check_window(md, environments, issues);
  if (md.enabled && mobility.enabled) check_length(md, mobility, issues);
  if (film.enabled && !environments.enabled) {
    issues.push_back({"film.enabled", "its colours need environments.enabled"});
  }
  if (film.enabled && film.temperature_k && md.enabled &&
      std::ranges::find(md.temperatures_k, *film.temperature_k) == md.temperatures_k.end()) {
    issues.push_back({"film.temperature_k", "it is none of md.temperature_k"});
  }
  return issues;
}

}  // namespace adatom::pipeline
