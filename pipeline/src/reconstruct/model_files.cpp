#include "reconstruct/model_files.h"

#include <array>
#include <limits>
#include <map>
#include <vector>

#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/reconstruct/observed_column.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "stages/frame_work.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using storage::cell;

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

std::string whole(std::int64_t value) { return std::to_string(value); }

template <class E>
std::string choice_name(E value) {
  return EnumNames<E>::names[static_cast<std::size_t>(value)];
}

std::string xyz_of(const crystal::Structure& structure) {
  return crystal::format_extended_xyz(std::array{structure});
}

/// What is known of a candidate that was relaxed.
struct Rank {
  std::size_t place = 0;  ///< from 1
  std::size_t relaxed = 0;
};

std::map<std::size_t, Rank> ranks_of(const FrameModel& model) {
  std::map<std::size_t, Rank> ranks;
  for (std::size_t place = 0; place < model.fitness.ranked.size(); ++place) {
    const std::size_t relaxed = model.fitness.ranked[place].index;
    ranks[model.relaxed[relaxed].candidate] = {place + 1, relaxed};
  }
  return ranks;
}

storage::Table candidates_table(const FrameModel& model) {
  storage::Table table({"candidate", "restart", "iteration", "atoms", "energy_ev", "count_price_ev",
                        "lattice_chi", "quenched_energy_ev", "quenched_energy_stderr_ev", "chi",
                        "fitness_ev", "free_energy_ev", "free_energy_stderr_ev", "rank"});
  const auto ranks = ranks_of(model);
  for (std::size_t i = 0; i < model.search.candidates.size(); ++i) {
    const auto& candidate = model.search.candidates[i];
    std::vector<std::string> cells = {
        whole(static_cast<std::int64_t>(i)), whole(candidate.restart),
        whole(candidate.iteration),          whole(candidate.model.atoms()),
        cell(candidate.energy_ev),           cell(candidate.count_price_ev),
        cell(model.lattice_chi[i])};
    const auto rank = ranks.find(i);
    if (rank == ranks.end()) {
      for (int k = 0; k < 6; ++k) cells.push_back(cell(not_known));
      cells.emplace_back("0");
    } else {
      const auto& relaxed = model.relaxed[rank->second.relaxed].relaxed;
      const auto& fitness = model.fitness.ranked[rank->second.place - 1];
      for (const double value :
           {relaxed.energy_ev, relaxed.energy_stderr_ev, fitness.chi, fitness.fitness_ev,
            fitness.free_energy_ev, fitness.free_energy_stderr_ev}) {
        cells.push_back(cell(value));
      }
      cells.push_back(whole(static_cast<std::int64_t>(rank->second.place)));
    }
    table.add_row(std::move(cells));
  }
  return table;
}

storage::Table columns_table_of(const FrameModel& model) {
  storage::Table table({"column_id", "grain", "x_angstrom", "y_angstrom", "observed_count",
                        "probability", "model_count", "price", "dx_angstrom", "dy_angstrom",
                        "chi"});
  for (std::size_t i = 0; i < model.observed.size(); ++i) {
    const auto& column = model.observed[i];
    const auto& residual = model.misfit.columns[i];
    table.add_row({whole(column.column_id), whole(model.chosen_candidate().model.columns[i].grain),
                   cell(column.x_angstrom), cell(column.y_angstrom), whole(column.atom_count),
                   cell(column.probability), whole(residual.atoms), cell(residual.price),
                   cell(residual.dx_angstrom), cell(residual.dy_angstrom), cell(residual.chi)});
  }
  return table;
}

storage::Table alternatives_table(const FrameModel& model) {
  storage::Table table(
      {"column_id", "level", "x_angstrom", "y_angstrom", "z_angstrom", "probability"});
  for (const auto& site : model.confidence.alternatives) {
    table.add_row({whole(site.column_id), whole(site.level), cell(site.position_angstrom.x()),
                   cell(site.position_angstrom.y()), cell(site.position_angstrom.z()),
                   cell(site.probability)});
  }
  return table;
}

storage::Table image_table(const reconstruct::ImageCheckResult& check) {
  storage::Table table({"column_id", "x_angstrom", "y_angstrom", "atom_count",
                        "frame_scs_angstrom2", "frame_scs_stderr_angstrom2", "model_scs_angstrom2",
                        "difference_in_stderr"});
  for (const auto& column : check.columns) {
    table.add_row({whole(column.column_id), cell(column.x_angstrom), cell(column.y_angstrom),
                   whole(column.atoms), cell(column.frame_scs_angstrom2),
                   cell(column.frame_scs_stderr_angstrom2), cell(column.model_scs_angstrom2),
                   cell(column.difference_in_stderr)});
  }
  return table;
}

ordered_json lattice_json(const FrameModel& model) {
  const auto& lattice = model.lattice;
  ordered_json grains = ordered_json::array();
  for (const auto& grain : lattice.grains) {
    grains.push_back({{"columns", grain.columns},
                      {"rotation_rad", json_number(grain.rotation_rad)},
                      {"scale", json_number(grain.scale)},
                      {"scale_stderr", json_number(grain.scale_stderr)},
                      {"strain_xx", json_number(grain.strain[0])},
                      {"strain_yy", json_number(grain.strain[1])},
                      {"strain_xy", json_number(grain.strain[2])},
                      {"rms_residual_angstrom", json_number(grain.rms_residual_angstrom)}});
  }
  return {{"zone_axis", choice_name(lattice.zone_axis)},
          {"lattice_parameter_angstrom", json_number(lattice.lattice_parameter_angstrom)},
          {"spacing_angstrom", json_number(lattice.spacing_angstrom)},
          {"columns", model.columns_seen},
          {"columns_in_lattice", model.observed.size()},
          {"grains", grains}};
}

ordered_json search_json(const FrameModel& model) {
  const auto& search = model.search;
  return {{"tried", search.tried},
          {"accepted", search.accepted},
          {"candidates", search.candidates.size()},
          {"start_energy_ev", json_number(search.start_energy_ev)},
          {"lowest_energy_ev", json_number(search.candidates.front().energy_ev)}};
}

ordered_json chosen_json(const FrameModel& model) {
  const auto& relaxed = model.chosen().relaxed;
  const auto& best = model.fitness.ranked[0];
  const double support_ev = model.support_energy_ev.value_or(0.0);
  return {{"candidate", model.chosen().candidate},
          {"atoms", model.model.atoms.size()},
          {"energy_ev", json_number(relaxed.energy_ev)},
          {"energy_stderr_ev", json_number(relaxed.energy_stderr_ev)},
          {"support_energy_ev", json_number(support_ev)},
          {"energy_per_atom_ev", json_number(best.energy_per_atom_ev)},
          {"energy_per_atom_stderr_ev", json_number(best.energy_per_atom_stderr_ev)},
          {"chi", json_number(best.chi)},
          {"chi_counts", json_number(model.misfit.chi_counts)},
          {"chi_positions", json_number(model.misfit.chi_positions)},
          {"fitness_ev", json_number(best.fitness_ev)},
          {"columns_with_other_counts",
           static_cast<std::int64_t>(model.observed.size()) - model.misfit.columns_exact},
          {"stray_atoms", model.misfit.stray_atoms},
          {"mean_temperature_k", json_number(relaxed.mean_temperature_k)},
          {"averaged_frames", relaxed.frames},
          {"map_shift_x_angstrom", json_number(model.misfit.map.shift_angstrom.x())},
          {"map_shift_y_angstrom", json_number(model.misfit.map.shift_angstrom.y())},
          {"map_rotation_rad", json_number(model.misfit.map.rotation_rad)},
          {"map_scale", json_number(model.misfit.map.scale)}};
}

ordered_json fitness_json(const FrameModel& model) {
  const auto& fitness = model.fitness;
  ordered_json json = {{"alpha_ev", json_number(fitness.alpha_ev)},
                       {"best_from_alpha_ev", json_number(fitness.best_range.from_ev)}};
  json["best_to_alpha_ev"] =
      fitness.best_range.to_ev ? json_number(*fitness.best_range.to_ev) : ordered_json(nullptr);
  json["balance"] = fitness.balance ? json_number(*fitness.balance) : ordered_json(nullptr);
  json["spread_balance"] =
      fitness.spread_balance ? json_number(*fitness.spread_balance) : ordered_json(nullptr);
  json["indistinguishable"] = fitness.indistinguishable;
  ordered_json ranges = ordered_json::array();
  for (const auto& range : fitness.ranges) {
    ranges.push_back({{"candidate", model.relaxed[range.index].candidate},
                      {"from_alpha_ev", json_number(range.from_ev)}});
  }
  json["best_by_alpha"] = ranges;
  return json;
}

ordered_json surface_json(const reconstruct::SurfaceClasses& surface) {
  std::map<reconstruct::SurfaceClass, std::size_t> numbers;
  for (const auto one : surface.classes) ++numbers[one];
  ordered_json json = {{"reach_angstrom", json_number(surface.reach_angstrom)},
                       {"surface_atoms", surface.surface_atoms()}};
  for (const auto& [facet, number] : numbers) json[facet_name(facet)] = number;
  return json;
}

ordered_json model_json(const FrameModel& model, const ModelOptions& options) {
  const auto& sure = model.confidence;
  ordered_json json = {{"element", options.lattice.element},
                       {"temperature_k", json_number(options.temperature_k)},
                       {"lattice", lattice_json(model)},
                       {"search", search_json(model)},
                       {"relaxed_candidates", model.relaxed.size()},
                       {"chosen", chosen_json(model)},
                       {"fitness", fitness_json(model)},
                       {"confidence",
                        {{"expected_wrong_atoms", json_number(sure.expected_wrong_atoms)},
                         {"effective_candidates", json_number(sure.effective_members)},
                         {"alternatives", sure.alternatives.size()}}},
                       {"surface_on_lattice", surface_json(model.lattice_surface)},
                       {"surface", surface_json(model.surface)}};
  if (const auto& check = model.image_check) {
    json["image_check"] = {{"chi_square_per_pixel", json_number(check->chi_square_per_pixel)},
                           {"chi_square_stderr", json_number(check->chi_square_stderr)},
                           {"pixels_compared", check->pixels_compared},
                           {"intensity_scale", json_number(check->intensity_scale)},
                           {"column_width_angstrom", json_number(check->column_width_angstrom)}};
  }
  json["warnings"] = model.remarks.warnings;
  json["shortfalls"] = model.remarks.shortfalls;
  return json;
}

}  // namespace

std::string facet_name(reconstruct::SurfaceClass facet) { return choice_name(facet); }

void write_model_files(const fs::path& folder, const FrameModel& model, const ModelOptions& options,
                       double pixel_size_angstrom) {
  storage::write_file(folder / "model.xyz", xyz_of(model.model));
  storage::write_file(folder / "model_lattice.xyz", xyz_of(model.on_lattice));
  storage::write_file(folder / "candidates.csv", candidates_table(model).text());
  storage::write_file(folder / "model_columns.csv", columns_table_of(model).text());
  storage::write_file(folder / "alternatives.csv", alternatives_table(model).text());
  storage::write_file(folder / "reconstruction.json", json_text(model_json(model, options)));
  if (const auto& check = model.image_check) {
    storage::write_file(folder / "image_columns.csv", image_table(*check).text());
    write_tiff(folder / "residual.tif", check->residual, pixel_size_angstrom, Precision::single);
  }
}

}  // namespace adatom::pipeline
