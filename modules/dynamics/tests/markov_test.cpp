#include "adatom/dynamics/markov.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "adatom/base/error.h"
#include "support/simulated_chains.h"

namespace adatom::dynamics {
namespace {

using testing::Matrix;

const TransitionOptions options{.window_frames = 2, .bootstrap_samples = 200};

std::vector<TransitionCounts> count(std::size_t atoms, std::vector<std::uint8_t> labels,
                                    std::size_t classes) {
  LabelsInMemory source(atoms, std::move(labels));
  NoProgress quiet;
  return count_multiple_windows(source, classes, options, {}, 0, quiet);
}

TEST(CountMultipleWindows, AreThoseOfEachWindow) {
  const auto labels = testing::simulate_chains({{0.8, 0.2}, {0.3, 0.7}}, 3, 500, RandomStream(1));
  const auto windows = count(3, labels, 2);
  ASSERT_EQ(windows.size(), 5U);
  NoProgress quiet;
  for (std::int64_t k = 1; k <= 5; ++k) {
    LabelsInMemory source(3, labels);
    const auto one = count_transitions(source, 2, {.window_frames = 2 * k}, {}, 0, quiet);
    EXPECT_EQ(windows[static_cast<std::size_t>(k - 1)].count, one.count) << k;
  }
}

// Also where ten atoms do the same, which is what the bootstrap is for: they only make it noisier.
TEST(MarkovTest, LetsMarkovChainsPass) {
  const Matrix chain = {{0.9, 0.08, 0.02}, {0.2, 0.7, 0.1}, {0.05, 0.15, 0.8}};
  for (const std::size_t together : {1, 10}) {
    int refused = 0;
    int below_half = 0;
    double deviation = 0.0;
    for (std::uint64_t r = 0; r < 20; ++r) {
      const auto labels =
          testing::simulate_chains(chain, 30, 1500, RandomStream(5).substream(r), together);
      const auto result =
          test_markov(count(30, labels, 3), 1.0, options, 0.01, RandomStream(2).substream(r));
      refused += result.verdict == MarkovVerdict::not_markovian ? 1 : 0;
      below_half += result.p_value < 0.5 ? 1 : 0;
      const MarkovStep& step = result.steps.front();
      deviation += std::abs(step.counted - step.predicted) / step.standard_error / 20.0;
    }
    // 1 % of 20; p-values are even: 10 +- 2.2 below a half.
    EXPECT_LE(refused, 1);
    EXPECT_GE(below_half, 3);
    EXPECT_LE(below_half, 17);
    // The largest of nine normal numbers, of which four are free to vary: 1.4 to 1.9 on average.
    EXPECT_NEAR(deviation, 1.65, 0.6);
  }
}

// Three states in a row, of which the first two look alike: who just came back from the third is
// more likely to go there again.
TEST(MarkovTest, FindsAHiddenState) {
  const Matrix hidden = {{0.95, 0.05, 0.0}, {0.05, 0.85, 0.1}, {0.0, 0.2, 0.8}};
  int found = 0;
  for (std::uint64_t r = 0; r < 20; ++r) {
    auto labels = testing::simulate_chains(hidden, 40, 2000, RandomStream(6).substream(r));
    for (auto& label : labels) label = label == 2 ? 1 : 0;
    const auto result =
        test_markov(count(40, labels, 2), 1.0, options, 0.01, RandomStream(3).substream(r));
    found += result.verdict == MarkovVerdict::not_markovian ? 1 : 0;
    EXPECT_EQ(result.tested_entries, 16U);
    // The true one is that of the slowest of three states, and is reached by longer windows.
    EXPECT_GT(result.timescales[4].time_ns[0], result.timescales[0].time_ns[0]);
  }
  EXPECT_GE(found, 19);
}

// Two states: lambda = 1 - 0.02 - 0.03, at any window.
TEST(MarkovTest, TimescalesAreThoseOfTheChain) {
  const double exact = -0.1 / std::log(0.95);
  double squares = 0.0;
  constexpr int repeats = 20;
  for (int r = 0; r < repeats; ++r) {
    const auto labels = testing::simulate_chains({{0.98, 0.02}, {0.03, 0.97}}, 20, 2000,
                                                 RandomStream(7).substream(r));
    const auto result =
        test_markov(count(20, labels, 2), 0.1, options, 0.01, RandomStream(4).substream(r));
    for (const ImpliedTimescales& scales : result.timescales) {
      ASSERT_EQ(scales.time_ns.size(), 1U);
      const double off = (scales.time_ns[0] - exact) / scales.time_stderr_ns[0];
      squares += off * off / (5 * repeats);
    }
  }
  // The five hang together: as 20 to 40 squares of normal numbers, 1 +- 0.3; three of these.
  EXPECT_NEAR(squares, 1.0, 0.9);
}

TEST(MarkovTest, SaysWhenItCannotTell) {
  const auto few = testing::simulate_chains({{0.98, 0.02}, {0.03, 0.97}}, 2, 30, RandomStream(7));
  const auto result = test_markov(count(2, few, 2), 1.0, options, 0.01, RandomStream(1));
  EXPECT_EQ(result.verdict, MarkovVerdict::undecided);
  auto windows = count(2, few, 2);
  windows.pop_back();
  EXPECT_THROW((void)test_markov(windows, 1.0, options, 0.01, RandomStream(1)), InputError);
}

}  // namespace
}  // namespace adatom::dynamics
