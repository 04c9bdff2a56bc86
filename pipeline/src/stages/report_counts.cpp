// Atom counts in the report.
#include <algorithm>
#include <cmath>

#include "adatom/base/parallel.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/number_format.h"
#include "adatom/storage/csv.h"
#include "stages/counts_figures.h"
#include "stages/json_text.h"
#include "stages/report_parts.h"
#include "stages/report_series_counts.h"

namespace adatom::pipeline {
namespace {

/// A standard error below this is not worth its digits.
constexpr double negligible_atoms = 0.05;

std::vector<std::int64_t> whole_numbers(const storage::Table& table, const char* column) {
  const std::vector<long long> values = table.integers(column);
  return {values.begin(), values.end()};
}

std::vector<counting::Component> read_components(const nlohmann::json& json) {
  std::vector<counting::Component> components;
  for (const nlohmann::json& entry : json.at("components")) {
    const auto number = [&entry](const char* name) {
      return entry.at(name).is_null() ? 0.0 : entry.at(name).get<double>();
    };
    components.push_back({.atom_count = entry.at("atom_count").get<std::int64_t>(),
                          .mean_angstrom2 = number("mean_angstrom2"),
                          .sigma_angstrom2 = number("sigma_angstrom2"),
                          .weight = number("weight")});
  }
  return components;
}

std::vector<counting::Selection> read_selection(const std::filesystem::path& path) {
  const storage::Table table = storage::read_csv(path);
  const std::vector<std::int64_t> components = whole_numbers(table, "k");
  const std::vector<double> icl = table.numbers("icl");
  const std::vector<double> bic = table.numbers("bic");
  const std::vector<double> aic = table.numbers("aic");
  std::vector<counting::Selection> rows;
  for (std::size_t i = 0; i < components.size(); ++i) {
    rows.push_back({.components = components[i], .icl = icl[i], .bic = bic[i], .aic = aic[i]});
  }
  return rows;
}

void add_count_histogram(report::Page& page, const StageOutputs& counts,
                         const storage::Table& table, const nlohmann::json& json) {
  const std::vector<counting::Component> components = read_components(json);
  std::vector<report::Figure> figures = {
      draw_scs_histogram(table.numbers("scs_angstrom2"), components)};
  std::string caption = "Cross-sections of all columns with the components of the counts.";
  if (counts.result.has("selection.csv")) {
    figures.push_back(draw_selection(read_selection(counts.result.folder / "selection.csv"),
                                     static_cast<std::int64_t>(components.size())));
    caption += " The criteria over the number of components: the lower the better.";
  }
  page.figures(figures, caption);
}

void add_maps(report::Page& page, const storage::Table& table, const ReportFrame& about,
              std::size_t frame_count, Progress& progress) {
  const std::vector<std::int64_t> atoms = whole_numbers(table, "atom_count");
  const std::vector<double> x = table.numbers("x_angstrom");
  const std::vector<double> y = table.numbers("y_angstrom");
  const std::vector<double> probability = table.numbers("probability");
  const auto [least, most] = std::minmax_element(atoms.begin(), atoms.end());
  const std::pair limits{*least, *most};
  const auto rows = rows_of_frames(whole_numbers(table, "frame"));
  std::vector<std::int64_t> numbers;
  for (const auto& [frame, some] : rows) numbers.push_back(frame);
  const std::vector<std::size_t> steps = report::spread_steps(numbers.size(), about.max_frames);
  std::vector<report::SliderStep> slider(steps.size());
  parallel_for(steps.size(), [&](std::size_t s) {
    stop_if_cancelled(progress);
    const std::int64_t frame = numbers[steps[s]];
    CountMapData data;
    for (const std::size_t row : rows.at(frame)) {
      data.x_angstrom.push_back(x[row]);
      data.y_angstrom.push_back(y[row]);
      data.atom_count.push_back(atoms[row]);
      data.probability.push_back(probability[row]);
    }
    slider[s].label = frame_label(static_cast<std::size_t>(frame), frame_count, about);
    slider[s].panels = {draw_counts(data, "Atom counts", limits)};
  });
  page.slider(slider, {.name = "Frame",
                       .caption = "Number of atoms in every column.",
                       .max_steps = about.max_frames});
}

void add_totals(report::Page& page, const StageOutputs& counts) {
  const storage::Table totals = storage::read_csv(counts.result.folder / "totals.csv");
  const std::vector<double> frame = totals.numbers("frame");
  const std::vector<double> atoms = totals.numbers("atoms");
  const std::vector<double> mean = totals.numbers("atoms_mean");
  const std::vector<double> error = totals.numbers("atoms_stderr");
  const std::vector<std::int64_t> low = whole_numbers(totals, "atoms_low");
  const std::vector<std::int64_t> high = whole_numbers(totals, "atoms_high");
  const std::vector<std::string> columns = totals.texts("columns");
  if (frame.size() > 1) {
    const std::vector<report::Curve> curves = {{.x = frame, .y = mean, .y_error = error}};
    // Less than an atom up or down is nothing to look at.
    const auto [least, most] = std::minmax_element(atoms.begin(), atoms.end());
    const double margin = 3.0 + 0.1 * (*most - *least) + 1.2 * *std::ranges::max_element(error);
    page.figure(
        report::draw_curves(curves, {.title = "Atoms in the particle",
                                     .x_label = "frame",
                                     .y_label = "atoms",
                                     .x_kind = report::AxisKind::integer,
                                     .y_range = report::Range{*least - margin, *most + margin}}),
        "Atoms in the particle, frame by frame, with standard errors.");
  }
  report::Table table{.caption = "Atoms in the particle",
                      .columns = {{"frame", ""},
                                  {"columns", ""},
                                  {"atoms", ""},
                                  {"mean of the probabilities", ""},
                                  {"95 % interval", ""}},
                      .rows = {}};
  for (std::size_t i = 0; i < frame.size(); ++i) {
    table.rows.push_back({report::count_text(std::llround(frame[i])), columns[i],
                          report::count_text(std::llround(atoms[i])),
                          error[i] < negligible_atoms ? report::fixed(mean[i], 1)
                                                      : report::with_error(mean[i], error[i]),
                          report::count_text(low[i]) + " to " + report::count_text(high[i])});
  }
  page.table(table, frame.size() > 12 ? report::Fold::closed : report::Fold::open);
}

void add_components(report::Page& page, const nlohmann::json& json) {
  report::Table table{.caption = "Components",
                      .columns = {{"atoms", ""},
                                  {"mean cross-section", "Å²"},
                                  {"scatter", "Å²"},
                                  {"share of columns", "%"}},
                      .rows = {}};
  for (const counting::Component& component : read_components(json)) {
    table.rows.push_back({std::to_string(component.atom_count),
                          report::significant(component.mean_angstrom2, 4),
                          report::significant(component.sigma_angstrom2, 3),
                          report::fixed(100.0 * component.weight, 1)});
  }
  page.table(table, report::Fold::closed);
}

}  // namespace

void add_counts(report::Page& page, const Upstream& upstream, const ReportFrame& about,
                Progress& progress) {
  const StageOutputs* counts = upstream.find("counts");
  if (counts == nullptr) return;
  const nlohmann::json json = read_json(counts->result.folder / "counting.json");
  const storage::Table table = storage::read_csv(counts->result.folder / "counts.csv");
  page.section("Atom counts");
  page.paragraph(json.value("reason", ""));
  if (table.rows() == 0) return;
  add_count_histogram(page, *counts, table, json);
  add_maps(page, table, about, upstream.of("frames").items.size(), progress);
  add_totals(page, *counts);
  add_components(page, json);
  add_series_counts(page, *counts, json);
}

}  // namespace adatom::pipeline
