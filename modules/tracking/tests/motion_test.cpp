#include "adatom/tracking/motion.h"

#include <cmath>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "support/walks.h"

namespace adatom::tracking {
namespace {

constexpr double dt = 0.04;

double diffusion_of(double step) { return step * step / (2.0 * dt); }

TEST(Msd, OfASteadyMotionIsExactThroughGaps) {
  // 3 nm a frame along x; frames 4 and 5 are missing.
  Track track;
  for (std::int64_t i = 0; i < 10; ++i) {
    if (i != 4 && i != 5) track.points.push_back({i, 3.0 * static_cast<double>(i), 1.0, 0, 0, 5});
  }
  const auto msd = track_msd(track, dt, 12);
  ASSERT_EQ(msd.size(), 9U);
  for (const auto& point : msd) {
    EXPECT_NEAR(point.msd_nm2, std::pow(3.0 * static_cast<double>(point.lag_frames), 2), 1e-9);
    EXPECT_DOUBLE_EQ(point.lag_s, dt * static_cast<double>(point.lag_frames));
  }
  EXPECT_EQ(msd[0].pairs, 6);  // 0-1 1-2 2-3 6-7 7-8 8-9
  EXPECT_EQ(msd[2].pairs, 3);  // 0-3 3-6 6-9
}

TEST(Msd, OfBrownianParticlesIs4DtPlusNoiseWithinItsErrors) {
  const WalkOptions options{.tracks = 200, .step_nm = 1.2, .sigma_nm = 0.4, .missing_share = 0.1};
  int within = 0;
  int lags = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    for (const auto& point : ensemble_msd(make_walks(options, seed), dt, 20)) {
      const double truth = 4.0 * diffusion_of(1.2) * point.lag_s + 4.0 * 0.4 * 0.4;
      EXPECT_NEAR(point.msd_nm2, truth, 5.0 * point.stderr_nm2);
      within += std::abs(point.msd_nm2 - truth) < 2.0 * point.stderr_nm2 ? 1 : 0;
      ++lags;
    }
  }
  // 95 % are expected; lags of one set go together, so that five sets tell little more than 20 do.
  EXPECT_GT(within, lags * 3 / 4);
}

TEST(Msd, ErrorOfASingleTrackIsOfTheRightSize) {
  const WalkOptions options{.tracks = 300, .step_nm = 1.0};
  for (const std::size_t lag : {1U, 5U, 10U}) {
    double square = 0.0;
    double claimed = 0.0;
    const auto walks = make_walks(options, 7);
    for (const auto& track : walks) {
      const auto point = track_msd(track, dt, 10)[lag - 1];
      square += std::pow(point.msd_nm2 - 2.0 * static_cast<double>(lag), 2);
      claimed += point.stderr_nm2 * point.stderr_nm2;
    }
    // Pairs that overlap count for pairs / lag; the exact factor is 2/3 of it (Qian et al. 1991).
    EXPECT_NEAR(std::sqrt(claimed / square), 1.1, 0.25) << lag;
  }
}

TEST(Diffusion, ComesOutAtAllLevelsOfNoise) {
  for (const double sigma : {0.0, 0.5, 2.0}) {
    const auto tracks =
        make_walks({.tracks = 400, .step_nm = 1.2, .sigma_nm = sigma, .missing_share = 0.05}, 11);
    const auto result = ensemble_diffusion(tracks, dt);
    ASSERT_TRUE(result);
    EXPECT_NEAR(result->d_nm2_per_s, diffusion_of(1.2), 4.0 * result->stderr_nm2_per_s);
    EXPECT_LT(result->stderr_nm2_per_s, 0.1 * diffusion_of(1.2));
    // 80 000 steps: the variance is known to 1 % of the larger of noise and step.
    EXPECT_NEAR(result->localisation_variance_nm2, sigma * sigma,
                0.02 * (sigma * sigma + 1.2 * 1.2));
  }
}

TEST(Diffusion, FullExposuresNeedTheBlur) {
  const auto tracks = make_walks(
      {.tracks = 300, .frames = 100, .step_nm = 1.2, .sigma_nm = 0.3, .exposure_steps = 20}, 13);
  const auto result = ensemble_diffusion(tracks, dt, 1.0 / 6.0);
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->d_nm2_per_s, diffusion_of(1.2), 4.0 * result->stderr_nm2_per_s);
  EXPECT_NEAR(result->localisation_variance_nm2, 0.09, 0.03);
}

TEST(Diffusion, ErrorOfASingleTrackIsThePapers) {
  for (const double sigma : {0.0, 1.0}) {
    const auto tracks =
        make_walks({.tracks = 2000, .frames = 101, .step_nm = 1.0, .sigma_nm = sigma}, 17);
    double square = 0.0;
    double claimed = 0.0;
    for (const auto& track : tracks) {
      const auto result = track_diffusion(track, dt);
      square += std::pow(result->d_nm2_per_s - diffusion_of(1.0), 2);
      claimed += std::pow(result->stderr_nm2_per_s, 2);
    }
    // 2000 tracks: 2 %; the claim uses each track's own D, which scatters itself.
    EXPECT_NEAR(std::sqrt(claimed / square), 1.0, 0.1) << sigma;
  }
}

TEST(Diffusion, OfOneAtRestIsZeroWithinItsError) {
  const auto tracks = make_walks({.tracks = 200, .sigma_nm = 0.5}, 19);
  const auto result = ensemble_diffusion(tracks, dt);
  EXPECT_NEAR(result->d_nm2_per_s, 0.0, 4.0 * result->stderr_nm2_per_s);
  EXPECT_FALSE(track_diffusion(Track{1, {{0, 0, 0, 0, 0, 1}, {1, 0, 0, 0, 0, 1}}}, dt));
}

TEST(ActiveMotion, SpeedAndDiffusionAreToldApart) {
  const auto tracks =
      make_walks({.tracks = 200, .step_nm = 0.6, .speed_nm = 0.8, .sigma_nm = 0.2}, 23);
  const auto result = ensemble_active_motion(tracks, dt, 25);
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->speed_nm_per_s, 0.8 / dt, 4.0 * result->speed_stderr_nm_per_s);
  EXPECT_LT(result->speed_stderr_nm_per_s, 1.0);
  EXPECT_NEAR(result->d_nm2_per_s, diffusion_of(0.6), 4.0 * result->d_stderr_nm2_per_s);
  EXPECT_NEAR(result->localisation_variance_nm2, 0.04, 0.04);
}

TEST(ActiveMotion, ErrorOfASingleTrackIsOfTheRightSize) {
  const auto tracks =
      make_walks({.tracks = 200, .step_nm = 0.6, .speed_nm = 0.8, .sigma_nm = 0.2}, 29);
  double square = 0.0;
  double claimed = 0.0;
  for (const auto& track : tracks) {
    const auto result = track_active_motion(track, dt, 25);
    ASSERT_TRUE(result);
    square += std::pow(result->speed_nm_per_s - 0.8 / dt, 2);
    claimed += std::pow(result->speed_stderr_nm_per_s, 2);
  }
  // Ten blocks tell a standard deviation to a quarter.
  EXPECT_NEAR(std::sqrt(claimed / square), 1.0, 0.3);
}

TEST(VanHove, IsNormalForBrownianParticlesAndNotForAMixture) {
  const auto brownian = make_walks({.tracks = 100, .step_nm = 1.0}, 31);
  auto mixed = brownian;
  for (auto& track : make_walks({.tracks = 100, .step_nm = 0.1}, 37)) mixed.push_back(track);
  const auto one = van_hove(brownian, dt, 5);
  EXPECT_NEAR(one.variance_nm2, 5.0, 0.3);
  EXPECT_NEAR(one.non_gaussian, 0.0, 0.1);
  double sum = 0.0;
  for (const double density : one.density_per_nm) sum += density * one.bin_nm;
  EXPECT_NEAR(sum, 1.0, 1e-9);
  // Half of variance 5, half of 0.05: <x^4> / (3 <x^2>^2) - 1 = 0.5 * 25 / 2.525^2 - 1.
  EXPECT_NEAR(van_hove(mixed, dt, 5).non_gaussian, 0.5 * 25.0 / (2.525 * 2.525) - 1.0, 0.1);
}

TEST(Motion, BadInputIsRefusedAndNothingIsNoMistake) {
  Track twice{1, {{0, 0, 0, 0, 0, 1}, {0, 1, 1, 0, 0, 1}}};
  EXPECT_THROW((void)track_msd(twice, dt, 5), InputError);
  EXPECT_THROW((void)track_msd({}, 0.0, 5), InputError);
  EXPECT_THROW((void)track_msd({}, dt, 0), InputError);
  EXPECT_THROW((void)track_diffusion({}, dt, 0.5), InputError);
  EXPECT_TRUE(track_msd({}, dt, 5).empty());
  EXPECT_TRUE(ensemble_msd({}, dt, 5).empty());
  EXPECT_FALSE(ensemble_diffusion({}, dt));
  EXPECT_FALSE(ensemble_active_motion({}, dt, 10));
  EXPECT_FALSE(track_active_motion({}, dt, 10));
  EXPECT_EQ(van_hove({}, dt, 1).displacements, 0);
}

}  // namespace
}  // namespace adatom::tracking
