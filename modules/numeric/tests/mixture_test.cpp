#include "adatom/numeric/mixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "adatom/base/random.h"

namespace adatom::numeric {
namespace {

Mixture start_at(std::vector<double> means, double sigma) {
  Mixture mixture;
  mixture.weights.assign(means.size(), 1.0 / static_cast<double>(means.size()));
  mixture.means = std::move(means);
  mixture.sigma = sigma;
  return mixture;
}

std::vector<double> draw(const std::vector<double>& means, const std::vector<double>& weights,
                         double sigma, std::size_t count, RandomStream random) {
  std::vector<double> items;
  for (std::size_t i = 0; i < count; ++i) {
    double at = random.uniform();
    std::size_t k = 0;
    while (k + 1 < means.size() && at >= weights[k]) at -= weights[k++];
    items.push_back(means[k] + sigma * random.normal());
  }
  return items;
}

// The density as the definition has it, without any short cut.
double log_likelihood(const std::vector<double>& items, const Mixture& mixture,
                      const MixtureModel& model) {
  double sum = 0.0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    double density = 0.0;
    for (std::size_t k = 0; k < mixture.means.size(); ++k) {
      double v = mixture.sigma * mixture.sigma + model.variance_per_mean * mixture.means[k];
      if (!model.item_variance.empty()) v += model.item_variance[i];
      const double r = items[i] - mixture.means[k];
      density +=
          mixture.weights[k] * std::exp(-0.5 * r * r / v) / std::sqrt(2.0 * std::numbers::pi * v);
    }
    sum += std::log(density);
  }
  return sum;
}

TEST(Mixture, OneFreeComponentIsMeanAndStandardDeviation) {
  const std::vector<double> items = {1.0, 2.0, 4.0, 5.0};
  const MixtureFit fit = fit_mixture(items, MixtureModel{}, start_at({0.0}, 1.0), 100, 1e-12);
  EXPECT_TRUE(fit.converged);
  EXPECT_DOUBLE_EQ(fit.mixture.means[0], 3.0);
  // Maximum likelihood divides by n: (4 + 1 + 1 + 4) / 4.
  EXPECT_NEAR(fit.mixture.sigma, std::sqrt(2.5), 1e-12);
}

TEST(Mixture, LogLikelihoodFollowsTheDefinition) {
  const std::vector<double> items =
      draw({1.0, 2.0, 3.5}, {0.2, 0.5, 0.3}, 0.4, 60, RandomStream(1));
  Mixture mixture = start_at({1.1, 2.0, 3.4}, 0.35);
  mixture.weights = {0.3, 0.5, 0.2};
  MixtureModel plain;
  MixtureModel dose;
  dose.variance_per_mean = 0.05;
  MixtureModel own;
  for (std::size_t i = 0; i < items.size(); ++i) {
    own.item_variance.push_back(0.01 * static_cast<double>(i % 5));
  }
  // 60 terms of order one, each to a few units in the last place.
  for (const MixtureModel& model : {plain, dose, own}) {
    EXPECT_NEAR(expect(items, model, mixture).log_likelihood, log_likelihood(items, mixture, model),
                1e-11);
  }
}

TEST(Mixture, OrderOfItemsAndComponentsDoesNotMatter) {
  const std::vector<double> items =
      draw({1.0, 2.0, 3.0}, {0.3, 0.3, 0.4}, 0.1, 50, RandomStream(2));
  const Mixture sorted = start_at({1.0, 2.0, 3.0}, 0.1);
  const Mixture crossed = start_at({3.0, 1.0, 2.0}, 0.1);
  const Expectation a = expect(items, MixtureModel{}, sorted);
  const Expectation b = expect(items, MixtureModel{}, crossed);
  EXPECT_NEAR(a.log_likelihood, b.log_likelihood, 1e-11);
  for (std::size_t i = 0; i < items.size(); ++i) {
    EXPECT_NEAR(a.responsibilities[3 * i], b.responsibilities[3 * i + 1], 1e-14);
    EXPECT_NEAR(a.responsibilities[3 * i + 2], b.responsibilities[3 * i], 1e-14);
  }
}

TEST(Mixture, FarItemsNeitherOverflowNorVanish) {
  const std::vector<double> items = {-1e6, 0.0, 1.0, 1e6};
  const Expectation e = expect(items, MixtureModel{}, start_at({0.0, 1.0}, 1e-3));
  EXPECT_TRUE(std::isfinite(e.log_likelihood));
  EXPECT_DOUBLE_EQ(e.responsibilities[0], 1.0);
  EXPECT_DOUBLE_EQ(e.responsibilities[7], 1.0);
}

// At the maximum the likelihood does not grow in any direction that the model leaves free.
void expect_stationary(const std::vector<double>& items, const MixtureModel& model,
                       const MixtureFit& fit, double least_rise) {
  const double top = log_likelihood(items, fit.mixture, model);
  for (const double change : {-1e-4, 1e-4}) {
    Mixture moved = fit.mixture;
    moved.sigma *= 1.0 + change;
    EXPECT_LT(log_likelihood(items, moved, model), top + least_rise);
    if (model.rule == MeanRule::free) {
      for (std::size_t k = 0; k < moved.means.size(); ++k) {
        moved = fit.mixture;
        moved.means[k] += change * fit.mixture.sigma;
        EXPECT_LT(log_likelihood(items, moved, model), top + least_rise);
      }
    }
    for (std::size_t j = 0; j < model.basis.size(); ++j) {
      moved = fit.mixture;
      for (std::size_t k = 0; k < moved.means.size(); ++k) {
        moved.means[k] += change * fit.mixture.sigma * model.basis[j][k];
      }
      EXPECT_LT(log_likelihood(items, moved, model), top + least_rise);
    }
  }
}

TEST(Mixture, FitIsAMaximumOfTheLikelihood) {
  const std::vector<double> items =
      draw({1.0, 2.0, 3.0, 4.0}, {0.1, 0.4, 0.3, 0.2}, 0.25, 300, RandomStream(3));
  MixtureModel free;
  MixtureModel linear;
  linear.rule = MeanRule::linear;
  linear.basis = {{1.0, 1.0, 1.0, 1.0}, {1.0, 2.0, 3.0, 4.0}};
  MixtureModel own = free;
  for (std::size_t i = 0; i < items.size(); ++i) {
    own.item_variance.push_back(0.01 + 0.0001 * static_cast<double>(i % 100));
  }
  Mixture start = start_at({0.9, 2.1, 3.1, 4.2}, 0.4);
  start.coefficients = {0.1, 0.95};
  // The steps tried change the likelihood by 300 (1e-4)^2 ~ 1e-6 downwards; EM stopped within 1e-8.
  for (const MixtureModel& model : {free, linear, own}) {
    const MixtureFit fit = fit_mixture(items, model, start, 100000, 1e-14);
    ASSERT_TRUE(fit.converged);
    expect_stationary(items, model, fit, 1e-8);
  }
}

TEST(Mixture, LikelihoodNeverFalls) {
  const std::vector<double> items =
      draw({1.0, 1.5, 3.0}, {0.5, 0.3, 0.2}, 0.3, 200, RandomStream(4));
  double former = -1e300;
  for (std::int64_t steps = 1; steps < 60; ++steps) {
    const MixtureFit fit =
        fit_mixture(items, MixtureModel{}, start_at({0.5, 2.0, 2.5}, 0.5), steps, 0.0);
    EXPECT_GE(fit.log_likelihood, former - 1e-10);  // rounding of a sum of 200 terms
    former = fit.log_likelihood;
  }
}

TEST(Mixture, OneCoefficientStaysInItsInterval) {
  const std::vector<double> items = {1.3, 1.31, 2.6, 2.61};
  MixtureModel model;
  model.rule = MeanRule::linear;
  model.basis = {{1.0, 2.0}};
  model.max_coefficient = 1.2;
  Mixture start = start_at({0.0, 0.0}, 0.1);
  start.coefficients = {1.0};
  const MixtureFit fit = fit_mixture(items, model, start, 1000, 1e-12);
  EXPECT_DOUBLE_EQ(fit.mixture.coefficients[0], 1.2);
}

TEST(Mixture, AWidthCannotCollapse) {
  MixtureModel model;
  model.min_sigma = 1e-3;
  const std::vector<double> items = {1.0, 1.0, 1.0, 2.0, 2.0};
  const MixtureFit fit = fit_mixture(items, model, start_at({1.1, 1.9}, 0.3), 1000, 1e-12);
  EXPECT_DOUBLE_EQ(fit.mixture.sigma, 1e-3);
  EXPECT_NEAR(fit.mixture.means[1], 2.0, 1e-12);
}

TEST(Mixture, CountsItsParameters) {
  MixtureModel model;
  EXPECT_EQ(model.parameters(5), 10);  // 2K
  model.rule = MeanRule::linear;
  model.basis = {std::vector<double>(5, 1.0), std::vector<double>(5, 1.0)};
  EXPECT_EQ(model.parameters(5), 7);  // K + 2
  model.basis.pop_back();
  EXPECT_EQ(model.parameters(5), 6);  // K + 1
}

// Every way to cut a short list into intervals, tried in turn.
double least_cost(const std::vector<double>& items, std::size_t begin, std::size_t groups) {
  const auto cost = [&](std::size_t from, std::size_t to) {
    double mean = 0.0;
    for (std::size_t i = from; i < to; ++i) mean += items[i] / static_cast<double>(to - from);
    double sum = 0.0;
    for (std::size_t i = from; i < to; ++i) sum += std::pow(items[i] - mean, 2);
    return sum;
  };
  if (groups == 1) return cost(begin, items.size());
  double best = 1e300;
  for (std::size_t end = begin + 1; end + groups - 1 <= items.size(); ++end) {
    best = std::min(best, cost(begin, end) + least_cost(items, end, groups - 1));
  }
  return best;
}

TEST(PartitionMeans, IsTheBestOfAllPartitions) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomStream random(seed);
    std::vector<double> items(11);
    for (double& x : items) x = 100.0 + random.uniform();
    std::sort(items.begin(), items.end());
    const auto means = partition_means(items, 5);
    ASSERT_EQ(means.size(), 5U);
    for (std::size_t groups = 1; groups <= 5; ++groups) {
      double cost = 0.0;
      for (const double x : items) {
        double nearest = 1e300;
        for (const double m : means[groups - 1]) nearest = std::min(nearest, std::pow(x - m, 2));
        cost += nearest;
      }
      EXPECT_NEAR(cost, least_cost(items, 0, groups), 1e-12) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace adatom::numeric
