#include "adatom/dynamics/transitions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/numeric/special_functions.h"
#include "support/simulated_chains.h"

namespace adatom::dynamics {
namespace {

using testing::Matrix;
using testing::simulate_chains;

TransitionCounts count(std::size_t atoms, std::vector<std::uint8_t> labels, std::size_t classes,
                       const TransitionOptions& options, std::span<const std::uint8_t> mask = {},
                       std::size_t first_frame = 0) {
  LabelsInMemory source(atoms, std::move(labels));
  NoProgress quiet;
  return count_transitions(source, classes, options, mask, first_frame, quiet);
}

TEST(CountTransitions, CountsPairsAWindowApart) {
  // Two atoms, frames downwards: 0 0 1 1 0 and 2 1 - 1 1.
  const std::vector<std::uint8_t> labels = {0, 2, 0, 1, 1, no_label, 1, 1, 0, 1};
  const auto one = count(2, labels, 3, {.window_frames = 1});
  EXPECT_EQ(one.count, (std::vector<std::uint64_t>{1, 1, 0, 1, 2, 0, 0, 1, 0}));
  const auto two = count(2, labels, 3, {.window_frames = 2});
  EXPECT_EQ(two.count, (std::vector<std::uint64_t>{0, 2, 0, 1, 1, 0, 0, 0, 0}));
  // Only frames 0 -> 2 and 2 -> 4.
  const auto strided = count(2, labels, 3, {.window_frames = 2, .stride_frames = 2});
  EXPECT_EQ(strided.count, (std::vector<std::uint64_t>{0, 1, 0, 1, 0, 0, 0, 0, 0}));
  const std::vector<std::uint8_t> second = {0, 1};
  const auto masked = count(2, labels, 3, {.window_frames = 1}, second);
  EXPECT_EQ(masked.count, (std::vector<std::uint64_t>{0, 0, 0, 0, 1, 0, 0, 1, 0}));
  const auto late = count(2, labels, 3, {.window_frames = 1}, {}, 3);
  EXPECT_EQ(late.count, (std::vector<std::uint64_t>{0, 0, 0, 1, 1, 0, 0, 0, 0}));
}

// Every pair, looked up in the whole trajectory; more frames than blocks and a tail of atoms.
TEST(CountTransitions, IsWhatADirectCountGives) {
  constexpr std::size_t atoms = 7;
  constexpr std::size_t frames = 3001;
  RandomStream random(3);
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0; i < atoms * frames; ++i) {
    const auto label = random.below(5);
    labels.push_back(label == 4 ? no_label : static_cast<std::uint8_t>(label));
  }
  const auto result = count(atoms, labels, 4, {.window_frames = 3, .stride_frames = 2});
  std::vector<std::uint64_t> direct(16, 0);
  for (std::size_t f = 3; f < frames; f += 2) {
    for (std::size_t i = 0; i < atoms; ++i) {
      const auto from = labels[(f - 3) * atoms + i];
      const auto to = labels[f * atoms + i];
      if (from != no_label && to != no_label) ++direct[from * 4 + to];
    }
  }
  EXPECT_EQ(result.count, direct);
  // 3001 frames in blocks of 12, 24, 48, 96: what is longest with at most 64 of them.
  EXPECT_EQ(result.blocks.frames_in_block(), 48U);
  EXPECT_EQ(result.blocks.blocks(), 63U);
  // The blocks too: number 10 has the pairs that end in frames 480 to 527.
  std::fill(direct.begin(), direct.end(), 0);
  for (std::size_t f = 481; f < 528; f += 2) {
    for (std::size_t i = 0; i < atoms; ++i) {
      const auto from = labels[(f - 3) * atoms + i];
      const auto to = labels[f * atoms + i];
      if (from != no_label && to != no_label) ++direct[from * 4 + to];
    }
  }
  const auto block = result.blocks.block(10);
  EXPECT_TRUE(std::equal(block.begin(), block.end(), direct.begin(), direct.end()));
}

TEST(EstimateTransitions, AveragesSeveralTrajectoriesInBothWays) {
  // 0 -> 0 three times and 0 -> 1 once; then 0 -> 1 once alone. One atom.
  const auto a = count(1, {0, 0, 0, 0, 1}, 2, {});
  const auto b = count(1, {0, 1, 1}, 2, {});
  const std::vector<TransitionCounts> both = {a, b};
  const auto pooled =
      estimate_transitions(both, 0.5, {.average = Average::pooled_counts}, RandomStream(1));
  // (3 + 0) / (4 + 1); row 1 is of b alone.
  EXPECT_DOUBLE_EQ(pooled.find(0, 0)->probability, 0.6);
  EXPECT_DOUBLE_EQ(pooled.find(0, 1)->probability, 0.4);
  EXPECT_EQ(pooled.find(0, 1)->count, 2U);
  EXPECT_DOUBLE_EQ(pooled.find(1, 1)->probability, 1.0);
  const auto mean =
      estimate_transitions(both, 0.5, {.average = Average::mean_of_matrices}, RandomStream(1));
  // (3/4 + 0) / 2
  EXPECT_DOUBLE_EQ(mean.find(0, 0)->probability, 0.375);
  EXPECT_DOUBLE_EQ(mean.find(0, 1)->probability, 0.625);
  EXPECT_DOUBLE_EQ(mean.find(1, 1)->probability, 1.0);
  EXPECT_FALSE(mean.find(0, 0)->bootstrap.has_value());
  // p, k = p / dt, tau = dt / p, dt = 0.5 ns.
  EXPECT_DOUBLE_EQ(pooled.find(0, 1)->rate_per_ns, 0.8);
  EXPECT_DOUBLE_EQ(*pooled.find(0, 1)->time_ns, 1.25);
  EXPECT_FALSE(pooled.find(1, 0)->time_ns.has_value());
}

TEST(EstimateTransitions, BayesianIntervalIsOfTheBetaDistribution) {
  const auto counts = count(1, {0, 0, 0, 0, 1}, 2, {});
  const auto jeffreys = estimate_transitions({&counts, 1}, 1.0, {}, RandomStream(1));
  // One of four: Brown, Cai and DasGupta's interval of Beta(1.5, 3.5).
  EXPECT_NEAR(jeffreys.find(0, 1)->bayesian.low, numeric::beta_quantile(1.5, 3.5, 0.025), 1e-12);
  EXPECT_NEAR(jeffreys.find(0, 1)->bayesian.high, numeric::beta_quantile(1.5, 3.5, 0.975), 1e-12);
  const auto uniform =
      estimate_transitions({&counts, 1}, 1.0, {.prior = Prior::uniform}, RandomStream(1));
  EXPECT_NEAR(uniform.find(0, 1)->bayesian.low, numeric::beta_quantile(2.0, 4.0, 0.025), 1e-12);
  // Nothing leaves a class that is never left with certainty: the ends are 0 and 1. A class that no
  // window starts in has no row.
  const auto stays = count(1, {0, 0, 0}, 2, {});
  const auto matrix = estimate_transitions({&stays, 1}, 1.0, {}, RandomStream(1));
  EXPECT_EQ(matrix.find(0, 0)->interval.high, 1.0);
  EXPECT_EQ(matrix.find(0, 1)->interval.low, 0.0);
  EXPECT_GT(matrix.find(0, 1)->interval.high, 0.5);
  EXPECT_EQ(matrix.find(1, 0), nullptr);
}

// A slow process seen through windows of ten frames: sliding them frame by frame gives ten times
// the counts, but hardly any more knowledge.
TEST(EstimateTransitions, SlidWindowsDoNotShrinkTheInterval) {
  const Matrix chain = {{0.998, 0.002}, {0.004, 0.996}};
  const auto labels = simulate_chains(chain, 40, 4000, RandomStream(8));
  const auto apart = count(40, labels, 2, {.window_frames = 10, .stride_frames = 10});
  const auto slid = count(40, labels, 2, {.window_frames = 10, .stride_frames = 1});
  const auto a = estimate_transitions({&apart, 1}, 1.0, {}, RandomStream(1));
  const auto s = estimate_transitions({&slid, 1}, 1.0, {}, RandomStream(1));
  // The rows' sums; 3990 starts and 399, each of 40 atoms.
  EXPECT_EQ(s.find(0, 0)->count + s.find(0, 1)->count + s.find(1, 0)->count + s.find(1, 1)->count,
            159600U);
  const auto width = [](const Interval& i) { return i.high - i.low; };
  // The Bayesian ones differ only as the estimates do: sqrt(p (1 - p)) to 5 %.
  EXPECT_NEAR(width(s.find(0, 1)->bayesian) / width(a.find(0, 1)->bayesian), 1.0, 0.1);
  // Variances between 50 and 63 blocks are known to a fifth, widths to a tenth, both of them.
  EXPECT_NEAR(width(s.find(0, 1)->interval) / width(a.find(0, 1)->interval), 1.0, 0.3);
}

TEST(EstimateTransitions, DoesNotDependOnThreads) {
  const auto labels = simulate_chains({{0.9, 0.1}, {0.3, 0.7}}, 10, 300, RandomStream(2));
  const auto counts = count(10, labels, 2, {});
  const auto estimate = [&] {
    return estimate_transitions({&counts, 1}, 1.0, {}, RandomStream(4)).find(1, 0)->bootstrap;
  };
  const auto many = estimate();
  const ThreadLimit one(1);
  EXPECT_EQ(many->low, estimate()->low);
  EXPECT_EQ(many->high, estimate()->high);
}

TEST(FramesInWindow, AreWhole) {
  EXPECT_EQ(frames_in_window(1.0, 0.1), 10);
  EXPECT_EQ(frames_in_window(0.3, 0.1), 3);
  EXPECT_THROW((void)frames_in_window(1.0, 0.3), InputError);
  EXPECT_THROW((void)frames_in_window(0.05, 0.1), InputError);
  EXPECT_THROW((void)frames_in_window(1.0, 0.0), InputError);
}

TEST(CountTransitions, RefusesWhatDoesNotFit) {
  EXPECT_THROW((void)count(1, {0, 2}, 2, {}), InputError);
  const std::vector<std::uint8_t> mask = {1, 1};
  EXPECT_THROW((void)count(1, {0, 1}, 2, {}, mask), InputError);
  EXPECT_THROW((void)count(1, {0, 1}, 0, {}), InputError);
  EXPECT_THROW((void)count(1, {0, 1}, 2, {.window_frames = 0}), InputError);
  TransitionCounter counter(2, {});
  counter.add_frame(std::vector<std::uint8_t>{0, 1});
  EXPECT_THROW(counter.add_frame(std::vector<std::uint8_t>{0}), InputError);
  EXPECT_THROW((void)estimate_transitions({}, 1.0, {}, RandomStream(1)), InputError);
  const std::vector<TransitionCounts> unlike = {count(1, {0, 1}, 2, {}), count(1, {0, 1}, 3, {})};
  EXPECT_THROW((void)estimate_transitions(unlike, 1.0, {}, RandomStream(1)), InputError);
}

}  // namespace
}  // namespace adatom::dynamics
