#include "adatom/diffraction/find_geometry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "drawn_pattern.h"

namespace adatom::diffraction {
namespace {

using drawn::Pattern;

TEST(FindGeometry, WithoutNoiseCentreAndEllipseAreRight) {
  const Pattern truth;
  const auto result = find_geometry(drawn::draw(truth), {});
  ASSERT_EQ(result.state, GeometryState::converged);
  // What sums over pixels instead of integrals leave.
  EXPECT_NEAR(result.geometry.centre_x_px, truth.centre_x, 0.002);
  EXPECT_NEAR(result.geometry.centre_y_px, truth.centre_y, 0.002);
  EXPECT_NEAR(result.geometry.ellipse_ratio, truth.ratio, 5e-5);
  EXPECT_NEAR(result.geometry.ellipse_angle_deg, truth.angle_deg, 0.1);
  ASSERT_EQ(result.rings.size(), truth.radii.size());
  for (std::size_t k = 0; k < truth.radii.size(); ++k) {
    // Gaussian rings; a pixel is wider than nothing, which moves a ring by 1/(24 R).
    EXPECT_NEAR(result.rings[k].radius_px, truth.radii[k], 0.01);
    EXPECT_LT(result.rings[k].azimuthal_spread, 1e-4);
    EXPECT_EQ(result.rings[k].use, RingUse::used);
  }
}

// Nine pixels in ten hold nothing: no quantile says how bright rings are.
TEST(FindGeometry, FramesOfFewElectrons) {
  Pattern truth;
  auto expected = drawn::draw(truth);
  for (double& value : expected.values()) value *= 1e-3;
  const auto result = find_geometry(drawn::counted(expected, 3), {});
  ASSERT_EQ(result.state, GeometryState::converged);
  EXPECT_NEAR(result.geometry.centre_x_px, truth.centre_x,
              5.0 * result.geometry_stderr.centre_x_px);
  EXPECT_NEAR(result.geometry.centre_y_px, truth.centre_y,
              5.0 * result.geometry_stderr.centre_y_px);
  EXPECT_LT(result.geometry_stderr.centre_x_px, 0.5);
}

TEST(FindGeometry, ErrorsAreCalibrated) {
  Pattern truth;
  truth.side = 192;
  truth.centre_x = 91.3;
  truth.centre_y = 101.2;
  truth.radii = {36.0, 55.0, 76.0};
  truth.height = 40.0;
  const auto expected = drawn::draw(truth);
  double centre = 0.0;
  double ellipse = 0.0;
  constexpr int seeds = 400;
  const Geometry start{truth.centre_x, truth.centre_y, truth.ratio, truth.angle_deg, 1.0};
  for (int seed = 1; seed <= seeds; ++seed) {
    const auto r = refine_geometry(drawn::counted(expected, static_cast<std::uint64_t>(seed)), {},
                                   start, {.parts = RefineParts::centre_and_ellipse});
    ASSERT_EQ(r.state, GeometryState::converged) << seed;
    const auto pull = [](double found, double was, double error) {
      return (found - was) * (found - was) / (error * error);
    };
    const Geometry& e = r.geometry_stderr;
    centre += pull(r.geometry.centre_x_px, truth.centre_x, e.centre_x_px);
    centre += pull(r.geometry.centre_y_px, truth.centre_y, e.centre_y_px);
    ellipse += pull(r.geometry.ellipse_ratio, truth.ratio, e.ellipse_ratio);
    ellipse += pull(r.geometry.ellipse_angle_deg, truth.angle_deg, e.ellipse_angle_deg);
  }
  std::printf("chi2 of centres %.3f, of ellipses %.3f\n", centre / (2 * seeds),
              ellipse / (2 * seeds));
  // Each is the mean of 800 squares: 1 with a standard deviation of 0.05.
  EXPECT_NEAR(centre / (2 * seeds), 1.0, 0.16);
  EXPECT_NEAR(ellipse / (2 * seeds), 1.0, 0.16);
}

TEST(FindGeometry, FarOffTheMiddleWithTextureAndAMaskedCorner) {
  Pattern truth;
  truth.centre_x = 128.0 + 256.0 / 3.0;
  truth.centre_y = 70.0;
  truth.texture = 0.7;
  const auto frame = drawn::counted(drawn::draw(truth), 3);
  Mask mask(truth.side, truth.side, 1);
  for (std::size_t y = 0; y < 80; ++y) {
    for (std::size_t x = 0; x < 120; ++x) mask(x, y) = 0;
  }
  const auto result = find_geometry(frame, mask);
  ASSERT_EQ(result.state, GeometryState::converged);
  const Geometry& e = result.geometry_stderr;
  EXPECT_NEAR(result.geometry.centre_x_px, truth.centre_x, 4.0 * e.centre_x_px);
  EXPECT_NEAR(result.geometry.centre_y_px, truth.centre_y, 4.0 * e.centre_y_px);
  EXPECT_NEAR(result.geometry.ellipse_ratio, truth.ratio, 4.0 * e.ellipse_ratio);
  EXPECT_LT(e.centre_x_px, 0.1);
}

TEST(FindGeometry, DistortionIsFoundWhereItIs) {
  Pattern truth;
  truth.ratio = 1.0;
  truth.angle_deg = 0.0;
  truth.second_order = {8e-5, -3e-5, 0.0, 6e-5};
  const auto result = find_geometry(drawn::counted(drawn::draw(truth), 1), {});
  ASSERT_EQ(result.state, GeometryState::converged);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(result.geometry.distortion_per_px[i], truth.second_order[i],
                5.0 * result.geometry_stderr.distortion_per_px[i]);
    EXPECT_LT(result.geometry_stderr.distortion_per_px[i], 1e-5);
  }
  for (const auto& ring : result.rings) EXPECT_LT(ring.azimuthal_spread, 2e-4);
  truth.second_order.clear();
  const auto without = find_geometry(drawn::counted(drawn::draw(truth), 1), {});
  for (const double d : without.geometry.distortion_per_px) EXPECT_EQ(d, 0.0);
}

TEST(FindGeometry, WhatIsGivenIsKept) {
  const Pattern truth;
  const auto frame = drawn::counted(drawn::draw(truth), 1);
  FindGeometryOptions options;
  options.centre_x_px = truth.centre_x;
  options.centre_y_px = truth.centre_y;
  auto result = find_geometry(frame, {}, options);
  EXPECT_EQ(result.geometry.centre_x_px, truth.centre_x);
  EXPECT_EQ(result.geometry_stderr.centre_y_px, 0.0);
  EXPECT_NEAR(result.geometry.ellipse_ratio, truth.ratio,
              5.0 * result.geometry_stderr.ellipse_ratio);
  options = {};
  options.ellipse_ratio = truth.ratio;
  options.ellipse_angle_deg = truth.angle_deg;
  result = find_geometry(frame, {}, options);
  EXPECT_EQ(result.geometry.ellipse_ratio, truth.ratio);
  EXPECT_EQ(result.geometry_stderr.ellipse_ratio, 0.0);
  EXPECT_NEAR(result.geometry.centre_x_px, truth.centre_x,
              5.0 * result.geometry_stderr.centre_x_px);
}

// The ellipse alone is found in no more passes than centre and ellipse are.
TEST(FindGeometry, AGivenCentreTakesNoMorePasses) {
  const Pattern truth;
  const auto expected = drawn::draw(truth);
  std::int64_t both = 0;
  std::int64_t ellipse = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const auto frame = drawn::counted(expected, seed);
    const auto free = find_geometry(frame, {});
    FindGeometryOptions options;
    options.centre_x_px = truth.centre_x;
    options.centre_y_px = truth.centre_y;
    const auto given = find_geometry(frame, {}, options);
    EXPECT_EQ(given.state, GeometryState::converged);
    both += free.iterations;
    ellipse += given.iterations;
  }
  EXPECT_LE(ellipse, both);
}

TEST(FindGeometry, RefiningFollowsTheCentreAndKeepsTheRest) {
  Pattern truth;
  Geometry start{truth.centre_x, truth.centre_y, truth.ratio, truth.angle_deg, 0.004, {}, 1e-9};
  truth.centre_x += 0.9;
  truth.centre_y -= 0.6;
  const auto result = refine_geometry(drawn::counted(drawn::draw(truth), 5), {}, start);
  ASSERT_EQ(result.state, GeometryState::converged);
  EXPECT_NEAR(result.geometry.centre_x_px, truth.centre_x,
              4.0 * result.geometry_stderr.centre_x_px);
  EXPECT_NEAR(result.geometry.centre_y_px, truth.centre_y,
              4.0 * result.geometry_stderr.centre_y_px);
  EXPECT_EQ(result.geometry.ellipse_ratio, start.ellipse_ratio);
  EXPECT_EQ(result.geometry.s_per_px, start.s_per_px);
  EXPECT_EQ(result.geometry.pincushion_per_px2, start.pincushion_per_px2);
}

TEST(FindGeometry, NoRingsIsAResult) {
  const auto result = find_geometry(drawn::counted(Grid<double>(128, 128, 20.0), 1), {});
  EXPECT_EQ(result.state, GeometryState::no_rings);
  EXPECT_FALSE(result.warnings.empty());
  const auto flat = find_geometry(Grid<double>(128, 128, 1.0), {});
  EXPECT_EQ(flat.state, GeometryState::no_rings);
  const auto hidden = find_geometry(Grid<double>(128, 128, 1.0), Mask(128, 128, 0));
  EXPECT_EQ(hidden.state, GeometryState::no_rings);
}

TEST(FindGeometry, ThreadsDoNotMatter) {
  Pattern truth;
  truth.side = 520;
  truth.centre_x = 260.0;
  truth.centre_y = 250.0;
  const auto frame = drawn::counted(drawn::draw(truth), 2);
  const auto many = find_geometry(frame, {});
  const ThreadLimit one(1);
  const auto single = find_geometry(frame, {});
  EXPECT_EQ(many.geometry.centre_x_px, single.geometry.centre_x_px);
  EXPECT_EQ(many.geometry.ellipse_ratio, single.geometry.ellipse_ratio);
}

TEST(FindGeometry, WrongInputIsRefused) {
  EXPECT_THROW((void)find_geometry(Grid<double>(32, 32), {}), InputError);
  EXPECT_THROW((void)find_geometry(Grid<double>(128, 128), Mask(64, 128)), InputError);
  FindGeometryOptions options;
  options.centre_x_px = 3.0;
  EXPECT_THROW((void)find_geometry(Grid<double>(128, 128), {}, options), InputError);
}

// Inverse-variance weights: 1 and 3 with variances 1 and 3 (in 1e-8) have the mean 1.5.
TEST(CommonEllipse, IsTheWeightedMean) {
  std::vector<GeometryResult> frames(2);
  for (std::size_t i = 0; i < 2; ++i) {
    frames[i].state = GeometryState::converged;
    frames[i].geometry.ellipse_ratio = std::exp(2.0 * (i == 0 ? 0.001 : 0.003));
    frames[i].covariance[2][2] = frames[i].covariance[3][3] = i == 0 ? 1e-8 : 3e-8;
  }
  const CommonEllipse common = common_ellipse(frames);
  EXPECT_NEAR(common.geometry.ellipse_ratio, std::exp(2.0 * 0.0015), 1e-12);
  // Variance 1 / (1/1 + 1/3) = 3/4; (0.5^2 / 1 + 1.5^2 / 3) * 1e-6 / 1e-8 over two of freedom.
  EXPECT_NEAR(common.ellipse_ratio_stderr, 2.0 * std::exp(0.003) * std::sqrt(0.75e-8), 1e-12);
  EXPECT_EQ(common.frames, 2);
  EXPECT_NEAR(common.chi2_per_dof, 50.0, 1e-6);
  EXPECT_THROW((void)common_ellipse({}), InputError);
}

}  // namespace
}  // namespace adatom::diffraction
