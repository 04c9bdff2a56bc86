#include "adatom/diffraction/polar.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::diffraction {
namespace {

constexpr std::size_t side = 160;

Geometry bent() {
  return {.centre_x_px = 82.3,
          .centre_y_px = 77.9,
          .ellipse_ratio = 1.04,
          .ellipse_angle_deg = 120.0,
          .s_per_px = 0.01};
}

/// A ring at 0.5 1/angstrom of 400 (1 + depth cos 2 azimuth) counts on 100.
Grid<double> textured(double depth) {
  const RoundPattern map(bent());
  Grid<double> frame(side, side);
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      const auto [sx, sy] = map.s_at(static_cast<double>(x), static_cast<double>(y));
      const double off = (std::hypot(sx, sy) - 0.5) / 0.02;
      frame(x, y) =
          100.0 + 400.0 * std::exp(-off * off) * (1.0 + depth * std::cos(2.0 * std::atan2(sy, sx)));
    }
  }
  return frame;
}

Grid<double> counted(const Grid<double>& expected, std::uint64_t seed) {
  RandomStream random(seed);
  Grid<double> frame(expected.width(), expected.height());
  for (std::size_t i = 0; i < frame.size(); ++i) {
    frame.values()[i] = static_cast<double>(random.poisson(expected.values()[i]));
  }
  return frame;
}

TEST(Polar, SectorsAddUpToTheProfile) {
  const Grid<double> frame = counted(textured(0.5), 1);
  PolarOptions options;
  for (const Splitting splitting : {Splitting::none, Splitting::bounding_box, Splitting::full}) {
    options.radial.splitting = splitting;
    const PolarPattern pattern = PolarIntegrator(side, side, bent(), {}, options).integrate(frame);
    const Profile profile = Integrator(side, side, bent(), {}, options.radial).integrate(frame);
    ASSERT_EQ(pattern.radii(), profile.size());
    EXPECT_DOUBLE_EQ(pattern.azimuth_first_deg, 5.0);
    for (std::size_t i = 0; i < profile.size(); ++i) {
      double weight = 0.0;
      double sum = 0.0;
      for (std::size_t k = 0; k < pattern.sectors(); ++k) {
        if (pattern.weight(i, k) == 0.0) continue;
        weight += pattern.weight(i, k);
        sum += pattern.weight(i, k) * pattern.intensity(i, k);
      }
      // Shares are floats, and those below 1e-7 are dropped.
      EXPECT_NEAR(weight, profile.weight[i], 1e-3);
      if (weight > 0.0) {
        EXPECT_NEAR(sum / weight, profile.intensity[i], 1e-4 * sum / weight);
      }
    }
    EXPECT_EQ(pattern.sector(3).intensity[40], pattern.intensity(40, 3));
  }
}

TEST(Polar, AzimuthsAreThoseOfTheRoundPattern) {
  PolarOptions options;
  options.sectors = 72;
  const PolarPattern pattern =
      PolarIntegrator(side, side, bent(), {}, options).integrate(textured(0.5));
  double mean = 0.0;
  for (std::size_t k = 0; k < 72; ++k) mean += (pattern.intensity(50, k) - 100.0) / 72.0;
  for (std::size_t k = 0; k < 72; ++k) {
    const double azimuth = (2.5 + 5.0 * static_cast<double>(k)) * std::numbers::pi / 180.0;
    // A cell holds four pixels, whose centres are not at its own.
    EXPECT_NEAR((pattern.intensity(50, k) - 100.0) / mean, 1.0 + 0.5 * std::cos(2.0 * azimuth),
                0.03)
        << k;
  }
}

TEST(Polar, TextureOfARing) {
  PolarOptions options;
  options.sectors = 24;
  const PolarIntegrator integrator(side, side, bent(), {}, options);
  const Texture even = ring_texture(integrator.integrate(counted(textured(0.0), 2)), 0.45, 0.55);
  EXPECT_EQ(even.degrees_of_freedom, 23);
  // 23 degrees of freedom: 0.1 to 99.9 %.
  EXPECT_GT(even.chi_square, 7.5);
  EXPECT_LT(even.chi_square, 49.7);
  EXPECT_NEAR(even.texture_index, 1.0, 0.01);
  const Texture uneven = ring_texture(integrator.integrate(counted(textured(0.5), 3)), 0.45, 0.55);
  EXPECT_GT(uneven.chi_square, 1000.0);
  // Mean of (1 + depth cos)^2 is 1 + depth^2 / 2; sectors of 15 degrees average it by
  // (sin x / x)^2, x = 15 degrees.
  const double x = std::numbers::pi / 12.0;
  const double mean = std::pow(std::sin(x) / x, 2);
  EXPECT_NEAR(uneven.texture_index, 1.0 + 0.125 * mean, 0.01);
  double chi_square = 0.0;
  for (std::size_t k = 0; k < 24; ++k) {
    const double azimuth = uneven.azimuth_deg[k] * std::numbers::pi / 180.0;
    const double expected = 1.0 + 0.5 * std::cos(2.0 * azimuth) * std::sin(x) / x;
    chi_square += std::pow((uneven.relative[k] - expected) / uneven.relative_stderr[k], 2);
  }
  EXPECT_GT(chi_square, 7.5);
  EXPECT_LT(chi_square, 49.7);
}

TEST(Polar, SectorsBehindABeamStopHaveNoTexture) {
  Mask mask(side, side, 1);
  for (std::size_t y = 0; y < 70; ++y) {
    for (std::size_t x = 60; x < 100; ++x) mask(x, y) = 0;
  }
  PolarOptions options;
  options.sectors = 24;
  const PolarPattern pattern =
      PolarIntegrator(side, side, bent(), mask, options).integrate(textured(0.0));
  const Texture texture = ring_texture(pattern, 0.45, 0.55);
  EXPECT_LT(texture.degrees_of_freedom, 23);
  EXPECT_TRUE(std::isnan(texture.relative[17]));
  EXPECT_NEAR(texture.relative[3], 1.0, 0.02);
  EXPECT_THROW((void)ring_texture(pattern, 5.0, 5.1), InputError);
}

TEST(Polar, RefusesWhatCannotBe) {
  PolarOptions options;
  options.sectors = 0;
  options.radial.gain = -1.0;
  EXPECT_EQ(options.validate().size(), 2U);
  options = {};
  options.sectors = 3600;
  options.radial.bins = 1000000;
  EXPECT_THROW(PolarIntegrator(side, side, bent(), {}, options), InputError);
  const PolarIntegrator integrator(side, side, bent(), {}, {});
  EXPECT_THROW((void)integrator.integrate(Grid<float>(3, 3)), InputError);
}

}  // namespace
}  // namespace adatom::diffraction
