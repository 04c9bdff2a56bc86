#include <algorithm>
#include <cmath>
#include <numeric>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/numeric/hidden_markov.h"

namespace adatom::numeric {

namespace {

// Minorisation converges geometrically; near the end of the whole fit one pass is enough.
constexpr int minorisation_passes = 10;

double log_or_zero(double probability) {
  return probability > 0.0 ? std::log(probability) : log_of_zero;
}

/// The place of a change among 0, -1, +1, -2, +2, ..., all others.
std::size_t class_of_change(std::size_t from, std::size_t to, std::size_t largest_change) {
  const std::size_t size = from > to ? from - to : to - from;
  if (size == 0) return 0;
  if (size > largest_change) return 2 * largest_change + 1;
  return 2 * size - (to < from ? 1 : 0);
}

/// How the class of all other changes is shared by those of one row, so that it is a probability
/// where most of them can happen.
double rest_share(std::size_t states, std::size_t largest_change) {
  const std::size_t near = 2 * largest_change + 1;
  return 1.0 / static_cast<double>(states > near ? states - near : 1);
}

/// weights[i][c]: how much of class c can happen from state i.
std::vector<double> class_weights(const Transitions& transitions) {
  const std::size_t classes = transitions.probability.size();
  const double rest = rest_share(transitions.states, transitions.largest_change);
  std::vector<double> weights(transitions.states * classes, 0.0);
  for (std::size_t i = 0; i < transitions.states; ++i) {
    for (std::size_t j = 0; j < transitions.states; ++j) {
      const std::size_t c = class_of_change(i, j, transitions.largest_change);
      weights[i * classes + c] += c + 1 == classes ? rest : 1.0;
    }
  }
  return weights;
}

void update_full(Transitions& transitions, std::span<const double> expected) {
  const std::size_t states = transitions.states;
  for (std::size_t i = 0; i < states; ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < states; ++j) {
      sum += expected[i * states + j] + transitions.pseudo_counts[i * states + j];
    }
    if (sum <= 0.0) continue;  // never left: nothing is learnt
    for (std::size_t j = 0; j < states; ++j) {
      const std::size_t at = i * states + j;
      transitions.probability[at] = (expected[at] + transitions.pseudo_counts[at]) / sum;
    }
  }
}

void update_by_change(Transitions& transitions, std::span<const double> expected) {
  const std::size_t states = transitions.states;
  const std::size_t classes = transitions.probability.size();
  const std::vector<double> weights = class_weights(transitions);
  const double beforehand =
      std::accumulate(transitions.pseudo_counts.begin(), transitions.pseudo_counts.end(), 0.0);
  std::vector<double> seen = transitions.pseudo_counts;
  std::vector<double> left(states, 0.0);
  for (std::size_t i = 0; i < states; ++i) {
    for (std::size_t j = 0; j < states; ++j) {
      seen[class_of_change(i, j, transitions.largest_change)] += expected[i * states + j];
      left[i] += expected[i * states + j];
    }
  }
  for (int pass = 0; pass < minorisation_passes; ++pass) {
    std::vector<double> exposure(classes, beforehand);
    for (std::size_t i = 0; i < states; ++i) {
      double norm = 0.0;
      for (std::size_t c = 0; c < classes; ++c) {
        norm += weights[i * classes + c] * transitions.probability[c];
      }
      if (norm <= 0.0) continue;
      for (std::size_t c = 0; c < classes; ++c) {
        exposure[c] += left[i] * weights[i * classes + c] / norm;
      }
    }
    double sum = 0.0;
    for (std::size_t c = 0; c < classes; ++c) {
      if (exposure[c] > 0.0) transitions.probability[c] = seen[c] / exposure[c];
      sum += transitions.probability[c];
    }
    if (sum <= 0.0) return;
    for (double& probability : transitions.probability) probability /= sum;
  }
}

}  // namespace

Transitions Transitions::full(std::size_t states, double pseudo_count) {
  Transitions out;
  out.rule = TransitionRule::full;
  out.states = states;
  out.probability.assign(states * states, 1.0 / static_cast<double>(states));
  out.pseudo_counts.assign(states * states, pseudo_count);
  return out;
}

Transitions Transitions::by_change(std::size_t states, std::size_t largest_change, double change,
                                   double pseudo_count) {
  Transitions out;
  out.rule = TransitionRule::by_change;
  out.states = states;
  out.largest_change = largest_change;
  out.probability.assign(2 * largest_change + 2, 0.0);
  out.probability[0] = 1.0 - change;
  double left = change;
  for (std::size_t size = 1; size <= largest_change; ++size) {
    left *= 0.5;
    out.probability[2 * size - 1] = out.probability[2 * size] = 0.5 * left;
  }
  out.probability.back() = left;
  for (const double probability : out.probability) {
    out.pseudo_counts.push_back(pseudo_count * probability);
  }
  return out;
}

std::vector<double> Transitions::logarithms() const {
  std::vector<double> out(states * states);
  if (rule == TransitionRule::full) {
    std::transform(probability.begin(), probability.end(), out.begin(), log_or_zero);
    return out;
  }
  const std::size_t classes = probability.size();
  const double rest = rest_share(states, largest_change);
  for (std::size_t i = 0; i < states; ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < states; ++j) {
      const std::size_t c = class_of_change(i, j, largest_change);
      out[i * states + j] = probability[c] * (c + 1 == classes ? rest : 1.0);
      sum += out[i * states + j];
    }
    for (std::size_t j = 0; j < states; ++j) {
      out[i * states + j] = log_or_zero(sum > 0.0 ? out[i * states + j] / sum : 0.0);
    }
  }
  return out;
}

void Transitions::update(std::span<const double> expected) {
  if (expected.size() != states * states) {
    throw InputError({.what = std::to_string(expected.size()) + " expected transitions",
                      .where = "transitions",
                      .why = std::to_string(states) + " states have as many squared",
                      .remedy = "give one for each pair of states"});
  }
  if (rule == TransitionRule::full) {
    update_full(*this, expected);
  } else {
    update_by_change(*this, expected);
  }
}

std::vector<double> log_initial_from(std::span<const double> expected, double pseudo_count) {
  double sum = 0.0;
  for (const double value : expected) sum += value + pseudo_count;
  std::vector<double> out;
  for (const double value : expected) {
    out.push_back(log_or_zero(sum > 0.0 ? (value + pseudo_count) / sum : 0.0));
  }
  return out;
}

HiddenMarkovFit fit_hidden_markov(std::span<const std::vector<double>> log_emissions,
                                  Transitions start, const HiddenMarkovFitOptions& options) {
  if (log_emissions.empty()) {
    throw InputError({.what = "there is no series to estimate transitions from",
                      .where = "emissions",
                      .why = "at least one is needed",
                      .remedy = "give the emissions of a series"});
  }
  HiddenMarkovFit fit;
  const std::size_t states = start.states;
  fit.transitions = std::move(start);
  fit.model.log_initial.assign(states, -std::log(static_cast<double>(states)));
  fit.model.log_transition = fit.transitions.logarithms();
  double steps = 0.0;
  for (const auto& series : log_emissions) {
    steps += static_cast<double>(series.size()) / static_cast<double>(states);
  }
  std::vector<StatePosterior> posteriors(log_emissions.size());
  double former = 0.0;
  while (fit.iterations < options.max_iterations) {
    parallel_for(log_emissions.size(), [&](std::size_t s) {
      posteriors[s] = forward_backward(fit.model, log_emissions[s]);
    });
    fit.log_likelihood = 0.0;
    std::vector<double> first(states, 0.0);
    std::vector<double> expected(states * states, 0.0);
    for (const StatePosterior& posterior : posteriors) {
      fit.log_likelihood += posterior.log_likelihood;
      for (std::size_t k = 0; k < states; ++k) first[k] += posterior.probability[k];
      for (std::size_t p = 0; p < expected.size(); ++p) expected[p] += posterior.transitions[p];
    }
    if (fit.iterations > 0 && std::abs(fit.log_likelihood - former) < options.tolerance * steps) {
      fit.converged = true;
      break;
    }
    former = fit.log_likelihood;
    ++fit.iterations;
    fit.transitions.update(expected);
    fit.model.log_transition = fit.transitions.logarithms();
    fit.model.log_initial = log_initial_from(first, options.initial_pseudo_count);
  }
  return fit;
}

}  // namespace adatom::numeric
