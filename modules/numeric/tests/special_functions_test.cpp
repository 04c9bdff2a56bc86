#include "adatom/numeric/special_functions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "adatom/base/error.h"

namespace adatom::numeric {
namespace {

TEST(RegularisedBeta, WhereItHasASimpleForm) {
  for (const double x : {1e-7, 0.01, 0.3, 0.5, 0.77, 0.999}) {
    for (const double a : {0.2, 1.0, 3.5, 40.0}) {
      // I_x(a, 1) = x^a, I_x(1, b) = 1 - (1 - x)^b (DLMF 8.17.7-8); the powers are exponentials
      // of up to 640, which multiply the last digit by as much.
      EXPECT_NEAR(regularised_beta(a, 1.0, x) / std::pow(x, a), 1.0, 3e-13);
      EXPECT_NEAR(regularised_beta(1.0, a, x) / -std::expm1(a * std::log1p(-x)), 1.0, 1e-13);
    }
    // The arcsine distribution.
    EXPECT_NEAR(regularised_beta(0.5, 0.5, x), 2.0 / std::numbers::pi * std::asin(std::sqrt(x)),
                1e-14);
  }
}

// I_p(k, n - k + 1) is the probability of at least k successes in n trials.
TEST(RegularisedBeta, SumsBinomialProbabilities) {
  constexpr int n = 60;
  constexpr double p = 0.37;
  double choose = 1.0;
  double below = 0.0;
  for (int k = 0; k < n; ++k) {
    below += choose * std::pow(p, k) * std::pow(1.0 - p, n - k);
    choose *= static_cast<double>(n - k) / (k + 1);
    EXPECT_NEAR(regularised_beta(k + 1.0, n - k, p), 1.0 - below, 2e-14) << k;
  }
}

TEST(RegularisedGamma, WhereItHasASimpleForm) {
  for (const double x : {1e-9, 0.01, 0.3, 1.0, 2.5, 9.0, 25.0}) {
    EXPECT_NEAR(regularised_gamma(1.0, x) / -std::expm1(-x), 1.0, 1e-13);
    EXPECT_NEAR(regularised_gamma_upper(1.0, x) / std::exp(-x), 1.0, 1e-13);
    EXPECT_NEAR(regularised_gamma(0.5, x) / std::erf(std::sqrt(x)), 1.0, 1e-13);
    EXPECT_NEAR(regularised_gamma_upper(0.5, x) / std::erfc(std::sqrt(x)), 1.0, 1e-13);
  }
  // Poisson: at most 29 events where 40 are expected.
  double term = std::exp(-40.0);
  double sum = 0.0;
  for (int k = 0; k < 30; ++k) {
    sum += term;
    term *= 40.0 / (k + 1);
  }
  EXPECT_NEAR(regularised_gamma_upper(30.0, 40.0) / sum, 1.0, 1e-13);
}

// Abramowitz and Stegun, Handbook of Mathematical Functions, table 26.8: chi-square at Q = 0.05,
// 0.001 and 0.995 (this rounded to three digits) for 1, 10 and 100 degrees of freedom; 26.10:
// Student's t at A = 0.95 and 0.999; 26.9: F(0.95) for 5 and 10. All as printed.
TEST(Quantiles, AreThoseOfTheTables) {
  const auto chi2 = [](double q, double n) { return 2.0 * gamma_quantile(0.5 * n, 1.0 - q); };
  EXPECT_NEAR(chi2(0.05, 1), 3.84146, 5e-6);
  EXPECT_NEAR(chi2(0.05, 10), 18.3070, 5e-5);
  EXPECT_NEAR(chi2(0.05, 100), 124.342, 5e-4);
  EXPECT_NEAR(chi2(0.001, 10), 29.588, 5e-4);
  EXPECT_NEAR(chi2(0.995, 10), 2.156, 5e-4);
  EXPECT_NEAR(student_two_sided(12.706, 1), 0.05, 5e-6);
  EXPECT_NEAR(student_two_sided(2.228, 10), 0.05, 2e-5);
  EXPECT_NEAR(student_two_sided(4.587, 10), 0.001, 1e-6);
  EXPECT_NEAR(student_two_sided(-2.021, 40), 0.05, 1e-4);
  // F = (n2 / n1) x / (1 - x) with x of Beta(n1 / 2, n2 / 2).
  const double x = beta_quantile(2.5, 5.0, 0.95);
  EXPECT_NEAR(2.0 * x / (1.0 - x), 3.33, 0.005);
}

TEST(Quantiles, InvertTheFunctions) {
  for (const double p : {1e-12, 1e-3, 0.025, 0.5, 0.8, 0.975, 0.9999}) {
    for (const double a : {0.5, 1.0, 7.5, 300.5, 1e5}) {
      EXPECT_NEAR(regularised_gamma(a, gamma_quantile(a, p)) / p, 1.0, 1e-10) << a << ' ' << p;
      for (const double b : {0.5, 2.0, 4000.0}) {
        // Where x is next to 1 it has itself no more digits than 1e-16 / (1 - x).
        const double x = beta_quantile(a, b, p);
        const double lost = a > 1e4 && b < 1.0 ? 1e-6 : 1e-9;
        EXPECT_NEAR(regularised_beta(a, b, x) / p, 1.0, lost) << a << ' ' << b << ' ' << p;
      }
    }
  }
  EXPECT_EQ(beta_quantile(2.0, 3.0, 0.0), 0.0);
  EXPECT_EQ(beta_quantile(2.0, 3.0, 1.0), 1.0);
  EXPECT_EQ(gamma_quantile(2.0, 0.0), 0.0);
}

// As many counts as a long trajectory has: by the central limit the quantile at z = 1.96 is
// mean + z sigma, with corrections of the order of sigma^2 (Cornish and Fisher).
TEST(Quantiles, OfManyCountsAreNormal) {
  constexpr double p = 0.9750021048517795;  // of z = 1.96
  constexpr double a = 3e8;
  constexpr double b = 1e9;
  const double n = a + b;
  const double mean = a / n;
  const double sigma = std::sqrt(mean * (1.0 - mean) / n);
  EXPECT_NEAR((beta_quantile(a, b, p) - mean) / sigma, 1.96, 1e-4);
  EXPECT_NEAR((gamma_quantile(a, p) - a) / std::sqrt(a), 1.96, 1e-4);
}

TEST(SpecialFunctions, RefuseWhatIsOutOfRange) {
  EXPECT_THROW((void)regularised_beta(0.0, 1.0, 0.5), InputError);
  EXPECT_THROW((void)regularised_beta(1.0, 1.0, 1.5), InputError);
  EXPECT_THROW((void)beta_quantile(1.0, -1.0, 0.5), InputError);
  EXPECT_THROW((void)beta_quantile(1.0, 1.0, 1.5), InputError);
  EXPECT_THROW((void)gamma_quantile(1.0, 1.0), InputError);
  EXPECT_THROW((void)gamma_quantile(-1.0, 0.5), InputError);
  EXPECT_THROW((void)regularised_gamma(1.0, -1.0), InputError);
  EXPECT_THROW((void)student_two_sided(1.0, 0.0), InputError);
}

}  // namespace
}  // namespace adatom::numeric
