#include "adatom/simulate/incoherent.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"

namespace adatom::simulate {
namespace {

const std::vector<TrueColumn> three_columns = {
    {5.03, 4.41, 3, 0.08, 0}, {7.9, 6.2, 10, 0.27, 1}, {-0.6, 9.0, 1, 0.02, 2}};

FrameOptions small_frame() {
  return {.width = 101, .height = 83, .pixel_size_angstrom = 0.13, .column_width_angstrom = 0.45};
}

double expected_value(std::span<const TrueColumn> columns, const FrameOptions& options, double x,
                      double y) {
  const double w = options.column_width_angstrom;
  double value = options.background;
  for (const auto& c : columns) {
    const double r2 =
        (x - c.x_angstrom) * (x - c.x_angstrom) + (y - c.y_angstrom) * (y - c.y_angstrom);
    value += c.scs_angstrom2 / (2.0 * std::numbers::pi * w * w) * std::exp(-0.5 * r2 / (w * w));
  }
  return value;
}

TEST(RenderFrame, IsTheSumOfItsGaussians) {
  auto options = small_frame();
  options.background = 0.003;
  const auto image = render_frame(three_columns, options, RandomStream(1));
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      const double expected = expected_value(three_columns, options, static_cast<double>(x) * 0.13,
                                             static_cast<double>(y) * 0.13);
      // Rounding of a few exponentials; the tails end at 1e-16 of a height.
      EXPECT_NEAR(image(x, y), expected, 1e-14);
    }
  }
}

TEST(RenderFrame, HoldsEachCrossSectionWhole) {
  const std::vector<TrueColumn> one = {{6.55, 5.33, 12, 0.33176, 0}};
  const auto image = render_frame(one, small_frame(), RandomStream(1));
  double sum = 0.0;
  for (const double value : image.values()) sum += value * 0.13 * 0.13;
  // The sum of a sampled Gaussian misses its integral by 2 exp(-2 pi^2 (width/pixel)^2) < 1e-100;
  // what is left is rounding.
  EXPECT_NEAR(sum, 0.33176, 1e-13);
}

TEST(RenderFrame, NoiseIsPoissonOfTheDose) {
  FrameOptions options{.width = 400,
                       .height = 300,
                       .pixel_size_angstrom = 0.1,
                       .column_width_angstrom = 0.5,
                       .background = 0.05,
                       .dose_per_angstrom2 = 2e4};
  const double counts = 2e4 * 0.1 * 0.1;  // per unit of value
  const auto image = render_frame({}, options, RandomStream(7));
  double mean = 0.0;
  double square = 0.0;
  for (const double value : image.values()) {
    EXPECT_NEAR(value * counts, std::round(value * counts), 1e-9);  // whole electrons
    mean += value;
    square += value * value;
  }
  const double n = static_cast<double>(image.size());
  mean /= n;
  const double variance = square / n - mean * mean;
  // Five standard errors of the mean, sqrt(v/n), and of the variance, about v sqrt(2.1/n) at 10
  // counts a pixel.
  const double v = 0.05 / counts;
  EXPECT_NEAR(mean, 0.05, 5.0 * std::sqrt(v / n));
  EXPECT_NEAR(variance, v, 5.0 * v * std::sqrt(2.1 / n));
}

TEST(RenderFrame, JitterDisplacesRowsAlongX) {
  FrameOptions options{.width = 600,
                       .height = 500,
                       .pixel_size_angstrom = 0.1,
                       .column_width_angstrom = 3.0,
                       .scan_jitter_angstrom = 0.2};
  const std::vector<TrueColumn> one = {{30.0, 25.0, 1, 1.0, 0}};
  const auto image = render_frame(one, options, RandomStream(3));
  double square = 0.0;
  double product = 0.0;
  double last = 0.0;
  const std::size_t rows = 301;  // well inside the Gaussian along y
  for (std::size_t y = 100; y < 100 + rows; ++y) {
    double weight = 0.0;
    double centroid = 0.0;
    for (std::size_t x = 0; x < image.width(); ++x) {
      weight += image(x, y);
      centroid += image(x, y) * static_cast<double>(x) * 0.1;
    }
    const double shift = centroid / weight - 30.0;
    // A displaced row keeps its sum: no intensity is lost.
    const double dy = static_cast<double>(y) * 0.1 - 25.0;
    EXPECT_NEAR(weight * 0.1,
                std::exp(-0.5 * dy * dy / 9.0) / (3.0 * std::sqrt(2.0 * std::numbers::pi)), 1e-12);
    square += shift * shift;
    product += shift * last;
    last = shift;
  }
  // Standard error of a standard deviation of 301 normal deviates: 4 %; of a correlation: 6 %.
  EXPECT_NEAR(std::sqrt(square / rows), 0.2, 4.0 * 0.2 * 0.041);
  EXPECT_NEAR(product / square, 0.0, 4.0 * 0.058);
}

TEST(RenderFrame, SameStreamSameBytesWhateverTheThreads) {
  auto options = small_frame();
  options.dose_per_angstrom2 = 1e5;
  options.scan_jitter_angstrom = 0.05;
  options.background = 0.01;
  const auto image = render_frame(three_columns, options, RandomStream(11));
  const ThreadLimit one(1);
  const auto again = render_frame(three_columns, options, RandomStream(11));
  EXPECT_TRUE(std::ranges::equal(image.values(), again.values()));
  const auto other = render_frame(three_columns, options, RandomStream(12));
  EXPECT_FALSE(std::ranges::equal(image.values(), other.values()));
}

TEST(RenderFrame, RefusesWhatCannotBeDrawn) {
  auto options = small_frame();
  options.pixel_size_angstrom = 0.0;
  EXPECT_THROW((void)render_frame(three_columns, options, RandomStream(1)), InputError);
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THROW((void)render_frame(std::vector<TrueColumn>{{infinity, 0, 1, 1, 0}}, small_frame(),
                                  RandomStream(1)),
               InputError);
  EXPECT_THROW(
      (void)render_frame(std::vector<TrueColumn>{{0, 0, 1, -1, 0}}, small_frame(), RandomStream(1)),
      InputError);
  // Far outside the frame is no error: the image is the background.
  const auto empty =
      render_frame(std::vector<TrueColumn>{{1e8, -1e8, 1, 1, 0}}, small_frame(), RandomStream(1));
  EXPECT_EQ(*std::ranges::max_element(empty.values()), 0.0);
}

}  // namespace
}  // namespace adatom::simulate
