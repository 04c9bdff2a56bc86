#include "driving_force/driving_force_report.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "adatom/report/figure_curve.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"
#include "driving_force/driving_force_files.h"

namespace adatom::pipeline {
namespace {

constexpr double percent = 100.0;
constexpr double zero_celsius_k = 273.15;
constexpr std::size_t most_energies = 5;  ///< curves beside the measured one

std::string axis_of(const ForceSeries& series) {
  return series.kind == SeriesKind::gas ? "H₂/O₂" : "temperature (°C)";
}

/// Of several temperatures and gases at once there is no axis: prediction against measurement.
report::Figure draw_all(const DrivingForce& force, const ForceSeries& series) {
  report::Curve points{.label = "conditions", .style = report::CurveStyle::points};
  double highest = 0.0;
  for (std::size_t i = 0; i < series.conditions.size(); ++i) {
    const auto& measured = force.conditions[series.conditions[i]].velocity->share;
    points.x.push_back(percent * series.comparison.scaled[i].value);
    points.y.push_back(percent * measured.value);
    points.y_error.push_back(percent * measured.standard_error);
    highest = std::max(highest, points.x.back());
  }
  const report::Curve equal{.label = "equal",
                            .x = {0.0, highest},
                            .y = {0.0, highest},
                            .style = report::CurveStyle::line};
  return report::draw_curves(std::vector<report::Curve>{points, equal},
                             {.title = "All conditions, one common factor",
                              .x_label = "predicted, scaled (%)",
                              .y_label = "measured: fast particles (%)"});
}

report::Figure draw_prediction(const DrivingForce& force, const ForceSeries& series) {
  if (series.kind == SeriesKind::all) return draw_all(force, series);
  report::Curve measured{.label = "measured: fast particles"};
  report::Curve predicted{.label = "predicted force, scaled"};
  for (std::size_t i = 0; i < series.conditions.size(); ++i) {
    const ForceCondition& condition = force.conditions[series.conditions[i]];
    measured.x.push_back(series.place(condition));
    measured.y.push_back(percent * condition.velocity->share.value);
    measured.y_error.push_back(percent * condition.velocity->share.standard_error);
    predicted.x.push_back(series.place(condition));
    predicted.y.push_back(percent * series.comparison.scaled[i].value);
    predicted.y_error.push_back(percent * series.comparison.scaled[i].standard_error);
  }
  return report::draw_curves(std::vector<report::Curve>{measured, predicted},
                             {.title = "Prediction beside measurement",
                              .x_label = axis_of(series),
                              .y_label = "share of fast particles (%)"});
}

report::Figure draw_copper(const DrivingForce& force, const ForceSeries& series) {
  report::Curve copper{};
  for (const std::size_t i : series.conditions) {
    const ForceCondition& condition = force.conditions[i];
    copper.x.push_back(series.place(condition));
    copper.y.push_back(percent * condition.copper.share.value);
    copper.y_error.push_back(percent * condition.copper.share.standard_error);
  }
  return report::draw_curves(std::vector<report::Curve>{copper},
                             {.title = "Share of copper",
                              .x_label = axis_of(series),
                              .y_label = "copper (%)",
                              .y_range = report::Range{0.0, 100.0}});
}

/// Predictions for energies spread over the scan.
report::Figure draw_energies(const DrivingForce& force, const ForceSeries& series) {
  std::vector<report::Curve> curves(1);
  curves[0] = {.label = "measured"};
  for (const std::size_t i : series.conditions) {
    const ForceCondition& condition = force.conditions[i];
    curves[0].x.push_back(series.place(condition));
    curves[0].y.push_back(percent * condition.velocity->share.value);
    curves[0].y_error.push_back(percent * condition.velocity->share.standard_error);
  }
  const std::size_t count = std::min(most_energies, series.scan.size());
  for (std::size_t k = 0; k < count; ++k) {
    const auto& point = series.scan[count > 1 ? k * (series.scan.size() - 1) / (count - 1) : 0];
    report::Curve curve{.label = fmt::format("{:g} kJ/mol", point.energy_kj_per_mol),
                        .x = curves[0].x,
                        .style = report::CurveStyle::line};
    for (const double value : point.scaled) curve.y.push_back(percent * value);
    curves.push_back(std::move(curve));
  }
  return report::draw_curves(curves, {.title = "Predictions by activation energy",
                                      .x_label = axis_of(series),
                                      .y_label = "share of fast particles (%)"});
}

/// Where the largest force would be, over the activation energy.
report::Figure draw_largest(const DrivingForce& force, const ForceSeries& series) {
  report::Curve largest{.label = "of the prediction", .style = report::CurveStyle::line};
  for (const auto& point : series.scan) {
    const double place = series.place(force.conditions[series.conditions[point.largest]]);
    if (!largest.y.empty() && largest.y.back() != place) {
      largest.x.push_back(point.energy_kj_per_mol);
      largest.y.push_back(largest.y.back());
    }
    largest.x.push_back(point.energy_kj_per_mol);
    largest.y.push_back(place);
  }
  const double first = series.place(force.conditions[series.conditions.front()]);
  const double last = series.place(force.conditions[series.conditions.back()]);
  const double measured =
      series.place(force.conditions[series.conditions[series.comparison.measured_largest]]);
  const double margin = 0.08 * (last - first);
  return report::draw_curves(std::vector<report::Curve>{largest},
                             {.title = "Where the largest force is",
                              .x_label = "activation energy (kJ/mol)",
                              .y_label = axis_of(series),
                              .y_range = report::Range{first - margin, last + margin},
                              .levels = {{.y = measured, .label = "measured maximum"}}});
}

report::Table conditions_table(const DrivingForce& force) {
  report::Table table{.caption =
                          "Conditions: gas, share of copper, force for each area in one "
                          "interval, and measured share of fast particles. All numbers are "
                          "in driving_force.csv",
                      .columns = {{"condition", "", report::Align::left},
                                  {"temperature", "°C"},
                                  {"H₂/O₂", ""},
                                  {"oxygen", "Pa"},
                                  {"k₁", "1/s"},
                                  {"copper", "%"},
                                  {"its period", "s"},
                                  {"its amplitude", "%"},
                                  {"by chance", ""},
                                  {"F dt / area", "Pa s"},
                                  {"fast particles", "%"}},
                      .rows = {}};
  const auto with_error = [](double factor, const migration::Estimate& estimate) {
    return report::with_error(factor * estimate.value, factor * estimate.standard_error);
  };
  for (const ForceCondition& each : force.conditions) {
    const auto& wave = each.copper.oscillation;
    table.rows.push_back(
        {each.name, report::fixed(each.gas.temperature_k - zero_celsius_k, 0),
         report::significant(each.gas.ratio(), 3), report::significant(each.gas.oxygen_pa, 3),
         report::significant(each.rate_per_s, 3), with_error(percent, each.copper.share),
         wave ? report::with_error(wave->period, wave->period_stderr) : "",
         wave ? with_error(percent, {wave->amplitude, wave->amplitude_stderr}) : "",
         wave ? report::significant(wave->false_alarm_permutation.value_or(wave->false_alarm_bound),
                                    2)
              : "",
         with_error(1.0, each.impulse),
         each.velocity ? with_error(percent, each.velocity->share) : ""});
  }
  return table;
}

report::Table outline_table(const DrivingForce& force) {
  report::Table table{.caption =
                          "The integral over a particle's outline: ∫ c n dl, from x towards y "
                          "in the image; 0 where copper covers the particle evenly",
                      .columns = {{"condition", "", report::Align::left},
                                  {"mean share of copper", "%"},
                                  {"asymmetry", "nm"},
                                  {"direction", "°"},
                                  {"of the most there can be", "%"},
                                  {"F dt", "N s"}},
                      .rows = {}};
  for (const ForceCondition& each : force.conditions) {
    if (!each.outline) continue;
    const auto& outline = *each.outline;
    table.rows.push_back(
        {each.name, report::fixed(percent * outline.mean_copper, 1),
         report::with_error(outline.asymmetry.length(), outline.asymmetry.length_stderr()),
         report::fixed(outline.asymmetry.angle_deg(), 1),
         report::fixed(percent * outline.contrast, 1),
         report::with_error(outline.impulse.length(), outline.impulse.length_stderr())});
  }
  return table;
}

report::Table series_table(const DrivingForce& force, const ForceSeries& series) {
  report::Table table{.caption =
                          "Prediction times the common factor beside the measurement, with "
                          "their ranks (1: largest) and the share of draws within the errors "
                          "in which each is the largest",
                      .columns = {{"condition", "", report::Align::left},
                                  {"predicted", "%"},
                                  {"measured", "%"},
                                  {"rank predicted", ""},
                                  {"rank measured", ""},
                                  {"largest predicted", "%"},
                                  {"largest measured", "%"}},
                      .rows = {}};
  const auto& result = series.comparison;
  for (std::size_t i = 0; i < series.conditions.size(); ++i) {
    const auto& share = force.conditions[series.conditions[i]].velocity->share;
    std::int64_t predicted_rank = 1;
    std::int64_t measured_rank = 1;
    for (std::size_t k = 0; k < series.conditions.size(); ++k) {
      const auto& other = force.conditions[series.conditions[k]].velocity->share;
      predicted_rank += result.scaled[k].value > result.scaled[i].value ? 1 : 0;
      measured_rank += other.value > share.value ? 1 : 0;
    }
    table.rows.push_back({force.conditions[series.conditions[i]].name,
                          report::with_error(percent * result.scaled[i].value,
                                             percent * result.scaled[i].standard_error),
                          report::with_error(percent * share.value, percent * share.standard_error),
                          report::count_text(predicted_rank), report::count_text(measured_rank),
                          report::fixed(percent * result.predicted_largest_share[i], 0),
                          report::fixed(percent * result.measured_largest_share[i], 0)});
  }
  return table;
}

/// Those of series s: first as configured, then with other energies.
void add_figures(const ForceSeries& series, std::size_t s, std::span<const ForceFigure> figures,
                 report::Page& page) {
  const std::string ending = fmt::format("_{}.svg", s + 1);
  std::vector<report::Figure> configured;
  std::vector<report::Figure> energies;
  for (const auto& each : figures) {
    if (!each.file.ends_with(ending)) continue;
    const bool first = each.file.starts_with("prediction") || each.file.starts_with("copper");
    (first ? configured : energies).push_back(each.figure);
  }
  page.figures(configured,
               series.kind == SeriesKind::all
                   ? "Prediction times one factor for all against the measurement; bars are "
                     "standard errors."
                   : "Prediction times one factor beside the measurement, and the share of copper; "
                     "bars are standard errors.");
  if (!energies.empty()) {
    page.figures(energies,
                 "Other activation energies: predictions, each with a factor of its own, and the "
                 "condition with the largest force.");
  }
}

}  // namespace

std::vector<ForceFigure> driving_force_figures(const DrivingForce& force) {
  std::vector<ForceFigure> figures;
  for (std::size_t s = 0; s < force.series.size(); ++s) {
    const ForceSeries& series = force.series[s];
    const auto add = [&](const char* name, report::Figure figure) {
      figures.push_back({fmt::format("{}_{}.svg", name, s + 1), std::move(figure)});
    };
    add("prediction", draw_prediction(force, series));
    if (series.kind != SeriesKind::all) add("copper", draw_copper(force, series));
    if (series.kind == SeriesKind::temperature && !series.scan.empty()) {
      add("energies", draw_energies(force, series));
      add("largest", draw_largest(force, series));
    }
  }
  return figures;
}

std::string driving_force_page(const DrivingForce& force, const DrivingForceOptions& options,
                               std::span<const ForceFigure> figures) {
  report::Page page("Driving force", "predicted forces beside measured shares of fast particles");
  std::vector<report::Fact> facts = {
      {"conditions", report::count_text(static_cast<long long>(force.conditions.size()))}};
  for (const ForceSeries& series : force.series) {
    if (series.kind == SeriesKind::all) continue;
    facts.emplace_back("Spearman's ρ, " + series.label,
                       report::fixed(series.comparison.ranks.spearman.coefficient, 2));
  }
  page.key_numbers(facts);
  page.warnings(force.warnings);
  page.paragraph(
      "The model is qualitative. One common factor takes up prefactor, area and time, so ranks "
      "and the place of the largest force are compared, not sizes; and the mean share of copper "
      "stands for its asymmetry, without which a particle feels no force.");
  for (std::size_t s = 0; s < force.series.size(); ++s) {
    const ForceSeries& series = force.series[s];
    std::string heading = series.label;
    heading[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(heading[0])));
    page.section(heading);
    for (const auto& sentence : series_sentences(force, series)) page.paragraph(sentence);
    add_figures(series, s, figures, page);
    page.table(series_table(force, series));
  }
  page.section("Conditions");
  page.table(conditions_table(force));
  const auto outlines = outline_table(force);
  if (!outlines.rows.empty()) page.table(outlines);
  page.section("Options");
  page.verbatim("All options", write_yaml(options));
  return page.html();
}

}  // namespace adatom::pipeline
