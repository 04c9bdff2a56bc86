// Survival curves and mean times from counted visits.
#include <algorithm>
#include <cmath>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/dynamics/residence.h"
#include "adatom/numeric/special_functions.h"
#include "block_bootstrap.h"

namespace adatom::dynamics {
namespace {

// What is left of the survival curve at the longest visit may be that much for a mean.
constexpr double most_left = 0.05;

std::uint64_t at(const std::vector<std::uint64_t>& lengths, std::size_t length) {
  return length < lengths.size() ? lengths[length] : 0;
}

std::uint64_t sum_of(const std::vector<std::uint64_t>& lengths) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : lengths) sum += count;
  return sum;
}

/// Of one length in frames: visits that could be seen to end there, and those that did.
struct Risk {
  double at_risk = 0.0;
  double ended = 0.0;
};

/// Index: length. A visit that was unfinished after n frames was at risk of n - 1 ends.
std::vector<Risk> risks_of(const VisitLengths& visits) {
  const std::size_t longest = std::max(visits.ended.size(), visits.unfinished.size());
  std::vector<Risk> risks(longest);
  double at_risk = 0.0;
  for (std::size_t length = longest; length-- > 1;) {
    at_risk += static_cast<double>(at(visits.ended, length) + at(visits.unfinished, length + 1));
    risks[length] = {.at_risk = at_risk, .ended = static_cast<double>(at(visits.ended, length))};
  }
  return risks;
}

/// Greenwood's sum for one length.
double greenwood(const Risk& risk) {
  const double left = risk.at_risk - risk.ended;
  return left > 0.0 ? risk.ended / (risk.at_risk * left) : 0.0;
}

void set_survival(const VisitLengths& visits, double interval_ns, Residence& residence) {
  const std::vector<Risk> risks = risks_of(visits);
  residence.survival.push_back(
      {.at_risk = risks.size() > 1 ? static_cast<std::uint64_t>(risks[1].at_risk) : 0});
  double survival = 1.0;
  double variance = 0.0;
  double area = 0.0;
  std::vector<double> areas = {0.0};  // up to each length
  for (std::size_t length = 1; length < risks.size() && risks[length].at_risk > 0.0; ++length) {
    area += survival * interval_ns;
    areas.push_back(area);
    if (risks[length].ended == 0.0) continue;
    survival *= 1.0 - risks[length].ended / risks[length].at_risk;
    variance += greenwood(risks[length]);
    const double time = static_cast<double>(length) * interval_ns;
    residence.survival.push_back({.time_ns = time,
                                  .survival = survival,
                                  .survival_stderr = survival * std::sqrt(variance),
                                  .at_risk = static_cast<std::uint64_t>(risks[length].at_risk)});
    if (survival <= 0.5 && !residence.median_ns) residence.median_ns = time;
  }
  if (residence.ended == 0 || survival > most_left) return;
  // Kaplan and Meier's eq. 6b: the variance of the area under the curve.
  double mean_variance = 0.0;
  for (std::size_t length = 1; length < areas.size(); ++length) {
    const double beyond = area - areas[length];
    mean_variance += beyond * beyond * greenwood(risks[length]);
  }
  residence.mean_ns = area;
  residence.mean_stderr_ns = std::sqrt(mean_variance);
}

/// Of each class how much the variance of its exits exceeds that of independent atoms.
std::vector<double> excess_of_exits(const TimeBlocks& blocks) {
  const std::vector<std::uint64_t> total = blocks.total();
  const auto probabilities = row_normalised(total, 2);
  const auto rows = row_sums(total, 2);
  std::vector<double> independent(total.size(), 0.0);
  for (std::size_t e = 0; e < total.size(); ++e) {
    const double p = probabilities[e];
    if (rows[e / 2] > 0.0) independent[e] = p * (1.0 - p) / rows[e / 2];
  }
  return excess_variances(block_variances(blocks, 2, probabilities, rows), independent, rows,
                          blocks_with_counts(blocks), 2);
}

void set_exponential(double stays, double exits, double interval_ns, double confidence,
                     Residence& residence) {
  residence.time_at_risk_ns = (stays + exits) * interval_ns;
  residence.exponential_interval_ns = {.low = 0.0, .high = std::numeric_limits<double>::infinity()};
  if (stays + exits == 0.0) return;
  const double a = exits / residence.excess_variance + 0.5;
  const double b = stays / residence.excess_variance + 0.5;
  const double tail = 0.5 * (1.0 - confidence);
  residence.exponential_interval_ns.low = interval_ns / numeric::beta_quantile(a, b, 1.0 - tail);
  if (stays == 0.0) residence.exponential_interval_ns.low = interval_ns;
  if (exits == 0.0) return;
  residence.exponential_ns = residence.time_at_risk_ns / exits;
  residence.exponential_interval_ns.high = interval_ns / numeric::beta_quantile(a, b, tail);
}

}  // namespace

std::vector<Residence> estimate_residences(const ResidenceCounts& counts, double frame_interval_ns,
                                           const ResidenceOptions& options) {
  require_valid(options.validate());
  if (!(frame_interval_ns > 0.0)) {
    throw InputError({.what = "frames with no time between them",
                      .where = {},
                      .why = {},
                      .remedy = "give the time between frames in ns"});
  }
  const std::vector<std::uint64_t> total = counts.blocks.total();
  const std::vector<double> excess = excess_of_exits(counts.blocks);
  std::vector<Residence> result;
  for (std::size_t c = 0; c < counts.visits.size(); ++c) {
    const VisitLengths& visits = counts.visits[c];
    Residence& residence = result.emplace_back();
    residence.label = static_cast<std::uint8_t>(c);
    residence.ended = sum_of(visits.ended);
    residence.unfinished = sum_of(visits.unfinished);
    residence.began_before = visits.began_before;
    residence.exits = total[2 * c + 1];
    residence.excess_variance = excess[2 * c + 1];
    set_exponential(static_cast<double>(total[2 * c]), static_cast<double>(total[2 * c + 1]),
                    frame_interval_ns, options.confidence, residence);
    set_survival(visits, frame_interval_ns, residence);
  }
  return result;
}

}  // namespace adatom::dynamics
