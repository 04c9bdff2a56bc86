#include <algorithm>
#include <map>
#include <string>

#include "adatom/report/figure_count_map.h"
#include "adatom/report/figure_curve.h"
#include "adatom/storage/csv.h"
#include "stages/series_counts.h"

namespace adatom::pipeline {
namespace {

// As many curves as have colours of their own.
constexpr std::size_t most_changing_columns = 6;

}  // namespace

SeriesFigureData read_series_data(const std::filesystem::path& folder) {
  SeriesFigureData data;
  const storage::Table frames = storage::read_csv(folder / "series_frames.csv");
  data.frame = frames.numbers("frame");
  data.atoms_mean = frames.numbers("atoms_mean");
  data.atoms_stderr = frames.numbers("atoms_stderr");
  data.independent_atoms = frames.numbers("independent_atoms");
  const storage::Table series = storage::read_csv(folder / "series.csv");
  const auto id = series.integers("column_id");
  const auto frame = series.numbers("frame");
  const auto x = series.numbers("x_angstrom");
  const auto y = series.numbers("y_angstrom");
  const auto atoms = series.numbers("atom_count");
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (data.columns.empty() || data.columns.back().id != id[i]) {
      data.columns.push_back({.id = id[i],
                              .x_angstrom = x[i],
                              .y_angstrom = y[i],
                              .frame = {},
                              .atom_count = {},
                              .changes = 0});
    }
    SeriesFigureData::Column& column = data.columns.back();
    if (!column.atom_count.empty() && column.atom_count.back() != atoms[i]) ++column.changes;
    column.frame.push_back(frame[i]);
    column.atom_count.push_back(atoms[i]);
  }
  return data;
}

report::Figure draw_series_totals(const SeriesFigureData& data) {
  const std::vector<report::Curve> curves = {
      {.label = "all frames together",
       .x = data.frame,
       .y = data.atoms_mean,
       .y_error = data.atoms_stderr},
      {.label = "each by itself", .x = data.frame, .y = data.independent_atoms}};
  double low = data.atoms_mean.front();
  double high = low;
  for (const auto* values : {&data.atoms_mean, &data.independent_atoms}) {
    const auto [least, most] = std::ranges::minmax_element(*values);
    low = std::min(low, *least);
    high = std::max(high, *most);
  }
  // Less than an atom up or down is nothing to look at.
  const double margin = 3.0 + 0.1 * (high - low) + *std::ranges::max_element(data.atoms_stderr);
  return report::draw_curves(curves, {.title = "Atoms in the particle",
                                      .x_label = "frame",
                                      .y_label = "atoms",
                                      .x_kind = report::AxisKind::integer,
                                      .y_range = report::Range{low - margin, high + margin}});
}

report::Figure draw_series_counts(const SeriesFigureData& data) {
  std::vector<const SeriesFigureData::Column*> columns;
  for (const auto& column : data.columns) {
    if (column.changes > 0) columns.push_back(&column);
  }
  std::ranges::stable_sort(columns,
                           [](const auto* a, const auto* b) { return a->changes > b->changes; });
  columns.resize(std::min(columns.size(), most_changing_columns));
  std::vector<report::Curve> curves;
  for (const auto* column : columns) {
    curves.push_back({.label = "column " + std::to_string(column->id),
                      .x = column->frame,
                      .y = column->atom_count});
  }
  return report::draw_curves(curves, {.title = "Columns that change most often",
                                      .x_label = "frame",
                                      .y_label = "atoms",
                                      .x_kind = report::AxisKind::integer,
                                      .y_kind = report::AxisKind::integer});
}

report::Figure draw_series_changes(const SeriesFigureData& data) {
  std::vector<double> x;
  std::vector<double> y;
  std::vector<std::int64_t> changes;
  for (const auto& column : data.columns) {
    x.push_back(column.x_angstrom);
    y.push_back(column.y_angstrom);
    changes.push_back(column.changes);
  }
  return report::draw_count_map(
      {.x_angstrom = x, .y_angstrom = y, .atom_count = changes, .probability = {}},
      {.title = "Changes of every column", .value_label = "changes", .lowest_count = 0});
}

}  // namespace adatom::pipeline
