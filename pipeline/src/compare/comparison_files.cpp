#include "compare/comparison_files.h"

#include <algorithm>
#include <numbers>

#include <fmt/core.h>

#include "adatom/storage/files.h"
#include "compare/comparison_report.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

using reconstruct::CompareResult;
using reconstruct::Share;
using reconstruct::SurfaceClass;

std::string class_name(SurfaceClass one) {
  return EnumNames<SurfaceClass>::names[static_cast<std::size_t>(one)];
}

/// As files number their atoms: from 1, or by their ids.
long long atom_number(const crystal::Structure& structure, std::size_t atom) {
  return structure.ids.empty() ? static_cast<long long>(atom) + 1
                               : static_cast<long long>(structure.ids[atom]);
}

std::string share_line(const char* label, const Share& share) {
  if (share.all == 0) return fmt::format("{:<26}none there\n", label);
  return fmt::format("{:<26}{} of {} ({:.2f} %)\n", label, share.right, share.all,
                     100.0 * share.value());
}

std::string motion_text(const reconstruct::Motion& motion) {
  const double degrees = motion.angle_rad() * 180.0 / std::numbers::pi;
  return fmt::format("{}turned by {:.3f} degrees, moved by ({:.3f}, {:.3f}, {:.3f}) angstrom",
                     motion.mirrors() ? "mirrored along the beam, " : "", degrees,
                     motion.shift_angstrom.x(), motion.shift_angstrom.y(),
                     motion.shift_angstrom.z());
}

nlohmann::ordered_json share_json(const Share& share) {
  return {{"right", share.right}, {"of", share.all}, {"share", json_number(share.value())}};
}

}  // namespace

std::string comparison_text(const Comparison& comparison) {
  const CompareResult& r = comparison.result;
  std::string text =
      fmt::format("{:<26}{}, {}\n", "atoms", comparison.a.atoms.size(), comparison.b.atoms.size());
  text += fmt::format("{:<26}{}\n", "the second laid on", motion_text(r.motion));
  text += share_line("matched", {static_cast<std::int64_t>(r.pairs.size()),
                                 static_cast<std::int64_t>(comparison.a.atoms.size())});
  if (!r.pairs.empty()) {
    text += fmt::format("{:<26}{:.4f} angstrom\n", "RMSD of the matched", r.rmsd_angstrom);
    text += fmt::format("{:<26}{:.4f} angstrom\n", "largest distance", r.largest_distance_angstrom);
  }
  text += fmt::format("{:<26}{}\n", "missing in the second", r.missing.size());
  text += fmt::format("{:<26}{}\n", "only in the second", r.extra.size());
  if (r.other_elements > 0) {
    text += fmt::format("{:<26}{}\n", "of another element", r.other_elements);
  }
  text += share_line("columns with right count", r.columns_exact);
  text += share_line("columns within one", r.columns_within_one);
  text += fmt::format("{:<26}{}\n", "sum of count errors", r.sum_of_count_errors);
  text += share_line("surface atoms at site", r.surface_at_site);
  text += share_line("with the right class", r.surface_right);
  text += share_line("all atoms, right class", r.all_classes_right);
  return text;
}

std::string comparison_json(const Comparison& comparison) {
  const CompareResult& r = comparison.result;
  nlohmann::ordered_json rotation = nlohmann::ordered_json::array();
  for (int row = 0; row < 3; ++row) {
    rotation.push_back({r.motion.linear(row, 0), r.motion.linear(row, 1), r.motion.linear(row, 2)});
  }
  const auto& shift = r.motion.shift_angstrom;
  nlohmann::ordered_json classes;
  for (std::size_t k = 0; k < EnumNames<SurfaceClass>::names.size(); ++k) {
    const auto one = static_cast<SurfaceClass>(k);
    classes[class_name(one)] = {{"a", std::ranges::count(r.classes_a.classes, one)},
                                {"b", std::ranges::count(r.classes_b.classes, one)}};
  }
  const nlohmann::ordered_json json = {
      {"atoms_a", comparison.a.atoms.size()},
      {"atoms_b", comparison.b.atoms.size()},
      {"matched", r.pairs.size()},
      {"rmsd_angstrom", json_number(r.rmsd_angstrom)},
      {"largest_distance_angstrom", json_number(r.largest_distance_angstrom)},
      {"missing", r.missing.size()},
      {"extra", r.extra.size()},
      {"other_elements", r.other_elements},
      {"columns", r.columns.size()},
      {"columns_exact", share_json(r.columns_exact)},
      {"columns_within_one", share_json(r.columns_within_one)},
      {"sum_of_count_errors", r.sum_of_count_errors},
      {"surface_at_site", share_json(r.surface_at_site)},
      {"surface_right", share_json(r.surface_right)},
      {"all_classes_right", share_json(r.all_classes_right)},
      {"classes", classes},
      {"motion",
       {{"linear", rotation},
        {"shift_angstrom", {shift.x(), shift.y(), shift.z()}},
        {"mirrored", r.motion.mirrors()},
        {"angle_rad", r.motion.angle_rad()}}}};
  return json_text(json);
}

storage::Table matched_table(const Comparison& comparison) {
  using storage::cell;
  const CompareResult& r = comparison.result;
  storage::Table table({"atom_a", "atom_b", "distance_angstrom", "class_a", "class_b",
                        "coordination_a", "coordination_b"});
  const auto add = [&](const std::size_t* a, const std::size_t* b, double distance) {
    table.add_row({a != nullptr ? cell(atom_number(comparison.a, *a)) : "",
                   b != nullptr ? cell(atom_number(comparison.b, *b)) : "",
                   a != nullptr && b != nullptr ? cell(distance) : "",
                   a != nullptr ? class_name(r.classes_a.classes[*a]) : "",
                   b != nullptr ? class_name(r.classes_b.classes[*b]) : "",
                   a != nullptr ? cell(static_cast<long long>(r.classes_a.coordination[*a])) : "",
                   b != nullptr ? cell(static_cast<long long>(r.classes_b.coordination[*b])) : ""});
  };
  for (const auto& pair : r.pairs) add(&pair.a, &pair.b, pair.distance_angstrom);
  for (const auto& a : r.missing) add(&a, nullptr, 0.0);
  for (const auto& b : r.extra) add(nullptr, &b, 0.0);
  return table;
}

storage::Table column_counts_table(const Comparison& comparison) {
  using storage::cell;
  storage::Table table({"x_angstrom", "y_angstrom", "atoms_a", "atoms_b", "difference"});
  for (const auto& column : comparison.result.columns) {
    table.add_row({cell(column.x_angstrom), cell(column.y_angstrom),
                   cell(static_cast<long long>(column.atoms_a)),
                   cell(static_cast<long long>(column.atoms_b)),
                   cell(static_cast<long long>(column.atoms_b - column.atoms_a))});
  }
  return table;
}

void write_comparison(const Comparison& comparison, const std::string& configuration,
                      const fs::path& folder) {
  storage::write_file(folder / "compare.json", comparison_json(comparison));
  storage::write_file(folder / "matched.csv", matched_table(comparison).text());
  storage::write_file(folder / "column_counts.csv", column_counts_table(comparison).text());
  const ComparisonFigures figures = draw_comparison(comparison);
  storage::write_file(folder / "matched.svg", report::svg_file(figures.matched));
  storage::write_file(folder / "surface_a.svg", report::svg_file(figures.surface_a));
  storage::write_file(folder / "surface_b.svg", report::svg_file(figures.surface_b));
  storage::write_file(folder / "columns_a.svg", report::svg_file(figures.columns_a));
  storage::write_file(folder / "columns_b.svg", report::svg_file(figures.columns_b));
  storage::write_file(folder / "distances.svg", report::svg_file(figures.distances));
  storage::write_file(folder / "compare.html",
                      comparison_report(comparison, figures, configuration));
}

}  // namespace adatom::pipeline
