#include "mobility/lindemann_work.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/base/parallel.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/files.h"
#include "cli/structure_files.h"
#include "md/folder_lock.h"
#include "mobility/lindemann_report.h"
#include "mobility/lindemann_tables.h"
#include "run/file_system.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

std::vector<LindemannInput> list_inputs(const LindemannOptions& options) {
  std::vector<std::string> files;
  for (const InputFile& file : options.trajectories) files.push_back(file.path);
  const auto paths = list_trajectories(files);
  const auto names = name_trajectories(paths);
  const auto& given = options.temperatures_k;
  if (!given.empty() && given.size() != paths.size()) {
    throw InputError(
        {.what = "one temperature is needed for each trajectory",
         .where = "--temperature-k",
         .why = fmt::format("{} temperatures, {} trajectories", given.size(), paths.size()),
         .remedy = "give as many, in the order of the trajectories"});
  }
  std::vector<LindemannInput> inputs;
  for (std::size_t t = 0; t < paths.size(); ++t) {
    inputs.push_back(
        {names[t], paths[t],
         given.empty() ? guess_temperature_k(paths[t]) : std::optional<double>(given[t])});
  }
  return inputs;
}

/// That of the shortest trajectory.
double default_window_ps(const std::vector<std::unique_ptr<FollowedTrajectory>>& trajectories,
                         double discard_ps) {
  double shortest_ps = 0.0;
  for (const auto& trajectory : trajectories) {
    const std::size_t used = trajectory->frames() - first_used_frame(*trajectory, discard_ps);
    const double length = trajectory->step_ps() * static_cast<double>(used);
    shortest_ps = shortest_ps == 0.0 ? length : std::min(shortest_ps, length);
  }
  return window_for_length_ps(shortest_ps);
}

/// Options with paths as seen from the folder, so that the folder is the same on another machine.
std::string relative_yaml(LindemannOptions options, const fs::path& folder) {
  const fs::path from = fs::absolute(folder).lexically_normal();
  for (auto& file : options.trajectories) {
    file.path = fs::absolute(file.path).lexically_normal().lexically_relative(from).string();
  }
  return write_yaml(options);
}

std::vector<TrajectoryIndices> measure_all(const std::vector<LindemannInput>& inputs,
                                           const LindemannOptions& options, const fs::path& folder,
                                           Progress& progress,
                                           const std::function<void(const std::string&)>& say) {
  const auto elements = type_elements(options.type_elements);
  std::vector<std::unique_ptr<FollowedTrajectory>> trajectories(inputs.size());
  progress.begin("frames", inputs.size());
  parallel_for(inputs.size(), [&](std::size_t t) {
    stop_if_cancelled(progress);
    trajectories[t] =
        std::make_unique<FollowedTrajectory>(inputs[t].path, elements, options.frame_time_ps);
    progress.advance(1);
  });
  std::size_t frames = 0;
  for (const auto& trajectory : trajectories) {
    frames += trajectory->frames();
    (void)first_used_frame(*trajectory, options.discard_ps);
  }
  const double window_ps =
      options.window_ps.value_or(default_window_ps(trajectories, options.discard_ps));
  say(fmt::format("windows of {} ps", shortest(window_ps)));
  create_folder(folder / "state");
  std::vector<std::unique_ptr<TrajectoryIndices>> results(inputs.size());
  progress.begin("Lindemann index", frames);
  parallel_for(inputs.size(), [&](std::size_t t) {
    stop_if_cancelled(progress);
    results[t] = std::make_unique<TrajectoryIndices>(
        measure_trajectory(*trajectories[t], inputs[t], options, window_ps,
                           folder / "state" / (inputs[t].name + ".state"), progress));
  });
  std::vector<TrajectoryIndices> all;
  all.reserve(results.size());
  for (auto& result : results) all.push_back(std::move(*result));
  return all;
}

std::vector<std::string> warnings_of(const std::vector<TrajectoryIndices>& trajectories) {
  std::vector<std::string> warnings;
  for (const TrajectoryIndices& trajectory : trajectories) {
    warnings.insert(warnings.end(), trajectory.warnings.begin(), trajectory.warnings.end());
    if (!trajectory.input.temperature_k) {
      warnings.push_back(trajectory.input.name +
                         ": the temperature is not known; --temperature-k gives it");
    }
    if (trajectory.windows.empty()) {
      warnings.push_back(trajectory.input.name + ": it is shorter than a window");
    }
  }
  return warnings;
}

}  // namespace

Remarks run_lindemann(const LindemannOptions& options, const fs::path& folder, Progress& progress,
                      const std::function<void(const std::string&)>& say) {
  const auto inputs = list_inputs(options);
  const FolderLock lock(folder);
  const auto trajectories = measure_all(inputs, options, folder, progress, say);
  progress.begin("onset", 1);
  const LindemannCurves curves = make_curves(trajectories, options);
  Remarks remarks;
  remarks.warnings = warnings_of(trajectories);
  const LindemannFigures figures = draw_lindemann(trajectories, curves);
  const std::string configuration = relative_yaml(options, folder);
  const auto write = [&](const char* name, const std::string& text) {
    storage::write_file(folder / name, text);
  };
  write("lindemann.yaml", configuration);
  write("lindemann.csv", lindemann_csv(curves));
  write("per_atom.csv", per_atom_csv(trajectories, curves));
  write("radial.csv", radial_csv(curves));
  write("growth.csv", growth_csv(trajectories, curves));
  if (!curves.onsets.empty()) {
    write("onset.csv", onset_csv(curves));
    write("onset.json", onset_json(curves));
    write("s_curves.svg", report::svg_file(figures.curves));
  }
  write("radial.svg", report::svg_file(figures.radial));
  write("growth.svg", report::svg_file(figures.growth));
  write("report.html",
        lindemann_report(trajectories, curves, figures, remarks.warnings, configuration));
  progress.advance(1);
  for (const GroupOnset& group : curves.onsets) {
    if (!group.onset.fitted) continue;
    say(fmt::format("{}: inflection at {:.0f} K, standard error {:.0f} K", group.group,
                    group.onset.inflection_k.value, group.onset.inflection_k.standard_error));
  }
  return remarks;
}

}  // namespace adatom::pipeline
