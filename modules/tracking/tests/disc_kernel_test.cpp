// The model of a particle against numeric integration, and its derivatives against differences.
#include "disc_kernel.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "adatom/tracking/detect.h"
#include "drawn_discs.h"

namespace adatom::tracking {
namespace {

Shape disc(double radius, double blur) {
  Shape shape;
  shape.x = 16.3;
  shape.y = 14.8;
  shape.radius = radius;
  shape.contrast = -0.5;
  shape.blur = blur;
  return shape;
}

std::vector<float> rendered(const Shape& shape, std::size_t side) {
  std::vector<float> share(side * side);
  render_share(shape, 0, 0, side, side, share.data());
  return share;
}

double largest_error(double radius, double blur) {
  const Shape shape = disc(radius, blur);
  const std::vector<float> share = rendered(shape, 32);
  double worst = 0.0;
  for (std::size_t y = 0; y < 32; ++y) {
    for (std::size_t x = 0; x < 32; ++x) {
      const double truth = testing::blurred_disc(
          static_cast<double>(x) - shape.x, static_cast<double>(y) - shape.y, radius, blur, 0.02);
      worst = std::max(worst, std::abs(static_cast<double>(share[y * 32 + x]) - truth));
    }
  }
  return worst;
}

TEST(DiscKernel, IsABlurredDisc) {
  // Mean and variance of the distance are right, its third moment is not: of order
  // (blur / radius)^3 / 10.
  EXPECT_LT(largest_error(10.0, 1.0), 0.0005);
  EXPECT_LT(largest_error(5.0, 1.0), 0.001);
  EXPECT_LT(largest_error(3.0, 1.0), 0.008);
  EXPECT_LT(largest_error(2.5, 1.0), 0.018);
}

TEST(DiscKernel, AnEllipseHasItsAreaAndAxes) {
  Shape shape = disc(8.0, 0.8);
  shape.e1 = 0.2 * std::cos(1.0);
  shape.e2 = 0.2 * std::sin(1.0);
  const std::vector<float> share = rendered(shape, 32);
  double sum = 0.0;
  double xx = 0.0;
  double xy = 0.0;
  double yy = 0.0;
  for (std::size_t y = 0; y < 32; ++y) {
    for (std::size_t x = 0; x < 32; ++x) {
      const double p = static_cast<double>(share[y * 32 + x]);
      const double u = static_cast<double>(x) - shape.x;
      const double v = static_cast<double>(y) - shape.y;
      sum += p;
      xx += p * u * u;
      xy += p * u * v;
      yy += p * v * v;
    }
  }
  // 0.2 %: to first order the blur leaves the area as it is.
  EXPECT_NEAR(sum / (M_PI * 64.0), 1.0, 0.002);
  // Second moments of the ellipse, a^2 / 4 along each axis, and of the blur. The long axis points
  // to half the angle of (e1, e2).
  const double turn = std::atan2(2.0 * xy, xx - yy);
  EXPECT_NEAR(turn, 1.0, 0.02);
  const double half = std::hypot(0.5 * (xx - yy), xy) / sum;
  const double long2 = 0.25 * 64.0 * std::exp(0.4);
  const double short2 = 0.25 * 64.0 * std::exp(-0.4);
  EXPECT_NEAR(half, 0.5 * (long2 - short2), 0.02 * long2);
}

double& parameter(Shape& s, std::size_t k) {
  const std::array<double*, shape_parameters> all{&s.x,     &s.y,  &s.radius, &s.contrast,
                                                  &s.level, &s.e1, &s.e2,     &s.blur};
  return *all[k];
}

Patch test_patch(const Shape& truth) {
  Patch patch;
  patch.resize(0, 0, 30, 30);
  RandomStream random(3);
  std::vector<float> share(patch.stride * patch.height);
  render_share(truth, 0, 0, patch.stride, patch.height, share.data());
  for (std::size_t j = 0; j < patch.height; ++j) {
    for (std::size_t i = 0; i < patch.stride; ++i) {
      const std::size_t at = j * patch.stride + i;
      patch.base[at] = 40.0F + static_cast<float>(i);
      patch.weight[at] = 50.0F;
      const double mean = 50.0 + static_cast<double>(i) - 25.0 * static_cast<double>(share[at]);
      patch.data[at] =
          i < patch.width ? static_cast<float>(mean + 5.0 * random.normal()) : no_value;
    }
  }
  return patch;
}

TEST(DiscKernel, DerivativesAreThoseOfChiSquare) {
  Shape shape = disc(7.0, 1.3);
  shape.e1 = 0.12;
  shape.e2 = -0.17;
  shape.level = 1.05;
  const Patch patch = test_patch(shape);
  shape.x += 0.4;
  shape.radius -= 0.3;
  // Noise that does not depend on the model: then the gradient is -1/2 d chi^2.
  const Noise noise{.floor = 25.0, .gain = 0.0, .least = 1e-6};
  NormalSums sums;
  add_normal_sums_with_blur(patch, shape, noise, 100.0, sums);
  EXPECT_EQ(sums.pixels, 900.0);
  for (std::size_t k = 0; k < shape_parameters; ++k) {
    const double h = 0.02;  // single precision: smaller steps drown in rounding
    Shape above = shape;
    Shape below = shape;
    parameter(above, k) += h;
    parameter(below, k) -= h;
    NormalSums up;
    NormalSums down;
    add_normal_sums_with_blur(patch, above, noise, 100.0, up);
    add_normal_sums_with_blur(patch, below, noise, 100.0, down);
    const double slope = -0.5 * (up.chi2 - down.chi2) / (2.0 * h);
    // One percent of what one standard error would change, and 2 % for the step's own error.
    EXPECT_NEAR(sums.gradient[k], slope, 0.01 * std::sqrt(sums.at(k, k)) + 0.02 * std::abs(slope))
        << "parameter " << k;
  }
}

TEST(DiscKernel, WithoutTheBlurItSaysTheSame) {
  Shape shape = disc(6.0, 1.1);
  shape.e1 = 0.1;
  const Patch patch = test_patch(shape);
  NormalSums without;
  NormalSums with;
  add_normal_sums(patch, shape, {}, 12.0, without);
  add_normal_sums_with_blur(patch, shape, {}, 12.0, with);
  EXPECT_FLOAT_EQ(static_cast<float>(without.chi2), static_cast<float>(with.chi2));
  for (std::size_t a = 0; a < 7; ++a) {
    EXPECT_NEAR(without.gradient[a], with.gradient[a], 1e-4 * std::sqrt(with.at(a, a)));
    for (std::size_t b = 0; b <= a; ++b) {
      EXPECT_NEAR(without.at(a, b), with.at(a, b), 1e-5 * std::sqrt(with.at(a, a) * with.at(b, b)));
    }
  }
}

TEST(DiscKernel, InformationIsThatOfTheClosedForm) {
  const double blur = 1.0;
  Shape shape = disc(9.0, blur);
  Patch patch;
  patch.resize(0, 0, 32, 32);
  for (std::size_t i = 0; i < std::size_t{32} * 32; ++i) {
    patch.data[i] = 60.0F;
    patch.base[i] = 60.0F;
    patch.weight[i] = 60.0F;
  }
  NormalSums sums;
  add_normal_sums(patch, shape, {.floor = 0.0, .gain = 1.0, .least = 1e-6}, 100.0, sums);
  // Electrons: the variance is the level itself. The closed form takes that of the middle of the
  // edge for all of it, which is 1 % off for this contrast.
  const double bound = position_bound_px(9.0, blur, 30.0, 45.0);
  EXPECT_NEAR(1.0 / std::sqrt(sums.at(0, 0)) / bound, 1.0, 0.02);
  EXPECT_NEAR(1.0 / std::sqrt(sums.at(1, 1)) / bound, 1.0, 0.02);
  // As the reference writes it: 60 electrons, contrast 0.5.
  EXPECT_NEAR(bound, std::sqrt(2.0 * blur * (1.0 - 0.25) / (std::sqrt(M_PI) * 9.0 * 60.0 * 0.25)),
              1e-12);
}

TEST(DiscKernel, LikelihoodIsTheGaussianOne) {
  const std::vector<float> data{3.0F, 5.0F, 8.0F, no_value, 1.0F};
  const std::vector<float> model{4.0F, 5.0F, 6.0F, 7.0F, 2.0F};
  const double expected = (1.0 / 5.0 + std::log(5.0)) + std::log(6.0) +
                          (4.0 / 7.0 + std::log(7.0)) + (1.0 / 3.0 + std::log(3.0));
  EXPECT_NEAR(minus_two_log_likelihood(data.data(), model.data(),
                                       {.floor = 1.0, .gain = 1.0, .least = 1e-6}, 5),
              expected, 1e-5);
}

}  // namespace
}  // namespace adatom::tracking
