#include "adatom/numeric/periodogram.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string>
#include <utility>

#include <Eigen/Dense>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/numeric/statistics.h"

namespace adatom::numeric {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;
constexpr double most_frequencies = 1e6;
constexpr std::size_t frequencies_at_once = 16;
constexpr std::int64_t values_at_once = 4'000'000;  ///< of random orders and their powers: 32 MB
constexpr double parameters = 4.0;                  ///< mean, sine, cosine, frequency

/// One of sine and cosine may be no wave at these times, as at half of the sampling frequency.
constexpr double nothing = 1e-9;

using Vector = Eigen::VectorXd;

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
  throw InputError({.what = what, .where = "periodogram", .why = {}, .remedy = remedy});
}

/// Times from their weighted mean on, values less theirs, weights that sum to 1.
struct Series {
  Vector time;
  Vector value;
  Vector weight;
  double time_mean = 0.0;
  double value_mean = 0.0;
  double variance = 0.0;  ///< weighted mean square of the values
};

Series weighted_series(std::span<const double> times, std::span<const double> values,
                       std::span<const double> errors) {
  const auto n = static_cast<Eigen::Index>(times.size());
  Series series{.time = Eigen::Map<const Vector>(times.data(), n),
                .value = Eigen::Map<const Vector>(values.data(), n),
                .weight = Vector::Ones(n)};
  if (!errors.empty()) {
    const Eigen::Map<const Vector> error(errors.data(), n);
    // The smallest error is 1, so that squares neither overflow nor vanish all together.
    series.weight = (error.array() / error.minCoeff()).square().inverse();
  }
  series.weight /= series.weight.sum();
  series.time_mean = series.weight.dot(series.time);
  series.value_mean = series.weight.dot(series.value);
  series.time.array() -= series.time_mean;
  series.value.array() -= series.value_mean;
  series.variance = series.weight.dot(series.value.cwiseAbs2());
  return series;
}

/// (5) to (15) of the paper at one frequency: what does not hang on the values.
class Waves {
 public:
  Waves(const Series& series, double frequency) {
    const Eigen::ArrayXd angle = two_pi * frequency * series.time.array();
    const Vector cosine = angle.cos();
    const Vector sine = angle.sin();
    weighted_cosine = series.weight.cwiseProduct(cosine);
    weighted_sine = series.weight.cwiseProduct(sine);
    const double c = weighted_cosine.sum();
    const double s = weighted_sine.sum();
    const double cc = weighted_cosine.dot(cosine) - c * c;
    const double ss = weighted_sine.dot(sine) - s * s;
    const double cs = weighted_cosine.dot(sine) - c * s;
    // (19): turned by this angle cosine and sine are independent.
    const double turn = 0.5 * std::atan2(2.0 * cs, cc - ss);
    turn_cosine_ = std::cos(turn);
    turn_sine_ = std::sin(turn);
    const double cross = 2.0 * cs * turn_cosine_ * turn_sine_;
    cc_ = cc * turn_cosine_ * turn_cosine_ + ss * turn_sine_ * turn_sine_ + cross;
    ss_ = ss * turn_cosine_ * turn_cosine_ + cc * turn_sine_ * turn_sine_ - cross;
  }
  /// @param yc, ys sums of weighted values (of mean 0) times cosine and sine
  [[nodiscard]] double power(double yc, double ys, double variance) const {
    const double along = yc * turn_cosine_ + ys * turn_sine_;
    const double across = ys * turn_cosine_ - yc * turn_sine_;
    const double explained =
        (cc_ > nothing ? along * along / cc_ : 0.0) + (ss_ > nothing ? across * across / ss_ : 0.0);
    return std::clamp(explained / variance, 0.0, 1.0);
  }
  Vector weighted_cosine;
  Vector weighted_sine;

 private:
  double turn_cosine_ = 1.0;
  double turn_sine_ = 0.0;
  double cc_ = 0.0;
  double ss_ = 0.0;
};

double power_at(const Series& series, double frequency) {
  const Waves waves(series, frequency);
  return waves.power(waves.weighted_cosine.dot(series.value), waves.weighted_sine.dot(series.value),
                     series.variance);
}

/// Several series of the same times and weights, one a row.
struct Rows {
  Eigen::MatrixXd values;
  Vector variance;
};

/// power(row, frequency), by matrix products over some frequencies at a time.
Eigen::MatrixXd powers(const Series& series, const Rows& rows, std::span<const double> frequency,
                       Progress& progress) {
  const auto count = static_cast<Eigen::Index>(frequency.size());
  Eigen::MatrixXd power(rows.values.rows(), count);
  parallel_ranges(frequency.size(), frequencies_at_once, [&](std::size_t begin, std::size_t end) {
    stop_if_cancelled(progress);
    const auto here = static_cast<Eigen::Index>(end - begin);
    std::vector<Waves> waves;
    Eigen::MatrixXd weighted(series.time.size(), 2 * here);
    for (Eigen::Index k = 0; k < here; ++k) {
      waves.emplace_back(series, frequency[begin + static_cast<std::size_t>(k)]);
      weighted.col(2 * k) = waves.back().weighted_cosine;
      weighted.col(2 * k + 1) = waves.back().weighted_sine;
    }
    const Eigen::MatrixXd sums = rows.values * weighted;
    for (Eigen::Index k = 0; k < here; ++k) {
      for (Eigen::Index row = 0; row < power.rows(); ++row) {
        power(row, static_cast<Eigen::Index>(begin) + k) = waves[static_cast<std::size_t>(k)].power(
            sums(row, 2 * k), sums(row, 2 * k + 1), rows.variance[row]);
      }
    }
    progress.advance(end - begin);
  });
  return power;
}

std::int64_t orders_at_once(const Series& series, std::size_t frequencies) {
  return std::max<std::int64_t>(
      1, values_at_once /
             std::max<std::int64_t>(series.value.size(), static_cast<std::int64_t>(frequencies)));
}

/// Deviations in units of their error in random orders, each less its weighted mean.
Rows random_orders(const Series& series, std::int64_t first, Eigen::Index count,
                   const RandomStream& random) {
  const auto n = series.value.size();
  const Vector relative_error = series.weight.cwiseSqrt().cwiseInverse();
  Rows rows{.values = Eigen::MatrixXd(count, n), .variance = Vector(count)};
  for (Eigen::Index row = 0; row < count; ++row) {
    RandomStream stream = random.substream(static_cast<std::uint64_t>(first + row));
    Vector order = series.value.cwiseQuotient(relative_error);
    for (Eigen::Index i = n; i > 1; --i) {
      std::swap(order[i - 1],
                order[static_cast<Eigen::Index>(stream.below(static_cast<std::uint64_t>(i)))]);
    }
    order = order.cwiseProduct(relative_error);
    order.array() -= series.weight.dot(order);
    rows.values.row(row) = order;
    rows.variance[row] = series.weight.dot(order.cwiseAbs2());
  }
  return rows;
}

double permutation_probability(const Series& series, std::span<const double> frequency,
                               double highest, std::int64_t permutations,
                               const RandomStream& random, Progress& progress) {
  const std::int64_t block = orders_at_once(series, frequency.size());
  std::int64_t as_high = 0;
  for (std::int64_t first = 0; first < permutations; first += block) {
    const auto count = static_cast<Eigen::Index>(std::min(block, permutations - first));
    const Rows rows = random_orders(series, first, count, random);
    const Vector peaks = powers(series, rows, frequency, progress).rowwise().maxCoeff();
    as_high += (peaks.array() >= highest).count();
  }
  return static_cast<double>(1 + as_high) / static_cast<double>(1 + permutations);
}

/// Baluev's bound for the power that the variance left over is divided by (his z_1 by 2 z_1/N_H).
double false_alarm_bound(const Series& series, double width, double power) {
  const double n = static_cast<double>(series.value.size());
  const double variance = series.weight.dot(series.time.cwiseAbs2());
  const double w = width * std::sqrt(4.0 * std::numbers::pi * variance);
  const double gamma = std::sqrt(2.0 / (n - 1.0)) *
                       std::exp(std::lgamma(0.5 * (n - 1.0)) - std::lgamma(0.5 * (n - 2.0)));
  const double single = std::pow(1.0 - power, 0.5 * (n - 3.0));
  const double crossings =
      gamma * w * std::pow(1.0 - power, 0.5 * (n - 4.0)) * std::sqrt(0.5 * (n - 1.0) * power);
  return std::min(1.0, single + crossings);
}

/// The place of the highest power between two frequencies, by golden sections.
double refined(const Series& series, double low, double high) {
  constexpr double golden = 0.6180339887498949;
  double inner = high - golden * (high - low);
  double outer = low + golden * (high - low);
  double power_inner = power_at(series, inner);
  double power_outer = power_at(series, outer);
  for (int step = 0; step < 60; ++step) {
    if (power_inner > power_outer) {
      high = std::exchange(outer, inner);
      power_outer = power_inner;
      inner = high - golden * (high - low);
      power_inner = power_at(series, inner);
    } else {
      low = std::exchange(inner, outer);
      power_inner = power_outer;
      outer = low + golden * (high - low);
      power_outer = power_at(series, outer);
    }
  }
  return 0.5 * (low + high);
}

/// Linear least squares at the frequency, and the covariance of all four parameters there.
void fit_sinusoid(const Series& series, std::span<const double> errors, Oscillation& wave) {
  const auto n = series.time.size();
  const double f = wave.frequency;
  const Eigen::ArrayXd angle = two_pi * f * series.time.array();
  Eigen::MatrixXd slopes(n, 4);
  slopes.col(0).setOnes();
  slopes.col(1) = angle.sin();
  slopes.col(2) = angle.cos();
  const Vector root_weight = series.weight.cwiseSqrt();
  Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> solver;
  solver.setThreshold(nothing);
  solver.compute(root_weight.asDiagonal() * slopes.leftCols(3));
  const Vector linear = solver.solve(root_weight.cwiseProduct(series.value));
  const double a = linear[1];
  const double b = linear[2];
  slopes.col(3) = two_pi * series.time.array() * (a * angle.cos() - b * angle.sin());
  const Vector rest = series.value - slopes.leftCols(3) * linear;
  const double freedom = static_cast<double>(n) - parameters;
  const double variance = static_cast<double>(n) * series.weight.dot(rest.cwiseAbs2()) / freedom;
  wave.scatter = std::sqrt(variance);
  wave.reduced_chi_squared = 1.0;
  if (!errors.empty()) {
    const Eigen::Map<const Vector> error(errors.data(), n);
    wave.reduced_chi_squared = rest.cwiseQuotient(error).squaredNorm() / freedom;
  }
  const Eigen::Matrix4d information = slopes.transpose() * series.weight.asDiagonal() * slopes;
  const Eigen::Matrix4d covariance = information.completeOrthogonalDecomposition().pseudoInverse() *
                                     (variance / static_cast<double>(n));
  const auto error_of = [&](const Eigen::Vector4d& gradient) {
    return std::sqrt(std::max(0.0, gradient.dot(covariance * gradient)));
  };
  const double square = a * a + b * b;
  wave.mean = series.value_mean + linear[0];
  wave.mean_stderr = error_of({1.0, 0.0, 0.0, 0.0});
  wave.amplitude = std::sqrt(square);
  wave.frequency_stderr = error_of({0.0, 0.0, 0.0, 1.0});
  wave.period = 1.0 / f;
  wave.period_stderr = wave.frequency_stderr / (f * f);
  if (square == 0.0) return;
  wave.amplitude_stderr = error_of({0.0, a / wave.amplitude, b / wave.amplitude, 0.0});
  wave.phase_rad = std::remainder(std::atan2(b, a) - two_pi * f * series.time_mean, two_pi);
  wave.phase_stderr_rad = error_of({0.0, -b / square, a / square, -two_pi * series.time_mean});
}

void require_series(std::span<const double> times, std::span<const double> values,
                    std::span<const double> errors) {
  const auto finite = [](double value) { return std::isfinite(value); };
  if (times.size() != values.size() || (!errors.empty() && errors.size() != values.size()) ||
      !std::ranges::all_of(times, finite) || !std::ranges::all_of(values, finite)) {
    refuse("these are no times with values: lengths differ or a number is not finite",
           "leave out times without value");
  }
  if (!std::ranges::all_of(errors, [](double e) { return std::isfinite(e) && e > 0.0; })) {
    refuse("an error is not above zero", "give every value an error, or none");
  }
  if (times.size() < least_periodogram_values) {
    refuse("a sinusoid cannot be told in " + std::to_string(times.size()) + " values",
           "give at least " + std::to_string(least_periodogram_values));
  }
}

std::vector<double> frequencies(std::span<const double> times, const PeriodogramOptions& options) {
  std::vector<double> sorted(times.begin(), times.end());
  std::ranges::sort(sorted);
  const double length = sorted.back() - sorted.front();
  std::vector<double> steps;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i] > sorted[i - 1]) steps.push_back(sorted[i] - sorted[i - 1]);
  }
  if (steps.empty()) refuse("all times are the same", "give the times of the values");
  const double low = 1.0 / options.longest_period.value_or(length);
  const double high = 1.0 / options.shortest_period.value_or(2.0 * median(steps));
  const double count = std::ceil((high - low) * length * options.oversampling);
  if (!(high > low)) {
    refuse("the range of periods is empty", "give a longest period above the shortest");
  }
  if (count > most_frequencies) {
    refuse("the range of periods asks for more than a million frequencies",
           "give a longer shortest period or less oversampling");
  }
  std::vector<double> grid(static_cast<std::size_t>(count) + 1);
  for (std::size_t i = 0; i < grid.size(); ++i) {
    grid[i] = low + (high - low) * (static_cast<double>(i) / count);
  }
  return grid;
}

}  // namespace

void PeriodogramOptions::describe(OptionVisitor& v) {
  v.visit({.name = "longest_period",
           .help = "longest period looked for, unit of the times; empty: the length of the series",
           .min = 1e-12,
           .max = 1e12},
          longest_period);
  v.visit({.name = "shortest_period",
           .help = "shortest period looked for; empty: twice the distance of neighbouring times",
           .min = 1e-12,
           .max = 1e12},
          shortest_period);
  v.visit(
      {.name = "oversampling", .help = "frequencies in the width of a peak", .min = 2, .max = 100},
      oversampling);
  v.visit({.name = "permutations",
           .help = "random orders for the false-alarm probability; 0: only its bound",
           .min = 0,
           .max = 1e6},
          permutations);
}

std::vector<OptionIssue> PeriodogramOptions::validate() const { return check_ranges(*this); }

Periodogram periodogram(std::span<const double> times, std::span<const double> values,
                        std::span<const double> errors, const PeriodogramOptions& options,
                        const RandomStream& random, Progress& progress) {
  require_valid(options.validate());
  require_series(times, values, errors);
  Periodogram result{.frequency = frequencies(times, options), .power = {}, .strongest = {}};
  const Series series = weighted_series(times, values, errors);
  Oscillation& wave = result.strongest;
  const double size = std::max(std::abs(series.value_mean), series.value.cwiseAbs().maxCoeff());
  constexpr double rounding = 1e-14;
  if (!(std::sqrt(series.variance) > rounding * size)) {
    result.power.assign(result.frequency.size(), 0.0);
    wave.mean = series.value_mean;
    if (options.permutations > 0) wave.false_alarm_permutation = 1.0;
    return result;
  }
  const std::int64_t block = orders_at_once(series, result.frequency.size());
  const auto passes = 1 + static_cast<std::size_t>((options.permutations + block - 1) / block);
  progress.begin("periodogram", passes * result.frequency.size());
  Rows observed{.values = series.value.transpose(), .variance = Vector(1)};
  observed.variance[0] = series.variance;
  const Eigen::MatrixXd power = powers(series, observed, result.frequency, progress);
  result.power.assign(power.data(), power.data() + power.size());
  const auto peak =
      static_cast<std::size_t>(std::ranges::max_element(result.power) - result.power.begin());
  const std::size_t last = result.frequency.size() - 1;
  wave.at_edge = peak == 0 || peak == last;
  wave.frequency = wave.at_edge
                       ? result.frequency[peak]
                       : refined(series, result.frequency[peak - 1], result.frequency[peak + 1]);
  wave.power = std::max(result.power[peak], power_at(series, wave.frequency));
  fit_sinusoid(series, errors, wave);
  wave.false_alarm_bound =
      false_alarm_bound(series, result.frequency.back() - result.frequency.front(), wave.power);
  if (options.permutations > 0) {
    // The grid's own peak is what the peaks of the orders are compared with.
    wave.false_alarm_permutation = permutation_probability(
        series, result.frequency, result.power[peak], options.permutations, random, progress);
  }
  return result;
}

}  // namespace adatom::numeric
