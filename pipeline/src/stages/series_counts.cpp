#include "stages/series_counts.h"

#include <algorithm>
#include <string>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/report/page.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "stages/counts_figures.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using counting::ColumnHistory;
using counting::FrameMatch;
using counting::SeriesColumn;
using counting::Sight;
using nlohmann::ordered_json;
using storage::cell;

std::string count_cell(std::int64_t value) { return std::to_string(value); }

/// The columns frame by frame, and the counts in that order.
struct SortedColumns {
  std::vector<std::vector<double>> scs_stderr;
  counting::CountingResult independent;
  std::vector<std::vector<std::size_t>> rows;  ///< of each frame in the independent counts
};

SortedColumns sort_columns_by_frame(const MeasuredColumns& columns,
                                    const counting::CountingResult& independent,
                                    SeriesCounts& series) {
  SortedColumns sorted;
  sorted.independent = independent;
  sorted.independent.counts.clear();
  for (const auto& [frame, rows] : rows_of_frames(columns.frame)) {
    series.frames.push_back(frame);
    counting::FrameColumns& seen = series.seen.emplace_back();
    sorted.scs_stderr.emplace_back();
    sorted.rows.push_back(rows);
    for (const std::size_t row : rows) {
      seen.x_angstrom.push_back(columns.x_angstrom[row]);
      seen.y_angstrom.push_back(columns.y_angstrom[row]);
      seen.scs_angstrom2.push_back(columns.scs_angstrom2[row]);
      if (!columns.scs_stderr_angstrom2.empty()) {
        sorted.scs_stderr.back().push_back(columns.scs_stderr_angstrom2[row]);
      }
      sorted.independent.counts.push_back(independent.counts[row]);
    }
    const auto size = columns.image_size.find(frame);
    if (size == columns.image_size.end()) continue;
    seen.width_angstrom = size->second.width_angstrom;
    seen.height_angstrom = size->second.height_angstrom;
  }
  return sorted;
}

struct SeenPlace {
  double x_angstrom;
  double y_angstrom;
};

/// Where a column is found in a frame, or where it should be.
SeenPlace seen_place(const SeriesCounts& series, const SeriesColumn& column, std::size_t f) {
  if (column.member[f] >= 0) {
    const auto i = static_cast<std::size_t>(column.member[f]);
    return {series.seen[f].x_angstrom[i], series.seen[f].y_angstrom[i]};
  }
  const FrameMatch& match = series.matched.frames[f];
  return {column.x_angstrom + match.drift_x_angstrom, column.y_angstrom + match.drift_y_angstrom};
}

double scs_of(const SeriesCounts& series, std::size_t c, std::size_t f) {
  const std::int64_t member = series.matched.columns[c].member[f];
  if (member >= 0) return series.seen[f].scs_angstrom2[static_cast<std::size_t>(member)];
  const auto atoms = static_cast<std::size_t>(series.history.columns[c].atom_count[f]);
  return series.history.level_angstrom2[atoms];
}

/// The rows of counts.csv, and the counts that belong to them.
void fill_count_rows(SeriesCounts& series) {
  const std::size_t states = series.history.level_angstrom2.size();
  for (std::size_t g = 0; g < states; ++g) {
    series.result.components.push_back({.atom_count = static_cast<std::int64_t>(g),
                                        .mean_angstrom2 = series.history.level_angstrom2[g]});
  }
  for (std::size_t f = 0; f < series.frames.size(); ++f) {
    FrameTotal total{series.frames[f], 0, series.history.totals[f]};
    for (std::size_t c = 0; c < series.matched.columns.size(); ++c) {
      const SeriesColumn& column = series.matched.columns[c];
      const ColumnHistory& history = series.history.columns[c];
      if (history.atom_count[f] > 0) ++total.columns;
      if (!series.matched.frames[f].usable) continue;
      if (column.member[f] < 0 && history.atom_count[f] == 0) continue;
      const SeenPlace place = seen_place(series, column, f);
      series.columns.frame.push_back(series.frames[f]);
      series.columns.column_id.push_back(static_cast<std::int64_t>(c));
      series.columns.x_angstrom.push_back(place.x_angstrom);
      series.columns.y_angstrom.push_back(place.y_angstrom);
      series.columns.scs_angstrom2.push_back(scs_of(series, c, f));
      const auto row = history.posterior.begin() + static_cast<std::ptrdiff_t>(f * states);
      series.result.counts.push_back({.atom_count = history.atom_count[f],
                                      .probability = history.probability[f],
                                      .posterior = {row, row + static_cast<std::ptrdiff_t>(states)},
                                      .scale_shift = 0.0});
    }
    series.totals.push_back(total);
  }
}

std::string sight_name(Sight sight) {
  switch (sight) {
    case Sight::seen:
      return "seen";
    case Sight::not_seen:
      return "not_seen";
    case Sight::out_of_sight:
      return "out_of_sight";
  }
  return {};
}

void write_count_histories(const fs::path& folder, const SeriesCounts& series) {
  storage::Table table({"column_id", "frame", "x_angstrom", "y_angstrom", "sight", "scs_angstrom2",
                        "atom_count", "probability", "independent_count", "change_probability"});
  for (std::size_t c = 0; c < series.matched.columns.size(); ++c) {
    const SeriesColumn& column = series.matched.columns[c];
    const ColumnHistory& history = series.history.columns[c];
    for (std::size_t f = 0; f < series.frames.size(); ++f) {
      const SeenPlace place = seen_place(series, column, f);
      const bool seen = column.sight[f] == Sight::seen;
      const bool last = f + 1 == series.frames.size();
      table.add_row({std::to_string(c), count_cell(series.frames[f]), cell(place.x_angstrom),
                     cell(place.y_angstrom), sight_name(column.sight[f]),
                     seen ? cell(scs_of(series, c, f)) : "nan", count_cell(history.atom_count[f]),
                     cell(history.probability[f]), count_cell(history.independent[f]),
                     last ? "nan" : cell(history.change_probability[f])});
    }
  }
  storage::write_file(folder / "series.csv", table.text());
}

void write_count_changes(const fs::path& folder, const SeriesCounts& series) {
  storage::Table table({"frame", "next_frame", "column_id", "x_angstrom", "y_angstrom",
                        "from_count", "to_count", "probability", "change_probability",
                        "independent_from", "independent_to"});
  for (const counting::CountChange& change : series.history.changes) {
    const SeenPlace place = seen_place(series, series.matched.columns[change.column], change.frame);
    const auto& independent = series.history.columns[change.column].independent;
    table.add_row({count_cell(series.frames[change.frame]),
                   count_cell(series.frames[change.frame + 1]), std::to_string(change.column),
                   cell(place.x_angstrom), cell(place.y_angstrom), count_cell(change.from),
                   count_cell(change.to), cell(change.probability), cell(change.change_probability),
                   count_cell(independent[change.frame]),
                   count_cell(independent[change.frame + 1])});
  }
  storage::write_file(folder / "changes.csv", table.text());
}

void write_series_frames(const fs::path& folder, const SeriesCounts& series) {
  storage::Table table({"frame", "usable", "drift_x_angstrom", "drift_y_angstrom", "columns",
                        "matched", "rms_angstrom", "atoms", "atoms_mean", "atoms_stderr",
                        "atoms_low", "atoms_high", "independent_atoms", "changes",
                        "expected_changes", "independent_changes"});
  std::vector<std::int64_t> changes(series.frames.size(), 0);
  std::vector<std::int64_t> independent(series.frames.size(), 0);
  for (const auto& change : series.history.changes) ++changes[change.frame];
  for (const ColumnHistory& history : series.history.columns) {
    for (std::size_t f = 0; f + 1 < series.frames.size(); ++f) {
      const auto before = history.independent[f];
      const auto after = history.independent[f + 1];
      if (before >= 0 && after >= 0 && before != after) ++independent[f];
    }
  }
  for (std::size_t f = 0; f < series.frames.size(); ++f) {
    const FrameMatch& match = series.matched.frames[f];
    const counting::Total& total = series.history.totals[f];
    const bool last = f + 1 == series.frames.size();
    table.add_row(
        {count_cell(series.frames[f]), match.usable ? "1" : "0", cell(match.drift_x_angstrom),
         cell(match.drift_y_angstrom), count_cell(match.columns), count_cell(match.matched),
         cell(match.rms_angstrom), count_cell(total.atoms), cell(total.mean),
         cell(total.stderr_atoms), count_cell(total.low), count_cell(total.high),
         count_cell(series.independent_totals[f].atoms), count_cell(changes[f]),
         last ? "0" : cell(series.history.expected_changes[f]), count_cell(independent[f])});
  }
  storage::write_file(folder / "series_frames.csv", table.text());
}

}  // namespace

void check_series(const MeasuredColumns& columns) {
  const auto refuse = [](const char* what, const char* why, const char* remedy) {
    throw InputError({.what = what, .where = "time_series", .why = why, .remedy = remedy});
  };
  if (columns.x_angstrom.empty() || columns.y_angstrom.empty()) {
    refuse("the columns have no positions",
           "x_angstrom and y_angstrom tell which column of one frame is which of the next",
           "give a table that has them, or count without time series");
  }
  if (!columns.has_frames) {
    refuse("the columns are of no frames",
           "the table has no column `frame`, and all rows would be one frame: a time series needs "
           "two or more",
           "give a table that has it, or count without time series");
  }
}

SeriesCounts count_series(const MeasuredColumns& columns,
                          const counting::CountingResult& independent,
                          const std::optional<counting::Library>& library,
                          const CountingStageOptions& options, Progress& progress) {
  check_series(columns);
  SeriesCounts series;
  const SortedColumns sorted = sort_columns_by_frame(columns, independent, series);
  series.matched = counting::match_columns(series.seen, options.time_series.match, progress);
  series.history = counting::count_time_series(series.seen, series.matched, sorted.scs_stderr,
                                               sorted.independent, library, options.options,
                                               options.time_series.options, progress);
  for (const auto& rows : sorted.rows) {
    series.independent_totals.push_back(counting::total_atoms(independent, rows));
  }
  fill_count_rows(series);
  if (series.frames.size() == 1) {
    series.matched.warnings.push_back(
        fmt::format("only frame {} has columns: a time series of one frame tells no more than the "
                    "frame by itself",
                    series.frames[0]));
  }
  return series;
}

void write_series(const fs::path& folder, const SeriesCounts& series) {
  write_count_histories(folder, series);
  write_count_changes(folder, series);
  write_series_frames(folder, series);
  const SeriesFigureData data = read_series_data(folder);
  storage::write_file(folder / "series_totals.svg", report::svg_file(draw_series_totals(data)));
  if (!series.history.changes.empty()) {
    storage::write_file(folder / "series_counts.svg", report::svg_file(draw_series_counts(data)));
  }
  storage::write_file(folder / "series_changes.svg", report::svg_file(draw_series_changes(data)));
}

ordered_json series_json(const SeriesCounts& series) {
  const counting::TimeSeriesResult& history = series.history;
  std::int64_t usable = 0;
  for (const FrameMatch& match : series.matched.frames) usable += match.usable ? 1 : 0;
  ordered_json changes = ordered_json::array();
  for (const double share : history.change_probability) changes.push_back(json_number(share));
  return {{"columns", history.columns.size()},
          {"frames", series.frames.size()},
          {"usable_frames", usable},
          {"spacing_angstrom", json_number(series.matched.spacing_angstrom)},
          {"library_scale", json_number(history.library_scale)},
          {"sigma_angstrom2", json_number(history.sigma_angstrom2)},
          {"miss_probability", json_number(history.miss_probability)},
          {"mean_probability", json_number(history.mean_probability)},
          {"change_probability", changes},
          {"compared_pairs", history.tally.pairs},
          {"changes", history.tally.series},
          {"expected_changes", json_number(history.tally.expected)},
          {"independent_changes", history.tally.independent},
          {"iterations", history.iterations},
          {"converged", history.converged}};
}

}  // namespace adatom::pipeline
