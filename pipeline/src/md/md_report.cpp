#include "md/md_report.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"
#include "config/potential_text.h"
#include "md/atom_picture.h"

namespace adatom::pipeline {
namespace {

using report::Fact;

/// A curve of more points is no finer on paper.
constexpr std::size_t most_points = 600;

report::Curve thinned(const std::vector<md::Thermo>& rows, double time_offset_ps,
                      const std::string& label, double (*value)(const md::Thermo&), double unit) {
  report::Curve curve{.label = label, .style = report::CurveStyle::line};
  for (const std::size_t i : report::spread_steps(rows.size(), most_points)) {
    curve.x.push_back(rows[i].time_ps + time_offset_ps);
    curve.y.push_back(value(rows[i]) / unit);
  }
  return curve;
}

/// The thermalisation stands before the production, which begins at 0.
std::vector<report::Curve> curves_of(const ShownReplica& replica,
                                     double (*value)(const md::Thermo&), double unit) {
  std::vector<report::Curve> curves;
  if (!replica.thermalisation.empty()) {
    curves.push_back(thinned(replica.thermalisation, -replica.thermalisation.back().time_ps,
                             "thermalisation", value, unit));
  }
  curves.push_back(thinned(replica.production, 0.0, "production", value, unit));
  return curves;
}

report::Figure draw_temperature(const ShownReplica& replica, const MdOptions& options) {
  auto curves = curves_of(
      replica, [](const md::Thermo& row) { return row.temperature_k; }, 1.0);
  if (options.dynamics.ensemble != md::Ensemble::nve) {
    const double from = curves.front().x.empty() ? 0.0 : curves.front().x.front();
    curves.push_back({.label = "asked for",
                      .x = {from, replica.summary.time_ps},
                      .y = {replica.summary.temperature_k, replica.summary.temperature_k},
                      .style = report::CurveStyle::line});
  }
  return report::draw_curves(
      curves, {.title = "Temperature", .x_label = "time (ps)", .y_label = "temperature (K)"});
}

report::Figure draw_energy(const ShownReplica& replica) {
  const auto atoms = static_cast<double>(replica.summary.atoms);
  return report::draw_curves(
      curves_of(
          replica, [](const md::Thermo& row) { return row.potential_ev; }, atoms),
      {.title = "Potential energy", .x_label = "time (ps)", .y_label = "energy (eV per atom)"});
}

/// "1 ns", "20 ps".
std::string time_text(double ps) {
  if (ps >= 1e6) return shortest(ps * 1e-6) + " µs";
  return ps >= 1e3 ? shortest(ps * 1e-3) + " ns" : shortest(ps) + " ps";
}

std::string mean_text(const numeric::BlockedMean& mean, double unit, int digits) {
  if (mean.determined) return report::with_error(mean.mean / unit, mean.standard_error / unit);
  return report::significant(mean.mean / unit, digits);
}

report::Table table_of(const std::vector<ReplicaSummary>& summaries) {
  report::Table table{
      .caption =
          fmt::format("Means with standard errors (by blocks), from {} on. {} The drift is that "
                      "of the energy including what the thermostat exchanged",
                      time_text(summaries.front().averages_from_ps), md_energies),
      .columns = {{"run", "", report::Align::left},
                  {"atoms", ""},
                  {"relaxed", "eV per atom"},
                  {"thermalised", "K"},
                  {"temperature", "K"},
                  {"potential energy", "eV per atom"},
                  {"drift", "meV per atom and ns"}},
      .rows = {}};
  for (const auto& s : summaries) {
    const auto atoms = static_cast<double>(s.atoms);
    table.rows.push_back({s.name, report::count_text(static_cast<long long>(s.atoms)),
                          s.relaxed_ev ? report::fixed(*s.relaxed_ev / atoms, 5) : "",
                          s.thermalised_k ? report::fixed(*s.thermalised_k, 1) : "",
                          mean_text(s.temperature, 1.0, 4), mean_text(s.potential_ev, atoms, 6),
                          report::significant(s.drift_mev_per_atom_ns, 2)});
  }
  return table;
}

std::vector<Fact> key_numbers(const std::vector<ReplicaSummary>& summaries,
                              const MdOptions& options) {
  std::size_t least = summaries.front().atoms;
  std::size_t most = least;
  for (const auto& s : summaries) {
    least = std::min(least, s.atoms);
    most = std::max(most, s.atoms);
  }
  const auto number = [](std::size_t n) { return report::count_text(static_cast<long long>(n)); };
  std::string temperatures;
  for (const double t : options.temperatures_k) {
    temperatures += (temperatures.empty() ? "" : ", ") + shortest(t);
  }
  return {{"runs", number(summaries.size())},
          {"atoms", least == most ? number(least) : number(least) + " to " + number(most)},
          {"temperature", temperatures + " K"},
          {"production", time_text(summaries.front().time_ps)},
          {"potential", potential_with_names(options.potential)}};
}

}  // namespace

ReplicaFigures draw_replica(const ShownReplica& replica, const MdOptions& options) {
  const double reach = neighbour_reach_angstrom(replica.start);
  const double side = picture_side_angstrom(replica.start, reach);
  const std::string start = options.minimise ? "Relaxed" : "At the start";
  const std::string end = fmt::format("After {} at {} K", time_text(replica.summary.time_ps),
                                      shortest(replica.summary.temperature_k));
  const std::string& name = replica.summary.name;
  return {.start = draw_particle(replica.start, start + ", " + name, reach, side),
          .end = draw_particle(replica.end, end + ", " + name, reach, side),
          .temperature = draw_temperature(replica, options),
          .energy = draw_energy(replica),
          .start_model = model_frame(replica.start, start + ", " + name, reach),
          .end_model = model_frame(replica.end, end + ", " + name, reach)};
}

std::string md_report(const std::vector<ReplicaSummary>& summaries,
                      const std::vector<ReplicaFigures>& figures, const MdOptions& options,
                      const std::vector<std::string>& warnings, const std::string& configuration) {
  report::Page page("Molecular dynamics", potential_with_names(options.potential));
  page.key_numbers(key_numbers(summaries, options));
  page.warnings(warnings);
  page.section("Particles");
  report::Model model{.title = "Particles",
                      .colourings = {{.name = "neighbours", .kinds = report::coordination_kinds()}},
                      .frame_name = "State"};
  for (const auto& one : figures) {
    model.frames.push_back(one.start_model);
    model.frames.push_back(one.end_model);
  }
  page.model(model,
             "Atoms coloured by their number of nearest neighbours, closer than 0.85 lattice "
             "parameters; inside an fcc crystal it is 12. Before and after each run.");
  std::vector<report::SliderStep> states;
  std::vector<report::SliderStep> curves;
  for (std::size_t i = 0; i < summaries.size(); ++i) {
    states.push_back({summaries[i].name, {figures[i].start, figures[i].end}});
    curves.push_back({summaries[i].name, {figures[i].temperature, figures[i].energy}});
  }
  page.slider(states, {.name = "Run", .caption = "The same as pictures, side by side."});
  page.section("Temperature and energy");
  page.slider(curves, {.name = "Run",
                       .caption = "Temperature and potential energy; the production begins at 0, "
                                  "the thermalisation stands before it."});
  page.section("Averages");
  page.table(table_of(summaries));
  if (const auto text = precision_text(summaries)) page.paragraph(*text);
  page.section("Options");
  page.verbatim("All options", configuration);
  return page.html();
}

}  // namespace adatom::pipeline
