#include "series_model.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/base/parallel.h"

namespace adatom::counting {

namespace {

// A fit loses a thick column now and then.
constexpr double least_miss_probability = 1e-3;
// Columns of one atom that the known probability to miss one is worth.
constexpr double miss_pseudo_columns = 20.0;
constexpr double initial_pseudo_count = 0.5;

/// What the maximisation needs of one column: sums over its frames.
struct Sums {
  double log_likelihood = 0.0;
  std::vector<double> first;
  std::vector<double> transitions;
  double products = 0.0;    ///< sum tau S M / v
  double squares = 0.0;     ///< sum tau M^2 / v
  double residuals = 0.0;   ///< sum tau (r^2 - known) / v^2
  double precisions = 0.0;  ///< sum tau / v^2
  double single_missed = 0.0;
  double single_asked = 0.0;
};

double variance_of(const Glimpse& glimpse, double mean, const SeriesSetting& setting,
                   const SeriesParameters& parameters) {
  return parameters.sigma * parameters.sigma + glimpse.known_variance +
         setting.variance_per_mean * std::abs(mean);
}

Sums expect_column(const Glimpses& column, const SeriesSetting& setting,
                   const SeriesParameters& parameters, const numeric::HiddenMarkovModel& model) {
  const std::size_t states = setting.levels.size();
  const auto emissions = log_emissions_of(column, setting, parameters);
  const numeric::StatePosterior posterior = numeric::forward_backward(model, emissions);
  Sums sums;
  sums.log_likelihood = posterior.log_likelihood;
  sums.first.assign(posterior.probability.begin(),
                    posterior.probability.begin() + static_cast<std::ptrdiff_t>(states));
  sums.transitions = posterior.transitions;
  for (std::size_t t = 0; t < column.size(); ++t) {
    const Glimpse& glimpse = column[t];
    const double* tau = posterior.probability.data() + t * states;
    if (glimpse.sight != Sight::out_of_sight && states > 1) sums.single_asked += tau[1];
    if (glimpse.sight == Sight::not_seen && states > 1) sums.single_missed += tau[1];
    if (glimpse.sight != Sight::seen) continue;
    for (std::size_t g = 0; g < states; ++g) {
      if (tau[g] < 1e-15) continue;
      const double mean = parameters.scale * setting.levels[g];
      const double variance = variance_of(glimpse, mean, setting, parameters);
      const double known = variance - parameters.sigma * parameters.sigma;
      const double r = glimpse.scs_angstrom2 - mean;
      sums.products += tau[g] * glimpse.scs_angstrom2 * setting.levels[g] / variance;
      sums.squares += tau[g] * setting.levels[g] * setting.levels[g] / variance;
      sums.residuals += tau[g] * (r * r - known) / (variance * variance);
      sums.precisions += tau[g] / (variance * variance);
    }
  }
  return sums;
}

Sums add_up(const std::vector<Sums>& all) {
  Sums total = all.front();
  for (std::size_t c = 1; c < all.size(); ++c) {
    const Sums& one = all[c];
    total.log_likelihood += one.log_likelihood;
    for (std::size_t k = 0; k < one.first.size(); ++k) total.first[k] += one.first[k];
    for (std::size_t p = 0; p < one.transitions.size(); ++p) {
      total.transitions[p] += one.transitions[p];
    }
    total.products += one.products;
    total.squares += one.squares;
    total.residuals += one.residuals;
    total.precisions += one.precisions;
    total.single_missed += one.single_missed;
    total.single_asked += one.single_asked;
  }
  return total;
}

void maximise(const Sums& sums, const SeriesSetting& setting, SeriesParameters& parameters) {
  if (sums.precisions > 0.0) {
    const double variance = sums.residuals / sums.precisions;
    parameters.sigma = std::sqrt(std::max(variance, setting.min_sigma * setting.min_sigma));
  }
  if (setting.scale_is_free) {
    const double prior = 1.0 / (setting.scale_prior * setting.scale_prior);
    const double limit = 3.0 * setting.scale_prior;
    parameters.scale =
        std::clamp((sums.products + prior) / (sums.squares + prior), 1.0 - limit, 1.0 + limit);
  }
  parameters.miss_probability =
      (sums.single_missed + miss_pseudo_columns * setting.options.miss_probability) /
      (sums.single_asked + miss_pseudo_columns);
  parameters.transitions.update(sums.transitions);
  parameters.log_initial = numeric::log_initial_from(sums.first, initial_pseudo_count);
}

}  // namespace

std::vector<double> log_emissions_of(const Glimpses& column, const SeriesSetting& setting,
                                     const SeriesParameters& parameters) {
  const std::size_t states = setting.levels.size();
  std::vector<double> missed(states);
  double miss = 1.0;
  for (std::size_t g = 0; g < states; ++g) {
    missed[g] = std::max(miss, least_miss_probability);
    miss *= parameters.miss_probability;
  }
  const double false_probability = setting.options.false_probability;
  std::vector<double> out(column.size() * states, 0.0);
  for (std::size_t t = 0; t < column.size(); ++t) {
    const Glimpse& glimpse = column[t];
    double* row = out.data() + t * states;
    if (glimpse.sight == Sight::out_of_sight) continue;
    if (glimpse.sight == Sight::not_seen) {
      for (std::size_t g = 1; g < states; ++g) row[g] = std::log(missed[g]);
      if (!setting.empty_is_listed) row[0] = std::log1p(-false_probability);
      continue;
    }
    for (std::size_t g = 0; g < states; ++g) {
      const double mean = parameters.scale * setting.levels[g];
      const double variance = variance_of(glimpse, mean, setting, parameters);
      const double r = glimpse.scs_angstrom2 - mean;
      row[g] = -0.5 * (r * r / variance + std::log(2.0 * std::numbers::pi * variance));
      if (g > 0) row[g] += std::log1p(-missed[g]);
    }
    if (!setting.empty_is_listed) row[0] += std::log(false_probability);
  }
  return out;
}

numeric::HiddenMarkovModel model_of(const SeriesParameters& parameters) {
  return {parameters.log_initial, parameters.transitions.logarithms()};
}

SeriesFit fit_series_model(const std::vector<Glimpses>& columns, const SeriesSetting& setting,
                           SeriesParameters start, Progress& progress) {
  SeriesFit fit;
  fit.parameters = std::move(start);
  double observations = 0.0;
  for (const Glimpses& column : columns) {
    for (const Glimpse& glimpse : column) {
      if (glimpse.sight != Sight::out_of_sight) observations += 1.0;
    }
  }
  const auto most = static_cast<std::size_t>(setting.options.max_iterations);
  progress.begin("count time series", most);
  std::vector<Sums> sums(columns.size());
  double former = 0.0;
  while (fit.iterations < setting.options.max_iterations) {
    stop_if_cancelled(progress);
    const numeric::HiddenMarkovModel model = model_of(fit.parameters);
    parallel_for(columns.size(), [&](std::size_t c) {
      sums[c] = expect_column(columns[c], setting, fit.parameters, model);
    });
    const Sums total = add_up(sums);
    fit.log_likelihood = total.log_likelihood;
    const double step = std::abs(total.log_likelihood - former);
    if (fit.iterations > 0 && step < setting.options.tolerance * observations) {
      fit.converged = true;
      break;
    }
    former = total.log_likelihood;
    maximise(total, setting, fit.parameters);
    ++fit.iterations;
    progress.advance(1);
  }
  return fit;
}

}  // namespace adatom::counting
