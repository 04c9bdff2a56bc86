#include "adatom/numeric/hidden_markov.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "adatom/base/error.h"

namespace adatom::numeric {

namespace {

// A sum of terms relative to the largest factor that is smaller than this may have lost terms to
// underflow, and is made again in logarithms.
constexpr double doubtful_sum = 1e-250;

double log_sum_of(std::span<const double> terms) {
  const double largest = *std::max_element(terms.begin(), terms.end());
  double sum = 0.0;
  for (const double term : terms) sum += std::exp(term - largest);
  return largest + std::log(sum);
}

/// Steps through one series, with sums over states in plain numbers where these do, else in
/// logarithms.
class ChainWalker {
 public:
  ChainWalker(const HiddenMarkovModel& model, std::span<const double> emissions)
      : model_(model), emissions_(emissions), states_(model.states()) {
    if (states_ == 0 || model.log_transition.size() != states_ * states_) {
      refuse("its transitions are not states x states");
    }
    if (emissions.empty() || emissions.size() % states_ != 0) {
      refuse("the emissions are not steps x states");
    }
    transition_.reserve(states_ * states_);
    for (const double value : model.log_transition) transition_.push_back(std::exp(value));
    weights_.resize(states_);
    sums_.resize(states_);
    terms_.resize(states_);
  }
  [[nodiscard]] std::size_t states() const { return states_; }
  [[nodiscard]] std::size_t steps() const { return emissions_.size() / states_; }
  [[nodiscard]] const double* emission(std::size_t step) const {
    return emissions_.data() + step * states_;
  }

  /// after[j] = ln sum_i exp(before[i]) P(i -> j).
  void sum_over_from(const double* before, double* after) {
    const double largest = scale(before);
    std::fill(sums_.begin(), sums_.end(), 0.0);
    for (std::size_t i = 0; i < states_; ++i) {
      if (weights_[i] == 0.0) continue;
      const double* row = transition_.data() + i * states_;
      for (std::size_t j = 0; j < states_; ++j) sums_[j] += weights_[i] * row[j];
    }
    for (std::size_t j = 0; j < states_; ++j) {
      if (sums_[j] > doubtful_sum) {
        after[j] = largest + std::log(sums_[j]);
        continue;
      }
      for (std::size_t i = 0; i < states_; ++i) terms_[i] = before[i] + log_transition(i, j);
      after[j] = log_sum_of(terms_);
    }
  }

  /// before[i] = ln sum_j P(i -> j) exp(after[j]).
  void sum_over_to(const double* after, double* before) {
    const double largest = scale(after);
    for (std::size_t i = 0; i < states_; ++i) {
      const double* row = transition_.data() + i * states_;
      double sum = 0.0;
      for (std::size_t j = 0; j < states_; ++j) sum += row[j] * weights_[j];
      if (sum > doubtful_sum) {
        before[i] = largest + std::log(sum);
        continue;
      }
      for (std::size_t j = 0; j < states_; ++j) terms_[j] = after[j] + log_transition(i, j);
      before[i] = log_sum_of(terms_);
    }
  }

  /// Adds the posterior of the pairs of states about one transition to `expected`.
  /// @returns the probability that the state stays
  double add_pairs(const double* before, const double* after, std::vector<double>& expected) {
    scale(before);
    const std::vector<double> from = weights_;
    scale(after);
    double sum = 0.0;
    for (std::size_t i = 0; i < states_; ++i) {
      const double* row = transition_.data() + i * states_;
      double part = 0.0;
      for (std::size_t j = 0; j < states_; ++j) part += row[j] * weights_[j];
      sum += from[i] * part;
    }
    if (sum <= doubtful_sum) return add_far_pairs(before, after, expected);
    double stay = 0.0;
    for (std::size_t i = 0; i < states_; ++i) {
      if (from[i] == 0.0) continue;
      const double share = from[i] / sum;
      const double* row = transition_.data() + i * states_;
      double* out = expected.data() + i * states_;
      for (std::size_t j = 0; j < states_; ++j) out[j] += share * row[j] * weights_[j];
      stay += share * row[i] * weights_[i];
    }
    return stay;
  }

 private:
  [[noreturn]] static void refuse(const std::string& why) {
    throw InputError({.what = "the hidden Markov model does not fit the series",
                      .where = "emissions",
                      .why = why,
                      .remedy = "give a row of one number for each state for every step"});
  }
  [[nodiscard]] double log_transition(std::size_t i, std::size_t j) const {
    return model_.log_transition[i * states_ + j];
  }
  /// weights_ = exp(values - largest).
  double scale(const double* values) {
    const double largest = *std::max_element(values, values + states_);
    for (std::size_t i = 0; i < states_; ++i) weights_[i] = std::exp(values[i] - largest);
    return largest;
  }
  double add_far_pairs(const double* before, const double* after, std::vector<double>& expected) {
    std::vector<double> pairs(states_ * states_);
    for (std::size_t i = 0; i < states_; ++i) {
      for (std::size_t j = 0; j < states_; ++j) {
        pairs[i * states_ + j] = before[i] + log_transition(i, j) + after[j];
      }
    }
    const double all = log_sum_of(pairs);
    double stay = 0.0;
    for (std::size_t i = 0; i < states_; ++i) {
      for (std::size_t j = 0; j < states_; ++j) {
        const double probability = std::exp(pairs[i * states_ + j] - all);
        expected[i * states_ + j] += probability;
        if (i == j) stay += probability;
      }
    }
    return stay;
  }

  const HiddenMarkovModel& model_;
  std::span<const double> emissions_;
  std::size_t states_;
  std::vector<double> transition_;
  std::vector<double> weights_;
  std::vector<double> sums_;
  std::vector<double> terms_;
};

}  // namespace

StatePosterior forward_backward(const HiddenMarkovModel& model,
                                std::span<const double> log_emissions) {
  ChainWalker walker(model, log_emissions);
  const std::size_t states = walker.states();
  const std::size_t steps = walker.steps();
  StatePosterior out;
  out.log_forward.resize(steps * states);
  out.log_backward.assign(steps * states, 0.0);
  double* forward = out.log_forward.data();
  for (std::size_t k = 0; k < states; ++k) {
    forward[k] = model.log_initial[k] + walker.emission(0)[k];
  }
  for (std::size_t t = 1; t < steps; ++t) {
    double* now = forward + t * states;
    walker.sum_over_from(forward + (t - 1) * states, now);
    for (std::size_t k = 0; k < states; ++k) now[k] += walker.emission(t)[k];
  }
  out.log_likelihood = log_sum_of({forward + (steps - 1) * states, states});

  out.transitions.assign(states * states, 0.0);
  out.stay.resize(steps - 1);
  std::vector<double> after(states);
  for (std::size_t t = steps - 1; t-- > 0;) {
    const double* next = out.log_backward.data() + (t + 1) * states;
    for (std::size_t k = 0; k < states; ++k) after[k] = walker.emission(t + 1)[k] + next[k];
    walker.sum_over_to(after.data(), out.log_backward.data() + t * states);
    out.stay[t] = walker.add_pairs(forward + t * states, after.data(), out.transitions);
  }

  out.probability.resize(steps * states);
  for (std::size_t t = 0; t < steps; ++t) {
    double* row = out.probability.data() + t * states;
    for (std::size_t k = 0; k < states; ++k) {
      row[k] = out.log_forward[t * states + k] + out.log_backward[t * states + k];
    }
    const double all = log_sum_of({row, states});
    for (std::size_t k = 0; k < states; ++k) row[k] = std::exp(row[k] - all);
  }
  return out;
}

double pair_probability(const HiddenMarkovModel& model, std::span<const double> log_emissions,
                        const StatePosterior& posterior, std::size_t step, std::size_t from,
                        std::size_t to) {
  const std::size_t states = model.states();
  const std::size_t next = (step + 1) * states + to;
  return std::exp(posterior.log_forward[step * states + from] +
                  model.log_transition[from * states + to] + log_emissions[next] +
                  posterior.log_backward[next] - posterior.log_likelihood);
}

StatePath most_probable_path(const HiddenMarkovModel& model,
                             std::span<const double> log_emissions) {
  const ChainWalker walker(model, log_emissions);
  const std::size_t states = walker.states();
  const std::size_t steps = walker.steps();
  std::vector<double> best(states);
  std::vector<double> next(states);
  std::vector<std::size_t> came_from(steps * states, 0);
  for (std::size_t k = 0; k < states; ++k) {
    best[k] = model.log_initial[k] + walker.emission(0)[k];
  }
  for (std::size_t t = 1; t < steps; ++t) {
    std::size_t* from = came_from.data() + t * states;
    for (std::size_t j = 0; j < states; ++j) next[j] = best[0] + model.log_transition[j];
    for (std::size_t i = 1; i < states; ++i) {
      const double* row = model.log_transition.data() + i * states;
      for (std::size_t j = 0; j < states; ++j) {
        const double value = best[i] + row[j];
        if (value <= next[j]) continue;
        next[j] = value;
        from[j] = i;
      }
    }
    for (std::size_t j = 0; j < states; ++j) best[j] = next[j] + walker.emission(t)[j];
  }
  StatePath path;
  path.states.resize(steps);
  const auto last = std::max_element(best.begin(), best.end());
  path.log_probability = *last;
  path.states.back() = static_cast<std::size_t>(last - best.begin());
  for (std::size_t t = steps - 1; t-- > 0;) {
    path.states[t] = came_from[(t + 1) * states + path.states[t + 1]];
  }
  return path;
}

}  // namespace adatom::numeric
