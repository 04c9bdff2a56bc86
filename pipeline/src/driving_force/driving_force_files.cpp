#include "driving_force/driving_force_files.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "adatom/report/number_format.h"
#include "adatom/storage/csv.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

using nlohmann::ordered_json;
using storage::cell;

constexpr double not_there = std::numeric_limits<double>::quiet_NaN();
constexpr double percent = 100.0;

/// Empty where there is no number.
std::string number_cell(double value) { return std::isnan(value) ? std::string() : cell(value); }

std::string count_cell(std::size_t number) { return cell(static_cast<long long>(number)); }

std::string kind_name(SeriesKind kind) {
  return kind == SeriesKind::temperature ? "temperature" : kind == SeriesKind::gas ? "gas" : "all";
}

/// 1 for the largest; equal values share the first of their places.
std::size_t rank_of(std::span<const migration::Estimate> all, std::size_t index) {
  return 1 + static_cast<std::size_t>(std::ranges::count_if(
                 all, [&](const auto& each) { return each.value > all[index].value; }));
}

std::vector<migration::Estimate> measured_of(const DrivingForce& force, const ForceSeries& series) {
  std::vector<migration::Estimate> measured;
  for (const std::size_t i : series.conditions) {
    measured.push_back(force.conditions[i].velocity->share);
  }
  return measured;
}

ordered_json estimate_json(const migration::Estimate& estimate) {
  return {{"value", json_number(estimate.value)}, {"stderr", json_number(estimate.standard_error)}};
}

ordered_json interval_json(const migration::Interval& interval) {
  return {json_number(interval.low), json_number(interval.high)};
}

ordered_json trend_json(const numeric::RankTrend& trend, const migration::Interval& interval) {
  return {{"coefficient", json_number(trend.coefficient)},
          {"interval", interval_json(interval)},
          {"p_two_sided", json_number(trend.p_two_sided)},
          {"p_rising", json_number(trend.p_rising)}};
}

ordered_json condition_json(const ForceCondition& condition) {
  ordered_json json = {{"name", condition.name},
                       {"temperature_k", json_number(condition.gas.temperature_k)},
                       {"h2_o2_ratio", json_number(condition.gas.ratio())},
                       {"oxygen_pa", json_number(condition.gas.oxygen_pa)},
                       {"k1_per_s", json_number(condition.rate_per_s)},
                       {"copper_fraction", estimate_json(condition.copper.share)},
                       {"copper_frames", condition.copper.frames},
                       {"impulse_pa_s", estimate_json(condition.impulse)}};
  if (const auto& wave = condition.copper.oscillation) {
    json["oscillation"] = {
        {"period_s", estimate_json({wave->period, wave->period_stderr})},
        {"amplitude", estimate_json({wave->amplitude, wave->amplitude_stderr})},
        {"false_alarm_bound", json_number(wave->false_alarm_bound)},
        {"false_alarm_permutation", json_number(wave->false_alarm_permutation.value_or(not_there))},
        {"at_edge", wave->at_edge}};
  }
  if (condition.velocity) {
    json["velocity_fraction"] = estimate_json(condition.velocity->share);
    json["velocity_lag_s"] = json_number(condition.velocity->lag_s.value_or(not_there));
  }
  if (condition.outline) {
    const auto& outline = *condition.outline;
    json["outline"] = {
        {"asymmetry_nm",
         estimate_json({outline.asymmetry.length(), outline.asymmetry.length_stderr()})},
        {"angle_deg", json_number(outline.asymmetry.angle_deg())},
        {"contrast", json_number(outline.contrast)},
        {"mean_copper", json_number(outline.mean_copper)},
        {"impulse_n_s",
         estimate_json({outline.impulse.length(), outline.impulse.length_stderr()})}};
  }
  return json;
}

ordered_json force_series_json(const DrivingForce& force, const ForceSeries& series) {
  const auto& result = series.comparison;
  const auto name = [&](std::size_t i) { return force.conditions[series.conditions[i]].name; };
  ordered_json names = ordered_json::array();
  for (std::size_t i = 0; i < series.conditions.size(); ++i) names.push_back(name(i));
  ordered_json json = {{"kind", kind_name(series.kind)},
                       {"label", series.label},
                       {"conditions", names},
                       {"scale", estimate_json(result.scale)},
                       {"chi_squared", json_number(result.chi_squared)},
                       {"degrees_of_freedom", result.degrees_of_freedom},
                       {"chi_squared_p", json_number(result.chi_squared_p)},
                       {"spearman", trend_json(result.ranks.spearman, result.spearman)},
                       {"kendall", trend_json(result.ranks.kendall, result.kendall)},
                       {"least_p", json_number(result.ranks.least_p)},
                       {"predicted_largest", name(result.predicted_largest)},
                       {"measured_largest", name(result.measured_largest)},
                       {"same_largest_share", json_number(result.same_largest_share)}};
  if (series.window) {
    json["energies_for_the_measured_largest_kj_per_mol"] = {
        {"possible", series.window->possible},
        {"low", json_number(series.window->low_kj_per_mol)},
        {"high", json_number(series.window->high_kj_per_mol)},
        {"possible_share_of_draws", json_number(series.window_draws->possible_share)},
        {"low_interval", interval_json(series.window_draws->low_kj_per_mol)},
        {"high_interval", interval_json(series.window_draws->high_kj_per_mol)}};
  }
  json["says"] = series_sentences(force, series);
  return json;
}

std::string energy_sentence(const DrivingForce& force, const ForceSeries& series) {
  const auto& window = *series.window;
  const ForceCondition& top =
      force.conditions[series.conditions[series.comparison.measured_largest]];
  if (!window.possible) {
    return fmt::format(
        "No activation energy puts the largest force at {}: colder conditions ask for at least "
        "{:.3g} kJ/mol, hotter ones for at most {:.3g}. Within its errors the share of copper "
        "allows "
        "one in {:.0f} % of the draws.",
        top.name, window.low_kj_per_mol, window.high_kj_per_mol,
        percent * series.window_draws->possible_share);
  }
  const std::string range = std::isinf(window.high_kj_per_mol)
                                ? fmt::format("of {:.3g} kJ/mol and more", window.low_kj_per_mol)
                                : fmt::format("from {:.3g} to {:.3g} kJ/mol", window.low_kj_per_mol,
                                              window.high_kj_per_mol);
  return fmt::format(
      "The largest force is at {}, as measured, for activation energies {} (in {:.0f} % of the "
      "draws "
      "within the errors of the share of copper there is such an energy).",
      top.name, range, percent * series.window_draws->possible_share);
}

}  // namespace

std::string driving_force_csv(const DrivingForce& force) {
  storage::Table table({"condition",
                        "temperature_k",
                        "h2_o2_ratio",
                        "hydrogen_pa",
                        "oxygen_pa",
                        "diluent_pa",
                        "oxygen_mol_per_m3",
                        "k1_per_s",
                        "copper_fraction",
                        "copper_fraction_stderr",
                        "copper_frames",
                        "copper_period_s",
                        "copper_period_stderr_s",
                        "copper_amplitude",
                        "copper_amplitude_stderr",
                        "copper_false_alarm",
                        "impulse_pa_s",
                        "impulse_stderr_pa_s",
                        "velocity_fraction",
                        "velocity_fraction_stderr",
                        "velocity_lag_s",
                        "asymmetry_nm",
                        "asymmetry_stderr_nm",
                        "asymmetry_angle_deg",
                        "outline_impulse_n_s",
                        "outline_impulse_stderr_n_s"});
  for (const ForceCondition& each : force.conditions) {
    const numeric::Oscillation wave = each.copper.oscillation.value_or(numeric::Oscillation{});
    const bool waves = each.copper.oscillation.has_value();
    const migration::Estimate share =
        each.velocity ? each.velocity->share : migration::Estimate{not_there, not_there};
    const double lag = each.velocity ? each.velocity->lag_s.value_or(not_there) : not_there;
    std::vector<std::string> row = {each.name};
    for (const double value :
         {each.gas.temperature_k, each.gas.ratio(), each.gas.hydrogen_pa, each.gas.oxygen_pa,
          each.gas.diluent_pa, each.gas.oxygen_mol_per_m3(), each.rate_per_s,
          each.copper.share.value, each.copper.share.standard_error}) {
      row.push_back(cell(value));
    }
    row.push_back(cell(static_cast<long long>(each.copper.frames)));
    for (const double value :
         {wave.period, wave.period_stderr, waves ? wave.amplitude : not_there,
          wave.amplitude_stderr, waves ? wave.false_alarm_bound : not_there, each.impulse.value,
          each.impulse.standard_error, share.value, share.standard_error, lag}) {
      row.push_back(number_cell(value));
    }
    if (each.outline) {
      const auto& outline = *each.outline;
      for (const double value : {outline.asymmetry.length(), outline.asymmetry.length_stderr(),
                                 outline.asymmetry.angle_deg(), outline.impulse.length(),
                                 outline.impulse.length_stderr()}) {
        row.push_back(cell(value));
      }
    }
    row.resize(table.header().size());
    table.add_row(std::move(row));
  }
  return table.text();
}

std::string force_comparison_csv(const DrivingForce& force) {
  storage::Table table({"series", "condition", "temperature_k", "h2_o2_ratio", "predicted",
                        "predicted_stderr", "measured", "measured_stderr", "predicted_rank",
                        "measured_rank", "predicted_largest_probability",
                        "measured_largest_probability"});
  for (const ForceSeries& series : force.series) {
    const auto measured = measured_of(force, series);
    for (std::size_t i = 0; i < series.conditions.size(); ++i) {
      const ForceCondition& condition = force.conditions[series.conditions[i]];
      const auto& result = series.comparison;
      table.add_row({series.label, condition.name, cell(condition.gas.temperature_k),
                     cell(condition.gas.ratio()), cell(result.scaled[i].value),
                     cell(result.scaled[i].standard_error), cell(measured[i].value),
                     cell(measured[i].standard_error), count_cell(rank_of(result.scaled, i)),
                     count_cell(rank_of(measured, i)), cell(result.predicted_largest_share[i]),
                     cell(result.measured_largest_share[i])});
    }
  }
  return table.text();
}

std::string force_sensitivity_csv(const DrivingForce& force) {
  storage::Table table({"series", "activation_energy_kj_per_mol", "predicted_largest",
                        "measured_largest", "spearman_rho", "kendall_tau", "chi_squared"});
  for (const ForceSeries& series : force.series) {
    const auto name = [&](std::size_t i) { return force.conditions[series.conditions[i]].name; };
    for (const auto& point : series.scan) {
      table.add_row({series.label, cell(point.energy_kj_per_mol), name(point.largest),
                     name(series.comparison.measured_largest), number_cell(point.spearman),
                     number_cell(point.kendall), cell(point.chi_squared)});
    }
  }
  return table.text();
}

std::vector<std::string> series_sentences(const DrivingForce& force, const ForceSeries& series) {
  const auto& result = series.comparison;
  const auto name = [&](std::size_t i) { return force.conditions[series.conditions[i]].name; };
  std::vector<std::string> says;
  says.push_back(
      fmt::format("Predicted force largest at {}, share of fast particles largest at {}; drawn "
                  "within their errors "
                  "both are largest at the same condition in {:.0f} % of the draws.",
                  name(result.predicted_largest), name(result.measured_largest),
                  percent * result.same_largest_share));
  says.push_back(fmt::format(
      "Ranks: Spearman's ρ = {}, p = {}; Kendall's τ = {}, p = {} ({} orders of {} conditions, of "
      "which a perfect one has p = {}).",
      report::fixed(result.ranks.spearman.coefficient, 2),
      report::significant(result.ranks.spearman.p_two_sided, 2),
      report::fixed(result.ranks.kendall.coefficient, 2),
      report::significant(result.ranks.kendall.p_two_sided, 2),
      result.ranks.exact ? "all" : "random", result.ranks.pairs,
      report::significant(result.ranks.least_p, 2)));
  if (series.window) says.push_back(energy_sentence(force, series));
  if (series.kind == SeriesKind::gas) {
    says.emplace_back(
        "At one temperature the rate is a factor: the prediction is the pressure of oxygen times "
        "the "
        "share of copper, whatever the activation energy.");
  }
  if (result.chi_squared_p < 0.01) {
    says.push_back(
        fmt::format("As numbers they do not agree with one common factor: chi² = {} with {} "
                    "degrees of freedom.",
                    report::significant(result.chi_squared, 3), result.degrees_of_freedom));
  }
  return says;
}

std::string driving_force_json(const DrivingForce& force, const DrivingForceOptions& options,
                               std::span<const std::string> files) {
  ordered_json json = {
      {"command", "driving-force"},
      {"model",
       "qualitative: ranks and the places of maxima are compared, not sizes; the mean share of "
       "copper stands for the asymmetry of the particles"},
      {"interval_s", json_number(options.interval_s)}};
  json["conditions"] = ordered_json::array();
  for (const auto& each : force.conditions) json["conditions"].push_back(condition_json(each));
  json["series"] = ordered_json::array();
  for (const auto& each : force.series) json["series"].push_back(force_series_json(force, each));
  json["warnings"] = force.warnings;
  json["files"] = std::vector<std::string>(files.begin(), files.end());
  return json_text(json);
}

}  // namespace adatom::pipeline
