#pragma once
// The hidden Markov model of a series: emissions of every column, and how parameters are estimated.
#include <cstdint>
#include <vector>

#include "adatom/counting/time_series.h"
#include "adatom/numeric/hidden_markov.h"

namespace adatom::counting {

/// What one column shows in one frame.
struct Glimpse {
  Sight sight = Sight::out_of_sight;
  double scs_angstrom2 = 0.0;
  double known_variance = 0.0;  ///< of its own standard error, A^4
};

/// One column in all frames.
using Glimpses = std::vector<Glimpse>;

/// What is estimated.
struct SeriesParameters {
  double scale = 1.0;
  double sigma = 0.0;  ///< A^2
  double miss_probability = 0.0;
  numeric::Transitions transitions;
  std::vector<double> log_initial;
};

/// What stays as it is.
struct SeriesSetting {
  std::vector<double> levels;      ///< M_0 = 0, M_1, ...
  double variance_per_mean = 0.0;  ///< 1/dose
  bool scale_is_free = false;
  double scale_prior = 0.05;
  bool empty_is_listed = false;  ///< CountingOptions::allow_zero
  double min_sigma = 0.0;
  TimeSeriesOptions options;
};

/// ln p(glimpse | 0, 1, ... atoms), frames x states.
[[nodiscard]] std::vector<double> log_emissions_of(const Glimpses& column,
                                                   const SeriesSetting& setting,
                                                   const SeriesParameters& parameters);

[[nodiscard]] numeric::HiddenMarkovModel model_of(const SeriesParameters& parameters);

struct SeriesFit {
  SeriesParameters parameters;
  double log_likelihood = 0.0;
  std::int64_t iterations = 0;
  bool converged = false;
};

/// Expectation and maximisation from `start`.
[[nodiscard]] SeriesFit fit_series_model(const std::vector<Glimpses>& columns,
                                         const SeriesSetting& setting, SeriesParameters start,
                                         Progress& progress);

}  // namespace adatom::counting
