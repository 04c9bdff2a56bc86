#include "adatom/numeric/fft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"

namespace adatom::numeric {
namespace {

Grid<double> random_image(std::size_t width, std::size_t height) {
  RandomStream random(11);
  Grid<double> image(width, height);
  for (double& value : image.values()) value = random.normal();
  return image;
}

// The definition, summed term by term.
Complex slow_transform(const Grid<double>& image, std::size_t u, std::size_t v) {
  Complex sum = 0.0;
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      const double phase = -2.0 * std::numbers::pi *
                           (static_cast<double>(u * x) / static_cast<double>(image.width()) +
                            static_cast<double>(v * y) / static_cast<double>(image.height()));
      sum += image(x, y) * std::polar(1.0, phase);
    }
  }
  return sum;
}

class FftSizes : public testing::TestWithParam<std::pair<std::size_t, std::size_t>> {};

// Rounding: a sum of ~100 terms of order 1 in double precision is good to better than 1e-12.
TEST_P(FftSizes, RealForwardIsTheDefinition) {
  const auto [width, height] = GetParam();
  const Grid<double> image = random_image(width, height);
  const Grid<Complex> spectrum = RealFft2d(width, height).forward(image);
  ASSERT_EQ(spectrum.width(), width / 2 + 1);
  ASSERT_EQ(spectrum.height(), height);
  for (std::size_t v = 0; v < height; ++v) {
    for (std::size_t u = 0; u < spectrum.width(); ++u) {
      EXPECT_LT(std::abs(spectrum(u, v) - slow_transform(image, u, v)), 1e-12) << u << " " << v;
    }
  }
}

TEST_P(FftSizes, ComplexForwardOfARealImageAgreesWithTheRealOne) {
  const auto [width, height] = GetParam();
  const Grid<double> image = random_image(width, height);
  Grid<Complex> values(width, height);
  for (std::size_t i = 0; i < image.size(); ++i) values.values()[i] = image.values()[i];
  ComplexFft2d(width, height).forward(values);
  const Grid<Complex> spectrum = RealFft2d(width, height).forward(image);
  for (std::size_t v = 0; v < height; ++v) {
    for (std::size_t u = 0; u < spectrum.width(); ++u) {
      EXPECT_LT(std::abs(spectrum(u, v) - values(u, v)), 1e-12);
    }
  }
}

TEST_P(FftSizes, InverseUndoesForward) {
  const auto [width, height] = GetParam();
  const Grid<double> image = random_image(width, height);
  const RealFft2d real(width, height);
  const Grid<double> back = real.inverse(real.forward(image));
  Grid<Complex> values(width, height);
  for (std::size_t i = 0; i < image.size(); ++i) {
    values.values()[i] = Complex(image.values()[i], -0.5 * image.values()[i]);
  }
  const ComplexFft2d complex(width, height);
  complex.forward(values);
  complex.inverse(values);
  for (std::size_t i = 0; i < image.size(); ++i) {
    EXPECT_NEAR(back.values()[i], image.values()[i], 1e-14 * 10);
    EXPECT_LT(std::abs(values.values()[i] - Complex(1.0, -0.5) * image.values()[i]), 1e-13);
  }
}

INSTANTIATE_TEST_SUITE_P(Fft, FftSizes,
                         testing::Values(std::pair{1UL, 1UL}, std::pair{8UL, 8UL},
                                         std::pair{7UL, 5UL}, std::pair{6UL, 11UL},
                                         std::pair{13UL, 4UL}));

TEST(Fft, OneWaveGivesOnePeak) {
  constexpr std::size_t n = 16;
  Grid<double> image(n, n);
  for (std::size_t y = 0; y < n; ++y) {
    for (std::size_t x = 0; x < n; ++x) {
      image(x, y) = std::cos(2.0 * std::numbers::pi * static_cast<double>(3 * x + 14 * y) / 16.0);
    }
  }
  const Grid<Complex> spectrum = RealFft2d(n, n).forward(image);
  for (std::size_t v = 0; v < n; ++v) {
    for (std::size_t u = 0; u < spectrum.width(); ++u) {
      EXPECT_NEAR(std::abs(spectrum(u, v)), u == 3 && v == 14 ? 128.0 : 0.0, 1e-11);
    }
  }
}

TEST(Fft, ThreadsPlanAndTransformAtTheSameTime) {
  const Grid<double> image = random_image(24, 18);
  const Grid<Complex> expected = RealFft2d(24, 18).forward(image);
  std::vector<int> same(64, 0);
  const ThreadLimit threads(2);
  parallel_for(same.size(), [&](std::size_t i) {
    const Grid<Complex> spectrum = RealFft2d(24, 18).forward(image);
    same[i] =
        std::equal(spectrum.values().begin(), spectrum.values().end(), expected.values().begin())
            ? 1
            : 0;
  });
  for (const int value : same) EXPECT_EQ(value, 1);
}

TEST(Fft, WrongSizesAreRefused) {
  EXPECT_THROW(RealFft2d(0, 4), InputError);
  EXPECT_THROW(ComplexFft2d(4, 0), InputError);
  const RealFft2d plan(4, 4);
  EXPECT_THROW((void)plan.forward(Grid<double>(5, 4)), InputError);
  EXPECT_THROW((void)plan.inverse(Grid<Complex>(4, 4)), InputError);
  Grid<Complex> wrong(3, 4);
  EXPECT_THROW(ComplexFft2d(4, 4).forward(wrong), InputError);
}

TEST(Fft, FrequenciesAreSigned) {
  EXPECT_EQ(frequency(0, 8), 0.0);
  EXPECT_EQ(frequency(4, 8), 0.5);
  EXPECT_EQ(frequency(5, 8), -0.375);
  EXPECT_EQ(frequency(2, 5), 0.4);
  EXPECT_EQ(frequency(3, 5), -0.4);
}

TEST(Fft, FastLengthsHaveSmallPrimes) {
  EXPECT_EQ(fast_length(0), 1U);
  EXPECT_EQ(fast_length(11), 12U);
  EXPECT_EQ(fast_length(97), 98U);
  EXPECT_EQ(fast_length(1025), 1029U);
}

}  // namespace
}  // namespace adatom::numeric
