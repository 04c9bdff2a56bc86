// Atom counts of columns, and the files they become.
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/counting/count.h"
#include "adatom/pipeline/stages.h"
#include "adatom/report/page.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "stages/counts_figures.h"
#include "stages/frame_work.h"
#include "stages/json_text.h"
#include "stages/series_counts.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using storage::cell;

/// More maps than this are for the report's slider, not for files.
constexpr std::size_t most_maps = 50;

template <class E>
std::string name_of(E value) {
  return EnumNames<E>::names[static_cast<std::size_t>(value)];
}

std::string integer(std::int64_t value) { return std::to_string(value); }

/// Nothing to count is a table without rows; all its columns stand.
bool placed_columns(const MeasuredColumns& columns) {
  return columns.size() == 0 || (!columns.x_angstrom.empty() && !columns.y_angstrom.empty());
}

void write_count_table(const fs::path& folder, const MeasuredColumns& columns,
                       const counting::CountingResult& result) {
  const bool placed = placed_columns(columns);
  std::vector<std::string> header = {"frame", "column_id"};
  if (placed) header.insert(header.end(), {"x_angstrom", "y_angstrom"});
  header.insert(header.end(), {"scs_angstrom2", "atom_count", "probability"});
  storage::Table table(header);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::vector<std::string> cells = {integer(columns.frame[i]), integer(columns.column_id[i])};
    if (placed) {
      cells.push_back(cell(columns.x_angstrom[i]));
      cells.push_back(cell(columns.y_angstrom[i]));
    }
    cells.push_back(cell(columns.scs_angstrom2[i]));
    cells.push_back(integer(result.counts[i].atom_count));
    cells.push_back(cell(result.counts[i].probability));
    table.add_row(std::move(cells));
  }
  storage::write_file(folder / "counts.csv", table.text());
}

/// The probability of every count for every column; components of one count are added.
void write_probabilities(const fs::path& folder, const MeasuredColumns& columns,
                         const counting::CountingResult& result) {
  std::set<std::int64_t> counts;
  for (const counting::Component& component : result.components) {
    counts.insert(component.atom_count);
  }
  std::vector<std::string> header = {"frame", "column_id"};
  for (const std::int64_t count : counts) header.push_back("probability_" + integer(count));
  storage::Table table(header);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::map<std::int64_t, double> share;
    for (const std::int64_t count : counts) share[count] = 0.0;
    for (std::size_t k = 0; k < result.counts[i].posterior.size(); ++k) {
      share[result.components[k].atom_count] += result.counts[i].posterior[k];
    }
    std::vector<std::string> cells = {integer(columns.frame[i]), integer(columns.column_id[i])};
    for (const auto& [count, probability] : share) cells.push_back(cell(probability));
    table.add_row(std::move(cells));
  }
  storage::write_file(folder / "probabilities.csv", table.text());
}

void write_selection(const fs::path& folder, const counting::CountingResult& result) {
  if (result.selection.empty()) return;
  storage::Table table({"k", "log_likelihood", "entropy", "icl", "bic", "aic"});
  for (const counting::Selection& row : result.selection) {
    table.add_row({integer(row.components), cell(row.log_likelihood), cell(row.entropy),
                   cell(row.icl), cell(row.bic), cell(row.aic)});
  }
  storage::write_file(folder / "selection.csv", table.text());
}

std::vector<FrameTotal> totals_of_frames(const MeasuredColumns& columns,
                                         const counting::CountingResult& result) {
  std::vector<FrameTotal> totals;
  for (const auto& [frame, rows] : rows_of_frames(columns.frame)) {
    totals.push_back({frame, rows.size(), counting::total_atoms(result, rows)});
  }
  return totals;
}

void write_totals(const fs::path& folder, const std::vector<FrameTotal>& totals) {
  storage::Table table(
      {"frame", "columns", "atoms", "atoms_mean", "atoms_stderr", "atoms_low", "atoms_high"});
  for (const auto& [frame, columns, total] : totals) {
    table.add_row({integer(frame), std::to_string(columns), integer(total.atoms), cell(total.mean),
                   cell(total.stderr_atoms), integer(total.low), integer(total.high)});
  }
  storage::write_file(folder / "totals.csv", table.text());
}

ordered_json result_json(const MeasuredColumns& columns, const counting::CountingResult& result,
                         const counting::CountingOptions& options,
                         const std::optional<counting::Library>& library) {
  ordered_json components = ordered_json::array();
  for (const counting::Component& component : result.components) {
    components.push_back({{"atom_count", component.atom_count},
                          {"mean_angstrom2", json_number(component.mean_angstrom2)},
                          {"sigma_angstrom2", json_number(component.sigma_angstrom2)},
                          {"weight", json_number(component.weight)}});
  }
  ordered_json alternatives = ordered_json::array();
  for (const counting::Alternative& other : result.alternatives) {
    alternatives.push_back({{"components", other.components},
                            {"library_scale", json_number(other.library_scale)},
                            {"step_angstrom2", json_number(other.step_angstrom2)},
                            {"atoms", other.atoms},
                            {"odds", json_number(other.odds)}});
  }
  ordered_json json = {{"method", name_of(result.method)},
                       {"criterion", name_of(options.criterion)},
                       {"determined", result.determined},
                       {"reason", result.reason},
                       {"columns", columns.size()},
                       {"sigma_angstrom2", json_number(result.sigma_angstrom2)},
                       {"separation_probability", json_number(result.separation_probability)},
                       {"library_scale", json_number(result.library_scale)},
                       {"library_scale_stderr", json_number(result.library_scale_stderr)},
                       {"offset_angstrom2", json_number(result.offset_angstrom2)},
                       {"step_angstrom2", json_number(result.step_angstrom2)},
                       {"components", components},
                       {"alternatives", alternatives},
                       {"warnings", result.warnings}};
  // Only beside a library.csv.
  if (library) json["library_atoms"] = library->scs_angstrom2.size();
  return json;
}

void write_maps(const fs::path& folder, const MeasuredColumns& columns,
                const counting::CountingResult& result) {
  if (!placed_columns(columns)) return;
  std::pair<std::int64_t, std::int64_t> limits{result.counts.front().atom_count,
                                               result.counts.front().atom_count};
  for (const counting::ColumnCount& count : result.counts) {
    limits.first = std::min(limits.first, count.atom_count);
    limits.second = std::max(limits.second, count.atom_count);
  }
  const auto frames = rows_of_frames(columns.frame);
  const std::vector<std::int64_t> numbers = [&frames] {
    std::vector<std::int64_t> all;
    for (const auto& [frame, rows] : frames) all.push_back(frame);
    return all;
  }();
  const auto last = static_cast<std::size_t>(std::max<std::int64_t>(numbers.back(), 0));
  for (const std::size_t step : report::spread_steps(numbers.size(), most_maps)) {
    const std::int64_t frame = numbers[step];
    CountMapData data;
    for (const std::size_t row : frames.at(frame)) {
      data.x_angstrom.push_back(columns.x_angstrom[row]);
      data.y_angstrom.push_back(columns.y_angstrom[row]);
      data.atom_count.push_back(result.counts[row].atom_count);
      data.probability.push_back(result.counts[row].probability);
    }
    std::string name = "count_map.svg";
    if (numbers.size() > 1) {
      const std::string label = frame < 0 ? "frame_" + integer(frame)
                                          : frame_name(static_cast<std::size_t>(frame), last + 1);
      name = "count_map_" + label.substr(6) + ".svg";
    }
    storage::write_file(folder / name,
                        report::svg_file(draw_counts(data, "Frame " + integer(frame), limits)));
  }
}

void draw_files(const fs::path& folder, const MeasuredColumns& columns,
                const counting::CountingResult& result) {
  storage::write_file(folder / "histogram.svg", report::svg_file(draw_scs_histogram(
                                                    columns.scs_angstrom2, result.components)));
  if (!result.selection.empty()) {
    storage::write_file(
        folder / "icl.svg",
        report::svg_file(
            draw_selection(result.selection, static_cast<std::int64_t>(result.components.size()))));
  }
}

}  // namespace

bool reads_library(const CountingStageOptions& options) {
  return options.has_library() && options.options.method != counting::Method::equidistant;
}

Remarks count_columns(const MeasuredColumns& columns, const CountingStageOptions& options,
                      std::uint64_t seed, const fs::path& folder, const Say& say,
                      Progress& progress) {
  const bool in_series = options.time_series.enabled && columns.size() > 0;
  if (in_series) check_series(columns);
  std::optional<counting::Library> library;
  if (reads_library(options)) {
    const auto file = options.library_file();
    CountingLibrary read = file ? read_counting_library(*file, options.choice)
                                : calculate_counting_library(options.choice, say, progress);
    storage::write_file(folder / "library.csv", read.table.text());
    library = std::move(read.values);
  }
  counting::CountingResult result;
  if (columns.size() == 0) {
    result.method = options.options.method;
    result.reason = "there are no columns to count";
  } else {
    result = counting::count_atoms(columns.scs_angstrom2, columns.scs_stderr_angstrom2, library,
                                   options.options, RandomStream(seed), progress);
  }
  stop_if_cancelled(progress);
  ordered_json json = result_json(columns, result, options.options, library);
  Remarks remarks;
  remarks.warnings = result.warnings;
  write_selection(folder, result);
  if (in_series) {
    const SeriesCounts series = count_series(columns, result, library, options, progress);
    write_count_table(folder, series.columns, series.result);
    write_probabilities(folder, series.columns, series.result);
    write_totals(folder, series.totals);
    write_maps(folder, series.columns, series.result);
    write_series(folder, series);
    json["time_series"] = series_json(series);
    std::ranges::copy(series.matched.warnings, std::back_inserter(remarks.warnings));
    std::ranges::copy(series.history.warnings, std::back_inserter(remarks.warnings));
    remarks.metrics["series_columns"] = static_cast<double>(series.history.columns.size());
    remarks.metrics["series_changes"] = static_cast<double>(series.history.tally.series);
  } else {
    write_count_table(folder, columns, result);
    write_probabilities(folder, columns, result);
    write_totals(folder, totals_of_frames(columns, result));
    if (columns.size() > 0) write_maps(folder, columns, result);
  }
  if (columns.size() > 0) draw_files(folder, columns, result);
  storage::write_file(folder / "counting.json", json_text(json));

  if (!result.determined) {
    // The reason says so itself, as a rule.
    constexpr std::string_view verdict = "not determined";
    remarks.shortfalls.push_back(result.reason.starts_with(verdict)
                                     ? "atom counts " + result.reason
                                     : "atom counts not determined: " + result.reason);
  }
  const std::map<std::string, double> metrics = {
      {"columns", static_cast<double>(columns.size())},
      {"components", static_cast<double>(result.components.size())},
      {"sigma_angstrom2", result.sigma_angstrom2},
      {"separation_probability", result.separation_probability}};
  remarks.metrics.insert(metrics.begin(), metrics.end());
  return remarks;
}

}  // namespace adatom::pipeline
