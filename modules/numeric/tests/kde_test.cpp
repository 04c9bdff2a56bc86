#include "adatom/numeric/kde.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::numeric {
namespace {

double normal_density(double x, double sigma) {
  return std::exp(-0.5 * x * x / (sigma * sigma)) / (sigma * std::sqrt(2.0 * std::numbers::pi));
}

/// The sum over all values, without bins.
double direct(const std::vector<double>& values, double bandwidth, double at) {
  double sum = 0.0;
  for (const double value : values) sum += normal_density(at - value, bandwidth);
  return sum / static_cast<double>(values.size());
}

TEST(DensityEstimate, IsTheSumOfKernels) {
  RandomStream random(4);
  std::vector<double> values;
  for (int i = 0; i < 500; ++i) values.push_back(random.uniform() * random.uniform());
  const double bandwidth = 0.05;
  DensityEstimate estimate(0.0, 1.0, bandwidth);
  DensityEstimate half(0.0, 1.0, bandwidth);
  for (std::size_t i = 0; i < values.size(); ++i) (i % 2 == 0 ? estimate : half).add(values[i]);
  estimate.add(half);
  EXPECT_EQ(estimate.count(), 500.0);
  const auto density = estimate.evaluate(301);
  EXPECT_NEAR(density.at.front(), -3.0 * bandwidth, 1e-15);
  EXPECT_NEAR(density.at.back(), 1.0 + 3.0 * bandwidth, 1e-12);
  double integral = 0.0;
  for (std::size_t p = 0; p < density.at.size(); ++p) {
    // As the header says: 5e-5 of a kernel's height.
    EXPECT_NEAR(density.density[p], direct(values, bandwidth, density.at[p]),
                5e-5 * normal_density(0.0, bandwidth));
    integral += density.density[p] * (density.at[1] - density.at[0]);
  }
  // Of the values at the ends 0.13 % of a kernel lie outside.
  EXPECT_NEAR(integral, 1.0, 1e-3);
}

// The density of a normal sample smoothed by h is normal with variance 1 + h^2.
TEST(DensityEstimate, OfANormalSampleIsNormal) {
  RandomStream random(9);
  constexpr std::size_t count = 200000;
  const double bandwidth = scott_bandwidth(1.0, count, 1.5);
  DensityEstimate estimate(-6.0, 6.0, bandwidth);
  for (std::size_t i = 0; i < count; ++i) estimate.add(random.normal());
  const auto density = estimate.evaluate(200);
  for (std::size_t p = 0; p < density.at.size(); ++p) {
    const double expected = normal_density(density.at[p], std::sqrt(1.0 + bandwidth * bandwidth));
    // The variance of the estimate is f / (2 sqrt(pi) h n); five deviations.
    const double deviation = std::sqrt(expected / (3.545 * bandwidth * count));
    EXPECT_NEAR(density.density[p], expected, 5.0 * deviation + 1e-5) << density.at[p];
  }
}

// What SciPy 1.10 gives for nine values with 1.5 times its own bandwidth.
TEST(DensityEstimate, HasTheBandwidthOfSciPy) {
  const std::vector<double> values = {2, 2, 5, 2, 1, 0, 1, 4, 9};
  double mean = 0.0;
  for (const double value : values) mean += value / 9.0;
  double square = 0.0;
  for (const double value : values) square += (value - mean) * (value - mean) / 8.0;
  const double bandwidth = scott_bandwidth(std::sqrt(square), 9, 1.5);
  EXPECT_NEAR(bandwidth, 2.666654729613849, 1e-12);
  EXPECT_NEAR(direct(values, bandwidth, 2.5), 0.11384516658315434, 1e-12);
}

TEST(DensityEstimate, RefusesWhatDoesNotVary) {
  EXPECT_THROW(DensityEstimate(0.0, 1.0, 0.0), InputError);
  EXPECT_THROW(DensityEstimate(1.0, 0.0, 0.1), InputError);
  EXPECT_THROW(DensityEstimate(0.0, 1.0, 1e-9), InputError);
}

}  // namespace
}  // namespace adatom::numeric
