#include "adatom/numeric/filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"

namespace adatom::numeric {
namespace {

Grid<double> gaussian_image(std::size_t n, double centre, double sigma) {
  Grid<double> image(n, n);
  for (std::size_t y = 0; y < n; ++y) {
    for (std::size_t x = 0; x < n; ++x) {
      const double dx = static_cast<double>(x) - centre;
      const double dy = static_cast<double>(y) - centre;
      image(x, y) = std::exp(-0.5 * (dx * dx + dy * dy) / (sigma * sigma));
    }
  }
  return image;
}

// Gaussians of variance s^2 and t^2 convolve to one of variance s^2 + t^2, lowered by
// s^2 / (s^2 + t^2). The cut at 5 sigma takes 1e-6 of the weight; sampling at widths above two
// pixels costs exp(-2 pi^2 4), nothing.
TEST(Filter, GaussianOfAGaussianIsAWiderOne) {
  const Grid<double> image = gaussian_image(81, 40.0, 3.0);
  const Grid<double> expected = gaussian_image(81, 40.0, 5.0);
  const Grid<double> smooth = gaussian_filter(image, 4.0, Edge::mirror);
  for (std::size_t i = 0; i < image.size(); ++i) {
    EXPECT_NEAR(smooth.values()[i], 9.0 / 25.0 * expected.values()[i], 2e-6);
  }
}

class FilterEdges : public testing::TestWithParam<Edge> {};

TEST_P(FilterEdges, AConstantStaysConstant) {
  const Grid<double> image(23, 7, 2.5);
  const Grid<double> smooth = gaussian_filter(image, 6.0, GetParam());
  for (const double value : smooth.values()) EXPECT_NEAR(value, 2.5, 1e-13);
  const Grid<double> band = difference_of_gaussians(image, 2.0, 9.0, GetParam());
  for (const double value : band.values()) EXPECT_NEAR(value, 0.0, 1e-13);
}

INSTANTIATE_TEST_SUITE_P(Filter, FilterEdges, testing::Values(Edge::mirror, Edge::normalised));

// Mirroring repeats the border pixel, so that the sum over the image is kept exactly.
TEST(Filter, MirrorKeepsTheSum) {
  RandomStream random(3);
  Grid<double> image(17, 12);
  double sum = 0.0;
  for (double& value : image.values()) sum += value = random.uniform();
  const Grid<double> smooth = gaussian_filter(image, 5.0, Edge::mirror);
  double smooth_sum = 0.0;
  for (const double value : smooth.values()) smooth_sum += value;
  EXPECT_NEAR(smooth_sum, sum, 1e-12 * sum);
}

// A step at the border, by hand: weights 1, w, w^4, ... with w = exp(-1/2), one row.
TEST(Filter, NormalisedDropsWhatIsOutside) {
  Grid<double> image(3, 1);
  image(0, 0) = 1.0;
  const double w = std::exp(-0.5);
  const double w2 = std::exp(-2.0);
  const Grid<double> smooth = gaussian_filter(image, 1.0, Edge::normalised);
  EXPECT_NEAR(smooth(0, 0), 1.0 / (1.0 + w + w2), 1e-14);
  EXPECT_NEAR(smooth(1, 0), w / (1.0 + 2.0 * w), 1e-14);
  EXPECT_NEAR(smooth(2, 0), w2 / (1.0 + w + w2), 1e-14);
}

TEST(Filter, BandPassTakesAwayASlope) {
  Grid<double> image(101, 101);
  for (std::size_t y = 0; y < 101; ++y) {
    for (std::size_t x = 0; x < 101; ++x) image(x, y) = 0.1 * static_cast<double>(x);
  }
  // In the middle, 50 pixels from the border, both kernels (cut at 25) see the slope only.
  EXPECT_NEAR(difference_of_gaussians(image, 1.0, 5.0, Edge::mirror)(50, 50), 0.0, 1e-12);
}

TEST(Filter, MedianRemovesALonePixelAndKeepsAStep) {
  Grid<double> image(9, 9);
  for (std::size_t y = 0; y < 9; ++y) {
    for (std::size_t x = 5; x < 9; ++x) image(x, y) = 1.0;
  }
  const Grid<double> clean = image;
  image(2, 4) = 1000.0;
  image(7, 0) = -1000.0;
  const Grid<double> filtered = median_filter(image, 1);
  for (std::size_t i = 0; i < clean.size(); ++i) EXPECT_EQ(filtered.values()[i], clean.values()[i]);
}

TEST(Filter, SameBytesWithOneAndTwoThreads) {
  RandomStream random(9);
  Grid<double> image(61, 47);
  for (double& value : image.values()) value = random.normal();
  std::vector<Grid<double>> results;
  for (const std::size_t threads : {1U, 2U}) {
    const ThreadLimit limit(threads);
    results.push_back(difference_of_gaussians(image, 1.3, 4.0, Edge::mirror));
  }
  EXPECT_TRUE(std::ranges::equal(results[0].values(), results[1].values()));
}

TEST(Filter, BadInputIsRefused) {
  const Grid<double> image(4, 4);
  EXPECT_THROW((void)gaussian_filter(Grid<double>(), 1.0, Edge::mirror), InputError);
  EXPECT_THROW((void)gaussian_filter(image, -1.0, Edge::mirror), InputError);
  EXPECT_THROW((void)gaussian_filter(image, 1e9, Edge::mirror), InputError);
  EXPECT_THROW((void)difference_of_gaussians(image, 2.0, 1.0, Edge::mirror), InputError);
  EXPECT_THROW((void)median_filter(image, 1000), InputError);
}

}  // namespace
}  // namespace adatom::numeric
