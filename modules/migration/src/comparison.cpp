#include "adatom/migration/comparison.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

#include "adatom/base/error.h"
#include "adatom/numeric/special_functions.h"
#include "adatom/numeric/statistics.h"

namespace adatom::migration {
namespace {

constexpr double joule_per_kj = 1000.0;
constexpr std::size_t least_conditions = 3;

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
  throw InputError({.what = what, .where = "driving force", .why = {}, .remedy = remedy});
}

std::vector<double> values_of(std::span<const Estimate> estimates) {
  std::vector<double> values;
  for (const Estimate& each : estimates) values.push_back(each.value);
  return values;
}

std::size_t largest_of(std::span<const double> values) {
  return static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
}

void require_conditions(std::span<const Estimate> predicted, std::span<const Estimate> measured) {
  if (predicted.size() != measured.size() || predicted.size() < least_conditions) {
    refuse("there are fewer than three conditions with both a prediction and a measurement",
           "give phase and velocity fractions of more conditions");
  }
  const auto bad = [](const Estimate& each) {
    return !(std::isfinite(each.value) && each.value >= 0.0 && std::isfinite(each.standard_error) &&
             each.standard_error >= 0.0);
  };
  if (std::ranges::any_of(predicted, bad) || std::ranges::any_of(measured, bad)) {
    refuse("a value or an error is negative or not finite", "give numbers from 0 on");
  }
  if (std::ranges::all_of(predicted, [](const Estimate& each) { return each.value == 0.0; })) {
    refuse("all predictions are 0", "without copper there is nothing to compare");
  }
}

struct ScaleFit {
  Estimate scale = {};
  double chi_squared = 0.0;
  bool has_errors = true;
};

/// Weights for the scale of the round before, until it stays.
ScaleFit fit_scale(std::span<const Estimate> predicted, std::span<const Estimate> measured) {
  const auto has_error = [](const Estimate& each) { return each.standard_error > 0.0; };
  ScaleFit fit{.has_errors = std::ranges::any_of(predicted, has_error) ||
                             std::ranges::any_of(measured, has_error)};
  constexpr int most_rounds = 200;
  constexpr double converged = 1e-12;
  for (int round = 0; round < most_rounds; ++round) {
    double products = 0.0;
    double squares = 0.0;
    double information = 0.0;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
      const double own = measured[i].standard_error;
      const double other = fit.scale.value * predicted[i].standard_error;
      const double variance = fit.has_errors && round > 0 ? own * own + other * other : 1.0;
      if (variance == 0.0) {
        refuse("some conditions have errors and others none", "give errors to all, or to none");
      }
      // The prediction as both sides tell it (York, Can. J. Phys. 44 (1966) 1079): without it the
      // scale is too small where predictions have errors.
      double at = predicted[i].value;
      if (fit.has_errors && round > 0) {
        const double spread = predicted[i].standard_error * predicted[i].standard_error;
        at = (predicted[i].value * own * own + fit.scale.value * measured[i].value * spread) /
             variance;
        products += at * measured[i].value / variance;
        squares += at * predicted[i].value / variance;
        information += at * at / variance;
        continue;
      }
      products += at * measured[i].value / variance;
      squares += at * at / variance;
      information += at * at / variance;
    }
    const double before = fit.scale.value;
    fit.scale = {products / squares, 1.0 / std::sqrt(information)};
    if (round > 1 && std::abs(fit.scale.value - before) <= converged * fit.scale.value) break;
  }
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    const double own = measured[i].standard_error;
    const double other = fit.scale.value * predicted[i].standard_error;
    const double rest = measured[i].value - fit.scale.value * predicted[i].value;
    fit.chi_squared += rest * rest / (fit.has_errors ? own * own + other * other : 1.0);
  }
  if (!fit.has_errors) {
    const auto freedom = static_cast<double>(predicted.size() - 1);
    fit.scale.standard_error *= std::sqrt(fit.chi_squared / freedom);
  }
  return fit;
}

std::vector<double> draw(std::span<const Estimate> estimates, RandomStream& random) {
  std::vector<double> values;
  for (const Estimate& each : estimates) {
    values.push_back(std::max(0.0, each.value + each.standard_error * random.normal()));
  }
  return values;
}

/// NaN where no draw says anything.
Interval interval_of(std::vector<double> values, double confidence) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (values.empty()) return {none, none};
  const double tail = 0.5 * (1.0 - confidence);
  return {numeric::quantile(values, tail), numeric::quantile(values, 1.0 - tail)};
}

void draw_all(std::span<const Estimate> predicted, std::span<const Estimate> measured,
              const ComparisonOptions& options, const RandomStream& random, Comparison& result) {
  std::vector<double> spearman;
  std::vector<double> kendall;
  for (std::int64_t k = 0; k < options.draws; ++k) {
    RandomStream stream = random.substream(static_cast<std::uint64_t>(k));
    const auto p = draw(predicted, stream);
    const auto m = draw(measured, stream);
    const auto ranks = numeric::rank_coefficients(p, m);
    spearman.push_back(ranks.spearman);
    kendall.push_back(ranks.kendall);
    const std::size_t p_largest = largest_of(p);
    const std::size_t m_largest = largest_of(m);
    // Counted first: sums of whole numbers are exact.
    result.predicted_largest_share[p_largest] += 1.0;
    result.measured_largest_share[m_largest] += 1.0;
    result.same_largest_share += p_largest == m_largest ? 1.0 : 0.0;
  }
  const auto draws = static_cast<double>(options.draws);
  for (double& share : result.predicted_largest_share) share /= draws;
  for (double& share : result.measured_largest_share) share /= draws;
  result.same_largest_share /= draws;
  result.spearman = interval_of(spearman, options.confidence);
  result.kendall = interval_of(kendall, options.confidence);
}

void require_positive(std::span<const RateFree> conditions, std::size_t largest) {
  const auto bad = [](const RateFree& each) {
    return !(each.temperature_k > 0.0 && each.value.value > 0.0 && std::isfinite(each.value.value));
  };
  if (largest >= conditions.size() || std::ranges::any_of(conditions, bad)) {
    refuse("a temperature or a share of copper is not above zero",
           "leave out conditions without copper");
  }
}

}  // namespace

void ComparisonOptions::describe(OptionVisitor& v) {
  v.visit({.name = "draws",
           .help = "of predictions and measurements within their errors, for intervals",
           .min = 100,
           .max = 1e6},
          draws);
  v.visit({.name = "confidence", .help = "of the intervals", .min = 0.5, .max = 0.9999},
          confidence);
}

std::vector<OptionIssue> ComparisonOptions::validate() const { return check_ranges(*this); }

Comparison compare(std::span<const Estimate> predicted, std::span<const Estimate> measured,
                   const ComparisonOptions& options, const RandomStream& random) {
  require_valid(options.validate());
  require_conditions(predicted, measured);
  const ScaleFit fit = fit_scale(predicted, measured);
  Comparison result{.scale = fit.scale,
                    .chi_squared = fit.chi_squared,
                    .degrees_of_freedom = static_cast<std::int64_t>(predicted.size()) - 1};
  if (fit.has_errors) {
    result.chi_squared_p = numeric::regularised_gamma_upper(
        0.5 * static_cast<double>(result.degrees_of_freedom), 0.5 * fit.chi_squared);
  }
  for (const Estimate& each : predicted) {
    result.scaled.push_back({fit.scale.value * each.value, fit.scale.value * each.standard_error});
  }
  const auto p = values_of(predicted);
  const auto m = values_of(measured);
  // Ranks of more than nine conditions take random orders from a stream of their own.
  result.ranks =
      numeric::rank_correlation(p, m, random.substream(static_cast<std::uint64_t>(options.draws)));
  result.predicted_largest = largest_of(p);
  result.measured_largest = largest_of(m);
  result.predicted_largest_share.assign(p.size(), 0.0);
  result.measured_largest_share.assign(p.size(), 0.0);
  draw_all(predicted, measured, options, random, result);
  return result;
}

EnergyWindow energy_window(std::span<const RateFree> conditions, std::size_t largest) {
  require_positive(conditions, largest);
  const RateFree& top = conditions[largest];
  EnergyWindow window{.possible = true,
                      .low_kj_per_mol = 0.0,
                      .high_kj_per_mol = std::numeric_limits<double>::infinity()};
  for (const RateFree& each : conditions) {
    const double advantage = std::log(each.value.value / top.value.value);
    const double cold = 1.0 / each.temperature_k - 1.0 / top.temperature_k;
    if (cold == 0.0) {
      window.possible = window.possible && advantage <= 0.0;
      continue;
    }
    const double bound = gas_constant * advantage / cold / joule_per_kj;
    if (cold > 0.0) {
      window.low_kj_per_mol = std::max(window.low_kj_per_mol, bound);
    } else {
      window.high_kj_per_mol = std::min(window.high_kj_per_mol, bound);
    }
  }
  window.possible = window.possible && window.low_kj_per_mol <= window.high_kj_per_mol;
  return window;
}

EnergyWindowDraws energy_window_draws(std::span<const RateFree> conditions, std::size_t largest,
                                      const ComparisonOptions& options,
                                      const RandomStream& random) {
  require_valid(options.validate());
  require_positive(conditions, largest);
  std::vector<double> low;
  std::vector<double> high;
  for (std::int64_t k = 0; k < options.draws; ++k) {
    RandomStream stream = random.substream(static_cast<std::uint64_t>(k));
    std::vector<RateFree> drawn(conditions.begin(), conditions.end());
    bool positive = true;
    for (RateFree& each : drawn) {
      each.value.value += each.value.standard_error * stream.normal();
      positive = positive && each.value.value > 0.0;
    }
    if (!positive) continue;
    const EnergyWindow window = energy_window(drawn, largest);
    if (!window.possible) continue;
    low.push_back(window.low_kj_per_mol);
    // Quantiles are of finite numbers.
    high.push_back(std::min(window.high_kj_per_mol, 1e9));
  }
  return {.possible_share = static_cast<double>(low.size()) / static_cast<double>(options.draws),
          .low_kj_per_mol = interval_of(low, options.confidence),
          .high_kj_per_mol = interval_of(high, options.confidence)};
}

std::vector<EnergyPoint> scan_energies(std::span<const RateFree> conditions,
                                       std::span<const Estimate> measured,
                                       std::span<const double> energies_kj_per_mol) {
  require_positive(conditions, 0);
  const double hottest =
      std::ranges::max_element(conditions, {}, &RateFree::temperature_k)->temperature_k;
  std::vector<EnergyPoint> points;
  for (const double energy : energies_kj_per_mol) {
    if (!(energy >= 0.0 && std::isfinite(energy))) {
      refuse("an activation energy is negative or no number", "give it in kJ/mol");
    }
    std::vector<Estimate> predicted;
    for (const RateFree& each : conditions) {
      // Relative to the hottest one, so that none of them underflows alone.
      const double rate = std::exp(-energy * joule_per_kj / gas_constant *
                                   (1.0 / each.temperature_k - 1.0 / hottest));
      predicted.push_back({rate * each.value.value, rate * each.value.standard_error});
    }
    require_conditions(predicted, measured);
    const ScaleFit fit = fit_scale(predicted, measured);
    const auto p = values_of(predicted);
    const auto ranks = numeric::rank_coefficients(p, values_of(measured));
    EnergyPoint point{.energy_kj_per_mol = energy,
                      .largest = largest_of(p),
                      .spearman = ranks.spearman,
                      .kendall = ranks.kendall,
                      .chi_squared = fit.chi_squared};
    for (const double value : p) point.scaled.push_back(fit.scale.value * value);
    points.push_back(std::move(point));
  }
  return points;
}

}  // namespace adatom::migration
