#include "ticks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace adatom::report {
namespace {

std::string joined(const Ticks& ticks) {
  std::string out;
  for (const Tick& tick : ticks.ticks) out += (out.empty() ? "" : " ") + tick.label;
  return out;
}

TEST(LinearTicks, AreRound) {
  EXPECT_EQ(joined(linear_ticks({0.0, 1.0}, 5, AxisKind::real)), "0.0 0.2 0.4 0.6 0.8 1.0");
  EXPECT_EQ(joined(linear_ticks({-7.3, 11.0}, 5, AxisKind::real)), "−5 0 5 10");
  EXPECT_EQ(joined(linear_ticks({0.5, 4.5}, 8, AxisKind::integer)), "1 2 3 4");
  EXPECT_EQ(joined(linear_ticks({980.0, 1010.0}, 3, AxisKind::real)), "980 990 1000 1010");
}

TEST(LinearTicks, TakeOutAPowerOfTen) {
  const Ticks small = linear_ticks({-0.03, 0.03}, 4, AxisKind::real);
  EXPECT_EQ(joined(small), "−20 0 20");
  EXPECT_EQ(small.exponent, -3);
  EXPECT_DOUBLE_EQ(small.ticks.front().value, -0.02);
  const Ticks large = linear_ticks({0.0, 3e6}, 3, AxisKind::real);
  EXPECT_EQ(joined(large), "0 1 2 3");
  EXPECT_EQ(large.exponent, 6);
  EXPECT_EQ(axis_label("signal", "counts", large.exponent), "signal (10⁶ counts)");
}

// Whatever the range: a few ticks, all inside, evenly apart, labels all different.
TEST(LinearTicks, SurviveAnyRange) {
  const double huge = std::numeric_limits<double>::max();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const Range& range :
       {Range{0.0, 0.0}, Range{1.0, 1.0}, Range{-huge, huge}, Range{0.0, infinity},
        Range{std::nan(""), 1.0}, Range{5.0, -5.0}, Range{1e-300, 2e-300}, Range{0.1, 0.1000001},
        Range{-3e-12, 7e-12}, Range{1e15, 1e15 + 4.0}}) {
    const Ticks ticks = linear_ticks(range, 5, AxisKind::real);
    EXPECT_LE(ticks.ticks.size(), 12U);
    const Range usable = usable_range(range);
    EXPECT_GT(usable.high, usable.low);
    for (std::size_t i = 0; i < ticks.ticks.size(); ++i) {
      const double slack = 1e-5 * (usable.high - usable.low);
      EXPECT_GE(ticks.ticks[i].value, usable.low - slack);
      EXPECT_LE(ticks.ticks[i].value, usable.high + slack);
      if (i > 0) {
        EXPECT_NE(ticks.ticks[i].label, ticks.ticks[i - 1].label);
      }
    }
  }
}

TEST(LogarithmicTicks, ArePowersOfTen) {
  EXPECT_EQ(joined(logarithmic_ticks({0.5, 20.0})), "0.5 1 2 5 10 20");
  EXPECT_EQ(joined(logarithmic_ticks({1e-6, 1e-2})), "10⁻⁶ 10⁻⁵ 10⁻⁴ 0.001 0.01");
  EXPECT_LE(logarithmic_ticks({1e-290, 1e290}).ticks.size(), 10U);
}

TEST(RoundLength, IsTheLargestThatFits) {
  EXPECT_DOUBLE_EQ(round_length(9.99), 5.0);
  EXPECT_DOUBLE_EQ(round_length(10.0), 10.0);
  EXPECT_DOUBLE_EQ(round_length(0.49), 0.2);
  EXPECT_DOUBLE_EQ(round_length(1.7), 1.0);
}

TEST(Ticks, PowersStandBeforeTheUnit) {
  EXPECT_EQ(with_power("time (ns)", -3), "time (10⁻³ ns)");
  EXPECT_EQ(with_power("energy (bulk) (eV)", 6), "energy (bulk) (10⁶ eV)");
  EXPECT_EQ(with_power("atoms", 6), "atoms (10⁶)");
  EXPECT_EQ(with_power("time (ns)", 0), "time (ns)");
}

}  // namespace
}  // namespace adatom::report
