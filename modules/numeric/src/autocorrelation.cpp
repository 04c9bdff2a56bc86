#include "adatom/numeric/autocorrelation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <string>

#include <Eigen/Dense>

#include "adatom/base/error.h"
#include "adatom/numeric/statistics.h"

namespace adatom::numeric {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;
constexpr std::uint64_t replicates = 100;  ///< of the bootstrap
constexpr double near_share = 0.4;         ///< of the period, to either side
constexpr std::size_t least_values = 10;
constexpr double nearly = 0.7;  ///< of the highest return

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
  throw InputError({.what = what, .where = "autocorrelation", .why = {}, .remedy = remedy});
}

struct Point {
  double time = 0.0;
  double value = 0.0;
};

struct Maximum {
  double lag = 0.0;
  double height = 0.0;
  std::size_t bin = 0;
};

std::vector<Point> in_order(std::span<const double> times, std::span<const double> values) {
  const auto finite = [](double value) { return std::isfinite(value); };
  if (times.size() != values.size() || !std::ranges::all_of(times, finite) ||
      !std::ranges::all_of(values, finite)) {
    refuse("these are no times with values: lengths differ or a number is not finite",
           "leave out times without value");
  }
  if (times.size() < least_values) {
    refuse(std::to_string(times.size()) + " values show no correlation",
           "give at least " + std::to_string(least_values));
  }
  std::vector<Point> points;
  for (std::size_t i = 0; i < times.size(); ++i) points.push_back({times[i], values[i]});
  std::ranges::sort(points, {}, &Point::time);
  return points;
}

double bin_width(std::span<const Point> points) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (points[i].time > points[i - 1].time) steps.push_back(points[i].time - points[i - 1].time);
  }
  if (steps.empty()) refuse("all times are the same", "give the times of the values");
  return median(steps);
}

/// Points in order of time; false where their values do not vary.
bool correlate(std::span<const Point> points, double width, std::size_t bins,
               Autocorrelation& result) {
  const auto n = static_cast<double>(points.size());
  double mean = 0.0;
  for (const Point& each : points) mean += each.value / n;
  double variance = 0.0;
  double largest = 0.0;
  for (const Point& each : points) {
    variance += (each.value - mean) * (each.value - mean) / n;
    largest = std::max(largest, std::abs(each.value));
  }
  constexpr double rounding = 1e-14;
  if (!(std::sqrt(variance) > rounding * largest)) return false;
  std::vector<double> lag(bins, 0.0);
  std::vector<double> product(bins, 0.0);
  std::vector<std::int64_t> pairs(bins, 0);
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t k = i; k < points.size(); ++k) {
      const double distance = points[k].time - points[i].time;
      const auto bin = static_cast<std::size_t>(std::lround(distance / width));
      if (bin >= bins) break;
      lag[bin] += distance;
      product[bin] += (points[i].value - mean) * (points[k].value - mean);
      ++pairs[bin];
    }
  }
  result = {};
  for (std::size_t bin = 0; bin < bins; ++bin) {
    if (pairs[bin] == 0) continue;
    const auto count = static_cast<double>(pairs[bin]);
    result.lag.push_back(lag[bin] / count);
    result.correlation.push_back(product[bin] / (count * variance));
    result.pairs.push_back(pairs[bin]);
    result.noise_stderr.push_back(1.0 / std::sqrt(count));
  }
  return true;
}

/// The parabola of least squares through the upper half of the peak.
Maximum top_of(const Autocorrelation& all, std::size_t bin) {
  const double half = 0.5 * all.correlation[bin];
  std::size_t first = bin;
  std::size_t last = bin;
  while (first > 0 && all.correlation[first - 1] > half) --first;
  while (last + 1 < all.lag.size() && all.correlation[last + 1] > half) ++last;
  Maximum top{all.lag[bin], all.correlation[bin], bin};
  const auto count = static_cast<Eigen::Index>(last - first + 1);
  if (count < 3) return top;
  Eigen::MatrixXd powers(count, 3);
  Eigen::VectorXd heights(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const std::size_t at = first + static_cast<std::size_t>(i);
    const double x = all.lag[at] - all.lag[bin];
    powers.row(i) << 1.0, x, x * x;
    heights[i] = all.correlation[at];
  }
  const Eigen::Vector3d fit = powers.colPivHouseholderQr().solve(heights);
  if (!(fit[2] < 0.0)) return top;
  const double shift = -0.5 * fit[1] / fit[2];
  if (shift < powers(0, 1) || shift > powers(count - 1, 1)) return top;
  return {top.lag + shift, fit[0] + 0.5 * fit[1] * shift, bin};
}

std::optional<Maximum> first_return(const Autocorrelation& all) {
  const auto& r = all.correlation;
  std::size_t begin = 0;
  while (begin < r.size() && r[begin] >= 0.0) ++begin;
  if (begin == r.size()) return std::nullopt;
  const auto behind = r.begin() + static_cast<std::ptrdiff_t>(begin);
  const double highest = *std::max_element(behind, r.end());
  if (highest <= 0.0) return std::nullopt;
  // Later returns are as high but for the noise.
  std::size_t bin = begin;
  while (r[bin] < nearly * highest) ++bin;
  for (std::size_t next = bin; next < r.size() && r[next] > 0.5 * highest; ++next) {
    if (r[next] > r[bin]) bin = next;
  }
  if (bin + 1 == r.size()) return std::nullopt;
  return top_of(all, bin);
}

/// The highest value near a period already found.
std::optional<Maximum> return_near(const Autocorrelation& all, double period) {
  std::optional<std::size_t> highest;
  for (std::size_t bin = 0; bin < all.lag.size(); ++bin) {
    if (std::abs(all.lag[bin] - period) > near_share * period) continue;
    if (!highest || all.correlation[bin] > all.correlation[*highest]) highest = bin;
  }
  if (!highest || all.correlation[*highest] <= 0.0) return std::nullopt;
  return top_of(all, *highest);
}

/// The scatter of the period among sinusoids with the noise that the height of the return leaves.
double bootstrap_error(std::span<const Point> points, double width, std::size_t bins,
                       const Maximum& top, const RandomStream& random) {
  const double share = std::clamp(top.height, 0.0, 1.0);
  const auto near_bins = static_cast<std::size_t>((1.0 + near_share) * top.lag / width) + 2;
  std::vector<double> periods;
  for (std::uint64_t replicate = 0; replicate < replicates; ++replicate) {
    RandomStream stream = random.substream(replicate);
    const double phase = two_pi * stream.uniform();
    std::vector<Point> drawn(points.begin(), points.end());
    for (Point& each : drawn) {
      each.value = std::sqrt(2.0 * share) * std::sin(two_pi * each.time / top.lag + phase) +
                   std::sqrt(1.0 - share) * stream.normal();
    }
    Autocorrelation all;
    if (!correlate(drawn, width, std::min(bins, near_bins), all)) continue;
    if (const auto found = return_near(all, top.lag)) periods.push_back(found->lag);
  }
  if (periods.size() < replicates / 2) return std::numeric_limits<double>::quiet_NaN();
  const auto count = static_cast<double>(periods.size());
  const double mean = std::accumulate(periods.begin(), periods.end(), 0.0) / count;
  double squares = 0.0;
  for (const double period : periods) squares += (period - mean) * (period - mean);
  return std::sqrt(squares / (count - 1.0));
}

}  // namespace

Autocorrelation autocorrelation(std::span<const double> times, std::span<const double> values,
                                const RandomStream& random) {
  const std::vector<Point> points = in_order(times, values);
  const double width = bin_width(points);
  const double length = points.back().time - points.front().time;
  const auto bins = static_cast<std::size_t>(0.5 * length / width) + 1;
  Autocorrelation result;
  if (!correlate(points, width, bins, result)) refuse("all values are the same", "");
  if (const auto top = first_return(result)) {
    result.period = top->lag;
    result.height = top->height;
    result.height_stderr = result.noise_stderr[top->bin];
    result.period_stderr = bootstrap_error(points, width, bins, *top, random);
  }
  return result;
}

}  // namespace adatom::numeric
