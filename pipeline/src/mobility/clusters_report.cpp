#include "mobility/clusters_report.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"

namespace adatom::pipeline {
namespace {

/// A curve of more points is no finer on paper; most of a stretch is what it shows.
constexpr std::size_t most_points = 600;

report::Figure draw_outside(const ClustersShown& shown) {
  const auto& times = shown.times_ps;
  const auto& outside = shown.outside;
  report::Curve curve{.style = report::CurveStyle::line};
  const std::size_t step = (times.size() + most_points - 1) / most_points;
  for (std::size_t i = 0; i < times.size(); i += step) {
    const std::size_t end = std::min(times.size(), i + step);
    const auto first = outside.begin() + static_cast<std::ptrdiff_t>(i);
    const auto last = outside.begin() + static_cast<std::ptrdiff_t>(end);
    curve.x.push_back(times[i]);
    curve.y.push_back(*std::max_element(first, last));
  }
  const std::vector<report::Curve> curves = {curve};
  return report::draw_curves(curves, {.title = "Atoms outside the main cluster",
                                      .x_label = "time (ps)",
                                      .y_label = "atoms",
                                      .y_kind = report::AxisKind::integer});
}

report::Figure draw_sizes(const ClustersShown& shown) {
  report::Curve curve{.style = report::CurveStyle::points};
  curve.x = shown.sizes.numbers("size");
  curve.y = shown.sizes.numbers("clusters_per_frame");
  curve.y_error = shown.sizes.numbers("clusters_per_frame_stderr");
  for (double& error : curve.y_error) error = std::isfinite(error) ? error : 0.0;
  const std::vector<report::Curve> curves = {curve};
  return report::draw_curves(curves, {.title = "Sizes of clusters",
                                      .x_label = "atoms in a cluster",
                                      .y_label = "clusters per frame",
                                      .x_kind = report::AxisKind::integer,
                                      .y_scale = report::AxisScale::logarithmic});
}

report::Table events_table(const storage::Table& events) {
  constexpr std::size_t most = 200;
  report::Table table{.caption =
                          "Atoms that left the main cluster and that came to it, the first "
                          "200; all are in events.csv. Site: the atoms of the main cluster "
                          "that they were bound to",
                      .columns = {{"event", "", report::Align::left},
                                  {"time", "ps"},
                                  {"size", "atoms"},
                                  {"atoms", "", report::Align::left},
                                  {"away", "ps"},
                                  {"site", "", report::Align::left},
                                  {"distance", "Å"}},
                      .rows = {}};
  const auto times = events.numbers("time_ps");
  const auto away = events.numbers("away_ps");
  const auto distance = events.numbers("distance_angstrom");
  const auto atoms = events.texts("atoms");
  const auto site = events.texts("site");
  const auto kind = events.texts("event");
  const auto size = events.integers("size");
  for (std::size_t i = 0; i < std::min(events.rows(), most); ++i) {
    table.rows.push_back({kind[i], report::significant(times[i], 6), report::count_text(size[i]),
                          atoms[i], std::isfinite(away[i]) ? report::significant(away[i], 4) : "",
                          site[i], report::fixed(distance[i], 1)});
  }
  return table;
}

}  // namespace

void read_outside(const std::filesystem::path& table, ClustersShown& shown) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);  // the header
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    std::istringstream words(line);
    for (std::string word; std::getline(words, word, ',');) cells.push_back(word);
    // frame,time_ps,clusters,largest,main,outside,...
    const auto time = cells.size() > 5 ? parse_double(cells[1]) : std::nullopt;
    const auto outside = cells.size() > 5 ? parse_double(cells[5]) : std::nullopt;
    if (!time || !outside) {
      throw InputError({.what = "a line that is none of this table's",
                        .where = table.string(),
                        .why = line.substr(0, 60),
                        .remedy = "remove the folder to begin again"});
    }
    shown.times_ps.push_back(*time);
    shown.outside.push_back(*outside);
  }
}

ClustersFigures draw_clusters(const ClustersShown& shown) {
  return {draw_outside(shown), draw_sizes(shown)};
}

std::string clusters_report(const ClustersShown& shown, const ClustersFigures& figures,
                            const std::vector<std::string>& warnings,
                            const std::string& configuration) {
  const auto kinds = shown.events.texts("event");
  const auto detachments = std::ranges::count(kinds, std::string("detachment"));
  report::Page page("Clusters", "atoms that leave the particle and come back");
  const std::vector<report::Fact> facts = {
      {"frames", report::count_text(static_cast<long long>(shown.times_ps.size()))},
      {"atoms", report::count_text(static_cast<long long>(shown.atoms))},
      {"detachments", report::count_text(detachments)},
      {"attachments",
       report::count_text(static_cast<long long>(shown.events.rows()) - detachments)},
      {"bind within", report::fixed(shown.distances.bind_angstrom, 2) + " Å"},
      {"part beyond", report::fixed(shown.distances.release_angstrom, 2) + " Å"}};
  page.key_numbers(facts);
  page.warnings(warnings);
  page.section("Over time");
  page.figure(figures.outside, "Frame by frame, short absences included.");
  page.section("Sizes");
  page.figure(figures.sizes, "Bars are standard errors from 8 to 16 parts of the trajectory.");
  page.section("Events");
  page.table(events_table(shown.events));
  page.section("Options");
  page.verbatim("All options", configuration);
  return page.html();
}

}  // namespace adatom::pipeline
