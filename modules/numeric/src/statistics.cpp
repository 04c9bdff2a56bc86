#include "adatom/numeric/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "adatom/base/error.h"

namespace adatom::numeric {
namespace {

constexpr double normal_third_quartile = 0.6744897501960817;  // Abramowitz and Stegun, 26.2

void require_sample(std::span<const double> sample) {
  if (sample.empty()) {
    throw InputError(
        Complaint{.what = "an empty sample has no quantile", .where = {}, .why = {}, .remedy = {}});
  }
}

// The order statistic at the (fractional) place p (n - 1); partly reorders `values`.
double select(std::vector<double>& values, double probability) {
  if (!(probability >= 0.0 && probability <= 1.0)) {
    throw InputError(Complaint{.what = "the probability of a quantile lies outside [0, 1]",
                               .where = {},
                               .why = {},
                               .remedy = {}});
  }
  const double place = probability * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), at, values.end());
  const double rest = place - static_cast<double>(below);
  if (rest == 0.0) return *at;
  return *at + rest * (*std::min_element(at + 1, values.end()) - *at);
}

}  // namespace

double quantile(std::span<const double> sample, double probability) {
  require_sample(sample);
  std::vector<double> values(sample.begin(), sample.end());
  return select(values, probability);
}

std::vector<double> quantiles(std::span<const double> sample,
                              std::span<const double> probabilities) {
  require_sample(sample);
  std::vector<double> values(sample.begin(), sample.end());
  std::ranges::sort(values);
  std::vector<double> result;
  result.reserve(probabilities.size());
  for (const double probability : probabilities) result.push_back(select(values, probability));
  return result;
}

double median(std::span<const double> sample) { return quantile(sample, 0.5); }

double mad_sigma(std::span<const double> sample) {
  require_sample(sample);
  std::vector<double> values(sample.begin(), sample.end());
  const double centre = select(values, 0.5);
  for (double& value : values) value = std::abs(value - centre);
  return select(values, 0.5) / normal_third_quartile;
}

}  // namespace adatom::numeric
