#include "adatom/preprocess/background.h"

#include <cmath>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/preprocess/crop.h"
#include "adatom/preprocess/preprocess.h"
#include "support/lattice_image.h"

namespace adatom::preprocess {
namespace {

void add_plane(Grid<double>& image, double slope_x, double slope_y) {
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      image(x, y) +=
          slope_x * (static_cast<double>(x) - 95.5) + slope_y * (static_cast<double>(y) - 87.5);
    }
  }
}

TEST(Background, LevelAndItsErrorUnderShotNoise) {
  // Over many images the level's deviations in units of its error are standard normal:
  // mean 0 +- 1/sqrt(25), root mean square 1 +- 1/sqrt(50); bounds at four of these.
  double sum = 0.0;
  double square = 0.0;
  constexpr int images = 25;
  for (int i = 0; i < images; ++i) {
    const auto image = with_shot_noise(LatticeImage{}.render(), 1000.0,
                                       RandomStream(100 + static_cast<std::uint64_t>(i)));
    const auto fit = fit_background(image, {.method = BackgroundMethod::constant});
    EXPECT_TRUE(fit.warnings.empty());
    EXPECT_GT(fit.pixels_used, 10000);
    EXPECT_NEAR(fit.noise, std::sqrt(0.01 / 1000.0), 0.05 * std::sqrt(0.01 / 1000.0));
    const double z = (fit.level - 0.01) / fit.level_stderr;
    sum += z;
    square += z * z;
  }
  EXPECT_NEAR(sum / images, 0.0, 4.0 / std::sqrt(images));
  EXPECT_NEAR(std::sqrt(square / images), 1.0, 4.0 / std::sqrt(2.0 * images));
}

TEST(Background, PlaneAndItsErrorsUnderShotNoise) {
  constexpr double slope_x = 4e-5;
  constexpr double slope_y = -2.5e-5;
  double square_x = 0.0;
  double square_y = 0.0;
  constexpr int images = 20;
  for (int i = 0; i < images; ++i) {
    LatticeImage particle;
    particle.background = 0.02;
    auto clean = particle.render();
    add_plane(clean, slope_x, slope_y);
    const auto image = with_shot_noise(clean, 1000.0, RandomStream(static_cast<std::uint64_t>(i)));
    const auto fit = fit_background(image, {.method = BackgroundMethod::plane});
    EXPECT_NEAR(fit.level, 0.02, 5.0 * fit.level_stderr);
    const double zx = (fit.slope_x_per_px - slope_x) / fit.slope_x_stderr_per_px;
    const double zy = (fit.slope_y_per_px - slope_y) / fit.slope_y_stderr_per_px;
    square_x += zx * zx;
    square_y += zy * zy;
  }
  EXPECT_NEAR(std::sqrt(square_x / images), 1.0, 4.0 / std::sqrt(2.0 * images));
  EXPECT_NEAR(std::sqrt(square_y / images), 1.0, 4.0 / std::sqrt(2.0 * images));
}

TEST(Background, WithoutNoiseItIsExact) {
  auto image = LatticeImage{}.render();
  add_plane(image, 1e-5, 3e-5);
  const auto fit = fit_background(image, {.method = BackgroundMethod::plane, .margin_px = 20});
  // What is left of the columns' tails behind 20 pixels of margin.
  EXPECT_NEAR(fit.level, 0.01, 1e-6);
  EXPECT_NEAR(fit.slope_x_per_px, 1e-5, 1e-8);
  EXPECT_NEAR(fit.slope_y_per_px, 3e-5, 1e-8);
  const auto flat = subtract_background(image, fit);
  EXPECT_NEAR(flat(0, 0), 0.0, 2e-6);
  EXPECT_NEAR(flat(191, 175), 0.0, 2e-6);
}

TEST(Background, MaskedToZeroIsZero) {
  LatticeImage particle;
  particle.background = 0.0;
  auto image = with_shot_noise(particle.render(), 1e4, RandomStream(4));
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      if (std::hypot(static_cast<double>(x) - 95.5, static_cast<double>(y) - 87.5) > 65.0) {
        image(x, y) = 0.0;
      }
    }
  }
  EXPECT_EQ(fit_background(image, {.method = BackgroundMethod::constant}).level, 0.0);
}

TEST(Background, WarnsWhereThereIsHardlyAnyVacuum) {
  LatticeImage particle;
  particle.radius_px = 400.0;
  particle.spacing_x_px = 13.0;
  particle.spacing_y_px = 18.0;
  const auto image = with_shot_noise(particle.render(), 1000.0, RandomStream(4));
  EXPECT_FALSE(fit_background(image, {.method = BackgroundMethod::plane}).warnings.empty());
}

TEST(Background, RefusesWhatItCannotFit) {
  const BackgroundOptions constant{.method = BackgroundMethod::constant};
  EXPECT_THROW((void)fit_background(Grid<double>(8, 100), constant), InputError);
  Grid<double> image(32, 32, 1.0);
  EXPECT_EQ(fit_background(image, constant).level, 1.0);
  image(3, 4) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)fit_background(image, constant), InputError);
}

TEST(Crop, TakesItsRectangle) {
  Grid<double> image(6, 5);
  for (std::size_t i = 0; i < image.size(); ++i) image.values()[i] = static_cast<double>(i);
  const auto part = crop(image, {.x_px = 2, .y_px = 1, .width_px = 3, .height_px = 2});
  EXPECT_EQ(part.width(), 3U);
  EXPECT_EQ(part.height(), 2U);
  EXPECT_EQ(part(0, 0), image(2, 1));
  EXPECT_EQ(part(2, 1), image(4, 2));
  EXPECT_EQ(crop(image, {.x_px = 4}).width(), 2U);
  EXPECT_TRUE(CropOptions{}.off());
  EXPECT_THROW((void)crop(image, {.x_px = 6}), InputError);
  EXPECT_THROW((void)crop(image, {.x_px = 4, .width_px = 3}), InputError);
  EXPECT_THROW((void)crop(image, {.x_px = -1}), InputError);
}

TEST(Preprocess, StepsFollowEachOther) {
  // In detector units, with a hot pixel and a sloping support, cropped: what comes out is the
  // particle.
  const LatticeImage particle;
  const auto truth = particle.render();
  Grid<double> raw = truth;
  add_plane(raw, 2e-5, 0.0);
  for (double& value : raw.values()) value = 120.0 + 60000.0 * value;
  raw(30, 40) = 5e5;
  PreprocessOptions options;
  options.normalise = {.method = NormaliseMethod::levels,
                       .vacuum_level = 120.0,
                       .detector_level = 60120.0,
                       .detector_map = {}};
  options.outliers.method = OutlierMethod::replace;
  options.crop.x_px = 10;
  options.background = {.method = BackgroundMethod::plane, .margin_px = 20};
  ASSERT_TRUE(options.validate().empty());
  const auto levels = detector_levels(options.normalise, std::nullopt);
  const auto frame = preprocess_frame(raw, options, levels);
  EXPECT_EQ(frame.hot_pixels, 1);
  EXPECT_EQ(frame.dead_pixels, 0);
  ASSERT_TRUE(frame.background);
  for (std::size_t y = 0; y < truth.height(); ++y) {
    for (std::size_t x = 10; x < truth.width(); ++x) {
      // The tails of the columns in the fitted vacuum, and the curvature at the mended pixel.
      EXPECT_NEAR(frame.image(x - 10, y), truth(x, y) - 0.01, 1e-5);
    }
  }
}

TEST(Preprocess, OptionIssuesCarryTheirGroup) {
  PreprocessOptions options;
  EXPECT_TRUE(options.validate().empty());
  options.normalise.method = NormaliseMethod::levels;
  options.registration.cutoff_per_px = 2.0;
  const auto issues = options.validate();
  ASSERT_EQ(issues.size(), 3U);
  EXPECT_EQ(issues[0].name, "normalise.vacuum_level");
  EXPECT_EQ(issues[2].name, "register.cutoff_per_px");
}

}  // namespace
}  // namespace adatom::preprocess
