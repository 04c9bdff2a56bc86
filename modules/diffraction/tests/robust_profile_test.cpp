#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "adatom/base/random.h"
#include "adatom/diffraction/integrate.h"

namespace adatom::diffraction {
namespace {

const Geometry geometry{.centre_x_px = 63.3, .centre_y_px = 59.8};

double expected_at(double r) { return 100.0 + 60.0 * std::exp(-(r - 40.0) * (r - 40.0) / 50.0); }

/// Counts of one smooth ring, with spots of three pixels' width on it.
Grid<float> with_spots(std::uint64_t seed, std::size_t spots) {
  RandomStream random(seed);
  Grid<float> frame(128, 128);
  std::vector<double> azimuths;
  for (std::size_t n = 0; n < spots; ++n)
    azimuths.push_back(2 * std::numbers::pi * random.uniform());
  for (std::size_t y = 0; y < 128; ++y) {
    for (std::size_t x = 0; x < 128; ++x) {
      const double dx = static_cast<double>(x) - geometry.centre_x_px;
      const double dy = static_cast<double>(y) - geometry.centre_y_px;
      double expected = expected_at(std::hypot(dx, dy));
      for (const double a : azimuths) {
        const double off_x = dx - 40.0 * std::cos(a);
        const double off_y = dy - 40.0 * std::sin(a);
        expected += 2000.0 * std::exp(-(off_x * off_x + off_y * off_y) / 4.5);
      }
      frame(x, y) = static_cast<float>(random.poisson(expected));
    }
  }
  return frame;
}

TEST(RobustProfile, WithoutSpotsAllAgree) {
  // Over seeds, the mean deviation from truth in units of the stated error of the mean: of unit
  // variance for each.
  std::array<double, 2> chi_square = {0.0, 0.0};
  double bias = 0.0;
  double bias_clipped = 0.0;
  double count = 0.0;
  const Integrator integrator(128, 128, geometry, {}, {});
  const Integrator uniform(128, 128, geometry, {}, {});
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    RandomStream random(seed);
    Grid<float> frame(128, 128);
    for (float& value : frame.values()) value = static_cast<float>(random.poisson(100.0));
    const Profile median = uniform.integrate_median(frame);
    const ClippedProfile clipped = integrator.integrate_clipped(frame);
    EXPECT_TRUE(clipped.converged);
    for (std::size_t i = 10; i < 60; ++i) {
      const double off = median.intensity[i] - (100.0 - 1.0 / 6.0);
      const double off_clipped = clipped.profile.intensity[i] - 100.0;
      bias += off;
      bias_clipped += off_clipped;
      chi_square[0] += std::pow(off / median.intensity_stderr[i], 2);
      chi_square[1] += std::pow(off_clipped / clipped.profile.intensity_stderr[i], 2);
      count += 1.0;
    }
  }
  // The median's error is from few pixels about the middle: uncertain itself to 0.2 at r = 10.
  EXPECT_NEAR(chi_square[0] / count, 1.0, 0.15);
  EXPECT_NEAR(chi_square[1] / count, 1.0, 0.08);
  // A bin's error is about 0.6 counts; 2000 of them.
  EXPECT_NEAR(bias / count, 0.0, 0.06);
  // Clipping a skewed distribution at 4 s.d. takes 0.01 counts off its mean.
  EXPECT_NEAR(bias_clipped / count, 0.0, 0.06);
}

TEST(RobustProfile, SpotsAreLeftOut) {
  const Grid<float> frame = with_spots(5, 3);
  const Integrator integrator(128, 128, geometry, {}, {});
  const Profile truth = integrator.integrate(with_spots(5, 0));
  const Profile mean = integrator.integrate(frame);
  const Profile median = integrator.integrate_median(frame);
  const ClippedProfile clipped = integrator.integrate_clipped(frame);
  EXPECT_TRUE(clipped.converged);
  // Three spots of 28000 counts over 250 pixels.
  EXPECT_GT(mean.intensity[40] - truth.intensity[40], 50.0);
  for (std::size_t i = 36; i < 45; ++i) {
    // The wings of the spots, below 4 s.d., stay in clipped profiles; a spot reaches over 10
    // pixels, so 12 % of the pixels, which move the median by 0.17 s.d. of a pixel, 2 counts.
    EXPECT_NEAR(clipped.profile.intensity[i], truth.intensity[i], 3.0) << i;
    EXPECT_NEAR(median.intensity[i], truth.intensity[i], 4.0) << i;
  }
  EXPECT_GT(clipped.rejected_share[40], 0.05);
  EXPECT_LT(clipped.rejected_share[40], 0.3);
  EXPECT_LT(clipped.rejected_share[20], 0.01);
}

TEST(RobustProfile, MedianOfFewPixelsByHand) {
  // Without splitting the bin from 1 to 2 pixels holds the eight neighbours.
  Grid<double> frame(3, 3);
  std::iota(frame.values().begin(), frame.values().end(), 1.0);
  frame(2, 2) = 1000.0;
  IntegrateOptions options;
  options.splitting = Splitting::none;
  const Integrator integrator(3, 3, {.centre_x_px = 1.0, .centre_y_px = 1.0}, {}, options);
  const Profile median = integrator.integrate_median(frame);
  EXPECT_DOUBLE_EQ(median.intensity[0], 5.0);
  EXPECT_TRUE(std::isinf(median.intensity_stderr[0]));
  // 1 2 3 4 6 7 8 1000 have mid-distribution 1/16, 3/16, ...: 1/2 lies between 4 and 6; its error
  // is sqrt(8)/16, so from 0.323 to 0.677: 2 + 2.086 of a step of 1/8 from the first, and back.
  EXPECT_DOUBLE_EQ(median.intensity[1], 5.0);
  const double steps = (0.5 - std::sqrt(8.0) / 16.0 - 1.0 / 16.0) * 8.0;
  const double low = 1.0 + steps;
  const double high = 8.0 - (steps - 1.0);
  EXPECT_NEAR(median.intensity_stderr[1], 0.5 * (high - low), 1e-9);
}

// Two heaps with the median between them, in reach of neither.
TEST(RobustProfile, TwoHeapsGiveNumbers) {
  Grid<double> frame(2, 2);
  const std::array values = {90.0, 100.0, 900.0, 1000.0};
  std::ranges::copy(values, frame.values().begin());
  const Integrator integrator(2, 2, {.centre_x_px = 0.5, .centre_y_px = 0.5}, {},
                              {.splitting = Splitting::none});
  const Profile profile = integrator.integrate_clipped(frame).profile;
  for (std::size_t bin = 0; bin < profile.size(); ++bin) {
    if (!(profile.weight[bin] > 0.0)) continue;
    EXPECT_GE(profile.intensity[bin], 90.0);
    EXPECT_LE(profile.intensity[bin], 1000.0);
  }
}

// The flank of a steep ring is no outlier: counts differ by more than their noise within a bin.
TEST(RobustProfile, SteepRingsAreKept) {
  RandomStream random(5);
  Grid<float> frame(128, 128);
  for (std::size_t y = 0; y < 128; ++y) {
    for (std::size_t x = 0; x < 128; ++x) {
      const double r = std::hypot(static_cast<double>(x) - geometry.centre_x_px,
                                  static_cast<double>(y) - geometry.centre_y_px);
      const double mean = 50.0 + 3000.0 * std::exp(-(r - 40.0) * (r - 40.0) / (2.0 * 3.8 * 3.8));
      frame(x, y) = static_cast<float>(random.poisson(mean));
    }
  }
  const Integrator integrator(128, 128, geometry, {}, {});
  const ClippedProfile clipped = integrator.integrate_clipped(frame);
  const Profile mean = integrator.integrate(frame);
  for (std::size_t bin = 20; bin < 60; ++bin) {
    EXPECT_LT(clipped.rejected_share[bin], 0.05) << bin;
    EXPECT_NEAR(clipped.profile.intensity[bin], mean.intensity[bin], 0.01 * mean.intensity[bin]);
  }
}

}  // namespace
}  // namespace adatom::diffraction
