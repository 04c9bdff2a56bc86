#include "adatom/numeric/hidden_markov.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"

namespace adatom::numeric {
namespace {

/// What enumerating every path gives: the definition itself.
struct Enumerated {
  std::vector<double> probability;
  std::vector<double> transitions;
  std::vector<double> stay;
  double log_likelihood = 0.0;
  std::vector<std::size_t> best;
  double best_log_probability = log_of_zero;
};

Enumerated enumerate(const HiddenMarkovModel& model, const std::vector<double>& emissions) {
  const std::size_t states = model.states();
  const std::size_t steps = emissions.size() / states;
  Enumerated out;
  out.probability.assign(steps * states, 0.0);
  out.transitions.assign(states * states, 0.0);
  out.stay.assign(steps - 1, 0.0);
  std::vector<std::size_t> path(steps, 0);
  double total = 0.0;
  const auto paths = static_cast<std::size_t>(
      std::llround(std::pow(static_cast<double>(states), static_cast<double>(steps))));
  for (std::size_t p = 0; p < paths; ++p) {
    std::size_t rest = p;
    for (std::size_t& state : path) {
      state = rest % states;
      rest /= states;
    }
    double log_probability = model.log_initial[path[0]];
    for (std::size_t t = 0; t < steps; ++t) {
      log_probability += emissions[t * states + path[t]];
      if (t > 0) log_probability += model.log_transition[path[t - 1] * states + path[t]];
    }
    if (log_probability > out.best_log_probability) {
      out.best_log_probability = log_probability;
      out.best = path;
    }
    const double weight = std::exp(log_probability);
    total += weight;
    for (std::size_t t = 0; t < steps; ++t) {
      out.probability[t * states + path[t]] += weight;
      if (t == 0) continue;
      out.transitions[path[t - 1] * states + path[t]] += weight;
      if (path[t - 1] == path[t]) out.stay[t - 1] += weight;
    }
  }
  for (auto* values : {&out.probability, &out.transitions, &out.stay}) {
    for (double& value : *values) value /= total;
  }
  out.log_likelihood = std::log(total);
  return out;
}

void expect_near(const std::vector<double>& found, const std::vector<double>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  // Sums of 243 products, each exact to a few roundings.
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-12) << i;
}

HiddenMarkovModel random_model(std::size_t states, RandomStream& random) {
  const auto row = [&] {
    std::vector<double> values;
    double sum = 0.0;
    for (std::size_t k = 0; k < states; ++k) sum += values.emplace_back(random.uniform());
    for (double& value : values) value = std::log(value / sum);
    return values;
  };
  HiddenMarkovModel model;
  model.log_initial = row();
  for (std::size_t i = 0; i < states; ++i) {
    const auto one = row();
    model.log_transition.insert(model.log_transition.end(), one.begin(), one.end());
  }
  return model;
}

std::vector<double> random_emissions(std::size_t steps, std::size_t states, RandomStream& random) {
  std::vector<double> emissions;
  for (std::size_t i = 0; i < steps * states; ++i) emissions.push_back(3.0 * random.normal());
  return emissions;
}

TEST(HiddenMarkov, AgreesWithAllPathsEnumerated) {
  RandomStream random(1);
  for (int trial = 0; trial < 5; ++trial) {
    HiddenMarkovModel model = random_model(3, random);
    if (trial == 1) model.log_transition[1] = log_of_zero;  // a forbidden transition
    std::vector<double> emissions = random_emissions(5, 3, random);
    // A missing observation, at the beginning, within and at the end.
    if (trial >= 2) {
      for (std::size_t k = 0; k < 3; ++k)
        emissions[static_cast<std::size_t>(trial - 2) * 6 + k] = 0.0;
    }
    const Enumerated expected = enumerate(model, emissions);
    const StatePosterior found = forward_backward(model, emissions);
    expect_near(found.probability, expected.probability);
    expect_near(found.transitions, expected.transitions);
    expect_near(found.stay, expected.stay);
    EXPECT_NEAR(found.log_likelihood, expected.log_likelihood, 1e-12);
    const StatePath path = most_probable_path(model, emissions);
    EXPECT_EQ(path.states, expected.best);
    EXPECT_NEAR(path.log_probability, expected.best_log_probability, 1e-12);
    double pairs = 0.0;
    for (std::size_t i = 0; i < 3; ++i) {
      pairs += pair_probability(model, emissions, found, 2, i, i);
    }
    EXPECT_NEAR(pairs, expected.stay[2], 1e-12);
  }
}

// Russell and Norvig, Artificial Intelligence, "umbrella world": rain persists with 0.7, an
// umbrella is seen with 0.9 in rain and 0.2 else; umbrella on days 1, 2, 4, 5. Smoothed
// probabilities of rain on days 0 to 5 as printed, to four digits.
TEST(HiddenMarkov, UmbrellaWorldAsInTheTextbook) {
  HiddenMarkovModel model;
  model.log_initial = {std::log(0.5), std::log(0.5)};
  model.log_transition = {std::log(0.7), std::log(0.3), std::log(0.3), std::log(0.7)};
  std::vector<double> emissions = {0.0, 0.0};  // day 0 has no observation
  for (const bool umbrella : {true, true, false, true, true}) {
    emissions.push_back(std::log(umbrella ? 0.9 : 0.1));
    emissions.push_back(std::log(umbrella ? 0.2 : 0.8));
  }
  const StatePosterior found = forward_backward(model, emissions);
  const std::vector<double> printed = {0.6469, 0.8673, 0.8204, 0.3075, 0.8204, 0.8673};
  for (std::size_t t = 0; t < printed.size(); ++t) {
    EXPECT_NEAR(found.probability[2 * t], printed[t], 5e-5) << t;
  }
}

// The doctor's example of the Viterbi algorithm: normal, cold, dizzy means healthy, healthy, fever
// with probability 0.01512 exactly.
TEST(HiddenMarkov, ViterbiAsInTheTextbook) {
  HiddenMarkovModel model;
  model.log_initial = {std::log(0.6), std::log(0.4)};
  model.log_transition = {std::log(0.7), std::log(0.3), std::log(0.4), std::log(0.6)};
  std::vector<double> emissions;
  for (const double p : {0.5, 0.1, 0.4, 0.3, 0.1, 0.6}) emissions.push_back(std::log(p));
  const StatePath path = most_probable_path(model, emissions);
  EXPECT_EQ(path.states, (std::vector<std::size_t>{0, 0, 1}));
  EXPECT_NEAR(std::exp(path.log_probability), 0.01512, 1e-15);
}

// Observations thousands of orders of magnitude from what the states allow, and changes that cost
// e^-2000: plain numbers would all be zero. By hand: the only path that stays within them is 0, 1.
TEST(HiddenMarkov, FarOutliersDoNotUnderflow) {
  HiddenMarkovModel model;
  model.log_initial = {std::log(0.5), std::log(0.5)};
  model.log_transition = {-1e-300, -2000.0, -2000.0, -1e-300};
  const std::vector<double> emissions = {-9000.0, -19000.0, -14000.0, -4000.0};
  const StatePosterior found = forward_backward(model, emissions);
  EXPECT_NEAR(found.log_likelihood, std::log(0.5) - 9000.0 - 2000.0 - 4000.0, 1e-9);
  EXPECT_EQ(found.stay[0], 0.0);
  EXPECT_NEAR(found.transitions[1], 1.0, 1e-12);
  EXPECT_EQ(most_probable_path(model, emissions).states, (std::vector<std::size_t>{0, 1}));
}

/// A series of states 0..states-1 that keeps its state but for steps of one, seen with noise.
std::vector<double> noisy_series(std::size_t states, std::size_t steps, double up, double down,
                                 RandomStream& random) {
  std::vector<double> emissions;
  std::size_t state = random.below(states);
  for (std::size_t t = 0; t < steps; ++t) {
    const double at = random.uniform() * (t > 0 ? 1.0 : 0.0);
    if (at > 0.0 && at < up && state + 1 < states) ++state;
    if (at > 1.0 - down && state > 0) --state;
    const double seen = static_cast<double>(state) + 0.3 * random.normal();
    for (std::size_t k = 0; k < states; ++k) {
      emissions.push_back(-0.5 * std::pow((seen - static_cast<double>(k)) / 0.3, 2));
    }
  }
  return emissions;
}

// 12,000 transitions, 600 up and 240 down: binomial errors 4 % and 6.5 %, three of them allowed. At
// the ends a step that is not possible is no step, which takes 1/6 of a step's share there.
TEST(HiddenMarkov, BaumWelchFindsTheTransitionsOfManyStates) {
  RandomStream random(2);
  std::vector<std::vector<double>> series;
  for (int s = 0; s < 400; ++s) series.push_back(noisy_series(12, 31, 0.05, 0.02, random));
  const HiddenMarkovFit fit =
      fit_hidden_markov(series, Transitions::by_change(12, 2, 0.1, 10.0), {});
  EXPECT_TRUE(fit.converged);
  ASSERT_EQ(fit.transitions.probability.size(), 6U);
  EXPECT_NEAR(fit.transitions.probability[0], 0.93, 0.012);
  EXPECT_NEAR(fit.transitions.probability[1], 0.02, 0.004);
  EXPECT_NEAR(fit.transitions.probability[2], 0.05, 0.006);
  EXPECT_LT(fit.transitions.probability.back(), 0.002);
  // Another start with the same prior ends at the same answer.
  Transitions start = Transitions::by_change(12, 2, 0.4, 10.0);
  start.pseudo_counts = fit.transitions.pseudo_counts;
  const HiddenMarkovFit other = fit_hidden_markov(series, start, {});
  // An end within 1e-9 of the log-likelihood per step.
  EXPECT_NEAR(other.log_likelihood, fit.log_likelihood, 1e-2);
}

// One step of the full rule from the start is what the enumerated paths expect, and the likelihood
// never falls.
TEST(HiddenMarkov, BaumWelchStepsAreThoseOfTheDefinition) {
  RandomStream random(3);
  const std::vector<std::vector<double>> series = {random_emissions(5, 3, random),
                                                   random_emissions(4, 3, random)};
  HiddenMarkovModel start;
  start.log_initial.assign(3, std::log(1.0 / 3.0));
  start.log_transition.assign(9, std::log(1.0 / 3.0));
  std::vector<double> expected(9, 0.5);  // the pseudo-counts
  for (const auto& one : series) {
    const Enumerated all = enumerate(start, one);
    for (std::size_t p = 0; p < 9; ++p) expected[p] += all.transitions[p];
  }
  HiddenMarkovFitOptions options;
  options.max_iterations = 1;
  const HiddenMarkovFit one_step = fit_hidden_markov(series, Transitions::full(3, 0.5), options);
  for (std::size_t i = 0; i < 3; ++i) {
    const double sum = expected[3 * i] + expected[3 * i + 1] + expected[3 * i + 2];
    for (std::size_t j = 0; j < 3; ++j) {
      EXPECT_NEAR(one_step.transitions.probability[3 * i + j], expected[3 * i + j] / sum, 1e-12);
    }
  }
  for (const auto& rule : {Transitions::full(3, 0.0), Transitions::by_change(3, 1, 0.5, 0.0)}) {
    double former = -1e300;
    for (std::int64_t steps = 1; steps < 12; ++steps) {
      options.max_iterations = steps;
      const double now = fit_hidden_markov(series, rule, options).log_likelihood;
      EXPECT_GE(now, former - 1e-12);
      former = now;
    }
  }
}

TEST(HiddenMarkov, ThreadsDoNotChangeTheFit) {
  RandomStream random(4);
  std::vector<std::vector<double>> series;
  for (int s = 0; s < 20; ++s) series.push_back(noisy_series(6, 9, 0.1, 0.1, random));
  std::vector<HiddenMarkovFit> fits;
  for (const std::size_t threads : {1U, 2U}) {
    const ThreadLimit limit(threads);
    fits.push_back(fit_hidden_markov(series, Transitions::by_change(6, 2, 0.1, 1.0), {}));
  }
  EXPECT_EQ(fits[0].transitions.probability, fits[1].transitions.probability);
}

TEST(HiddenMarkov, SizesThatDoNotFitAreRefused) {
  HiddenMarkovModel model;
  model.log_initial = {0.0, 0.0};
  model.log_transition.assign(4, 0.0);
  EXPECT_THROW((void)forward_backward(model, {}), InputError);
  EXPECT_THROW((void)forward_backward(model, std::vector<double>{0.0, 0.0, 0.0}), InputError);
  EXPECT_THROW((void)fit_hidden_markov({}, Transitions::full(2, 0.0), {}), InputError);
  EXPECT_THROW(Transitions::full(2, 0.0).update(std::vector<double>(3)), InputError);
}

}  // namespace
}  // namespace adatom::numeric
