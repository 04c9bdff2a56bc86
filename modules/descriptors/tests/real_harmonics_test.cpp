#include "real_harmonics.h"

#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>
#include <Eigen/Core>

namespace adatom::descriptors {
namespace {

constexpr std::size_t l_max = 20;

std::vector<double> at(const Eigen::Vector3d& direction) {
  const RealHarmonics harmonics(l_max);
  std::vector<double> values(harmonics.size());
  harmonics.evaluate(direction.x(), direction.y(), direction.z(), values);
  return values;
}

// sum_m Y_lm(a) Y_lm(b) = (2 l + 1) / (4 pi) P_l(a.b), the addition theorem, for directions in
// general, on the axes and at the poles.
TEST(RealHarmonics, FollowTheAdditionTheorem) {
  const std::vector<Eigen::Vector3d> directions = {{0.0, 0.0, 1.0},
                                                   {0.0, 0.0, -1.0},
                                                   {1.0, 0.0, 0.0},
                                                   {0.0, -1.0, 0.0},
                                                   Eigen::Vector3d(1.0, -2.0, 0.5).normalized(),
                                                   Eigen::Vector3d(-0.3, 0.1, -2.0).normalized()};
  for (const auto& a : directions) {
    for (const auto& b : directions) {
      const auto ya = at(a);
      const auto yb = at(b);
      for (unsigned l = 0; l <= l_max; ++l) {
        double sum = 0.0;
        for (std::size_t lm = l * l; lm < (l + 1) * (l + 1); ++lm) sum += ya[lm] * yb[lm];
        const double wanted = (2.0 * l + 1.0) / (4.0 * std::numbers::pi) *
                              std::legendre(l, std::min(1.0, std::max(-1.0, a.dot(b))));
        EXPECT_NEAR(sum, wanted, 1e-13 * (2.0 * l + 1.0)) << l;
      }
    }
  }
}

TEST(RealHarmonics, HaveTheirUsualFormsAndOrder) {
  const Eigen::Vector3d d = Eigen::Vector3d(0.4, -0.7, 0.3).normalized();
  const auto y = at(d);
  const double first = std::sqrt(3.0 / (4.0 * std::numbers::pi));
  EXPECT_NEAR(y[0], std::sqrt(0.25 / std::numbers::pi), 1e-15);
  EXPECT_NEAR(y[1], first * d.y(), 1e-15);
  EXPECT_NEAR(y[2], first * d.z(), 1e-15);
  EXPECT_NEAR(y[3], first * d.x(), 1e-15);
  const double second = std::sqrt(15.0 / (4.0 * std::numbers::pi));
  EXPECT_NEAR(y[4], second * d.x() * d.y(), 1e-15);
  EXPECT_NEAR(y[5], second * d.y() * d.z(), 1e-15);
  EXPECT_NEAR(y[6], second * (3.0 * d.z() * d.z() - 1.0) / std::sqrt(12.0), 1e-15);
  EXPECT_NEAR(y[7], second * d.x() * d.z(), 1e-15);
  EXPECT_NEAR(y[8], 0.5 * second * (d.x() * d.x() - d.y() * d.y()), 1e-15);
}

}  // namespace
}  // namespace adatom::descriptors
