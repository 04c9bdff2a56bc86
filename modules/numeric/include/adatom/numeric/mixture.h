#pragma once
// Mixtures of normal distributions in one dimension with one common width, by expectation and
// maximisation (Dempster, Laird and Rubin, J. R. Stat. Soc. B 39 (1977) 1).
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace adatom::numeric {

/// What the component means may do: be free, be a linear combination of given vectors
/// (mean_k = sum_j coefficient_j basis[j][k]), or stay as they start.
enum class MeanRule { free, linear, fixed };

/// A mixture: weights that sum to one, means (increasing is not required), one sigma.
struct Mixture {
  std::vector<double> weights;
  std::vector<double> means;
  double sigma = 1.0;
  std::vector<double> coefficients;  ///< of the linear rule
  [[nodiscard]] std::size_t components() const { return means.size(); }
};

/// What is known beforehand of the model and the noise. The variance of item i in component k is
/// sigma^2 + item_variance[i] or sigma^2 + variance_per_mean |mean_k|; not both.
struct MixtureModel {
  MeanRule rule = MeanRule::free;
  std::vector<std::vector<double>> basis;  ///< linear rule: each as long as there are components
  /// Linear rule with one coefficient: the interval it is held in.
  double min_coefficient = -std::numeric_limits<double>::max();
  double max_coefficient = std::numeric_limits<double>::max();
  std::vector<double> item_variance;  ///< empty, or one per item
  double variance_per_mean = 0.0;
  double min_sigma = 0.0;  ///< keeps a component from collapsing onto one item

  /// Free parameters for K components: weights, means, sigma.
  [[nodiscard]] std::int64_t parameters(std::size_t components) const;
};

/// Expectation step: responsibilities tau (items x components, row by row), and what they say.
struct Expectation {
  std::vector<double> responsibilities;
  double log_likelihood = 0.0;
  /// -sum tau ln tau, the entropy of the classification.
  [[nodiscard]] double entropy() const;
};

struct MixtureFit {
  Mixture mixture;
  double log_likelihood = 0.0;
  std::int64_t iterations = 0;
  bool converged = false;
};

/// Classifies `items` under `mixture`, by log-sum-exp: far items neither overflow nor divide by
/// zero. Needs sigma > 0.
[[nodiscard]] Expectation expect(std::span<const double> items, const MixtureModel& model,
                                 const Mixture& mixture);

/// Expectation and maximisation from `start` until the log-likelihood per item changes by less than
/// `tolerance`, or for `max_iterations`. Means by weighted least squares, sigma^2 by one Fisher
/// scoring step (with no other variance: the mean squared residual). How `variance_per_mean` ties
/// the variance to the means is left out of the step for the means. A component that lost all its
/// items keeps its mean. Linear rule: `start.coefficients` are used, `start.means` need not be set.
[[nodiscard]] MixtureFit fit_mixture(std::span<const double> items, const MixtureModel& model,
                                     Mixture start, std::int64_t max_iterations, double tolerance);

/// The partition of increasing `sorted` into K = 1..max_groups intervals with the least sum of
/// squared distances from the group means: the exact one-dimensional k-means (dynamic programming;
/// Wang and Song, R Journal 3 (2011) 29).
/// @returns for each K the group means, increasing
[[nodiscard]] std::vector<std::vector<double>> partition_means(std::span<const double> sorted,
                                                               std::size_t max_groups);

}  // namespace adatom::numeric
