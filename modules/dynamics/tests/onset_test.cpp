#include "adatom/dynamics/onset.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::dynamics {
namespace {

const SCurve truth{.centre_k = 600.0,
                   .base = 0.06,
                   .slope_per_k = 8e-5,
                   .plateau = 0.30,
                   .inflection_k = 640.0,
                   .width_k = 30.0};

std::vector<CurvePoint> points_of(const SCurve& curve, double step_k, double error) {
  std::vector<CurvePoint> points;
  for (double t = 300.0; t <= 900.0; t += step_k) points.push_back({t, curve.at(t), error});
  return points;
}

TEST(Onset, ExactCurveIsFound) {
  const auto result = find_onset(points_of(truth, 50.0, 1e-3), {.bootstrap = 0});
  ASSERT_TRUE(result.fitted) << result.reason;
  // Points without noise: what is left is the end of the iteration.
  EXPECT_NEAR(result.inflection_k.value, truth.inflection_k, 1e-3);
  EXPECT_NEAR(result.curve.width_k, truth.width_k, 1e-3);
  EXPECT_NEAR(result.curve.plateau, truth.plateau, 1e-6);
  EXPECT_NEAR(result.onset_k.value, truth.inflection_k - 2.0 * truth.width_k, 3e-3);
  EXPECT_GT(result.inflection_covariance_stderr_k, 0.0);
}

TEST(Onset, ErrorsCoverTheTruth) {
  constexpr int repeats = 100;
  constexpr double error = 0.008;
  OnsetOptions options;
  options.bootstrap = 40;
  options.thresholds = {0.15};
  // Where the true curve passes the threshold, by bisection.
  double low = 300.0;
  double high = 900.0;
  for (int step = 0; step < 60; ++step) {
    const double middle = 0.5 * (low + high);
    (truth.at(middle) < 0.15 ? low : high) = middle;
  }
  int inflections = 0;
  int onsets = 0;
  int crossings = 0;
  double pull2 = 0.0;
  for (int r = 0; r < repeats; ++r) {
    RandomStream random = RandomStream(17).substream(static_cast<std::uint64_t>(r));
    auto points = points_of(truth, 40.0, error);
    for (CurvePoint& point : points) point.value += error * random.normal();
    const auto result = find_onset(points, options);
    ASSERT_TRUE(result.fitted) << r << result.reason;
    const double pull =
        (result.inflection_k.value - truth.inflection_k) / result.inflection_k.standard_error;
    pull2 += pull * pull / repeats;
    inflections += std::abs(pull) < 1.0 ? 1 : 0;
    onsets += std::abs(result.onset_k.value - truth.onset_k()) < result.onset_k.standard_error;
    const auto& crossing = result.crossings.front().temperature_k;
    ASSERT_TRUE(crossing);
    crossings += std::abs(crossing->value - low) < crossing->standard_error ? 1 : 0;
  }
  // 68 %: of 100 that is 68 with a standard deviation of 4.7; four of these. The errors are the
  // larger of two estimates and so rather too wide, and interpolation between points 40 K apart is
  // not quite the curve.
  EXPECT_NEAR(inflections, 68, 19);
  EXPECT_NEAR(onsets, 68, 19);
  EXPECT_NEAR(crossings, 68, 19);
  // Mean squared pull 1, with an error of sqrt(2 / 100) = 0.14.
  EXPECT_NEAR(pull2, 1.0, 0.45);
}

TEST(Onset, ScatterBeyondTheErrorsWidensThem) {
  // Errors are said to be a tenth of what they are.
  RandomStream random(5);
  auto points = points_of(truth, 25.0, 1e-3);
  for (CurvePoint& point : points) point.value += 1e-2 * random.normal();
  const auto result = find_onset(points, {.bootstrap = 100});
  ASSERT_TRUE(result.fitted);
  // From 20 degrees of freedom: 16 %; three of these.
  EXPECT_NEAR(result.scatter, 1e-2, 5e-3);
  EXPECT_LT(std::abs(result.inflection_k.value - truth.inflection_k),
            4.0 * result.inflection_k.standard_error);
}

TEST(Onset, CrossingLiesBetweenItsNeighbours) {
  const std::vector<CurvePoint> points = {
      {300.0, 0.05, 0.01}, {400.0, 0.12, 0.01}, {500.0, 0.08, 0.01}, {600.0, 0.18, 0.01}};
  const auto result = find_onset(points, {.thresholds = {0.1, 0.5}});
  // It passes 0.1 for good between 500 and 600 K, at a fifth of the way.
  ASSERT_TRUE(result.crossings[0].temperature_k);
  EXPECT_DOUBLE_EQ(result.crossings[0].temperature_k->value, 520.0);
  EXPECT_GT(result.crossings[0].temperature_k->standard_error, 5.0);
  EXPECT_FALSE(result.crossings[1].temperature_k);
  EXPECT_FALSE(result.fitted);
  EXPECT_NE(result.reason.find("six temperatures"), std::string::npos);
}

TEST(Onset, StepBetweenTwoPointsIsKnownToTheirDistance) {
  std::vector<CurvePoint> points;
  for (double t = 300.0; t <= 900.0; t += 50.0) {
    points.push_back({t, t < 620.0 ? 0.05 : 0.3, 1e-4});
  }
  const auto result = find_onset(points);
  ASSERT_TRUE(result.fitted) << result.reason;
  EXPECT_GE(result.inflection_k.standard_error, 50.0 / std::sqrt(12.0));
  EXPECT_GT(result.inflection_k.value, 600.0);
  EXPECT_LT(result.inflection_k.value, 650.0);
}

TEST(Onset, StraightLineIsNoRise) {
  std::vector<CurvePoint> points;
  RandomStream random(8);
  for (double t = 300.0; t <= 900.0; t += 50.0) {
    points.push_back({t, 0.02 + 5e-5 * t + 1e-3 * random.normal(), 1e-3});
  }
  EXPECT_FALSE(find_onset(points).fitted);
}

TEST(Onset, RefusesWhatIsNoCurve) {
  const std::vector<CurvePoint> twice = {{300.0, 0.1, 0.0}, {300.0, 0.2, 0.0}};
  EXPECT_THROW((void)find_onset(twice), InputError);
  const std::vector<CurvePoint> none = {{300.0, std::numeric_limits<double>::quiet_NaN(), 0.0}};
  EXPECT_THROW((void)find_onset(none), InputError);
  EXPECT_THROW((void)find_onset({}, {.bootstrap = -1}), InputError);
  // Unknown errors: a crossing without one.
  const std::vector<CurvePoint> bare = {{300.0, 0.05, 0.0}, {400.0, 0.25, 0.0}};
  const auto result = find_onset(bare, {.thresholds = {0.1}});
  EXPECT_DOUBLE_EQ(result.crossings[0].temperature_k->value, 325.0);
  EXPECT_TRUE(std::isnan(result.crossings[0].temperature_k->standard_error));
}

}  // namespace
}  // namespace adatom::dynamics
