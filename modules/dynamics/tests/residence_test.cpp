#include "adatom/dynamics/residence.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "adatom/base/error.h"
#include "support/simulated_chains.h"

namespace adatom::dynamics {
namespace {

using testing::Matrix;
using testing::simulate_chains;

ResidenceCounts count(std::size_t atoms, std::vector<std::uint8_t> labels, std::size_t classes,
                      const ResidenceOptions& options = {}) {
  LabelsInMemory source(atoms, std::move(labels));
  NoProgress quiet;
  return count_residences(source, classes, options, {}, 0, quiet);
}

TEST(CountResidences, KnowsWhatItDidNotSee) {
  // 0 0 1 1 1 0 2 2: the first visit began before, the last one outlasts it.
  const auto counts = count(1, {0, 0, 1, 1, 1, 0, 2, 2}, 3);
  EXPECT_EQ(counts.visits[0].began_before, 1U);
  EXPECT_EQ(counts.visits[0].ended, (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(counts.visits[1].ended, (std::vector<std::uint64_t>{0, 0, 0, 1}));
  EXPECT_EQ(counts.visits[2].unfinished, (std::vector<std::uint64_t>{0, 0, 1}));
  // Stays and exits, class by class.
  EXPECT_EQ(counts.blocks.total(), (std::vector<std::uint64_t>{1, 2, 2, 1, 1, 0}));
  // Not labelled for a while: neither visit's whole length was seen.
  const auto gap = count(1, {1, 0, 0, no_label, 0, 1}, 2);
  EXPECT_EQ(gap.visits[0].unfinished, (std::vector<std::uint64_t>{0, 0, 1}));
  EXPECT_EQ(gap.visits[0].began_before, 1U);
  EXPECT_TRUE(gap.visits[0].ended.empty());
}

TEST(CountResidences, PassesOverShortStays) {
  // 2 0 0 1 0 0 1 1 1 0 1 1 with two frames at least: 0 for six frames, then 1. What it was in
  // before, for one frame, is no visit.
  const auto counts = count(1, {2, 0, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1}, 3, {.least_stay_frames = 2});
  EXPECT_EQ(counts.visits[2].began_before, 0U);
  EXPECT_EQ(counts.visits[0].ended, (std::vector<std::uint64_t>{0, 0, 0, 0, 0, 1}));
  EXPECT_EQ(counts.visits[1].unfinished, (std::vector<std::uint64_t>{0, 0, 0, 0, 0, 0, 1}));
  EXPECT_EQ(counts.blocks.total(), (std::vector<std::uint64_t>{4, 1, 5, 0, 0, 0}));
}

// Weeks in remission under 6-mercaptopurine (Gehan, Biometrika 52 (1965) 203), the example of most
// textbooks; the curve and its errors as R's survfit prints them.
TEST(EstimateResidences, SurvivalIsThatOfThePublishedExample) {
  ResidenceCounts counts{.visits = std::vector<VisitLengths>(1), .blocks = TimeBlocks(2)};
  counts.visits[0].ended.resize(24, 0);
  for (const std::size_t weeks : {6, 6, 6, 7, 10, 13, 16, 22, 23}) ++counts.visits[0].ended[weeks];
  counts.visits[0].unfinished.resize(37, 0);
  // Known not to have ended after so many frames: seen in one more.
  for (const std::size_t weeks : {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) {
    ++counts.visits[0].unfinished[weeks + 1];
  }
  const auto residence = estimate_residences(counts, 1.0, {}).front();
  const std::array<std::array<double, 4>, 7> published = {{{6, 21, 0.857, 0.0764},
                                                           {7, 17, 0.807, 0.0869},
                                                           {10, 15, 0.753, 0.0963},
                                                           {13, 12, 0.690, 0.1068},
                                                           {16, 11, 0.627, 0.1141},
                                                           {22, 7, 0.538, 0.1282},
                                                           {23, 6, 0.448, 0.1346}}};
  ASSERT_EQ(residence.survival.size(), 8U);
  EXPECT_EQ(residence.survival[0].survival, 1.0);
  for (std::size_t i = 0; i < published.size(); ++i) {
    const SurvivalPoint& point = residence.survival[i + 1];
    EXPECT_EQ(point.time_ns, published[i][0]);
    EXPECT_EQ(static_cast<double>(point.at_risk), published[i][1]);
    EXPECT_NEAR(point.survival, published[i][2], 5e-4);
    EXPECT_NEAR(point.survival_stderr, published[i][3], 5e-5);
  }
  EXPECT_EQ(residence.median_ns, 23.0);
  EXPECT_FALSE(residence.mean_ns.has_value());  // 45 % are left at the end
}

double naive_mean(const VisitLengths& visits) {
  double sum = 0.0;
  double count = 0.0;
  for (std::size_t length = 0; length < visits.ended.size(); ++length) {
    sum += static_cast<double>(length * visits.ended[length]);
    count += static_cast<double>(visits.ended[length]);
  }
  return sum / count;
}

// Visits of 100 frames on average, watched for 150.
TEST(EstimateResidences, AreRightWhereTheNaiveMeanIsNot) {
  const Matrix chain = {{0.99, 0.01}, {0.02, 0.98}};
  const auto labels = simulate_chains(chain, 2000, 150, RandomStream(9));
  const auto counts = count(2000, labels, 2);
  const auto residence = estimate_residences(counts, 0.1, {})[0];
  // Only visits that fit were seen whole: half as long.
  EXPECT_LT(0.1 * naive_mean(counts.visits[0]), 6.0);
  // 10 ns. About 2000 exits: 2.2 %.
  EXPECT_NEAR(*residence.exponential_ns, 10.0, 3 * 0.22);
  EXPECT_LT(residence.exponential_interval_ns.low, 10.0);
  EXPECT_GT(residence.exponential_interval_ns.high, 10.0);
  EXPECT_NEAR(residence.exponential_interval_ns.high - residence.exponential_interval_ns.low,
              2 * 1.96 * 0.22, 0.2);
  // 0.99^69 is the first below a half.
  EXPECT_NEAR(*residence.median_ns, 6.9, 3 * 0.4);
  for (const SurvivalPoint& point : residence.survival) {
    const double exact = std::pow(0.99, std::round(point.time_ns / 0.1));
    EXPECT_NEAR(point.survival, exact, 4.0 * point.survival_stderr + 1e-12) << point.time_ns;
  }
  EXPECT_FALSE(residence.mean_ns.has_value());
}

// Two steps, one after the other, that look alike: leaving remembers how long ago it was entered.
// The survival curve does not mind.
TEST(EstimateResidences, OfSeveralStepsHaveTheirMean) {
  const Matrix hidden = {{0.9, 0.1, 0.0}, {0.0, 0.9, 0.1}, {0.2, 0.0, 0.8}};
  auto labels = simulate_chains(hidden, 200, 600, RandomStream(10));
  for (auto& label : labels) label = label == 2 ? 1 : 0;
  const auto counts = count(200, labels, 2);
  const auto residence = estimate_residences(counts, 1.0, {})[0];
  // 10 + 10 frames, of a variance of 2 x 90; there are 200 x 600 / 25 = 4800 visits.
  ASSERT_TRUE(residence.mean_ns.has_value());
  EXPECT_NEAR(*residence.mean_ns, 20.0, 4.0 * std::sqrt(180.0 / 4800.0));
  EXPECT_NEAR(*residence.mean_stderr_ns, std::sqrt(180.0 / 4800.0), 0.02);
  // 0.9^n (1 + n / 9) survive n frames: 0.482 at 17, 0.515 at 16; the curve is known to 0.007.
  EXPECT_NEAR(*residence.median_ns, 17.0, 1.0);
}

TEST(EstimateResidences, SayWhatIsNotDetermined) {
  const auto residence = estimate_residences(count(2, {0, 0, 0, 0}, 2), 1.0, {});
  EXPECT_FALSE(residence[0].exponential_ns.has_value());
  EXPECT_GT(residence[0].exponential_interval_ns.low, 0.0);
  EXPECT_TRUE(std::isinf(residence[0].exponential_interval_ns.high));
  EXPECT_FALSE(residence[0].median_ns.has_value());
  EXPECT_EQ(residence[1].exponential_interval_ns.low, 0.0);
  EXPECT_THROW((void)estimate_residences(count(1, {0, 0}, 1), 0.0, {}), InputError);
  EXPECT_THROW((void)count(1, {0, 0}, 1, {.least_stay_frames = 0}), InputError);
}

}  // namespace
}  // namespace adatom::dynamics
