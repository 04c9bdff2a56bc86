#include "adatom/simulate/record.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace adatom::simulate {
namespace {

double spot(double x, double y) {
  const double dx = x - 15.3;
  const double dy = y - 12.6;
  return std::exp(-(dx * dx + dy * dy) / (2.0 * 2.0 * 2.0));
}

Grid<double> sampled_spot() {
  Grid<double> image(32, 26);
  for (std::size_t y = 0; y < 26; ++y) {
    for (std::size_t x = 0; x < 32; ++x) {
      image(x, y) = spot(static_cast<double>(x), static_cast<double>(y));
    }
  }
  return image;
}

// A Gaussian of two pixels has exp(-2 pi^2 2^2 / 4) = 3e-9 left at half the sampling frequency, so
// its samples determine it; six of its widths away nothing of it meets the edge (1e-8).
TEST(Upsample, GivesTheFunctionBetweenItsSamples) {
  for (const std::size_t factor : {1U, 2U, 3U, 5U}) {
    const auto fine = upsample(sampled_spot(), factor);
    ASSERT_EQ(fine.width(), 31 * factor + 1);
    ASSERT_EQ(fine.height(), 25 * factor + 1);
    for (std::size_t y = 0; y < fine.height(); ++y) {
      for (std::size_t x = 0; x < fine.width(); ++x) {
        const auto step = static_cast<double>(factor);
        EXPECT_NEAR(fine(x, y), spot(static_cast<double>(x) / step, static_cast<double>(y) / step),
                    1e-7);
      }
    }
  }
}

TEST(Upsample, KeepsConstantsAndSamples) {
  const Grid<double> flat(7, 4, 0.25);
  const auto finer = upsample(flat, 4);
  for (const double value : finer.values()) EXPECT_NEAR(value, 0.25, 1e-14);
  Grid<double> noise(9, 6);
  RandomStream random(3);
  for (double& value : noise.values()) value = random.normal();
  const auto fine = upsample(noise, 3);
  for (std::size_t y = 0; y < 6; ++y) {
    for (std::size_t x = 0; x < 9; ++x) EXPECT_NEAR(fine(3 * x, 3 * y), noise(x, y), 1e-12);
  }
}

// The pixel is smaller by the factor, and so are the electrons on it.
TEST(Record, DoseFollowsThePixel) {
  const Grid<double> flat(60, 60, 0.3);
  const auto recorded =
      record(flat, 0.2, {.upsampling = 2, .dose_per_angstrom2 = 1e4}, RandomStream(5));
  EXPECT_DOUBLE_EQ(recorded.pixel_size_angstrom, 0.1);
  double sum = 0.0;
  double squares = 0.0;
  for (const double value : recorded.image.values()) {
    sum += value;
    squares += (value - 0.3) * (value - 0.3);
  }
  const auto count = static_cast<double>(recorded.image.size());
  const double variance = 0.3 / (1e4 * 0.1 * 0.1);  // Poisson: mean over electrons
  EXPECT_NEAR(sum / count, 0.3, 5.0 * std::sqrt(variance / count));
  EXPECT_NEAR(squares / count / variance, 1.0, 5.0 * std::sqrt(2.0 / count));
}

// Noise of the counter adds to that of the electrons, and needs electrons to be counted in.
TEST(Record, ReadoutNoiseAddsItsVariance) {
  const Grid<double> dark(80, 80, 0.0);
  const auto recorded = record(
      dark, 0.1, {.dose_per_angstrom2 = 1e4, .readout_noise_electrons = 3.0}, RandomStream(8));
  double squares = 0.0;
  for (const double value : recorded.image.values()) squares += value * value;
  const auto count = static_cast<double>(recorded.image.size());
  const double electrons = 1e4 * 0.1 * 0.1;
  EXPECT_NEAR(squares / count * electrons * electrons / 9.0, 1.0, 5.0 * std::sqrt(2.0 / count));
  EXPECT_EQ((RecordingOptions{.readout_noise_electrons = 1.0}).validate().size(), 1U);
  EXPECT_TRUE(RecordingOptions{}.validate().empty());
}

}  // namespace
}  // namespace adatom::simulate
