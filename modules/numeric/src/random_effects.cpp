#include "adatom/numeric/random_effects.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/numeric/special_functions.h"

namespace adatom::numeric {
namespace {

struct Weighted {
  double weight = 0.0;  ///< sum
  double mean = 0.0;
  double scatter = 0.0;  ///< sum of weight times square of the difference from the mean
};

Weighted weighted(std::span<const double> values, std::span<const double> variances, double more) {
  Weighted sums;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double weight = 1.0 / (variances[i] + more);
    sums.weight += weight;
    sums.mean += weight * values[i];
  }
  sums.mean /= sums.weight;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double off = values[i] - sums.mean;
    sums.scatter += off * off / (variances[i] + more);
  }
  return sums;
}

/// tau^2 that makes Q what it is on average.
double between_variance(std::span<const double> variances, const Weighted& fixed) {
  double squares = 0.0;
  for (const double variance : variances) squares += 1.0 / (variance * variance);
  const double excess = fixed.scatter - static_cast<double>(variances.size() - 1);
  return std::max(0.0, excess / (fixed.weight - squares / fixed.weight));
}

void put_interval(Pooled& pooled, double confidence) {
  const double reach = student_reach(confidence, pooled.degrees_of_freedom);
  pooled.low = pooled.value - reach * pooled.standard_error;
  pooled.high = pooled.value + reach * pooled.standard_error;
}

/// The plain mean with its scatter: no errors are known.
Pooled plain_mean(std::span<const double> values, double confidence) {
  Pooled pooled{.measurements = static_cast<std::int64_t>(values.size())};
  const auto count = static_cast<double>(values.size());
  const std::vector<double> ones(values.size(), 1.0);
  const Weighted sums = weighted(values, ones, 0.0);
  pooled.value = sums.mean;
  if (values.size() < 2) return pooled;
  pooled.between = std::sqrt(sums.scatter / (count - 1.0));
  pooled.standard_error = pooled.between / std::sqrt(count);
  pooled.degrees_of_freedom = count - 1.0;
  put_interval(pooled, confidence);
  return pooled;
}

}  // namespace

double student_reach(double confidence, double degrees_of_freedom) {
  if (!(confidence > 0.0) || !(confidence < 1.0) || !(degrees_of_freedom > 0.0)) {
    throw InputError({.what = "no interval of this confidence can be given",
                      .where = "student_reach",
                      .why = "the confidence is outside (0, 1) or there is nothing to tell it from",
                      .remedy = "give a confidence such as 0.95"});
  }
  if (std::isinf(degrees_of_freedom)) {
    // The square of a normal deviate has the gamma distribution of shape 1/2 and scale 2.
    return std::sqrt(2.0 * gamma_quantile(0.5, confidence));
  }
  // t^2 / (t^2 + n) has the distribution Beta(1/2, n/2).
  const double share = beta_quantile(0.5, 0.5 * degrees_of_freedom, confidence);
  return std::sqrt(degrees_of_freedom * share / (1.0 - share));
}

Pooled pool_random_effects(std::span<const double> values, std::span<const double> standard_errors,
                           double confidence) {
  if (values.size() != standard_errors.size()) {
    throw InputError({.what = "values and errors do not belong together",
                      .where = "pool_random_effects",
                      .why = "they differ in number",
                      .remedy = "give one error for each value"});
  }
  std::vector<double> known;
  std::vector<double> variances;
  std::vector<double> finite;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    finite.push_back(values[i]);
    const double error = standard_errors[i];
    if (!std::isfinite(error) || !(error > 0.0)) continue;
    known.push_back(values[i]);
    variances.push_back(error * error);
  }
  if (finite.empty()) return {};
  if (known.empty()) return plain_mean(finite, confidence);
  Pooled pooled{.measurements = static_cast<std::int64_t>(known.size())};
  if (known.size() == 1) {
    pooled.value = known.front();
    pooled.standard_error = std::sqrt(variances.front());
    put_interval(pooled, confidence);
    return pooled;
  }
  const auto freedom = static_cast<double>(known.size() - 1);
  const Weighted fixed = weighted(known, variances, 0.0);
  const double tau2 = between_variance(variances, fixed);
  const Weighted sums = weighted(known, variances, tau2);
  pooled.value = sums.mean;
  pooled.between = std::sqrt(tau2);
  pooled.heterogeneity = fixed.scatter;
  pooled.degrees_of_freedom = freedom;
  pooled.standard_error = std::sqrt(std::max(1.0, sums.scatter / freedom) / sums.weight);
  put_interval(pooled, confidence);
  return pooled;
}

}  // namespace adatom::numeric
