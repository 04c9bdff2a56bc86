#include "adatom/preprocess/normalise.h"

#include <cmath>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::preprocess {
namespace {

/// A ring-shaped detector: response 5000 (1 + slope x), vacuum 300, noise 20, edge blurred over a
/// few pixels.
Grid<double> ring(double slope, double noise = 20.0) {
  Grid<double> map(128, 120);
  RandomStream random(5);
  for (std::size_t y = 0; y < map.height(); ++y) {
    for (std::size_t x = 0; x < map.width(); ++x) {
      const double u = static_cast<double>(x) - 63.5;
      const double v = static_cast<double>(y) - 59.5;
      const double r = std::hypot(u, v);
      const double inside = 0.25 * std::erfc((12.0 - r) / 1.5) * std::erfc((r - 48.0) / 1.5);
      map(x, y) = 300.0 + 5000.0 * (1.0 + slope * u / 48.0) * inside + noise * random.normal();
    }
  }
  return map;
}

TEST(DetectorMap, FindsItsTwoLevels) {
  const auto levels = measure_detector_map(ring(0.0));
  // Five standard errors of means of noise 20; the blurred edge adds up to half a per mille of
  // 5000.
  EXPECT_NEAR(levels.vacuum_level, 300.0, 5.0 * levels.vacuum_stderr + 2.5);
  EXPECT_NEAR(levels.detector_level, 5300.0, 5.0 * levels.detector_stderr + 5.0);
  EXPECT_NEAR(levels.vacuum_stderr, 20.0 / std::sqrt(static_cast<double>(levels.vacuum_pixels)),
              1.0);
  EXPECT_LT(levels.response_relative_sd, 0.02);
  EXPECT_TRUE(levels.warnings.empty());
}

TEST(DetectorMap, ReportsAnUnevenResponse) {
  const auto levels = measure_detector_map(ring(0.25, 0.0));
  // Over a ring of radii a and b, the mean of u is 0 and that of u^2 is (a^2 + b^2) / 4;
  // 3 pixels at either border are left out.
  const double expected = 0.25 / 48.0 * std::sqrt((15.0 * 15.0 + 45.0 * 45.0) / 4.0);
  EXPECT_NEAR(levels.response_relative_sd, expected, 0.03 * expected);  // pixels of a curved border
  EXPECT_NEAR(levels.detector_level, 5300.0, 0.004 * 5000.0);  // the two borders, cut alike
  EXPECT_EQ(levels.warnings.size(), 1U);
}

TEST(DetectorMap, RefusesAnImageWithoutTwoLevels) {
  Grid<double> noise(64, 64);
  RandomStream random(1);
  for (double& value : noise.values()) value = random.normal();
  EXPECT_THROW((void)measure_detector_map(noise), InputError);
  for (double& value : noise.values()) value = random.uniform();
  EXPECT_THROW((void)measure_detector_map(noise), InputError);
  EXPECT_THROW((void)measure_detector_map(Grid<double>(64, 64, 7.0)), InputError);
  noise(3, 3) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)measure_detector_map(noise), InputError);
  EXPECT_THROW((void)measure_detector_map(Grid<double>()), InputError);
}

TEST(Normalise, TakesTheLevelsToZeroAndOne) {
  DetectorLevels levels;
  levels.vacuum_level = 300.0;
  levels.detector_level = 5300.0;
  const auto image = normalise(Grid<double>(2, 1, std::vector<double>{300.0, 2800.0}), levels);
  EXPECT_EQ(image(0, 0), 0.0);
  EXPECT_DOUBLE_EQ(image(1, 0), 0.5);
  levels.detector_level = 300.0;
  EXPECT_THROW((void)normalise(Grid<double>(2, 1), levels), InputError);
}

TEST(Normalise, OptionsSayWhatTheMethodNeeds) {
  NormaliseOptions options;
  EXPECT_TRUE(options.validate().empty());
  options.method = NormaliseMethod::levels;
  EXPECT_EQ(options.validate().size(), 2U);
  options.vacuum_level = options.detector_level = 1.0;
  EXPECT_EQ(options.validate().size(), 1U);
  options.method = NormaliseMethod::detector_map;
  EXPECT_EQ(options.validate().size(), 1U);
}

}  // namespace
}  // namespace adatom::preprocess
