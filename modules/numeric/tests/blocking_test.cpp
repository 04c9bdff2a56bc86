#include "adatom/numeric/blocking.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::numeric {
namespace {

/// x' = phi x + noise: correlation phi^k, variance 1 / (1 - phi^2).
std::vector<double> autoregressive(double phi, std::size_t count, RandomStream random) {
  std::vector<double> series;
  double x = random.normal() / std::sqrt(1.0 - phi * phi);
  for (std::size_t i = 0; i < count; ++i) {
    series.push_back(x);
    x = phi * x + random.normal();
  }
  return series;
}

// The variance of the mean of n values is sigma^2 / n (1 + 2 sum_k (1 - k / n) phi^k), here the
// sum for large n: (1 + phi) / (1 - phi).
TEST(MeanByBlocking, ErrorOfCorrelatedValuesIsTheTrueOne) {
  constexpr std::size_t count = 10000;
  constexpr int repeats = 200;
  for (const double phi : {0.0, 0.5, 0.9, 0.97}) {
    const double exact = std::sqrt((1.0 + phi) / (1.0 - phi) / (1.0 - phi * phi) / count);
    double square = 0.0;
    int covered = 0;
    for (int r = 0; r < repeats; ++r) {
      const auto series = autoregressive(phi, count, RandomStream(5).substream(r));
      const auto result = mean_by_blocking(series);
      EXPECT_TRUE(result.determined);
      square += result.standard_error * result.standard_error / repeats;
      covered += std::abs(result.mean) < result.standard_error ? 1 : 0;
    }
    // By its construction the error left out is below the error's own scatter, which for the
    // 20 blocks of the longest correlation is 1 / sqrt(40) = 16 %.
    EXPECT_NEAR(std::sqrt(square) / exact, 1.0, 0.08) << phi;
    // 68.3 % +- 3.3 % of normal means lie within one standard error; 66.9 % where that is of 20
    // blocks (Student).
    EXPECT_NEAR(covered / static_cast<double>(repeats), 0.68, 0.10) << phi;
  }
}

TEST(MeanByBlocking, KnowsThatAlternatingValuesCancel) {
  std::vector<double> series;
  for (int i = 0; i < 4096; ++i) series.push_back(i % 2 == 0 ? 5.0 : 6.0);
  // Neighbours that alternate: blocks of two are all alike.
  const auto result = mean_by_blocking(series);
  EXPECT_EQ(result.mean, 5.5);
  EXPECT_EQ(result.standard_error, 0.0);
  EXPECT_EQ(result.block_length, 2U);
}

TEST(MeanByBlocking, SaysWhenTheSeriesIsTooShort) {
  std::vector<double> drift;
  for (int i = 0; i < 64; ++i) drift.push_back(i);
  EXPECT_FALSE(mean_by_blocking(drift).determined);
  const std::vector<double> two = {1.0, 2.0};
  EXPECT_FALSE(mean_by_blocking(two).determined);
  const std::vector<double> one = {4.0};
  EXPECT_EQ(mean_by_blocking(one).mean, 4.0);
  EXPECT_EQ(mean_by_blocking(one).standard_error, 0.0);
}

TEST(MeanByBlocking, OfAConstantIsExact) {
  const std::vector<double> series(100, 2.5);
  const auto result = mean_by_blocking(series);
  EXPECT_EQ(result.mean, 2.5);
  EXPECT_EQ(result.standard_error, 0.0);
  EXPECT_TRUE(result.determined);
}

TEST(MeanByBlocking, RefusesWhatHasNoMean) {
  EXPECT_THROW((void)mean_by_blocking({}), InputError);
  const std::vector<double> broken = {1.0, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_THROW((void)mean_by_blocking(broken), InputError);
}

}  // namespace
}  // namespace adatom::numeric
