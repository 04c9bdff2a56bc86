// Simulated high-resolution images: reflections of a zone, truth, noise, strain.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/progress.h"
#include "adatom/simulate/hrtem.h"

namespace adatom::simulate {
namespace {

std::vector<HrtemFrame> frames_of(const HrtemOptions& options) {
  std::vector<HrtemFrame> frames;
  NoProgress progress;
  (void)simulate_hrtem(
      options, [&](const HrtemFrame& frame) { frames.push_back(frame); }, progress);
  return frames;
}

HrtemOptions small() {
  HrtemOptions options;
  options.width = 160;
  options.height = 140;
  options.particle.radius_nm = 1.6;
  options.inclusion.radius_nm = 0.6;
  options.inclusion.x_nm = 0.5;
  options.inclusion.y_nm = 0.0;
  return options;
}

TEST(ZoneFringes, OfCopperAlong011AreTwo111AndOne200) {
  HrtemCrystalOptions crystal;
  crystal.angle_deg = 0.0;
  const auto fringes = zone_fringes(crystal, 1.4);
  ASSERT_EQ(fringes.size(), 3U);
  const double a_nm = 0.3615;
  EXPECT_NEAR(fringes[0].kx_per_nm, std::sqrt(3.0) / a_nm, 1e-9);
  EXPECT_NEAR(fringes[0].ky_per_nm, 0.0, 1e-9);
  EXPECT_DOUBLE_EQ(fringes[0].amplitude, 0.1);
  EXPECT_NEAR(fringes[1].amplitude, 0.1, 1e-12);
  EXPECT_LT(fringes[2].amplitude, 0.1);
  const auto cosine = [&](std::size_t i, std::size_t j) {
    return (fringes[i].kx_per_nm * fringes[j].kx_per_nm +
            fringes[i].ky_per_nm * fringes[j].ky_per_nm) /
           (std::hypot(fringes[i].kx_per_nm, fringes[i].ky_per_nm) *
            std::hypot(fringes[j].kx_per_nm, fringes[j].ky_per_nm));
  };
  // 70.53 degrees between 111 planes, 54.74 between 111 and 200.
  EXPECT_NEAR(std::abs(cosine(0, 1)), 1.0 / 3.0, 1e-9);
  EXPECT_NEAR(std::abs(cosine(0, 2)), 1.0 / std::sqrt(3.0), 1e-9);
  EXPECT_NEAR(std::hypot(fringes[2].kx_per_nm, fringes[2].ky_per_nm), 2.0 / a_nm, 1e-9);
}

TEST(ZoneFringes, SayWhatIsWrong) {
  HrtemCrystalOptions crystal;
  crystal.phase = "Cu3O";
  EXPECT_THROW((void)zone_fringes(crystal, 1.4), InputError);
  crystal.phase = "Cu";
  crystal.zone = "0 0 0";
  EXPECT_THROW((void)zone_fringes(crystal, 1.4), InputError);
  crystal.zone = "1 1";
  EXPECT_THROW((void)zone_fringes(crystal, 1.4), InputError);
  crystal.zone = "0 1 1";
  EXPECT_THROW((void)zone_fringes(crystal, 2.2), InputError);
}

TEST(SimulateHrtem, PixelsAreWhatTheFormulaSays) {
  auto options = small();
  options.noise = HrtemNoise::off;
  options.background_contrast = 0.0;
  const auto frame = frames_of(options).at(0);
  double area = 0.0;
  double power = 0.0;
  for (std::size_t i = 0; i < frame.image.size(); ++i) {
    const auto label = frame.labels.values()[i];
    if (label == 0) {
      EXPECT_EQ(frame.image.values()[i], 40.0);
    }
    if (label != 1) continue;
    area += 1.0;
    power += std::pow(frame.image.values()[i] / 40.0 - 1.0, 2);
  }
  const auto fringes = zone_fringes(options.particle, options.resolution_angstrom);
  double expected = 0.0;
  for (const auto& fringe : fringes) expected += 0.5 * fringe.amplitude * fringe.amplitude;
  // Fringes at the edge of a region of 8 nm2 do not average to nothing.
  EXPECT_NEAR(power / area / expected, 1.0, 0.1);
  const double pixel_nm2 = 0.025 * 0.025;
  const double disc = std::numbers::pi * (1.6 * 1.6 - 0.6 * 0.6);
  EXPECT_NEAR(area * pixel_nm2 / disc, 1.0, 0.01);
}

TEST(SimulateHrtem, NoiseHasTheVarianceAskedFor) {
  auto options = small();
  options.particle.radius_nm = 0.0;
  options.background_contrast = 0.0;
  const auto electrons = frames_of(options).at(0);
  double mean = 0.0;
  double square = 0.0;
  const auto count = static_cast<double>(electrons.image.size());
  for (const double value : electrons.image.values()) mean += value / count;
  for (const double value : electrons.image.values()) square += std::pow(value - mean, 2) / count;
  // Standard error of the mean 0.042, of the variance 40 sqrt(2 / 22400) = 0.38.
  EXPECT_NEAR(mean, 40.0, 0.17);
  EXPECT_NEAR(square, 40.0, 1.6);
  options.noise = HrtemNoise::off;
  options.background_contrast = 0.1;
  const auto film = frames_of(options).at(0);
  mean = 0.0;
  square = 0.0;
  for (const double value : film.image.values()) mean += value / count;
  for (const double value : film.image.values()) square += std::pow(value - mean, 2) / count;
  EXPECT_NEAR(mean, 40.0, 1e-9);
  EXPECT_NEAR(std::sqrt(square), 4.0, 1e-9);
}

TEST(SimulateHrtem, StrainMovesFringesAsItsGradientSays) {
  auto options = small();
  options.noise = HrtemNoise::off;
  options.background_contrast = 0.0;
  options.inclusion.radius_nm = 0.0;
  const auto before = frames_of(options).at(0);
  options.strain.xx = 0.05;
  options.strain.from_x_nm = -10.0;  // all of the particle
  options.strain.rotation_deg = 0.0;
  const auto after = frames_of(options).at(0);
  // x in the strained image shows what was at x - 0.05 (x + 10): 20 pixels right of the centre, at
  // 0.5 nm, what was at -0.025 nm, one pixel left of it (pixel 80 is half a pixel right of it).
  EXPECT_NEAR(after.particle.x_nm, 0.5 * 159 * 0.025, 1e-12);
  for (std::size_t y = 40; y < 100; ++y) {
    const double centre = after.particle.x_nm;
    const double x = 0.025 * 100 - centre;
    const double source = centre + x - 0.05 * (x + 10.0);
    const auto left = static_cast<std::size_t>(source / 0.025);
    const double share = source / 0.025 - static_cast<double>(left);
    const double linear = (1.0 - share) * before.image(left, y) + share * before.image(left + 1, y);
    // Linear interpolation of fringes 7 pixels long with amplitude 12: (2 pi / 7)^2 / 8 of it.
    EXPECT_NEAR(after.image(100, y), linear, 1.3);
  }
}

TEST(SimulateHrtem, DiscsMoveAndGrow) {
  auto options = small();
  options.frames = 3;
  options.particle.step_x_nm = 0.1;
  options.inclusion.step_y_nm = -0.05;
  options.inclusion.growth_nm = 0.1;
  const auto frames = frames_of(options);
  EXPECT_NEAR(frames[2].particle.x_nm - frames[0].particle.x_nm, 0.2, 1e-12);
  EXPECT_NEAR(frames[2].inclusion.x_nm - frames[0].inclusion.x_nm, 0.2, 1e-12);
  EXPECT_NEAR(frames[2].inclusion.y_nm - frames[0].inclusion.y_nm, -0.1, 1e-12);
  EXPECT_NEAR(frames[2].inclusion.radius_nm, 0.8, 1e-12);
  EXPECT_NEAR(frames[2].time_s, 0.08, 1e-12);
}

TEST(SimulateHrtem, DoesNotDependOnThreads) {
  const auto many = frames_of(small()).at(0);
  const ThreadLimit limit(1);
  const auto one = frames_of(small()).at(0);
  EXPECT_TRUE(std::ranges::equal(one.image.values(), many.image.values()));
}

}  // namespace
}  // namespace adatom::simulate
