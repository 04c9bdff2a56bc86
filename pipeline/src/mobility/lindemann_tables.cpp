#include "mobility/lindemann_tables.h"

#include <cmath>
#include <limits>

#include "adatom/storage/csv.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

using nlohmann::ordered_json;
using storage::cell;
using storage::Table;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::string count_cell(std::size_t count) { return cell(static_cast<long long>(count)); }

/// Mean and standard error of one atom's index over the windows.
dynamics::Measured over_windows(const std::vector<std::vector<double>>& windows, std::size_t atom) {
  const auto count = static_cast<double>(windows.size());
  if (windows.empty()) return {unknown, unknown};
  double mean = 0.0;
  for (const auto& window : windows) mean += window[atom] / count;
  double square = 0.0;
  for (const auto& window : windows) square += (window[atom] - mean) * (window[atom] - mean);
  return {mean, count < 2.0 ? unknown : std::sqrt(square / (count * (count - 1.0)))};
}

ordered_json json_of(const dynamics::Measured& value) {
  return {{"value", json_number(value.value)}, {"stderr", json_number(value.standard_error)}};
}

ordered_json json_of(const dynamics::OnsetResult& onset) {
  ordered_json json;
  json["thresholds"] = ordered_json::array();
  for (const auto& crossing : onset.crossings) {
    json["thresholds"].push_back(
        {{"index", crossing.threshold},
         {"temperature_k",
          crossing.temperature_k ? json_of(*crossing.temperature_k) : ordered_json()}});
  }
  json["fitted"] = onset.fitted;
  if (!onset.fitted) {
    json["reason"] = onset.reason;
    return json;
  }
  json["inflection_k"] = json_of(onset.inflection_k);
  json["tangent_onset_k"] = json_of(onset.onset_k);
  json["inflection_covariance_stderr_k"] = json_number(onset.inflection_covariance_stderr_k);
  json["inflection_bootstrap_stderr_k"] = json_number(onset.inflection_bootstrap_stderr_k);
  json["scatter"] = json_number(onset.scatter);
  json["curve"] = {{"centre_k", onset.curve.centre_k},         {"base", onset.curve.base},
                   {"slope_per_k", onset.curve.slope_per_k},   {"plateau", onset.curve.plateau},
                   {"inflection_k", onset.curve.inflection_k}, {"width_k", onset.curve.width_k}};
  return json;
}

}  // namespace

std::string lindemann_csv(const LindemannCurves& curves) {
  Table table({"temperature_k", "group", "index", "index_stderr", "window_ps", "windows",
               "trajectories", "atoms", "whole_index", "whole_ps"});
  for (const GroupIndex& row : curves.indices) {
    table.add_row({cell(row.temperature_k), row.group, cell(row.index.value),
                   cell(row.index.standard_error), cell(row.window_ps), count_cell(row.windows),
                   count_cell(row.trajectories), count_cell(row.atoms), cell(row.whole_index),
                   cell(row.whole_ps)});
  }
  return table.text();
}

std::string per_atom_csv(const std::vector<TrajectoryIndices>& trajectories,
                         const LindemannCurves& curves) {
  Table table({"trajectory", "temperature_k", "atom", "element", "group", "mean_distance_angstrom",
               "distance_spread_angstrom", "index", "index_stderr", "whole_index"});
  for (std::size_t t = 0; t < trajectories.size(); ++t) {
    const TrajectoryIndices& trajectory = trajectories[t];
    const auto spread = trajectory.radial.spread_angstrom();
    for (std::size_t i = 0; i < trajectory.elements.size(); ++i) {
      const auto index = over_windows(trajectory.windows, i);
      const auto& shells = curves.shells[t];
      table.add_row({trajectory.input.name, cell(trajectory.input.temperature_k.value_or(unknown)),
                     count_cell(i + 1), trajectory.elements[i], shells.names[shells.of_atoms[i]],
                     cell(trajectory.radial.mean_angstrom()[i]), cell(spread[i]), cell(index.value),
                     cell(index.standard_error), cell(trajectory.whole.of_atoms[i])});
    }
  }
  return table.text();
}

std::string radial_csv(const LindemannCurves& curves) {
  Table table({"temperature_k", "group", "r_angstrom", "density_per_angstrom",
               "density_stderr_per_angstrom"});
  for (const GroupIndex& row : curves.indices) {
    for (const auto& bin : row.radial) {
      table.add_row({cell(row.temperature_k), row.group, cell(bin.r_angstrom),
                     cell(bin.density_per_angstrom), cell(bin.standard_error_per_angstrom)});
    }
  }
  return table.text();
}

std::string growth_csv(const std::vector<TrajectoryIndices>& trajectories,
                       const LindemannCurves& curves) {
  Table table({"trajectory", "temperature_k", "group", "window_ps", "index"});
  for (std::size_t t = 0; t < trajectories.size(); ++t) {
    const TrajectoryIndices& trajectory = trajectories[t];
    for (std::size_t group = 0; group < curves.groups.size(); ++group) {
      for (const GrowingIndex& growth : trajectory.growth) {
        table.add_row({trajectory.input.name,
                       cell(trajectory.input.temperature_k.value_or(unknown)), curves.groups[group],
                       cell(trajectory.length_ps(growth.frames)),
                       cell(curves.mean_over(growth.of_atoms, t, group))});
      }
    }
  }
  return table.text();
}

std::string onset_csv(const LindemannCurves& curves) {
  Table table({"group", "onset", "temperature_k", "temperature_stderr_k"});
  for (const GroupOnset& group : curves.onsets) {
    const auto add = [&](const std::string& name, const dynamics::Measured& value) {
      table.add_row({group.group, name, cell(value.value), cell(value.standard_error)});
    };
    for (const auto& crossing : group.onset.crossings) {
      add("index " + cell(crossing.threshold),
          crossing.temperature_k.value_or(dynamics::Measured{unknown, unknown}));
    }
    if (!group.onset.fitted) continue;
    add("tangent", group.onset.onset_k);
    add("inflection", group.onset.inflection_k);
  }
  return table.text();
}

std::string onset_json(const LindemannCurves& curves) {
  ordered_json json;
  for (const GroupOnset& group : curves.onsets) json[group.group] = json_of(group.onset);
  return json_text(json);
}

}  // namespace adatom::pipeline
