#include "saed/saed_results.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "adatom/base/random.h"
#include "adatom/numeric/blocking.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

/// The rows of one phase.
TimedValues values_of(const storage::Table& table, const std::string& phase, const char* value,
                      const char* error) {
  const auto times = table.numbers("time_s");
  const auto names = table.texts("phase");
  const auto values = table.numbers(value);
  const auto errors = table.numbers(error);
  TimedValues found;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (names[i] != phase || !std::isfinite(values[i]) || !std::isfinite(errors[i])) continue;
    found.time_s.push_back(times[i]);
    found.value.push_back(values[i]);
    found.stderr_value.push_back(errors[i]);
  }
  return found;
}

TimedValues column_of(const storage::Table& table, const char* value, const char* error) {
  TimedValues found;
  const auto times = table.numbers("time_s");
  const auto values = table.numbers(value);
  const auto errors = error == nullptr ? std::vector<double>(values.size()) : table.numbers(error);
  return {times, values, errors};
}

std::optional<WindowMean> mean_in(const std::vector<double>& window_s, const TimedValues& series) {
  std::vector<double> values;
  double variance = 0.0;
  for (std::size_t i = 0; i < series.time_s.size(); ++i) {
    if (series.time_s[i] < window_s[0] || series.time_s[i] > window_s[1]) continue;
    values.push_back(series.value[i]);
    variance += series.stderr_value[i] * series.stderr_value[i];
  }
  if (values.empty()) return std::nullopt;
  const auto count = static_cast<double>(values.size());
  WindowMean mean{.stderr_value = std::sqrt(variance) / count, .frames = values.size()};
  const numeric::BlockedMean blocked = numeric::mean_by_blocking(values);
  mean.value = blocked.mean;
  const bool constant = std::ranges::all_of(values, [&](double v) { return v == values[0]; });
  mean.determined = constant || blocked.determined;
  if (values.size() > 1) mean.stderr_value = std::max(mean.stderr_value, blocked.standard_error);
  return mean;
}

/// Fewer values have no period that can be told.
constexpr std::size_t least_for_period = 12;

void find_period(const SaedOptions& options, std::size_t phase, PhaseSeries& series,
                 Progress& progress) {
  const TimedValues& values = series.intensity_fraction;
  if (values.time_s.size() < least_for_period) return;
  const auto [low, high] = std::ranges::minmax_element(values.value);
  const bool errors = std::ranges::all_of(values.stderr_value, [](double e) { return e > 0.0; });
  if (*low == *high) return;
  const auto random = RandomStream(static_cast<std::uint64_t>(options.seed)).substream(phase);
  series.periodogram = numeric::periodogram(
      values.time_s, values.value,
      errors ? std::span<const double>(values.stderr_value) : std::span<const double>(),
      options.period, random, progress);
  series.autocorrelation =
      numeric::autocorrelation(values.time_s, values.value, random.substream(0));
}

}  // namespace

SaedResults read_saed_results(const SaedOptions& options, const SaedPattern& pattern,
                              const fs::path& folder, Progress& progress) {
  const storage::Table fractions = storage::read_csv(folder / "phase_fraction.csv");
  const storage::Table lattices = storage::read_csv(folder / "lattices.csv");
  const storage::Table fits = storage::read_csv(folder / "fits.csv");
  SaedResults results;
  for (const crystal::Phase& phase : pattern.phases()) {
    PhaseSeries series;
    series.name = phase.name;
    series.intensity_fraction =
        values_of(fractions, phase.name, "intensity_fraction", "intensity_fraction_stderr");
    series.volume_fraction =
        values_of(fractions, phase.name, "volume_fraction", "volume_fraction_stderr");
    series.a_angstrom = values_of(lattices, phase.name, "a_angstrom", "a_stderr_angstrom");
    series.intensity_mean = mean_in(options.window_s, series.intensity_fraction);
    series.volume_mean = mean_in(options.window_s, series.volume_fraction);
    find_period(options, results.phases.size(), series, progress);
    results.phases.push_back(std::move(series));
  }
  results.centre_x_px = column_of(fits, "centre_x_px", "centre_x_stderr_px");
  results.centre_y_px = column_of(fits, "centre_y_px", "centre_y_stderr_px");
  results.ellipse_ratio = column_of(fits, "ellipse_ratio", "ellipse_ratio_stderr");
  results.ellipse_angle_deg = column_of(fits, "ellipse_angle_deg", "ellipse_angle_stderr_deg");
  results.chi2_per_dof = column_of(fits, "chi2_per_dof", nullptr);
  results.frames = fits.rows();
  const auto peaks = fits.numbers("residual_peak_sigma");
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    if (!(options.rings.unknown_sigma > 0.0) || !(peaks[i] > options.rings.unknown_sigma)) continue;
    if (results.with_unexplained++ == 0) results.first_unexplained = i;
  }
  for (const auto each : fits.integers("converged")) results.not_converged += each == 0 ? 1 : 0;
  for (const auto each : fits.integers("own_centre")) results.without_centre += each == 0 ? 1 : 0;
  const auto saturated = fits.integers("saturated_pixels");
  for (std::size_t i = 0; i < saturated.size(); ++i) {
    if (saturated[i] > 0 && results.saturated++ == 0) results.first_saturated = i;
  }
  return results;
}

}  // namespace adatom::pipeline
