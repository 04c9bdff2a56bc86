#include "driving_force/driving_force_work.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "adatom/storage/files.h"
#include "cli/output_folder.h"
#include "driving_force/driving_force_files.h"
#include "driving_force/driving_force_report.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

constexpr double zero_celsius_k = 273.15;
constexpr std::size_t least_conditions = 3;

bool same(double a, double b) {
  constexpr double rounding = 1e-6;
  return std::abs(a - b) <= rounding * std::max(std::abs(a), std::abs(b));
}

ForceCondition measure(const DrivingForceOptions& options, std::size_t index,
                       const RandomStream& random, Progress& progress,
                       std::vector<std::string>& warnings) {
  const std::string& name = options.conditions[index].name;
  const ForceConditionOptions& given = options.conditions[index].options;
  ForceCondition condition{.name = name,
                           .gas = migration::gas_state(options.gas_of(given), given.kelvin()),
                           .copper = read_copper(given, options.copper, random, progress),
                           .velocity = {},
                           .impulse = {},
                           .outline = {}};
  condition.velocity = read_velocity(given, condition.gas.ratio(), options.velocity);
  condition.rate_per_s = migration::rate_constant(options.rate, condition.gas.temperature_k);
  condition.impulse = migration::impulse_per_area(condition.gas, condition.rate_per_s,
                                                  options.interval_s, condition.copper.share);
  if (given.outline.given()) {
    condition.outline =
        migration::outline_force(read_outline(given.outline), given.thickness_nm, condition.gas,
                                 condition.rate_per_s, options.interval_s);
  }
  const auto warn = [&](const std::string& text) {
    if (!text.empty()) warnings.push_back(name + ": " + text);
  };
  warn(condition.copper.warning);
  if (condition.velocity) warn(condition.velocity->warning);
  if (!condition.velocity) warn("no share of fast particles is given; it is not compared");
  return condition;
}

/// The conditions that share `fixed` with others and differ in `varied`, by the latter.
template <class Fixed, class Varied>
void find_series(const DrivingForce& force, SeriesKind kind, const Fixed& fixed,
                 const Varied& varied, std::vector<ForceSeries>& found) {
  std::vector<bool> seen(force.conditions.size(), false);
  for (std::size_t i = 0; i < force.conditions.size(); ++i) {
    if (seen[i] || !force.conditions[i].velocity) continue;
    ForceSeries series{.kind = kind, .label = {}, .conditions = {}, .comparison = {}};
    std::vector<double> values;
    for (std::size_t k = i; k < force.conditions.size(); ++k) {
      if (!force.conditions[k].velocity || !fixed(force.conditions[i], force.conditions[k]))
        continue;
      seen[k] = true;
      series.conditions.push_back(k);
      const double value = varied(force.conditions[k]);
      if (std::ranges::none_of(values, [&](double each) { return same(each, value); })) {
        values.push_back(value);
      }
    }
    if (values.size() < least_conditions) continue;
    std::ranges::stable_sort(series.conditions, {},
                             [&](std::size_t k) { return varied(force.conditions[k]); });
    const migration::GasState& gas = force.conditions[i].gas;
    series.label = kind == SeriesKind::temperature
                       ? fmt::format("temperatures at H2/O2 = {:.4g}", gas.ratio())
                       : fmt::format("gases at {:.4g} °C", gas.temperature_k - zero_celsius_k);
    found.push_back(std::move(series));
  }
}

std::vector<ForceSeries> all_series(const DrivingForce& force) {
  const auto temperature = [](const ForceCondition& each) { return each.gas.temperature_k; };
  const auto ratio = [](const ForceCondition& each) { return each.gas.ratio(); };
  const auto pressure = [](const ForceCondition& each) {
    return each.gas.hydrogen_pa + each.gas.oxygen_pa + each.gas.diluent_pa;
  };
  std::vector<ForceSeries> found;
  find_series(
      force, SeriesKind::temperature,
      [&](const ForceCondition& a, const ForceCondition& b) {
        return same(ratio(a), ratio(b)) && same(a.gas.oxygen_pa, b.gas.oxygen_pa);
      },
      temperature, found);
  find_series(
      force, SeriesKind::gas,
      [&](const ForceCondition& a, const ForceCondition& b) {
        return same(temperature(a), temperature(b)) && same(pressure(a), pressure(b));
      },
      ratio, found);
  if (found.size() == 1) return found;
  ForceSeries all{
      .kind = SeriesKind::all, .label = "all conditions", .conditions = {}, .comparison = {}};
  for (std::size_t i = 0; i < force.conditions.size(); ++i) {
    if (force.conditions[i].velocity) all.conditions.push_back(i);
  }
  if (all.conditions.size() >= least_conditions) found.push_back(std::move(all));
  return found;
}

void add_energies(const DrivingForceOptions& options,
                  const std::vector<migration::RateFree>& rate_free,
                  const std::vector<migration::Estimate>& measured, const RandomStream& random,
                  ForceSeries& series) {
  const auto positive = [](const migration::RateFree& each) { return each.value.value > 0.0; };
  if (!std::ranges::all_of(rate_free, positive)) return;
  series.scan = migration::scan_energies(rate_free, measured, options.energies.energies());
  if (series.kind != SeriesKind::temperature) return;
  const std::size_t largest = series.comparison.measured_largest;
  series.window = migration::energy_window(rate_free, largest);
  series.window_draws =
      migration::energy_window_draws(rate_free, largest, options.comparison, random);
}

void compare_series(const DrivingForceOptions& options, const DrivingForce& force,
                    const RandomStream& random, ForceSeries& series) {
  std::vector<migration::Estimate> predicted;
  std::vector<migration::Estimate> measured;
  std::vector<migration::RateFree> rate_free;
  for (const std::size_t i : series.conditions) {
    const ForceCondition& condition = force.conditions[i];
    predicted.push_back(condition.impulse);
    measured.push_back(condition.velocity->share);
    const double pressure = condition.gas.oxygen_pa;
    rate_free.push_back({condition.gas.temperature_k,
                         {pressure * condition.copper.share.value,
                          pressure * condition.copper.share.standard_error}});
  }
  series.comparison =
      migration::compare(predicted, measured, options.comparison, random.substream(0));
  // At one temperature the rate is a factor.
  if (series.kind != SeriesKind::gas) {
    add_energies(options, rate_free, measured, random.substream(1), series);
  }
}

/// What an earlier call wrote.
std::vector<std::filesystem::path> earlier_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::exists(folder / "summary.json")) return files;
  const auto summary =
      nlohmann::json::parse(storage::read_file(folder / "summary.json"), nullptr, false);
  if (!summary.is_object() || summary.value("command", "") != "driving-force") return files;
  for (const auto& each : summary.value("files", std::vector<std::string>())) {
    if (each.find("..") == std::string::npos) files.emplace_back(each);
  }
  return files;
}

}  // namespace

double ForceSeries::place(const ForceCondition& condition) const {
  return kind == SeriesKind::gas ? condition.gas.ratio()
                                 : condition.gas.temperature_k - zero_celsius_k;
}

DrivingForce calculate_driving_force(const DrivingForceOptions& options, Progress& progress) {
  DrivingForce force;
  const RandomStream random(static_cast<std::uint64_t>(options.seed));
  for (std::size_t i = 0; i < options.conditions.size(); ++i) {
    force.conditions.push_back(
        measure(options, i, random.substream(0).substream(i), progress, force.warnings));
  }
  force.series = all_series(force);
  for (std::size_t s = 0; s < force.series.size(); ++s) {
    compare_series(options, force, random.substream(1).substream(s), force.series[s]);
  }
  if (force.series.empty()) {
    force.warnings.emplace_back(
        "fewer than three conditions have a share of fast particles: nothing is compared");
  }
  return force;
}

Remarks run_driving_force(const DrivingForceOptions& options, const std::filesystem::path& folder,
                          Progress& progress) {
  const DrivingForce force = calculate_driving_force(options, progress);
  const auto figures = driving_force_figures(force);
  OutputFolder output(folder);
  std::vector<std::string> files;
  const auto write = [&](const std::string& name, const std::string& text) {
    storage::write_file(output.scratch() / name, text);
    files.push_back(name);
  };
  write("driving_force.csv", driving_force_csv(force));
  write("comparison.csv", force_comparison_csv(force));
  write("sensitivity.csv", force_sensitivity_csv(force));
  for (const auto& each : figures) write(each.file, report::svg_file(each.figure));
  write("report.html", driving_force_page(force, options, figures));
  files.emplace_back("summary.json");
  storage::write_file(output.scratch() / "summary.json", driving_force_json(force, options, files));
  std::vector<std::filesystem::path> inputs;
  for (const auto& each : options.conditions) {
    inputs.insert(inputs.end(), {each.options.copper_table.path, each.options.velocity_table.path,
                                 each.options.outline.path});
  }
  output.commit(earlier_files(folder), inputs);
  return {.metrics = {}, .warnings = force.warnings, .shortfalls = {}};
}

}  // namespace adatom::pipeline
