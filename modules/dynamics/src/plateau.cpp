#include "adatom/dynamics/plateau.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "adatom/base/error.h"
#include "adatom/numeric/special_functions.h"

namespace adatom::dynamics {
namespace {

// Longer series are averaged until they are shorter than this: it is long enough to find the start
// to a thousandth, and keeps the search below a second.
constexpr std::size_t most_values = 4096;
constexpr std::size_t candidates = 100;
// With fewer values left no correlation can be told.
constexpr std::size_t least_values = 16;

struct ClassSeries {
  std::uint8_t label = 0;
  std::vector<double> values;
};

/// g = 1 + 2 sum_t (1 - t / n) C(t) up to where C first falls to zero (Chodera 2016, eq. 10, after
/// Chodera et al., J. Chem. Theory Comput. 3 (2007) 26); later lags are taken ever further apart.
double inefficiency(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0.0;
  for (const double v : values) mean += v / n;
  double variance = 0.0;
  for (const double v : values) variance += (v - mean) * (v - mean) / n;
  // A constant, but for rounding.
  if (variance <= 1e-24 * mean * mean || variance == 0.0) return 1.0;
  double g = 1.0;
  std::size_t step = 1;
  for (std::size_t lag = 1; lag + 1 < values.size(); lag += step) {
    double sum = 0.0;
    for (std::size_t i = 0; i + lag < values.size(); ++i) {
      sum += (values[i] - mean) * (values[i + lag] - mean);
    }
    const double left = n - static_cast<double>(lag);
    const double correlation = sum / (left * variance);
    if (correlation <= 0.0 && lag > 3) break;
    g += 2.0 * correlation * (left / n) * static_cast<double>(step);
    if (lag > 3) ++step;
  }
  return std::max(1.0, g);
}

/// Classes with a say, and how many frames a value is the mean of.
std::vector<ClassSeries> series_of(const PopulationSeries& populations, double least_fraction,
                                   std::size_t frames_each) {
  const std::size_t values = populations.frames() / frames_each;
  double all = 0.0;
  for (const std::uint32_t atoms : populations.atoms) all += atoms;
  std::vector<ClassSeries> result;
  for (std::size_t c = 0; c < populations.classes; ++c) {
    ClassSeries series{.label = static_cast<std::uint8_t>(c),
                       .values = std::vector<double>(values, 0.0)};
    double sum = 0.0;
    for (std::size_t f = 0; f < values * frames_each; ++f) {
      const double atoms = populations.frame(f)[c];
      series.values[f / frames_each] += atoms / static_cast<double>(frames_each);
      sum += atoms;
    }
    const bool changes = std::ranges::any_of(
        series.values, [&](double value) { return value != series.values.front(); });
    if (changes && sum >= least_fraction * all) result.push_back(std::move(series));
  }
  return result;
}

/// The p-value of the difference between the means of the first and the last third.
double drift_p_value(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0.0;
  double slope = 0.0;
  double spread = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(i) - 0.5 * (n - 1.0);
    mean += values[i] / n;
    slope += x * values[i];
    spread += x * x;
  }
  slope /= spread;
  std::vector<double> rest(values.begin(), values.end());
  double variance = 0.0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    rest[i] -= mean + slope * (static_cast<double>(i) - 0.5 * (n - 1.0));
    variance += rest[i] * rest[i] / (n - 2.0);
  }
  const std::size_t third = values.size() / 3;
  double difference = 0.0;
  for (std::size_t i = 0; i < third; ++i) {
    difference += (values[values.size() - 1 - i] - values[i]) / static_cast<double>(third);
  }
  const double samples = n / inefficiency(rest);
  const double error = std::sqrt(6.0 * variance / samples);
  // Noise below what rounding makes of a straight line: any slope is a drift.
  if (error <= 1e-12 * std::abs(mean)) return std::abs(difference) <= 1e-12 * std::abs(mean);
  return numeric::student_two_sided(difference / error, std::max(1.0, samples - 2.0));
}

}  // namespace

void PlateauOptions::describe(OptionVisitor& v) {
  v.visit({.name = "least-fraction",
           .help = "of the atoms, that a class must hold on average to have a say",
           .min = 0.0,
           .max = 1.0},
          least_fraction);
  v.visit({.name = "least-effective-samples",
           .help = "independent samples that a plateau must have",
           .min = 4.0,
           .max = 1e6},
          least_effective_samples);
  v.visit({.name = "significance",
           .help = "a p-value of drift below it speaks against a plateau",
           .min = 0.0,
           .max = 0.5},
          significance);
}

Plateau find_plateau(const PopulationSeries& series, const PlateauOptions& options) {
  require_valid(options.validate());
  if (series.frames() == 0) {
    throw InputError(
        {.what = "a plateau of populations of no frame", .where = {}, .why = {}, .remedy = {}});
  }
  std::size_t frames_each = 1;
  while (series.frames() / frames_each >= most_values) frames_each *= 2;
  const auto classes = series_of(series, options.least_fraction, frames_each);
  Plateau plateau;
  if (classes.empty()) {
    // Nothing that matters ever changes.
    plateau.verdict = PlateauVerdict::reached;
    plateau.effective_samples = static_cast<double>(series.frames());
    return plateau;
  }
  const std::size_t values = classes.front().values.size();
  const std::size_t step = std::max<std::size_t>(1, values / candidates);
  std::size_t start = 0;
  for (std::size_t first = 0; first == 0 || first + least_values <= values; first += step) {
    const auto left = static_cast<double>(values - first);
    double fewest = left;
    double slowest_g = 1.0;
    std::uint8_t slowest = classes.front().label;
    for (const ClassSeries& one : classes) {
      const double g = inefficiency(std::span(one.values).subspan(first));
      if (left / g < fewest) {
        fewest = left / g;
        slowest = one.label;
        slowest_g = g;
      }
    }
    if (fewest > plateau.effective_samples) {
      start = first;
      plateau.effective_samples = fewest;
      plateau.slowest = slowest;
      plateau.statistical_inefficiency_frames = slowest_g * static_cast<double>(frames_each);
    }
  }
  plateau.first_frame = start * frames_each;
  if (plateau.effective_samples < options.least_effective_samples ||
      values - start < std::max(least_values, start)) {
    return plateau;
  }
  for (const ClassSeries& one : classes) {
    const double p =
        drift_p_value(std::span(one.values).subspan(start)) * static_cast<double>(classes.size());
    if (p < plateau.drift_p_value) {
      plateau.drift_p_value = p;
      plateau.most_drifting = one.label;
    }
  }
  plateau.verdict = plateau.drift_p_value < options.significance ? PlateauVerdict::drifting
                                                                 : PlateauVerdict::reached;
  return plateau;
}

}  // namespace adatom::dynamics
