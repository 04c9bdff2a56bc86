#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "adatom/base/number_text.h"
#include "adatom/crystal/trajectory.h"
#include "cli/structure_files.h"
#include "cli/utf8_text.h"

namespace adatom::pipeline {
namespace {

using Json = nlohmann::ordered_json;

std::map<std::string, std::size_t> count_elements(const crystal::Structure& structure) {
  std::map<std::string, std::size_t> counts;
  for (const auto& atom : structure.atoms) ++counts[atom.element];
  return counts;
}

/// What the structure has for each atom beyond element and position.
Json column_list(const crystal::Structure& s) {
  Json list = Json::array();
  const auto add = [&](const std::string& name, std::size_t width, const char* type) {
    list.push_back({{"name", name}, {"values", width}, {"type", type}});
  };
  if (!s.velocities_angstrom_per_ps.empty()) add("velocity_angstrom_per_ps", 3, "real");
  if (!s.ids.empty()) add("id", 1, "integer");
  if (!s.images.empty()) add("image", 3, "integer");
  if (std::ranges::any_of(s.atoms,
                          [](const auto& a) { return a.rms_displacement_angstrom.has_value(); })) {
    add("rms_displacement_angstrom", 1, "real");
  }
  if (std::ranges::any_of(s.atoms, [](const auto& a) { return a.occupancy != 1.0; })) {
    add("occupancy", 1, "real");
  }
  constexpr std::array types = {"real", "integer", "text"};  // in the order of the variant
  for (const auto& column : s.columns) add(column.name, column.width, types[column.values.index()]);
  return list;
}

Json rows_of(const Eigen::Matrix3d& matrix) {
  Json rows = Json::array();
  for (Eigen::Index k = 0; k < 3; ++k) {
    rows.push_back({matrix(k, 0), matrix(k, 1), matrix(k, 2)});
  }
  return rows;
}

template <class Value>
Json value_or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

/// All there is to say, of which the text shows the most.
Json describe(const std::string& file, const crystal::TypeElements& elements) {
  crystal::TrajectoryReader reader(file, elements);
  const auto frames = reader.frames();
  const auto first = reader.read(0);
  const auto [fewest, most] = std::ranges::minmax(frames, {}, &crystal::TrajectoryFrame::atoms);
  Json json;
  json["file"] = file;
  json["format"] = reader.format_name();
  json["frames"] = frames.size();
  json["atoms"] = first.atoms.size();
  json["fewest_atoms"] = fewest.atoms;
  json["most_atoms"] = most.atoms;
  json["elements"] = Json(count_elements(first));
  json["cell_angstrom"] = first.cell_angstrom.isZero(0.0) ? Json() : rows_of(first.cell_angstrom);
  json["origin_angstrom"] = {first.origin_angstrom.x(), first.origin_angstrom.y(),
                             first.origin_angstrom.z()};
  json["periodic"] = first.periodic;
  Eigen::Vector3d low = Eigen::Vector3d::Zero();
  Eigen::Vector3d high = low;
  for (std::size_t i = 0; i < first.atoms.size(); ++i) {
    const auto& r = first.atoms[i].position_angstrom;
    low = i == 0 ? r : Eigen::Vector3d(low.cwiseMin(r));
    high = i == 0 ? r : Eigen::Vector3d(high.cwiseMax(r));
  }
  json["lowest_position_angstrom"] = {low.x(), low.y(), low.z()};
  json["highest_position_angstrom"] = {high.x(), high.y(), high.z()};
  json["first_timestep"] = value_or_null(frames.front().timestep);
  json["last_timestep"] = value_or_null(frames.back().timestep);
  json["first_time_ps"] = value_or_null(frames.front().time_ps);
  json["last_time_ps"] = value_or_null(frames.back().time_ps);
  json["columns"] = column_list(first);
  json["comment"] = first.comment;
  json["warnings"] = Json::array();
  for (const auto& complaint : reader.damage()) json["warnings"].push_back(complaint.text());
  return json;
}

std::string numbers(const Json& list) {
  std::string text;
  for (const auto& value : list) {
    if (!text.empty()) text += ' ';
    text += shortest(value.get<double>());
  }
  return text;
}

std::string cell_text(const Json& rows) {
  if (rows.is_null()) return "none";
  bool is_rectangular = true;
  for (std::size_t i = 0; i < 9; ++i) {
    is_rectangular &= i % 4 == 0 || rows[i / 3][i % 3].get<double>() == 0.0;
  }
  if (is_rectangular) {
    return numbers({rows[0][0], rows[1][1], rows[2][2]}) + " angstrom";
  }
  return fmt::format("({}) ({}) ({}) angstrom", numbers(rows[0]), numbers(rows[1]),
                     numbers(rows[2]));
}

std::string periodic_text(const Json& periodic) {
  std::string text;
  constexpr std::array names = {"a", "b", "c"};
  for (std::size_t k = 0; k < 3; ++k) {
    if (!periodic[k].get<bool>()) continue;
    if (!text.empty()) text += ' ';
    text += names[k];
  }
  return text.empty() ? "no" : text;
}

std::string span_text(const Json& first, const Json& last, const char* unit) {
  const auto shown = [](const Json& value) {
    return value.is_number_integer() ? std::to_string(value.get<std::int64_t>())
                                     : shortest(value.get<double>());
  };
  return fmt::format("{} to {}{}", shown(first), shown(last), unit);
}

std::string as_text(const Json& json) {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("{:<11} {}\n", name, value);
  };
  add("file", json["file"].get<std::string>());
  add("format", json["format"].get<std::string>());
  add("frames", std::to_string(json["frames"].get<std::size_t>()));
  std::string atoms = std::to_string(json["atoms"].get<std::size_t>());
  if (json["fewest_atoms"] != json["most_atoms"]) {
    atoms += fmt::format(" in the first, {} to {} in all", json["fewest_atoms"].get<std::size_t>(),
                         json["most_atoms"].get<std::size_t>());
  }
  add("atoms", atoms);
  std::string elements;
  for (const auto& [element, count] : json["elements"].items()) {
    elements +=
        (elements.empty() ? "" : ", ") + element + ' ' + std::to_string(count.get<std::size_t>());
  }
  add("elements", elements);
  add("cell", cell_text(json["cell_angstrom"]));
  if (numbers(json["origin_angstrom"]) != "0 0 0") {
    add("corner", numbers(json["origin_angstrom"]) + " angstrom");
  }
  add("periodic", periodic_text(json["periodic"]));
  add("positions", fmt::format("({}) to ({}) angstrom", numbers(json["lowest_position_angstrom"]),
                               numbers(json["highest_position_angstrom"])));
  const auto& step = json["first_timestep"];
  const auto& time = json["first_time_ps"];
  if (!step.is_null() && !json["last_timestep"].is_null()) {
    add("timesteps", span_text(step, json["last_timestep"], ""));
  }
  if (!time.is_null() && !json["last_time_ps"].is_null()) {
    add("time", span_text(time, json["last_time_ps"], " ps"));
  }
  std::string columns;
  for (const auto& column : json["columns"]) {
    const auto width = column["values"].get<std::size_t>();
    columns += (columns.empty() ? "" : ", ") + column["name"].get<std::string>();
    if (width > 1) columns += fmt::format(" ({})", width);
  }
  add("columns", columns);
  add("comment", json["comment"].get<std::string>());
  for (const auto& warning : json["warnings"]) add("warning", warning.get<std::string>());
  return text;
}

}  // namespace

std::string structure_info(const std::string& file, const std::string& elements,
                           InfoFormat format) {
  const Json json = describe(file, type_elements(elements));
  if (format == InfoFormat::text) return valid_utf8(as_text(json));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace adatom::pipeline
