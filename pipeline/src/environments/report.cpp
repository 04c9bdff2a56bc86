#include "environments/report.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"
#include "environments/report_texts.h"
#include "environments/tables.h"

namespace adatom::pipeline {
namespace {

using report::Align;
using report::Fact;

constexpr double ns_per_ps = 1e-3;

std::string number(std::size_t n) { return report::count_text(static_cast<long long>(n)); }
std::string percent(double share) { return report::significant(100.0 * share, 3) + " %"; }

/// "1,038" or "1,030 to 1,047".
std::string span_text(const std::vector<TrajectoryResult>& all,
                      std::size_t (*value)(const TrajectoryResult&)) {
  std::set<std::size_t> values;
  for (const auto& t : all) values.insert(value(t));
  return values.size() == 1 ? number(*values.begin())
                            : number(*values.begin()) + " to " + number(*values.rbegin());
}

std::vector<Fact> key_numbers(const EnvironmentsResult& result) {
  const auto& all = result.trajectories;
  std::uint64_t atoms = 0;
  std::uint64_t unknown = 0;
  double distance = 0.0;
  for (const auto& t : all) {
    atoms += t.statistics.distances.atoms;
    unknown += t.statistics.distances.unknown;
    distance += t.statistics.distances.sum;
  }
  const double weight = static_cast<double>(std::max<std::uint64_t>(atoms, 1));
  std::vector<Fact> facts = {
      {result.all_single() ? "structures" : "trajectories", number(all.size())},
      {"atoms counted",
       span_text(all, [](const TrajectoryResult& t) { return t.statistics.counted_atoms; })}};
  if (!result.all_single()) {
    facts.emplace_back(
        "frames", span_text(all, [](const TrajectoryResult& t) { return t.plan.frames.size(); }));
    double longest = 0.0;
    for (const auto& t : all) {
      longest = std::max(longest, t.plan.time_ps(t.plan.frames.size() - 1) * ns_per_ps);
    }
    facts.emplace_back("length", shortest(longest) + " ns");
  }
  if (result.pooled) facts.emplace_back("window", shortest(result.pooled->window_ns) + " ns");
  facts.emplace_back("mean SOAP distance", report::significant(distance / weight, 3));
  facts.emplace_back("in no known environment", percent(static_cast<double>(unknown) / weight));
  return facts;
}

report::Table population_table(const EnvironmentsResult& result) {
  report::Table table{
      .caption = result.trajectories.size() > 1
                     ? "Populations: means over all, with the standard error of their spread"
                     : "Populations, with standard errors by blocks of time",
      .columns = {{"class", "", Align::left}, {"mean", "%"}, {"atoms", ""}, {"first frame", "%"}},
      .rows = {}};
  if (result.all_single()) table.columns.pop_back();
  for (const auto& p : result.populations) {
    table.rows.push_back({result.counted.names[p.label],
                          report::with_error(100.0 * p.fraction, 100.0 * p.fraction_stderr),
                          report::with_error(p.atoms, p.atoms_stderr)});
    if (!result.all_single()) {
      table.rows.back().push_back(report::fixed(100.0 * p.start_fraction, 2));
    }
  }
  return table;
}

/// Structures as rows, labels as columns.
report::Table count_table(const EnvironmentsResult& result) {
  report::Table table{.caption = "Atoms of each structure",
                      .columns = {{"structure", "", Align::left}, {"atoms", ""}},
                      .rows = {}};
  for (const auto& name : result.counted.names) table.columns.push_back({name, ""});
  table.columns.push_back({"unknown", "%"});
  for (const auto& t : result.trajectories) {
    if (!t.plan.is_single()) continue;
    std::vector<std::string> row = {t.plan.name, number(t.statistics.counted_atoms)};
    for (const auto& p : t.statistics.populations) row.push_back(number(p.start_atoms));
    row.push_back(report::fixed(100.0 * t.statistics.distances.unknown_share(), 1));
    table.rows.push_back(std::move(row));
  }
  return table;
}

report::Table plateau_table(const EnvironmentsResult& result) {
  report::Table table{.caption = "Are the populations stationary?",
                      .columns = {{"trajectory", "", Align::left},
                                  {"plateau", "", Align::left},
                                  {"from", "ns"},
                                  {"counted from", "ns"},
                                  {"to", "ns"},
                                  {"independent samples", ""},
                                  {"slowest class", "", Align::left}},
                      .rows = {}};
  for (const auto& t : result.trajectories) {
    if (t.plan.is_single()) continue;
    const auto& s = t.statistics;
    const auto time = [&t](std::size_t frame) {
      return report::significant(t.plan.time_ps(frame) * ns_per_ps, 3);
    };
    table.rows.push_back({t.plan.name, plateau_text(s.plateau.verdict), time(s.plateau.first_frame),
                          time(s.first_frame), time(t.plan.frames.size() - 1),
                          report::significant(s.plateau.effective_samples, 2),
                          result.counted.names[s.plateau.slowest]});
  }
  return table;
}

std::string interval_text(double low, double high) {
  return report::significant(low, 2) + " to " +
         (std::isfinite(high) ? report::significant(high, 2) : "∞");
}

report::Table transition_table(const dynamics::TransitionMatrix& matrix,
                               const EnvironmentsResult& result,
                               const EnvironmentsOptions& options) {
  report::Table table{
      .caption = fmt::format("Transitions within {} ns that were seen, with {} % intervals",
                             shortest(matrix.window_ns), shortest(100.0 * options.confidence)),
      .columns = {{"from", "", Align::left},
                  {"to", "", Align::left},
                  {"count", ""},
                  {"probability", ""},
                  {"interval", ""},
                  {"rate", "1/ns"},
                  {"time", "ns"},
                  {"interval of the time", "ns"}},
      .rows = {}};
  for (const auto& e : matrix.entries) {
    if (e.count == 0) continue;
    table.rows.push_back(
        {result.counted.names[e.from], result.counted.names[e.to],
         report::count_text(static_cast<long long>(e.count)), report::significant(e.probability, 3),
         interval_text(e.interval.low, e.interval.high), report::significant(e.rate_per_ns, 3),
         e.time_ns ? report::significant(*e.time_ns, 3) : "",
         interval_text(matrix.window_ns / e.interval.high, matrix.window_ns / e.interval.low)});
  }
  return table;
}

report::Table markov_table(const EnvironmentsResult& result) {
  report::Table table{
      .caption =
          "Chapman and Kolmogorov's test: the entry of the matrix of k windows that is "
          "farthest, in standard errors, from the k-th power of the matrix of one",
      .columns = {{"trajectory", "", Align::left},
                  {"windows", ""},
                  {"from", "", Align::left},
                  {"to", "", Align::left},
                  {"counted", ""},
                  {"predicted", ""},
                  {"difference", ""},
                  {"slowest time", "ns"}},
      .rows = {}};
  for (const auto& t : result.trajectories) {
    if (!t.statistics.markov) continue;
    const auto& test = *t.statistics.markov;
    for (const auto& step : test.steps) {
      std::string slowest;
      for (const auto& scales : test.timescales) {
        if (scales.windows != step.windows || scales.time_ns.empty()) continue;
        slowest = report::with_error(scales.time_ns.front(), scales.time_stderr_ns.front());
      }
      table.rows.push_back({t.plan.name, number(step.windows), result.counted.names[step.from],
                            result.counted.names[step.to], report::significant(step.counted, 3),
                            report::significant(step.predicted, 3),
                            report::with_error(step.counted - step.predicted, step.standard_error),
                            slowest});
    }
  }
  return table;
}

report::Table residence_table(const EnvironmentsResult& result,
                              const EnvironmentsOptions& options) {
  report::Table table{
      .caption = fmt::format("How long atoms stay: if leaving has no memory (with {} % intervals), "
                             "and without that assumption (Kaplan and Meier)",
                             shortest(100.0 * options.confidence)),
      .columns = {{"trajectory", "", Align::left},
                  {"class", "", Align::left},
                  {"exits", ""},
                  {"memoryless", "ns"},
                  {"interval", "ns"},
                  {"median", "ns"},
                  {"mean", "ns"}},
      .rows = {}};
  for (const auto& t : result.trajectories) {
    for (const auto& r : t.statistics.residences) {
      if (r.time_at_risk_ns <= 0.0) continue;
      const auto optional = [](const std::optional<double>& value) {
        return value ? report::significant(*value, 3) : std::string("not seen");
      };
      table.rows.push_back(
          {t.plan.name, result.counted.names[r.label],
           report::count_text(static_cast<long long>(r.exits)), optional(r.exponential_ns),
           interval_text(r.exponential_interval_ns.low, r.exponential_interval_ns.high),
           optional(r.median_ns),
           r.mean_ns ? report::with_error(*r.mean_ns, r.mean_stderr_ns.value_or(0.0))
                     : "not seen"});
    }
  }
  return table;
}

report::Table event_table(const EnvironmentsResult& result) {
  report::Table table{.caption =
                          "Events of most atoms; all of them, with paths, are in events.csv, "
                          "event_atoms.csv and event_paths.csv",
                      .columns = {{"trajectory", "", Align::left},
                                  {"event", ""},
                                  {"from", "ns"},
                                  {"to", "ns"},
                                  {"atoms", ""},
                                  {"mean displacement", "Å"},
                                  {"classes before and after", "", Align::left}},
                      .rows = {}};
  for (const auto& t : result.trajectories) {
    if (!t.events) continue;
    for (const auto& [number_of, event] : t.events->largest) {
      const auto time = [&t](std::size_t frame) {
        return report::significant(t.plan.time_ps(frame) * ns_per_ps, 4);
      };
      table.rows.push_back({t.plan.name, number(number_of), time(event.first_frame),
                            time(event.last_frame), number(event.atoms.size()),
                            report::fixed(event.displacement_angstrom.norm(), 2),
                            changes_text(event, result.counted)});
    }
  }
  return table;
}

void add_events(report::Page& page, const EnvironmentsResult& result) {
  const bool any = std::any_of(result.trajectories.begin(), result.trajectories.end(),
                               [](const TrajectoryResult& t) { return t.events.has_value(); });
  if (!any) return;
  page.section("Rare events");
  for (const auto& t : result.trajectories) {
    if (!t.events) continue;
    page.paragraph(fmt::format("{}: {} events in which {} atoms moved elsewhere.", t.plan.name,
                               number(t.events->events), number(t.events->moved_atoms)));
  }
  page.table(event_table(result));
}

/// One step for each trajectory that has such figures.
void add_slider(report::Page& page, const EnvironmentsResult& result,
                const std::vector<std::vector<report::Figure>>& panels,
                const std::string& caption) {
  std::vector<report::SliderStep> steps;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    if (!panels[i].empty()) steps.push_back({result.trajectories[i].plan.name, panels[i]});
  }
  if (steps.empty()) return;
  if (steps.size() == 1) {
    page.figures(steps.front().panels, caption);
  } else {
    page.slider(steps,
                {.name = result.all_single() ? "Structure" : "Trajectory", .caption = caption});
  }
}

void add_changes(report::Page& page, const EnvironmentsResult& result, const ReportFigures& figures,
                 const EnvironmentsOptions& options) {
  page.section("Transitions");
  page.figure(*figures.common.transitions,
              "Probability that an atom of the class of the row is in that of the column one "
              "window later. Empty: never seen.");
  page.figure(*figures.common.chords,
              "Who becomes what: an arc is as long as the class is populous, a ribbon as wide as "
              "the flow out of the class at that end, in the colour of the class that gives more.");
  if (result.mean_of_matrices) page.paragraph(averages_text());
  page.table(transition_table(*result.pooled, result, options), report::Fold::closed);
  page.section("Does the class alone tell what comes next?");
  for (const auto& t : result.trajectories) {
    if (t.statistics.markov) page.paragraph(markov_sentence(t));
  }
  page.table(markov_table(result));
  page.section("Residence times");
  std::vector<std::vector<report::Figure>> survival;
  for (const auto& f : figures.trajectories) survival.push_back(f.survival);
  add_slider(page, result, survival,
             "Share of the visits that last longer than a time (Kaplan and Meier), of visits that "
             "were seen to begin; those that outlast the trajectory count until its end.");
  page.table(residence_table(result, options));
}

}  // namespace

std::string environments_report(const EnvironmentsResult& result, const ReportFigures& figures,
                                const EnvironmentsOptions& options,
                                const std::vector<std::string>& warnings,
                                const std::string& configuration) {
  report::Page page("Atomic environments",
                    result.dictionary.element + ", " + result.dictionary.source);
  page.key_numbers(key_numbers(result));
  page.warnings(warnings);
  page.section("Particle");
  std::vector<std::vector<report::Figure>> particles;
  std::vector<std::vector<report::Figure>> populations;
  for (const auto& f : figures.trajectories) {
    particles.push_back({f.particle});
    populations.push_back(f.populations);
  }
  add_slider(page, result, particles,
             result.all_single() ? "The structure, whole and cut open."
                                 : "The last frame, whole and cut open.");
  page.section("Populations");
  page.figure(figures.common.populations,
              result.all_single() ? "Share of the atoms in each class."
                                  : "Share of the atoms in each class: in the first frame, pale, "
                                    "and on average, with standard errors.");
  const bool some_single =
      std::any_of(result.trajectories.begin(), result.trajectories.end(),
                  [](const TrajectoryResult& t) { return t.plan.is_single(); });
  if (some_single) page.table(count_table(result));
  page.table(population_table(result));
  if (!result.all_single()) {
    if (const auto text = undetermined_text(result); !text.empty()) page.paragraph(text);
  }
  if (result.all_single()) page.paragraph(single_text());
  if (!result.all_single()) {
    page.section("Over time");
    add_slider(page, result, populations,
               "Atoms in each class over time. What is averaged begins at the dashed line.");
    page.table(plateau_table(result));
  }
  if (result.pooled) add_changes(page, result, figures, options);
  add_events(page, result);
  page.section("Known environments");
  page.figure(figures.common.distances,
              "How far atoms are, by SOAP, from the nearest environment of the dictionary: those "
              "far from all are in none that it knows.");
  page.figure(figures.common.dendrogram,
              "The dictionary: environments joined by complete linkage of their SOAP distances; "
              "the classes are what is left below the dashed line.");
  page.section("Method");
  for (const auto& text : method_texts(result, options)) page.paragraph(text);
  page.section("Options");
  page.verbatim("All options", configuration);
  return page.html();
}

}  // namespace adatom::pipeline
