#include "noise.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/random.h"

namespace adatom::md {
namespace {

constexpr std::size_t lanes = 64;

TEST(Noise, IsBoxAndMullerOfPhilox) {
  const std::uint64_t seed = 0x123456789abcdefULL;
  const std::int64_t step = 0x500000007LL;
  std::vector<float> deviates(std::size_t{3} * 4 * lanes);
  fill_normal(seed, step, deviates);
  for (std::size_t block = 0; block < 3; ++block) {
    for (std::size_t l = 0; l < lanes; ++l) {
      const auto words =
          philox4x32({static_cast<std::uint32_t>(block * lanes + l), 0x7U, 0x5U, 0x6d64U},
                     {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)});
      for (std::size_t pair = 0; pair < 2; ++pair) {
        const double u = (static_cast<double>(words[2 * pair] >> 1U) + 0.5) * 0x1p-31;
        const double quarter = static_cast<double>(words[2 * pair + 1] >> 30U);
        const double rest = static_cast<double>((words[2 * pair + 1] << 2U) >> 1U) * 0x1p-31 - 0.5;
        const double angle = 0.5 * std::numbers::pi * (quarter + rest);
        const double radius = std::sqrt(-2.0 * std::log(u));
        const std::size_t at = block * 4 * lanes + 2 * pair * lanes + l;
        // Polynomials in single precision: some 1e-7 of the radius, more where the root's argument
        // is small.
        EXPECT_NEAR(deviates[at], radius * std::cos(angle), 4e-6);
        EXPECT_NEAR(deviates[at + lanes], radius * std::sin(angle), 4e-6);
      }
    }
  }
}

TEST(Noise, IsNormal) {
  std::vector<float> all;
  std::vector<float> deviates(4096);
  for (std::int64_t step = 0; step < 200; ++step) {
    fill_normal(7, step, deviates);
    all.insert(all.end(), deviates.begin(), deviates.end());
  }
  const double count = static_cast<double>(all.size());
  double mean = 0.0;
  double square = 0.0;
  double fourth = 0.0;
  for (const double x : all) {
    mean += x / count;
    square += x * x / count;
    fourth += x * x * x * x / count;
  }
  // Four standard errors: 1, sqrt 2 and sqrt 96 over sqrt(count).
  EXPECT_NEAR(mean, 0.0, 4.0 / std::sqrt(count));
  EXPECT_NEAR(square, 1.0, 4.0 * std::sqrt(2.0 / count));
  EXPECT_NEAR(fourth, 3.0, 4.0 * std::sqrt(96.0 / count));
  // Kolmogorov and Smirnov: 1.95 over sqrt(count) is exceeded once in a thousand.
  std::sort(all.begin(), all.end());
  double largest = 0.0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double expected = 0.5 * std::erfc(-static_cast<double>(all[i]) / std::numbers::sqrt2);
    largest = std::max(largest, std::abs(expected - static_cast<double>(i) / count));
  }
  EXPECT_LT(largest, 1.95 / std::sqrt(count));
}

TEST(Noise, StepsAndSeedsAreIndependent) {
  std::vector<float> a(256);
  std::vector<float> b(256);
  const auto correlation = [&] {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
    return std::abs(sum) / 256.0;
  };
  fill_normal(7, 1, a);
  fill_normal(7, 2, b);
  EXPECT_LT(correlation(), 4.0 / 16.0);  // four standard errors, 1 / sqrt(256) each
  fill_normal(8, 1, b);
  EXPECT_LT(correlation(), 4.0 / 16.0);
  fill_normal(7, 1, b);
  EXPECT_EQ(a, b);
}

}  // namespace
}  // namespace adatom::md
