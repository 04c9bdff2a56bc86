#include "validate/validate_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/report/figure_count_map.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "stages/json_text.h"
#include "validate/case_work.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

using nlohmann::ordered_json;
using report::Align;

storage::Table result_table(const std::vector<CaseResult>& results) {
  std::vector<std::string> header = {"case", "imaging"};
  for (const CaseNumber& number : case_numbers()) header.emplace_back(number.name);
  storage::Table table(header);
  for (const CaseResult& result : results) {
    std::vector<std::string> cells = {
        result.case_name, EnumNames<ImagingKind>::names[static_cast<std::size_t>(result.imaging)]};
    for (const CaseNumber& number : case_numbers()) {
      cells.push_back(storage::cell(result.*number.value));
    }
    table.add_row(std::move(cells));
  }
  return table;
}

storage::Table limit_table(const std::vector<LimitOutcome>& limits) {
  storage::Table table({"case", "quantity", "relation", "limit", "measured", "met"});
  for (const LimitOutcome& each : limits) {
    table.add_row({each.case_name, each.quantity, each.is_least ? "at_least" : "at_most",
                   storage::cell(each.limit), storage::cell(each.measured),
                   each.met() ? "yes" : "no"});
  }
  return table;
}

std::string summary_text(const Validation& validation) {
  ordered_json json;
  json["cases"] = ordered_json::array();
  for (const CaseResult& result : validation.results) {
    ordered_json one;
    one["name"] = result.name;
    one["folder"] = result.folder;
    for (const CaseNumber& number : case_numbers())
      one[number.name] = json_number(result.*number.value);
    one["warnings"] = result.warnings;
    json["cases"].push_back(std::move(one));
  }
  json["limits"] = ordered_json::array();
  for (const LimitOutcome& each : validation.limits) {
    json["limits"].push_back({{"case", each.case_name},
                              {"quantity", each.quantity},
                              {each.is_least ? "at_least" : "at_most", each.limit},
                              {"measured", json_number(each.measured)},
                              {"met", each.met()}});
  }
  return json_text(json);
}

std::string shown_number(const CaseNumber& number, double value) {
  if (!std::isfinite(value)) return "";
  if (std::string_view(number.unit) == "%") return report::fixed(100.0 * value, 1);
  if (std::string_view(number.unit) == "s") return report::significant(value, 2);
  if (value == std::round(value)) return report::count_text(static_cast<long long>(value));
  return report::significant(value, 3);
}

/// The quantities `names` of all cases; columns that no case has are left out.
report::Table page_table(const std::vector<CaseResult>& results, const std::string& caption,
                         std::initializer_list<std::string_view> names) {
  report::Table table{.caption = caption, .columns = {{"case", "", Align::left}}, .rows = {}};
  for (const CaseResult& result : results) table.rows.push_back({result.name});
  for (const std::string_view name : names) {
    const auto number = *std::find_if(case_numbers().begin(), case_numbers().end(),
                                      [&](const CaseNumber& each) { return each.name == name; });
    const auto has = [&](const CaseResult& r) { return std::isfinite(r.*number.value); };
    if (std::none_of(results.begin(), results.end(), has)) continue;
    table.columns.push_back({number.heading, number.unit});
    for (std::size_t i = 0; i < results.size(); ++i) {
      table.rows[i].push_back(shown_number(number, results[i].*number.value));
    }
  }
  return table;
}

report::Table page_limits(const std::vector<LimitOutcome>& limits) {
  report::Table table{.caption = "What has to be reached, and what was measured",
                      .columns = {{"case", "", Align::left},
                                  {"quantity", "", Align::left},
                                  {"limit", ""},
                                  {"measured", ""},
                                  {"met", "", Align::left}},
                      .rows = {}};
  for (const LimitOutcome& each : limits) {
    table.rows.push_back(
        {each.case_name, each.quantity, (each.is_least ? "≥ " : "≤ ") + shortest(each.limit),
         std::isfinite(each.measured) ? report::significant(each.measured, 4) : "not measured",
         each.met() ? "yes" : "no"});
  }
  return table;
}

/// A quantity against the logarithm of the dose, a curve for each case and temperature.
report::Figure dose_figure(const std::vector<CaseResult>& results, double CaseResult::*value,
                           const std::string& label, double factor) {
  constexpr std::size_t most_curves = 6;
  std::vector<report::Curve> curves;
  for (const CaseResult& result : results) {
    if (!std::isfinite(result.*value)) continue;
    const std::string name =
        fmt::format("{}, {} K", result.case_name, shortest(result.temperature_k));
    auto curve = std::find_if(curves.begin(), curves.end(),
                              [&](const report::Curve& each) { return each.label == name; });
    if (curve == curves.end()) {
      if (curves.size() == most_curves) continue;
      curves.push_back({.label = name});
      curve = curves.end() - 1;
    }
    curve->x.push_back(std::log10(result.dose_per_angstrom2));
    curve->y.push_back(factor * result.*value);
  }
  return report::draw_curves(curves, {.x_label = "log₁₀ of the dose (e/Å²)", .y_label = label});
}

/// The columns of the first frame with their counts; wrong ones have a red rim.
report::Figure wrong_counts(const fs::path& folder, const CaseResult& result) {
  const auto columns = read_scored_columns(folder / result.folder / "columns.csv");
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> right;
  std::vector<std::int64_t> atoms;
  for (std::size_t i = 0; i < columns.frame.size(); ++i) {
    if (columns.frame[i] != 0) continue;
    x.push_back(columns.x_angstrom[i]);
    y.push_back(columns.y_angstrom[i]);
    atoms.push_back(columns.counted_atoms[i]);
    right.push_back(columns.counted_atoms[i] == columns.true_atoms[i] ? 1.0 : 0.0);
  }
  return report::draw_count_map({x, y, atoms, right},
                                {.title = result.name, .width = report::FigureWidth::page});
}

struct DoseFigure {
  std::string name;
  report::Figure figure;
};

std::vector<DoseFigure> dose_figures(const std::vector<CaseResult>& results) {
  constexpr double percent = 100.0;
  std::vector<DoseFigure> figures;
  const auto add = [&](const char* name, double CaseResult::*value, const char* label,
                       double factor) {
    const bool any = std::any_of(results.begin(), results.end(),
                                 [&](const CaseResult& r) { return std::isfinite(r.*value); });
    if (any) figures.push_back({name, dose_figure(results, value, label, factor)});
  };
  add("position_over_bound", &CaseResult::position_over_bound, "position error over its bound",
      1.0);
  add("counts_exact", &CaseResult::counts_exact, "counts exact (%)", percent);
  add("surface_right", &CaseResult::surface_right, "surface atoms at the right site (%)", percent);
  add("rmsd", &CaseResult::rmsd_angstrom, "RMSD after relaxation (Å)", 1.0);
  return figures;
}

void write_page(const Validation& validation, const ValidateOptions& options,
                const std::vector<DoseFigure>& figures, const fs::path& folder) {
  const auto& results = validation.results;
  report::Page page("Validation", "known particles through the whole chain");
  const auto met = std::count_if(validation.limits.begin(), validation.limits.end(),
                                 [](const LimitOutcome& each) { return each.met(); });
  const std::array<report::Fact, 2> facts = {
      report::Fact{"cases", std::to_string(results.size())},
      report::Fact{"limits met", fmt::format("{} of {}", met, validation.limits.size())}};
  page.key_numbers(facts);
  std::vector<std::string> warnings;
  for (const auto& result : results) {
    for (const auto& text : result.warnings) warnings.push_back(result.name + ": " + text);
  }
  page.warnings(warnings);
  page.section("What has to be reached");
  if (validation.limits.empty()) page.paragraph("The configuration names no limits.");
  if (!validation.limits.empty()) page.table(page_limits(validation.limits));
  page.section("Columns and counts");
  page.table(page_table(results, "Columns against the truth",
                        {"atoms", "columns", "columns_found", "columns_extra",
                         "position_rms_angstrom", "bound_rms_angstrom", "position_over_bound"}));
  page.table(page_table(results, "Counts against the truth",
                        {"counts_exact", "counts_within_one", "counts_probability", "total_atoms",
                         "total_error", "library_scale"}));
  const auto series = page_table(results, "Frames of a case counted together",
                                 {"series_exact", "changes", "changes_found", "spurious_changes",
                                  "spurious_independent", "spurious_ratio"});
  if (series.columns.size() > 1) page.table(series);
  const auto models = page_table(results, "Models against the truth",
                                 {"surface_right", "surface_class_right", "rmsd_angstrom",
                                  "largest_angstrom", "atoms_matched", "environments_right"});
  if (models.columns.size() > 1) {
    page.section("Models");
    page.paragraph(
        "Sites are compared before relaxation at finite temperature; positions after model and "
        "truth were relaxed in the same way. A model may be shifted along the beam and mirrored "
        "along it: a projection does not tell.");
    page.table(models);
  }
  page.section("Against the dose");
  std::vector<report::Figure> drawn;
  for (const auto& each : figures) drawn.push_back(each.figure);
  page.figures(drawn, "How the results depend on the dose.");
  page.section("Which columns are wrong");
  std::vector<report::SliderStep> steps;
  for (const auto& result : results) steps.push_back({result.name, {wrong_counts(folder, result)}});
  page.slider(steps,
              {.name = "Case",
               .caption = "Counted atoms of the first frame; a red rim: not the true number. "
                          "0: not found."});
  page.section("Time");
  page.table(page_table(
      results, "Seconds; image: 0 where it was there already",
      {"image_seconds", "columns_seconds", "counts_seconds", "model_seconds", "frame_seconds"}));
  page.verbatim("Options", write_yaml(options));
  storage::write_file(folder / "report.html", page.html());
}

}  // namespace

void write_validation(const Validation& validation, const ValidateOptions& options,
                      const fs::path& folder) {
  storage::write_file(folder / "validation.csv", result_table(validation.results).text());
  storage::write_file(folder / "limits.csv", limit_table(validation.limits).text());
  storage::write_file(folder / "validation.json", summary_text(validation));
  const auto figures = dose_figures(validation.results);
  for (const auto& each : figures) {
    storage::write_file(folder / (each.name + ".svg"), report::svg_file(each.figure));
  }
  write_page(validation, options, figures, folder);
}

}  // namespace adatom::pipeline
