#include "environments/trajectory_plan.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "config/file_list.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr double ps_per_fs = 1e-3;

/// Times in files are rounded: of two steps as long as this share of each other one is the other.
constexpr double time_tolerance = 1e-3;

std::vector<fs::path> trajectory_files(const EnvironmentsOptions& options) {
  std::vector<fs::path> files;
  for (const InputFile& file : options.trajectories) {
    if (is_pattern(file.path)) {
      for (const auto& match : match_files(file.path)) files.push_back(match);
    } else {
      files.emplace_back(file.path);
    }
  }
  return files;
}

/// adatom md calls every trajectory alike, in a folder with a name.
std::string name_of(const fs::path& path) {
  const std::string stem = path.stem().string();
  const std::string folder =
      fs::absolute(path).lexically_normal().parent_path().filename().string();
  return stem == "trajectory" && !folder.empty() ? folder : stem;
}

void check_atoms(const TrajectoryPlan& plan, const std::vector<crystal::TrajectoryFrame>& all) {
  for (const std::size_t frame : plan.frames) {
    if (all[frame].atoms == plan.atoms) continue;
    throw InputError(
        {.what = "the frames are not of the same atoms",
         .where = plan.path.string(),
         .why = fmt::format("frame 0 has {}, frame {} has {}", plan.atoms, frame, all[frame].atoms),
         .remedy = "split the file; structures of their own may be given one by one"});
  }
}

/// All but those whose timestep is not later than that of one before.
std::vector<std::size_t> frames_in_order(const std::vector<crystal::TrajectoryFrame>& all) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool stamped = all[i].timestep.has_value();
    if (stamped && !kept.empty() && all[kept.back()].timestep &&
        *all[i].timestep <= *all[kept.back()].timestep) {
      continue;
    }
    kept.push_back(i);
  }
  return kept;
}

/// When a frame was, ps.
std::optional<double> time_of(const crystal::TrajectoryFrame& frame,
                              const EnvironmentsOptions& options) {
  if (options.timestep_fs && frame.timestep) {
    return *options.timestep_fs * ps_per_fs * static_cast<double>(*frame.timestep);
  }
  return frame.time_ps;
}

[[noreturn]] void refuse_times(const TrajectoryPlan& plan, const std::string& why) {
  throw InputError({.what = "the time between frames is not known",
                    .where = plan.path.string(),
                    .why = why,
                    .remedy = "give it by --frame-time-ps, or that of a step by --timestep-fs"});
}

/// The time between frames of `kept`, ps.
double regular_step(const TrajectoryPlan& plan, const std::vector<crystal::TrajectoryFrame>& all,
                    const std::vector<std::size_t>& kept, const EnvironmentsOptions& options) {
  if (options.frame_time_ps) return *options.frame_time_ps;
  const auto first = time_of(all[kept.front()], options);
  const auto last = time_of(all[kept.back()], options);
  if (!first || !last) {
    refuse_times(plan, all[kept.front()].timestep && !options.timestep_fs
                           ? "the frames have timesteps and no times"
                           : "the frames have no times");
  }
  const double step = (*last - *first) / static_cast<double>(kept.size() - 1);
  double before = *first;
  for (std::size_t k = 1; k < kept.size(); ++k) {
    const auto time = time_of(all[kept[k]], options);
    if (!time) refuse_times(plan, fmt::format("frame {} has none", kept[k]));
    if (!(step > 0.0) || std::abs(*time - before - step) > time_tolerance * step) {
      throw InputError(
          {.what = "the frames are not evenly spread over time",
           .where = plan.path.string(),
           .why = fmt::format("frame {} comes {} ps after the one before, others {} ps", kept[k],
                              shortest(*time - before), shortest(step)),
           .remedy = "take out what does not fit, or give --frame-time-ps"});
    }
    before = *time;
  }
  // 0.1 + 0.2 is a little more than 0.3: what was meant has few digits.
  return parse_double(fmt::format("{:.9g}", step)).value_or(step);
}

TrajectoryPlan plan_of(const fs::path& path, const EnvironmentsOptions& options) {
  TrajectoryPlan plan;
  plan.name = name_of(path);
  plan.file = path.filename().string();
  plan.path = path;
  plan.reader = std::make_shared<crystal::TrajectoryReader>(path, options.elements_of_types());
  const auto& all = plan.reader->frames();
  for (const Complaint& damage : plan.reader->damage()) plan.warnings.push_back(damage.text());
  const auto kept = frames_in_order(all);
  if (kept.size() < all.size()) {
    plan.warnings.push_back(fmt::format(
        "{}: {} frames are passed over: their timestep is not later than that of one before",
        plan.file, all.size() - kept.size()));
  }
  plan.atoms = all[kept.front()].atoms;
  const auto every = static_cast<std::size_t>(options.read_every);
  for (std::size_t k = 0; k < kept.size(); k += every) plan.frames.push_back(kept[k]);
  check_atoms(plan, all);
  if (kept.size() > 1) {
    plan.frame_time_ps =
        static_cast<double>(options.read_every) * regular_step(plan, all, kept, options);
  }
  return plan;
}

}  // namespace

std::vector<TrajectoryPlan> plan_trajectories(const EnvironmentsOptions& options) {
  std::vector<TrajectoryPlan> plans;
  std::vector<Complaint> complaints;
  std::set<std::string> names;
  for (const fs::path& path : trajectory_files(options)) {
    try {
      TrajectoryPlan plan = plan_of(path, options);
      const std::string stem = plan.name;
      for (int number = 2; !names.insert(plan.name).second; ++number) {
        plan.name = fmt::format("{}-{}", stem, number);
      }
      plans.push_back(std::move(plan));
    } catch (const InputError& error) {
      complaints.insert(complaints.end(), error.complaints().begin(), error.complaints().end());
    }
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
  if (plans.empty()) {
    throw InputError({.what = "no trajectory is given",
                      .where = "trajectories",
                      .why = {},
                      .remedy = "name one, such as extended XYZ or a LAMMPS dump"});
  }
  return plans;
}

}  // namespace adatom::pipeline
