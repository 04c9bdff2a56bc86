#pragma once
// Hidden Markov models with a finite number of states: what a noisy series says of the states that
// it went through. All in logarithms: neither long series nor far outliers underflow.
// Rabiner, Proc. IEEE 77 (1989) 257.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace adatom::numeric {

/// Stands for the logarithm of zero.
inline constexpr double log_of_zero = -1e300;

/// How states begin and follow one another. What is seen in a state is told by the emissions.
struct HiddenMarkovModel {
  std::vector<double> log_initial;     ///< of each state in the first step
  std::vector<double> log_transition;  ///< states x states, row by row: from row to column
  [[nodiscard]] std::size_t states() const { return log_initial.size(); }
};

// Emissions of one series are ln p(observation | state), steps x states, row by row. A missing
// observation is a row of equal numbers: it says nothing.

struct StatePosterior {
  std::vector<double> probability;  ///< of each state in each step: steps x states, row by row
  std::vector<double> stay;  ///< of the same state in steps t and t + 1: one less than the steps
  std::vector<double> transitions;  ///< expected numbers: states x states, row by row
  double log_likelihood = 0.0;
  std::vector<double> log_forward;   ///< ln p(observations up to t, state in t): steps x states
  std::vector<double> log_backward;  ///< ln p(observations after t | state in t)
};

/// Posterior of the states of one series (Baum, Petrie, Soules and Weiss, Ann. Math. Stat. 41
/// (1970) 164).
/// @throws InputError: sizes that do not fit, no step
[[nodiscard]] StatePosterior forward_backward(const HiddenMarkovModel& model,
                                              std::span<const double> log_emissions);

/// Probability, given the whole series, of `from` in `step` and `to` in the next one.
[[nodiscard]] double pair_probability(const HiddenMarkovModel& model,
                                      std::span<const double> log_emissions,
                                      const StatePosterior& posterior, std::size_t step,
                                      std::size_t from, std::size_t to);

struct StatePath {
  std::vector<std::size_t> states;
  double log_probability = 0.0;  ///< of states and observations together
};

/// The most probable path as a whole (Viterbi, IEEE Trans. Inf. Theory 13 (1967) 260); of equally
/// probable ones that of lower states.
/// @throws InputError as forward_backward
[[nodiscard]] StatePath most_probable_path(const HiddenMarkovModel& model,
                                           std::span<const double> log_emissions);

/// full: every pair of states for itself. by_change: P(i -> j) depends on j - i alone, renormalised
/// where i + change is no state; what few series can tell of many states.
enum class TransitionRule { full, by_change };

/// Transition probabilities as they are estimated.
struct Transitions {
  TransitionRule rule = TransitionRule::full;
  std::size_t states = 0;
  /// full: of each pair, states x states. by_change: of the changes 0, -1, +1, -2, +2, ... up to
  /// +-largest_change, and of all others together, which share it evenly.
  std::vector<double> probability;
  /// Transitions of each of them taken as seen beforehand; same length.
  std::vector<double> pseudo_counts;
  std::size_t largest_change = 0;  ///< by_change

  /// Every transition alike.
  [[nodiscard]] static Transitions full(std::size_t states, double pseudo_count);
  /// A change with probability `change`, half of that by one up or down, a quarter by two, ...;
  /// `pseudo_count` transitions of this kind are taken as seen beforehand.
  [[nodiscard]] static Transitions by_change(std::size_t states, std::size_t largest_change,
                                             double change, double pseudo_count);
  /// As a model needs them: states x states.
  [[nodiscard]] std::vector<double> logarithms() const;
  /// The most probable ones given expected numbers (states x states) and pseudo-counts. By change:
  /// as renormalisation leaves no closed form, by minorisation (Hunter, Ann. Stat. 32 (2004) 384).
  void update(std::span<const double> expected);
};

struct HiddenMarkovFit {
  HiddenMarkovModel model;
  Transitions transitions;
  double log_likelihood = 0.0;  ///< of all series, without the pseudo-counts
  std::int64_t iterations = 0;
  bool converged = false;
};

struct HiddenMarkovFitOptions {
  double initial_pseudo_count = 0.0;  ///< of each state, for the first step
  std::int64_t max_iterations = 200;
  double tolerance = 1e-9;  ///< change of the log-likelihood per step of a series at which it ends
};

/// Baum-Welch: first states and transitions that all series share, from `start` and even first
/// states, with emissions that stay as they are. Series may differ in length.
/// @throws InputError: no series, sizes that do not fit
[[nodiscard]] HiddenMarkovFit fit_hidden_markov(std::span<const std::vector<double>> log_emissions,
                                                Transitions start,
                                                const HiddenMarkovFitOptions& options);

/// ln of first-state probabilities from expected numbers and a pseudo-count for each.
[[nodiscard]] std::vector<double> log_initial_from(std::span<const double> expected,
                                                   double pseudo_count);

}  // namespace adatom::numeric
