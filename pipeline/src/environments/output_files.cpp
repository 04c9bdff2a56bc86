#include "environments/output_files.h"

#include <algorithm>
#include <system_error>

#include "adatom/base/error.h"
#include "adatom/storage/files.h"
#include "environments/coloured_xyz.h"
#include "environments/figures.h"
#include "environments/labels_hdf5.h"
#include "environments/report.h"
#include "environments/summary.h"
#include "environments/tables.h"
#include "run/file_system.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

void write_figure(const fs::path& folder, const std::string& name, const report::Figure& figure) {
  storage::write_file(folder / (name + ".svg"), report::svg_file(figure));
}

/// Panels of one figure: name.svg, name_2.svg.
void write_figures(const fs::path& folder, const std::string& name,
                   const std::vector<report::Figure>& figures) {
  for (std::size_t i = 0; i < figures.size(); ++i) {
    write_figure(folder, i == 0 ? name : name + '_' + std::to_string(i + 1), figures[i]);
  }
}

/// What belongs to one trajectory.
TrajectoryFigures write_trajectory(const EnvironmentsResult& result, const TrajectoryResult& t,
                                   const EnvironmentsOptions& options, const fs::path& parts,
                                   const fs::path& home, Progress& progress) {
  const fs::path labels = labels_path(parts, t.plan);
  write_labels_hdf5(home / "labels.h5", labels, t.plan, result.dictionary, t.mask, progress);
  const auto coloured = coloured_frames(t.plan.frames.size(), options.xyz_every);
  if (!coloured.empty()) {
    write_coloured_xyz(home / "coloured.xyz", labels, t.plan, result.dictionary, result.class_kinds,
                       coloured, progress);
  }
  TrajectoryFigures figures;
  figures.particle = draw_environments(t, result);
  write_figure(home, "particle", figures.particle);
  storage::write_file(home / "particle.csv", particle_csv(t, result.dictionary));
  if (t.plan.is_single()) return figures;
  figures.populations = draw_populations_over_time(t, result);
  write_figures(home, "populations_over_time", figures.populations);
  storage::write_file(home / "populations_over_time.csv",
                      populations_over_time_csv(t, result.counted));
  if (!t.matrix) return figures;
  figures.survival = draw_survival(t, result);
  write_figures(home, "survival", figures.survival);
  storage::write_file(home / "survival.csv", survival_csv(t, result.counted));
  if (result.trajectories.size() > 1) {
    storage::write_file(home / "transitions.csv", transitions_csv(*t.matrix, result.counted));
  }
  return figures;
}

void write_transitions(const EnvironmentsResult& result, const EnvironmentsOptions& options,
                       const fs::path& folder, CommonFigures& figures) {
  if (!result.pooled) return;
  const auto& counted = result.counted;
  figures.transitions = draw_transitions(*result.pooled, result, options);
  figures.chords = draw_chord_diagram(*result.pooled, result);
  write_figure(folder, "transitions", *figures.transitions);
  write_figure(folder, "chords", *figures.chords);
  storage::write_file(folder / "chords.csv", chords_csv(*result.pooled, result));
  storage::write_file(folder / "transitions.csv", transitions_csv(*result.pooled, counted));
  storage::write_file(folder / "transition_details.csv",
                      transition_details_csv(*result.pooled, counted));
  if (result.mean_of_matrices) {
    storage::write_file(folder / "transitions_mean_of_matrices.csv",
                        transitions_csv(*result.mean_of_matrices, counted));
  }
  storage::write_file(folder / "residence.csv", residence_csv(result));
  storage::write_file(folder / "markov.csv", markov_csv(result));
  storage::write_file(folder / "implied_timescales.csv", timescales_csv(result));
}

CommonFigures write_common(const EnvironmentsResult& result, const EnvironmentsOptions& options,
                           const fs::path& folder) {
  CommonFigures figures;
  figures.populations = draw_populations(result);
  write_figure(folder, "populations", figures.populations);
  storage::write_file(folder / "populations.csv", populations_csv(result));
  figures.distances = draw_distances(result, options);
  write_figure(folder, "distances", figures.distances);
  storage::write_file(folder / "distances.csv", distances_csv(result));
  const DictionaryTree tree = draw_dictionary(result);
  figures.dendrogram = tree.figure;
  write_figure(folder, "dendrogram", tree.figure);
  storage::write_file(folder / "dendrogram.csv", tree.csv);
  const bool some_single =
      std::any_of(result.trajectories.begin(), result.trajectories.end(),
                  [](const TrajectoryResult& t) { return t.plan.is_single(); });
  if (some_single) storage::write_file(folder / "class_counts.csv", class_counts_csv(result));
  write_transitions(result, options, folder, figures);
  return figures;
}

}  // namespace

fs::path home_of(const EnvironmentsResult& result, const TrajectoryResult& trajectory) {
  return result.trajectories.size() == 1 ? fs::path() : fs::path(trajectory.plan.name);
}

fs::path labels_path(const fs::path& parts, const TrajectoryPlan& plan) {
  return parts / (plan.name + ".labels");
}

void write_outputs(const EnvironmentsResult& result, const EnvironmentsOptions& options,
                   const fs::path& parts, const fs::path& folder, const std::string& configuration,
                   const std::vector<std::string>& warnings, Progress& progress) {
  std::size_t frames = 0;
  for (const auto& t : result.trajectories) {
    frames +=
        t.plan.frames.size() + coloured_frames(t.plan.frames.size(), options.xyz_every).size();
  }
  progress.begin("files", frames);
  ReportFigures figures;
  for (const auto& t : result.trajectories) {
    figures.trajectories.push_back(
        write_trajectory(result, t, options, parts, folder / home_of(result, t), progress));
  }
  figures.common = write_common(result, options, folder);
  storage::write_file(folder / "environments.yaml", configuration);
  storage::write_file(folder / "report.html",
                      environments_report(result, figures, options, warnings, configuration));
  auto files = list_files(folder);
  files.emplace_back(summary_name);
  std::sort(files.begin(), files.end());
  storage::write_file(folder / summary_name, summary_json(result, options, warnings, files));
}

std::vector<fs::path> earlier_outputs(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  if (!fs::is_regular_file(folder / summary_name, error)) return files;
  try {
    const auto json = read_json(folder / summary_name);
    for (const auto& name : json.at("files")) {
      const fs::path path = fs::path(name.get<std::string>()).lexically_normal();
      // A summary that somebody has edited must not reach beyond its folder.
      const bool inside = path.is_relative() && !path.empty() && *path.begin() != "..";
      if (inside) files.push_back(path);
    }
  } catch (const InputError&) {
    return {};
  } catch (const nlohmann::json::exception&) {
    return {};
  }
  return files;
}

}  // namespace adatom::pipeline
