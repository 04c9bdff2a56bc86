#include "conditions/pooling.h"

#include <algorithm>
#include <cmath>

#include "adatom/numeric/special_functions.h"

namespace adatom::pipeline {
namespace {

/// Counts add up, and so do the times; what they scatter more than Poisson's law allows is a factor
/// on the variance.
numeric::Pooled pool_rates(const std::vector<const Measurement*>& all, double confidence) {
  numeric::Pooled pooled{.measurements = static_cast<std::int64_t>(all.size())};
  double events = 0.0;
  double exposure = 0.0;
  for (const Measurement* each : all) {
    events += each->events.value_or(0.0);
    exposure += each->exposure.value_or(0.0);
  }
  pooled.value = events / exposure;
  double excess = 1.0;
  if (all.size() > 1 && events > 0.0) {
    for (const Measurement* each : all) {
      const double expected = pooled.value * *each->exposure;
      pooled.heterogeneity += (*each->events - expected) * (*each->events - expected) / expected;
    }
    excess = std::max(1.0, pooled.heterogeneity / static_cast<double>(all.size() - 1));
  }
  const double tail = 0.5 * (1.0 - confidence);
  const double low = events > 0.0 ? numeric::gamma_quantile(events, tail) / exposure : 0.0;
  const double high = numeric::gamma_quantile(events + 1.0, 1.0 - tail) / exposure;
  pooled.standard_error = std::sqrt(excess * std::max(events, 1.0)) / exposure;
  pooled.low = std::max(0.0, pooled.value - std::sqrt(excess) * (pooled.value - low));
  pooled.high = pooled.value + std::sqrt(excess) * (high - pooled.value);
  return pooled;
}

}  // namespace

PooledValue pool(const Quantity& quantity, const std::vector<const Measurement*>& all,
                 double confidence) {
  PooledValue result{.quantity = quantity, .pooled = {}};
  if (all.empty()) return result;
  for (const Measurement* each : all) result.warned += each->warning.empty() ? 0 : 1;
  if (all.front()->events) {
    result.pooled = pool_rates(all, confidence);
    return result;
  }
  std::vector<double> values;
  std::vector<double> errors;
  for (const Measurement* each : all) {
    values.push_back(each->value);
    errors.push_back(each->standard_error);
  }
  result.pooled = numeric::pool_random_effects(values, errors, confidence);
  if (all.size() == 1 && all.front()->low) {
    result.pooled.low = *all.front()->low;
    result.pooled.high = *all.front()->high;
  }
  if (quantity.name.ends_with("share_faster")) {
    result.pooled.low = std::max(0.0, result.pooled.low);
    result.pooled.high = std::min(1.0, result.pooled.high);
  }
  return result;
}

void add_histogram(const SpeedHistogram& more, std::vector<SpeedHistogram>& all) {
  const auto known = std::ranges::find_if(all, [&](const SpeedHistogram& each) {
    return std::abs(each.lag_s - more.lag_s) <= 0.01 * each.lag_s &&
           each.edges_nm_per_s == more.edges_nm_per_s;
  });
  if (known == all.end()) {
    all.push_back(more);
    return;
  }
  const double sum = known->displacements + more.displacements;
  if (sum == 0.0) return;
  const double weight = more.displacements / sum;
  for (std::size_t bin = 0; bin < more.share.size(); ++bin) {
    known->share[bin] += weight * (more.share[bin] - known->share[bin]);
    known->corrected_share[bin] +=
        weight * (more.corrected_share[bin] - known->corrected_share[bin]);
  }
  known->displacements = sum;
}

}  // namespace adatom::pipeline
