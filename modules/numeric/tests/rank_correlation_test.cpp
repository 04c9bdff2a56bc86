#include "adatom/numeric/rank_correlation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <vector>

#include "adatom/base/error.h"

namespace adatom::numeric {
namespace {

const RandomStream random_stream(1);

std::vector<double> counting(std::size_t count) {
  std::vector<double> values(count);
  std::iota(values.begin(), values.end(), 1.0);
  return values;
}

RankCorrelation against_order(const std::vector<double>& y) {
  return rank_correlation(counting(y.size()), y, random_stream);
}

/// One order of 1..n for each coefficient that `measure` gives, by its rounded value.
template <class Measure>
std::map<long long, std::vector<double>> orders_by(std::size_t n, const Measure& measure) {
  std::map<long long, std::vector<double>> found;
  std::vector<double> y = counting(n);
  do {
    found.try_emplace(measure(y), y);
  } while (std::next_permutation(y.begin(), y.end()));
  return found;
}

long long squared_differences(const std::vector<double>& y) {
  double sum = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double d = y[i] - static_cast<double>(i + 1);
    sum += d * d;
  }
  return std::llround(sum);
}

long long kendall_s(const std::vector<double>& y) {
  long long s = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) s += y[i] > y[k] ? 1 : -1;
  }
  return s;
}

// Exact upper critical values of Spearman's rho, one-sided 0.05, 0.025, 0.01, 0.005 (Zar, J. Am.
// Stat. Assoc. 67 (1972) 578, table; Ramsey, J. Educ. Stat. 14 (1989) 245): the smallest rho whose
// probability is not above the level. 2: there is none.
TEST(RankCorrelation, SpearmansCriticalValues) {
  const std::array levels = {0.05, 0.025, 0.01, 0.005};
  const std::map<std::size_t, std::array<double, 4>> table = {{5, {0.900, 1.000, 1.000, 2.0}},
                                                              {6, {0.829, 0.886, 0.943, 1.000}},
                                                              {7, {0.714, 0.786, 0.893, 0.929}},
                                                              {8, {0.643, 0.738, 0.833, 0.881}}};
  for (const auto& [n, critical] : table) {
    std::array<double, 4> found = {2.0, 2.0, 2.0, 2.0};
    for (const auto& [squares, y] : orders_by(n, squared_differences)) {
      const RankCorrelation result = against_order(y);
      const auto size = static_cast<double>(n);
      // The formula of textbooks, for ranks without ties.
      EXPECT_NEAR(result.spearman.coefficient,
                  1.0 - 6.0 * static_cast<double>(squares) / (size * (size * size - 1.0)), 1e-14);
      EXPECT_TRUE(result.exact);
      for (std::size_t level = 0; level < levels.size(); ++level) {
        if (result.spearman.p_rising <= levels[level]) {
          found[level] = std::min(found[level], result.spearman.coefficient);
        }
      }
      if (result.spearman.p_rising > 0.1) break;  // orders come with falling rho
    }
    for (std::size_t level = 0; level < levels.size(); ++level) {
      EXPECT_NEAR(found[level], critical[level], 0.0006) << n << " at " << levels[level];
    }
  }
}

// P(S >= s) of Kendall's S (Kendall, Rank Correlation Methods, appendix table 1; Siegel, table Q).
TEST(RankCorrelation, KendallsProbabilities) {
  const std::map<std::size_t, std::map<long long, double>> table = {
      {5, {{10, 0.0083}, {8, 0.042}, {6, 0.117}, {4, 0.242}, {2, 0.408}}},
      {8, {{18, 0.016}, {16, 0.031}, {14, 0.054}, {12, 0.089}}}};
  for (const auto& [n, probabilities] : table) {
    const auto orders = orders_by(n, kendall_s);
    for (const auto& [s, probability] : probabilities) {
      const RankCorrelation result = against_order(orders.at(s));
      EXPECT_NEAR(result.kendall.p_rising, probability, 0.0006) << n << ", " << s;
      const double pairs = 0.5 * static_cast<double>(n * (n - 1));
      EXPECT_NEAR(result.kendall.coefficient, static_cast<double>(s) / pairs, 1e-14);
      EXPECT_NEAR(result.kendall.p_two_sided, 2.0 * result.kendall.p_rising, 1e-14);
    }
  }
}

// Five conditions in perfect order: 2 of 120 orders are as extreme, and nothing can be more.
TEST(RankCorrelation, FiveInOrder) {
  const RankCorrelation falling = against_order({9.0, 7.0, 5.5, 5.0, -1.0});
  EXPECT_EQ(falling.orders, 120);
  EXPECT_DOUBLE_EQ(falling.spearman.coefficient, -1.0);
  EXPECT_DOUBLE_EQ(falling.kendall.coefficient, -1.0);
  EXPECT_DOUBLE_EQ(falling.spearman.p_two_sided, 2.0 / 120.0);
  EXPECT_DOUBLE_EQ(falling.spearman.p_falling, 1.0 / 120.0);
  EXPECT_DOUBLE_EQ(falling.spearman.p_rising, 1.0);
  EXPECT_DOUBLE_EQ(falling.least_p, 2.0 / 120.0);
}

// (1.5, 1.5, 3.5, 3.5) and (1, 2, 3, 4): rho = 4 / sqrt(4 5), tau-b = 4 / sqrt(4 6). Of the 24
// orders 8 keep the two smallest together at one end.
TEST(RankCorrelation, Ties) {
  const std::vector<double> x = {0.0, 0.0, 7.0, 7.0};
  const std::vector<double> y = {1.0, 2.0, 3.0, 4.0};
  for (const auto& result :
       {rank_correlation(x, y, random_stream), rank_correlation(y, x, random_stream)}) {
    EXPECT_NEAR(result.spearman.coefficient, 4.0 / std::sqrt(20.0), 1e-14);
    EXPECT_NEAR(result.kendall.coefficient, 4.0 / std::sqrt(24.0), 1e-14);
    EXPECT_NEAR(result.spearman.p_two_sided, 1.0 / 3.0, 1e-14);
    EXPECT_NEAR(result.kendall.p_two_sided, 1.0 / 3.0, 1e-14);
    EXPECT_NEAR(result.least_p, 1.0 / 3.0, 1e-14);
  }
}

// n = 10: random orders. P(S >= 21) = 0.036 (Kendall's table), P(rho >= 0.564) is the largest
// one-sided probability below 0.05 (Zar); 100,000 orders know them to 0.0007.
TEST(RankCorrelation, ManyPairsByRandomOrders) {
  std::vector<double> y = {2, 1, 4, 3, 10, 6, 7, 5, 8, 9};
  ASSERT_EQ(kendall_s(y), 27);
  y = {4, 2, 3, 1, 10, 6, 7, 5, 8, 9};
  ASSERT_EQ(kendall_s(y), 21);
  const RankCorrelation result = against_order(y);
  EXPECT_FALSE(result.exact);
  EXPECT_EQ(result.orders, 100000);
  EXPECT_NEAR(result.kendall.p_rising, 0.036, 0.0025);
  EXPECT_EQ(against_order(y).kendall.p_rising, result.kendall.p_rising);
}

TEST(RankCorrelation, NothingToTell) {
  const RankCorrelation level = against_order({3.0, 3.0, 3.0, 3.0});
  EXPECT_TRUE(std::isnan(level.spearman.coefficient));
  EXPECT_EQ(level.spearman.p_two_sided, 1.0);
  EXPECT_EQ(level.least_p, 1.0);
  EXPECT_TRUE(std::isnan(against_order({1.0, 2.0}).kendall.coefficient));
  EXPECT_THROW((void)rank_correlation(counting(3), counting(4), random_stream), InputError);
  EXPECT_THROW((void)against_order({1.0, std::numeric_limits<double>::quiet_NaN(), 2.0}),
               InputError);
}

}  // namespace
}  // namespace adatom::numeric
