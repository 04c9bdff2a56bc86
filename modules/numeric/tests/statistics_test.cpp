#include "adatom/numeric/statistics.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::numeric {
namespace {

// Hyndman and Fan's type 7 of 1..10, as R's quantile(1:10) prints it.
TEST(Statistics, QuantilesOfOneToTen) {
  const std::vector<double> sample{7, 1, 10, 3, 9, 2, 8, 4, 6, 5};
  EXPECT_DOUBLE_EQ(quantile(sample, 0.0), 1.0);
  EXPECT_DOUBLE_EQ(quantile(sample, 0.25), 3.25);
  EXPECT_DOUBLE_EQ(quantile(sample, 0.5), 5.5);
  EXPECT_DOUBLE_EQ(quantile(sample, 0.75), 7.75);
  EXPECT_DOUBLE_EQ(quantile(sample, 1.0), 10.0);
  const std::array<double, 3> probabilities{0.75, 0.0, 0.25};
  EXPECT_EQ(quantiles(sample, probabilities), (std::vector<double>{7.75, 1.0, 3.25}));
}

TEST(Statistics, MedianOfOddEvenAndSingle) {
  EXPECT_EQ(median(std::vector<double>{3, 1, 2}), 2.0);
  EXPECT_EQ(median(std::vector<double>{4, 1, 2, 3}), 2.5);
  EXPECT_EQ(median(std::vector<double>{-7}), -7.0);
}

// 10,000 normal deviates: the MAD's relative standard error is 1.17 / sqrt(10000) = 0.0117
// (Rousseeuw and Croux 1993: efficiency 0.37); 4 of them. A fifth replaced by huge values raises
// the estimate, but only to the 0.625 quantile of |z|, 0.887 / 0.6745 = 1.32 sigma.
TEST(Statistics, MadSigmaIsTheStandardDeviationAndRobust) {
  RandomStream random(5);
  std::vector<double> sample(10000);
  for (double& value : sample) value = 2.0 + 3.0 * random.normal();
  EXPECT_NEAR(mad_sigma(sample), 3.0, 4 * 0.0117 * 3.0);
  for (std::size_t i = 0; i < sample.size(); i += 5) sample[i] = 1e9;
  EXPECT_LT(mad_sigma(sample), 1.5 * 3.0);
}

TEST(Statistics, BadInputIsRefused) {
  EXPECT_THROW((void)median({}), InputError);
  EXPECT_THROW((void)mad_sigma({}), InputError);
  const std::vector<double> one{1.0};
  EXPECT_THROW((void)quantile(one, 1.5), InputError);
  EXPECT_THROW((void)quantile(one, -0.1), InputError);
}

}  // namespace
}  // namespace adatom::numeric
