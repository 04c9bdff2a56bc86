#include "driving_force/driving_force_inputs.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>
#include <fmt/format.h>

#include "adatom/base/error.h"
#include "adatom/numeric/blocking.h"
#include "adatom/numeric/random_effects.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {
namespace {

constexpr double same_number = 0.01;  ///< relative, of lags
constexpr std::int64_t orders_of_oscillation = 199;

struct PhaseSeries {
  std::vector<double> time_s;  ///< from the first frame on
  std::vector<double> value;
  std::vector<double> error;  ///< empty: the table has none
};

PhaseSeries read_series(const InputFile& file, const CopperOptions& options) {
  const auto table = storage::read_csv(file.path);
  const std::string name = EnumNames<CopperShare>::names[static_cast<std::size_t>(options.share)];
  const auto time = table.numbers("time_s");
  const auto phase = table.texts("phase");
  const auto value = table.numbers(name);
  const auto error =
      table.has(name + "_stderr") ? table.numbers(name + "_stderr") : std::vector<double>();
  const double first = time.empty() ? 0.0 : *std::ranges::min_element(time);
  PhaseSeries series;
  for (std::size_t row = 0; row < time.size(); ++row) {
    if (phase[row] != options.phase || !std::isfinite(value[row])) continue;
    series.time_s.push_back(time[row] - first);
    series.value.push_back(value[row]);
    if (!error.empty() && std::isfinite(error[row])) series.error.push_back(error[row]);
  }
  if (series.value.empty()) {
    throw InputError({.what = "there is no phase '" + options.phase + "' with numbers",
                      .where = file.path,
                      .why = {},
                      .remedy = "name it as the column 'phase' does: copper.phase"});
  }
  if (series.error.size() != series.value.size()) series.error.clear();
  return series;
}

std::optional<numeric::Oscillation> oscillation_of(const PhaseSeries& series,
                                                   const RandomStream& random, Progress& progress) {
  const auto [low, high] = std::ranges::minmax(series.time_s);
  if (series.value.size() < numeric::least_periodogram_values || !(high > low)) return {};
  numeric::PeriodogramOptions options;
  options.permutations = orders_of_oscillation;
  const auto positive = [](double error) { return error > 0.0; };
  const bool weighted = std::ranges::all_of(series.error, positive);
  auto wave = numeric::periodogram(series.time_s, series.value,
                                   weighted ? series.error : std::vector<double>(), options, random,
                                   progress)
                  .strongest;
  return wave.amplitude > 0.0 ? std::optional(wave) : std::nullopt;
}

std::string numbers_text(const std::vector<double>& numbers) {
  std::vector<std::string> texts;
  for (const double number : numbers) texts.push_back(fmt::format("{:.4g}", number));
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// The row of the lag asked for, or of the middle one.
std::size_t row_of_lag(const std::vector<double>& lags, const VelocityOptions& options,
                       const std::string& file) {
  if (lags.empty()) {
    throw InputError({.what = "it has no row for this condition",
                      .where = file,
                      .why = {},
                      .remedy = "see what adatom track or track-conditions said of it"});
  }
  if (!options.lag_s) return lags.size() / 2;
  for (std::size_t row = 0; row < lags.size(); ++row) {
    if (std::abs(lags[row] - *options.lag_s) <= same_number * *options.lag_s) return row;
  }
  throw InputError({.what = fmt::format("there is no lag of {:g} s", *options.lag_s),
                    .where = file,
                    .why = "its lags are " + numbers_text(lags),
                    .remedy = "choose one of them: velocity.lag_s"});
}

VelocityMeasured from_track(const storage::Table& table, const std::string& name,
                            const VelocityOptions& options) {
  const auto lags = table.numbers("lag_s");
  const std::size_t row = row_of_lag(lags, options, table.source);
  const double reach =
      numeric::student_reach(options.confidence, std::numeric_limits<double>::infinity());
  const double width = table.numbers(name + "_high")[row] - table.numbers(name + "_low")[row];
  return {.share = {table.numbers(name)[row], 0.5 * width / reach},
          .lag_s = lags[row],
          .warning = table.texts("warning")[row]};
}

/// The rows of one quantity: only those have a lag in every row.
storage::Table rows_of(const storage::Table& table, const std::string& quantity) {
  storage::Table chosen(table.header());
  chosen.source = table.source;
  const auto names = table.texts("quantity");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (names[row] == quantity) chosen.add_row(table.row(row));
  }
  return chosen;
}

VelocityMeasured from_conditions(const storage::Table& table,
                                 const ForceConditionOptions& condition, double ratio,
                                 const VelocityOptions& options) {
  constexpr double kelvin_at_zero_celsius = 273.15;
  std::vector<bool> chosen(table.rows(), true);
  const auto require_near = [&](const char* column, double wanted) {
    if (!table.has(column)) return;
    const auto values = table.numbers(column);
    for (std::size_t row = 0; row < values.size(); ++row) {
      chosen[row] = chosen[row] && std::abs(values[row] - wanted) <= 1e-3 * std::abs(wanted) + 1e-6;
    }
  };
  require_near("temperature_c", condition.kelvin() - kelvin_at_zero_celsius);
  require_near("temperature_k", condition.kelvin());
  require_near("h2_o2_ratio", ratio);
  const auto all_lags = table.numbers("lag_s");
  std::vector<std::size_t> rows;
  std::vector<double> lags;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!chosen[row]) continue;
    if (std::ranges::find(lags, all_lags[row]) != lags.end()) {
      throw InputError({.what = "several conditions of the table are this one",
                        .where = table.source,
                        .why = {},
                        .remedy = "name temperatures temperature_c or temperature_k and ratios "
                                  "h2_o2_ratio in the table of adatom track-conditions"});
    }
    rows.push_back(row);
    lags.push_back(all_lags[row]);
  }
  const std::size_t row = rows[row_of_lag(lags, options, table.source)];
  const bool warned = table.integers("videos_warned")[row] > 0;
  return {.share = {table.numbers("value")[row], table.numbers("stderr")[row]},
          .lag_s = all_lags[row],
          .warning = warned ? "the threshold means little in some of the videos" : ""};
}

}  // namespace

CopperMeasured read_copper(const ForceConditionOptions& condition, const CopperOptions& options,
                           const RandomStream& random, Progress& progress) {
  if (condition.copper_fraction) {
    return {.share = {*condition.copper_fraction, condition.copper_fraction_stderr.value_or(0.0)}};
  }
  const PhaseSeries series = read_series(condition.copper_table, options);
  std::vector<double> window;
  double squares = 0.0;
  for (std::size_t i = 0; i < series.value.size(); ++i) {
    // A frame time that is a rounded product must not lose the frame at the end.
    constexpr double rounding = 1e-9;
    if (series.time_s[i] < options.from_s - rounding ||
        series.time_s[i] > options.to_s + rounding) {
      continue;
    }
    window.push_back(series.value[i]);
    if (!series.error.empty()) squares += series.error[i] * series.error[i];
  }
  if (window.empty()) {
    throw InputError(
        {.what = fmt::format("no frame is from {:g} to {:g} s", options.from_s, options.to_s),
         .where = condition.copper_table.path,
         .why = fmt::format("its frames end at {:g} s", *std::ranges::max_element(series.time_s)),
         .remedy = "choose the window within them: copper.from_s, copper.to_s"});
  }
  const auto count = static_cast<double>(window.size());
  const auto blocked = numeric::mean_by_blocking(window);
  CopperMeasured result{
      .share = {std::clamp(blocked.mean, 0.0, 1.0),
                window.size() > 1 ? std::max(std::sqrt(squares) / count, blocked.standard_error)
                                  : std::sqrt(squares)},
      .frames = static_cast<std::int64_t>(window.size()),
      .oscillation = oscillation_of(series, random, progress)};
  if (window.size() > 1 && !blocked.determined) {
    result.warning =
        "the window is short for how its frames hang together: the error of the share "
        "of copper may be larger";
  }
  return result;
}

std::optional<VelocityMeasured> read_velocity(const ForceConditionOptions& condition, double ratio,
                                              const VelocityOptions& options) {
  if (condition.velocity_fraction) {
    return VelocityMeasured{
        .share = {*condition.velocity_fraction, condition.velocity_fraction_stderr.value_or(0.0)}};
  }
  if (!condition.velocity_table.given()) return std::nullopt;
  const auto table = storage::read_csv(condition.velocity_table.path);
  const std::string name = EnumNames<SpeedShare>::names[static_cast<std::size_t>(options.share)];
  auto found = table.has("quantity")
                   ? from_conditions(rows_of(table, name), condition, ratio, options)
                   : from_track(table, name, options);
  if (!std::isfinite(found.share.value) || !std::isfinite(found.share.standard_error)) {
    throw InputError({.what = "the share of fast particles is no number",
                      .where = condition.velocity_table.path,
                      .why = {},
                      .remedy = "leave the condition out, or track it with more frames"});
  }
  found.share.value = std::clamp(found.share.value, 0.0, 1.0);
  return found;
}

std::vector<migration::OutlinePoint> read_outline(const InputFile& file) {
  const auto table = storage::read_csv(file.path);
  const auto x = table.numbers("x_nm");
  const auto y = table.numbers("y_nm");
  const auto copper = table.numbers("copper_fraction");
  const auto error = table.has("copper_fraction_stderr") ? table.numbers("copper_fraction_stderr")
                                                         : std::vector<double>(x.size(), 0.0);
  std::vector<migration::OutlinePoint> outline;
  for (std::size_t i = 0; i < x.size(); ++i) outline.push_back({x[i], y[i], {copper[i], error[i]}});
  return outline;
}

}  // namespace adatom::pipeline
