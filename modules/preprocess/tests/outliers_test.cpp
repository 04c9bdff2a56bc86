#include "adatom/preprocess/outliers.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "support/lattice_image.h"

namespace adatom::preprocess {
namespace {

const OutlierOptions on{.method = OutlierMethod::replace};

TEST(Outliers, LeavesColumnsAloneWhateverTheirWidthNoiseOrPlace) {
  for (const double width : {1.0, 1.5, 2.5, 5.0}) {
    for (const double electrons : {0.0, 3.0, 30.0, 3000.0}) {
      LatticeImage particle;
      particle.width_px = width;
      particle.spacing_x_px = 5.2 * width;
      particle.spacing_y_px = 7.3 * width;
      Grid<double> image = particle.render(0.31, -0.17);
      if (electrons > 0.0) image = with_shot_noise(image, electrons, RandomStream(3));
      const auto result = replace_outliers(image, on);
      EXPECT_TRUE(result.pixels.empty())
          << width << " px, " << electrons << " electrons, " << result.pixels.size() << " pixels";
      EXPECT_TRUE(std::ranges::equal(result.image.values(), image.values()));
    }
  }
}

TEST(Outliers, ColumnOnOnePixelStaysWhole) {
  // The narrowest: a Gaussian of one pixel's width, in the middle of a pixel, alone in a wide
  // vacuum, so that no other pixel is as bright.
  LatticeImage particle;
  particle.width_px = 1.0;
  Grid<double> image(300, 300, 0.01);
  particle.add_column(image, 30.0, 31.0, 0.3);
  EXPECT_TRUE(replace_outliers(image, on).pixels.empty());
}

TEST(Outliers, AlmostEmptyVacuumStays) {
  for (const double electrons : {0.002, 0.05, 0.5}) {
    const auto image = with_shot_noise(Grid<double>(256, 256, 1.0), electrons, RandomStream(8));
    EXPECT_TRUE(replace_outliers(image, on).pixels.empty()) << electrons;
  }
}

TEST(Outliers, MaskedBackgroundAndItsCornersStay) {
  auto image = with_shot_noise(LatticeImage{}.render(), 1e4, RandomStream(4));
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      if (std::hypot(static_cast<double>(x) - 95.5, static_cast<double>(y) - 87.5) > 50.0) {
        image(x, y) = 0.0;
      }
    }
  }
  EXPECT_TRUE(replace_outliers(image, on).pixels.empty());
}

TEST(Outliers, FindsHotAndDeadPixelsAndMendsThem) {
  const LatticeImage particle;
  const Grid<double> truth = particle.render();
  Grid<double> image = with_shot_noise(truth, 2000.0, RandomStream(2));
  RandomStream random(9);
  std::vector<std::size_t> hot;
  for (int i = 0; i < 25; ++i) {
    const std::size_t at = 7 + random.below(image.width() - 20) +
                           (7 + static_cast<std::size_t>(i) * 6) * image.width();
    image.values()[at] = 1.0;
    hot.push_back(at);
  }
  image(0, 0) = 1.0;                      // in the corner
  image(95, 100) = image(96, 100) = 1.0;  // a pair
  image(20, 20) = std::numeric_limits<double>::quiet_NaN();
  image(60, 20) = std::numeric_limits<double>::infinity();
  image(95, 88) = -0.5;  // dead, on a column
  const auto result = replace_outliers(image, on);
  EXPECT_EQ(result.hot, 28);
  EXPECT_EQ(result.dead, 3);
  EXPECT_TRUE(std::ranges::is_sorted(result.pixels));
  for (const std::size_t at : hot) {
    EXPECT_TRUE(std::ranges::binary_search(result.pixels, at));
    // The median of the neighbours: off by the curvature and the noise, together well below 0.04.
    EXPECT_NEAR(result.image.values()[at], truth.values()[at], 0.04);
  }
  for (std::size_t i = 0; i < image.size(); ++i) {
    if (!std::ranges::binary_search(result.pixels, i)) {
      EXPECT_EQ(result.image.values()[i], image.values()[i]);
    }
  }
}

TEST(Outliers, OffChangesNothing) {
  Grid<double> image(8, 8, 0.0);
  image(4, 4) = 100.0;
  EXPECT_EQ(replace_outliers(image, {}).image(4, 4), 100.0);
}

TEST(Outliers, RefusesWhatItCannotMend) {
  EXPECT_THROW((void)replace_outliers(Grid<double>(2, 9), on), InputError);
  EXPECT_THROW(
      (void)replace_outliers(Grid<double>(9, 9, std::numeric_limits<double>::quiet_NaN()), on),
      InputError);
  EXPECT_THROW((void)replace_outliers(Grid<double>(9, 9), {.threshold_sigma = 0.0}), InputError);
}

}  // namespace
}  // namespace adatom::preprocess
