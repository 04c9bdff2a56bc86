#include "stages/report_series_counts.h"

#include <string>
#include <vector>

#include "adatom/report/number_format.h"
#include "adatom/storage/csv.h"
#include "stages/series_counts.h"

namespace adatom::pipeline {
namespace {

std::string count_field(const nlohmann::json& json, const char* name) {
  return report::count_text(json.at(name).get<std::int64_t>());
}

std::string percent_field(const nlohmann::json& value) {
  return report::significant(100.0 * value.get<double>(), 3);
}

void add_changes_table(report::Page& page, const storage::Table& changes) {
  const auto frame = changes.texts("frame");
  const auto next = changes.texts("next_frame");
  const auto column = changes.texts("column_id");
  const auto from = changes.texts("from_count");
  const auto to = changes.texts("to_count");
  const auto probability = changes.numbers("probability");
  const auto before = changes.integers("independent_from");
  const auto after = changes.integers("independent_to");
  report::Table table{.caption = "Changes between frames",
                      .columns = {{"frames", ""},
                                  {"column", ""},
                                  {"from", "atoms"},
                                  {"to", "atoms"},
                                  {"probability", ""},
                                  {"each frame by itself", "atoms"}},
                      .rows = {}};
  const auto alone = [](long long count) {
    return count < 0 ? std::string("?") : std::to_string(count);
  };
  for (std::size_t i = 0; i < frame.size(); ++i) {
    table.rows.push_back({frame[i] + " to " + next[i], column[i], from[i], to[i],
                          report::fixed(probability[i], 3),
                          alone(before[i]) + " to " + alone(after[i])});
  }
  page.table(table, frame.size() > 12 ? report::Fold::closed : report::Fold::open);
}

}  // namespace

void add_series_counts(report::Page& page, const StageOutputs& counts, const nlohmann::json& json) {
  if (!json.contains("time_series")) return;
  const nlohmann::json& series = json.at("time_series");
  page.section("Atom counts through the series");
  page.paragraph(count_field(series, "columns") + " columns were followed through " +
                 count_field(series, "usable_frames") + " of " + count_field(series, "frames") +
                 " frames and counted in all of them together (hidden Markov model). Between " +
                 count_field(series, "compared_pairs") + " pairs of counts in successive frames, " +
                 count_field(series, "changes") + " differ; " +
                 count_field(series, "independent_changes") +
                 " do where every frame is counted by itself. A column keeps its count from one "
                 "frame to the next with a probability of " +
                 percent_field(series.at("change_probability").at(0)) +
                 " %. Of the counts of columns that are seen, " +
                 percent_field(series.at("mean_probability")) + " % are expected to be right.");
  const SeriesFigureData data = read_series_data(counts.result.folder);
  const storage::Table changes = storage::read_csv(counts.result.folder / "changes.csv");
  page.figure(draw_series_totals(data),
              "Atoms in the particle, frame by frame: from all frames together with standard "
              "errors, and from every frame by itself.");
  std::vector<report::Figure> figures;
  if (changes.rows() > 0) figures.push_back(draw_series_counts(data));
  figures.push_back(draw_series_changes(data));
  page.figures(figures, changes.rows() > 0
                            ? "Counts of the columns that change most often, and how often every "
                              "column changes."
                            : "How often every column changes.");
  if (changes.rows() > 0) add_changes_table(page, changes);
}

}  // namespace adatom::pipeline
