#include "mobility/lindemann_report.h"

#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"

namespace adatom::pipeline {
namespace {

std::string measured_text(const dynamics::Measured& value, int digits) {
  if (std::isfinite(value.standard_error) && value.standard_error > 0.0) {
    return report::with_error(value.value, value.standard_error);
  }
  return report::significant(value.value, digits);
}

report::Table index_table(const LindemannCurves& curves) {
  report::Table table{.caption =
                          "Indices, means over windows with standard errors, and over whole "
                          "trajectories",
                      .columns = {{"temperature", "K"},
                                  {"group", "", report::Align::left},
                                  {"atoms", ""},
                                  {"windows", ""},
                                  {"window", "ps"},
                                  {"index", ""},
                                  {"index of whole trajectories", ""},
                                  {"their length", "ps"}},
                      .rows = {}};
  for (const GroupIndex& row : curves.indices) {
    table.rows.push_back({std::isfinite(row.temperature_k) ? shortest(row.temperature_k) : "",
                          row.group, report::count_text(static_cast<long long>(row.atoms)),
                          report::count_text(static_cast<long long>(row.windows)),
                          report::significant(row.window_ps, 4), measured_text(row.index, 3),
                          report::significant(row.whole_index, 3),
                          report::significant(row.whole_ps, 4)});
  }
  return table;
}

report::Table onset_table(const LindemannCurves& curves) {
  report::Table table{.caption =
                          "Onset temperatures, K. Thresholds: where the index passes them "
                          "for good, between two temperatures; tangent: where the tangent "
                          "at the inflection leaves the solid's line",
                      .columns = {{"group", "", report::Align::left}},
                      .rows = {}};
  for (const auto& crossing : curves.onsets.front().onset.crossings) {
    table.columns.push_back({"index " + shortest(crossing.threshold), "K"});
  }
  table.columns.insert(table.columns.end(),
                       {{"tangent", "K"}, {"inflection", "K"}, {"width", "K"}});
  for (const GroupOnset& group : curves.onsets) {
    std::vector<std::string> row = {group.group};
    for (const auto& crossing : group.onset.crossings) {
      row.push_back(crossing.temperature_k ? measured_text(*crossing.temperature_k, 3)
                                           : "not passed");
    }
    if (group.onset.fitted) {
      row.insert(row.end(),
                 {measured_text(group.onset.onset_k, 3), measured_text(group.onset.inflection_k, 3),
                  report::significant(group.onset.curve.width_k, 2)});
    } else {
      row.insert(row.end(), {group.onset.reason, "", ""});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::vector<report::Fact> key_numbers(const std::vector<TrajectoryIndices>& trajectories,
                                      const LindemannCurves& curves) {
  std::vector<report::Fact> facts = {
      {"trajectories", report::count_text(static_cast<long long>(trajectories.size()))},
      {"window", report::significant(curves.indices.front().window_ps, 3) + " ps"}};
  for (const GroupOnset& group : curves.onsets) {
    if (!group.onset.fitted) continue;
    facts.emplace_back(group.group + ", inflection",
                       measured_text(group.onset.inflection_k, 3) + " K");
  }
  return facts;
}

}  // namespace

std::string lindemann_report(const std::vector<TrajectoryIndices>& trajectories,
                             const LindemannCurves& curves, const LindemannFigures& figures,
                             const std::vector<std::string>& warnings,
                             const std::string& configuration) {
  report::Page page("Lindemann index", "how much the distances between atoms fluctuate");
  page.key_numbers(key_numbers(trajectories, curves));
  page.warnings(warnings);
  if (!curves.onsets.empty()) {
    page.section("Melting");
    page.figure(figures.curves,
                "Index of the atoms of each group, over windows, with standard errors; lines are "
                "fitted, dashed ones their inflections and the thresholds.");
    page.table(onset_table(curves));
  }
  page.section("Distances from the centre of mass");
  page.paragraph("Shells: borders " + curves.shells_text + ".");
  page.figure(figures.radial, "At the lowest and at the highest temperature.");
  std::vector<report::SliderStep> steps;
  for (std::size_t k = 0; k < figures.steps.size(); ++k) {
    steps.push_back({figures.steps[k], {figures.radials[k]}});
  }
  page.slider(steps, {.name = "Temperature",
                      .caption = "Density of the distance of one atom of the group; bars are "
                                 "standard errors from 8 to 16 parts of each trajectory."});
  page.section("Length of the window");
  page.figure(figures.growth,
              "The index grows with the time it is taken over, in a liquid by the exchange of "
              "atoms; only indices over equal times compare.");
  page.section("Indices");
  page.table(index_table(curves), report::Fold::closed);
  page.section("Options");
  page.verbatim("All options", configuration);
  return page.html();
}

}  // namespace adatom::pipeline
