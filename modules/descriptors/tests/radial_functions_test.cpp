#include "radial_functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>
#include <Eigen/Eigenvalues>

#include "adatom/base/error.h"
#include "gauss_legendre.h"
#include "scaled_bessel.h"

namespace adatom::descriptors {
namespace {

/// The primitives of DScribe's bases, as the papers write them.
double primitive(const SoapOptions& o, int k, int l, double r) {
  if (o.basis == RadialBasis::polynomial) {
    return r < o.r_cut_angstrom ? std::pow(o.r_cut_angstrom - r, k + 3) : 0.0;
  }
  const double a = 1.0 + (o.r_cut_angstrom - 1.0) * k / static_cast<double>(o.n_max - 1);
  const double alpha = -std::log(1e-3 / std::pow(a, l)) / (a * a);
  return std::pow(r, l) * std::exp(-alpha * r * r);
}

/// Behind it, radial functions are below 1e-20 or zero.
double end_of_functions(const SoapOptions& o) {
  return o.basis == RadialBasis::polynomial ? o.r_cut_angstrom : 3.5 * o.r_cut_angstrom;
}

std::vector<std::vector<double>> sampled(const RadialFunctions& functions, const Quadrature& rule) {
  std::vector<std::vector<double>> samples;
  for (const long double x : rule.x) {
    samples.emplace_back(functions.size());
    functions.functions(static_cast<double>(x), samples.back());
  }
  return samples;
}

class EveryBasis : public testing::TestWithParam<RadialBasis> {
 protected:
  [[nodiscard]] SoapOptions options() const {
    return {.r_cut_angstrom = 4.48023312, .basis = GetParam()};
  }
};
INSTANTIATE_TEST_SUITE_P(Bases, EveryBasis,
                         testing::Values(RadialBasis::gto, RadialBasis::polynomial));

TEST_P(EveryBasis, IsOrthonormal) {
  const RadialFunctions functions(options());
  const auto rule = gauss_legendre(200, end_of_functions(options()));
  const auto g = sampled(functions, rule);
  for (std::size_t l = 0; l <= 8; ++l) {
    for (std::size_t n = 0; n < 8; ++n) {
      for (std::size_t other = 0; other < 8; ++other) {
        long double sum = 0.0L;
        for (std::size_t q = 0; q < g.size(); ++q) {
          sum += rule.weight[q] * rule.x[q] * rule.x[q] * g[q][l * 8 + n] * g[q][l * 8 + other];
        }
        // Rounding of 200 terms of size one.
        EXPECT_NEAR(static_cast<double>(sum), n == other ? 1.0 : 0.0, 1e-13) << l << n << other;
      }
    }
  }
}

// Of all orthonormal sets of the primitives' space, Loewdin's is the one whose overlap with the
// primitives, S^(1/2), is symmetric and positive definite.
TEST_P(EveryBasis, IsTheSymmetricOneOfItsPrimitives) {
  const RadialFunctions functions(options());
  const auto rule = gauss_legendre(200, end_of_functions(options()));
  const auto g = sampled(functions, rule);
  for (int l : {0, 3, 8}) {
    Eigen::Matrix<double, 8, 8> overlap = Eigen::Matrix<double, 8, 8>::Zero();
    Eigen::Matrix<double, 8, 1> norm = Eigen::Matrix<double, 8, 1>::Zero();
    for (std::size_t q = 0; q < g.size(); ++q) {
      const auto x = static_cast<double>(rule.x[q]);
      const double weight = static_cast<double>(rule.weight[q]) * x * x;
      for (int k = 0; k < 8; ++k) {
        const double f = primitive(options(), k, l, x);
        norm(k) += weight * f * f;
        for (int n = 0; n < 8; ++n) {
          overlap(n, k) +=
              weight * f * g[q][static_cast<std::size_t>(l) * 8 + static_cast<std::size_t>(n)];
        }
      }
    }
    EXPECT_LT((overlap - overlap.transpose()).norm(), 1e-13 * overlap.norm()) << l;
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix<double, 8, 8>> eigen(overlap);
    EXPECT_GT(eigen.eigenvalues().minCoeff(), 0.0) << l;
    for (int k = 0; k < 8; ++k) {
      // Nothing of a primitive lies outside the functions' space.
      EXPECT_NEAR(overlap.col(k).squaredNorm() / norm(k), 1.0, 1e-12) << l << k;
    }
  }
}

// The definition in spherical coordinates about the centre, the neighbour on the axis: an integral
// over distance and angle that knows no closed form and no Bessel function.
TEST_P(EveryBasis, GivesTheOverlapWithAGaussian) {
  const SoapOptions o = options();
  const RadialFunctions functions(o);
  const double eta = 0.5 / (o.sigma_angstrom * o.sigma_angstrom);
  const auto radial = gauss_legendre(160, end_of_functions(o));
  const auto angular = gauss_legendre(120, 2.0L);  // of 1 - cos(angle)
  const auto g = sampled(functions, radial);
  std::vector<double> largest(9, 0.0);
  std::vector<double> worst(9, 0.0);
  for (const double r : {0.0, 1e-3, 0.7, 2.88, 4.4, 8.1}) {
    std::vector<long double> wanted(functions.size());
    for (std::size_t q = 0; q < g.size(); ++q) {
      std::array<long double, 9> mean{};
      for (std::size_t a = 0; a < angular.x.size(); ++a) {
        const long double t = 1.0L - angular.x[a];
        const long double apart = radial.x[q] - r;
        const long double density =
            std::exp(-eta * (apart * apart + 2.0L * radial.x[q] * r * angular.x[a]));
        for (unsigned l = 0; l < 9; ++l) {
          mean[l] += angular.weight[a] * density * std::legendre(l, t);
        }
      }
      const long double weight =
          2.0L * std::numbers::pi_v<long double> * radial.weight[q] * radial.x[q] * radial.x[q];
      for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] += weight * mean[i / 8] * g[q][i];
    }
    std::vector<double> values(functions.size());
    functions.evaluate(r, values);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const auto want = static_cast<double>(wanted[i]);
      largest[i / 8] = std::max(largest[i / 8], std::abs(want));
      worst[i / 8] = std::max(worst[i / 8], std::abs(values[i] - want));
    }
  }
  for (std::size_t l = 0; l <= 8; ++l) {
    // What the functions promise; the samples of g_nl are doubles.
    EXPECT_LT(worst[l], 1e-12 * largest[l]) << l;
  }
}

TEST(RadialFunctions, OneFunctionIsANormalisedPrimitive) {
  // a = 1, so alpha = ln(1000) whatever l is.
  const RadialFunctions functions({.r_cut_angstrom = 3.0, .n_max = 1, .l_max = 2});
  std::vector<double> g(3);
  functions.functions(0.8, g);
  const double alpha = std::log(1000.0);
  for (int l = 0; l <= 2; ++l) {
    const double norm = 0.5 * std::tgamma(l + 1.5) * std::pow(2.0 * alpha, -l - 1.5);
    EXPECT_NEAR(g[static_cast<std::size_t>(l)],
                std::pow(0.8, l) * std::exp(-alpha * 0.64) / std::sqrt(norm), 1e-14)
        << l;
  }
}

TEST(RadialFunctions, TooManyAlikeAreRefused) {
  EXPECT_THROW(RadialFunctions({.r_cut_angstrom = 1.1, .n_max = 12}), InputError);
}

TEST(ScaledBessel, EqualsItsClosedForms) {
  std::array<double, 4> values{};
  for (const double x : {0.5, 3.0, 40.0, 900.0}) {
    scaled_bessel(x, values);
    const long double e = std::exp(-2.0L * x);  // cosh and sinh times 2 exp(-x) are 1 + e, 1 - e
    const long double z = x;
    EXPECT_NEAR(values[0] / static_cast<double>((1 - e) / (2 * z)), 1.0, 1e-15);
    EXPECT_NEAR(values[1] / static_cast<double>((z * (1 + e) - (1 - e)) / (2 * z * z)), 1.0, 1e-14);
    EXPECT_NEAR(values[2] / static_cast<double>(((z * z + 3) * (1 - e) - 3 * z * (1 + e)) /
                                                (2 * z * z * z)),
                1.0, 1e-14);
  }
  // The first term of the series, x^l / (2 l + 1)!!.
  scaled_bessel(1e-5, values);
  EXPECT_NEAR(values[3] / (1e-15 / 105.0), 1.0, 2e-5);
  scaled_bessel(0.0, values);
  EXPECT_EQ(values[0], 1.0);
  EXPECT_EQ(values[1], 0.0);
}

TEST(GaussLegendre, IntegratesPolynomialsOfTwiceItsPointsExactly) {
  const auto rule = gauss_legendre(7, 2.0L);
  long double sum = 0.0L;
  for (std::size_t i = 0; i < 7; ++i) sum += rule.weight[i] * std::pow(rule.x[i], 13);
  EXPECT_NEAR(static_cast<double>(sum), std::pow(2.0, 14) / 14.0, 1e-12);
}

}  // namespace
}  // namespace adatom::descriptors
