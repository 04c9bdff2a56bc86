#include "assignment.h"

#include <algorithm>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "adatom/base/random.h"

namespace adatom::tracking {
namespace {

double gain_of(const std::vector<std::int32_t>& columns, const std::vector<PairGain>& pairs) {
  double sum = 0.0;
  for (const auto& pair : pairs) {
    if (columns[pair.row] == static_cast<std::int32_t>(pair.column)) sum += pair.gain;
  }
  return sum;
}

/// The largest total gain by trying everything.
double best_gain(std::size_t row, std::size_t rows, std::vector<char>& used,
                 const std::vector<PairGain>& pairs) {
  if (row == rows) return 0.0;
  double best = best_gain(row + 1, rows, used, pairs);
  for (const auto& pair : pairs) {
    if (pair.row != row || used[pair.column] != 0) continue;
    used[pair.column] = 1;
    best = std::max(best, pair.gain + best_gain(row + 1, rows, used, pairs));
    used[pair.column] = 0;
  }
  return best;
}

TEST(Assignment, IsTheBestOfAllOnSmallCases) {
  RandomStream random(3);
  for (int trial = 0; trial < 2000; ++trial) {
    const auto rows = 1 + random.below(6);
    const auto columns = 1 + random.below(6);
    std::vector<PairGain> pairs;
    for (std::uint32_t i = 0; i < rows; ++i) {
      for (std::uint32_t j = 0; j < columns; ++j) {
        if (random.uniform() < 0.6) pairs.push_back({i, j, 10.0 * random.uniform() - 2.0});
      }
    }
    const auto chosen = best_pairs(rows, columns, pairs);
    std::set<std::int32_t> taken;
    for (const auto column : chosen) {
      if (column >= 0) {
        EXPECT_TRUE(taken.insert(column).second);
      }
    }
    std::vector<char> used(columns, 0);
    // Sums of at most six numbers of order ten: rounding only.
    EXPECT_NEAR(gain_of(chosen, pairs), best_gain(0, rows, used, pairs), 1e-12);
  }
}

TEST(Assignment, NobodyIsPairedAtALoss) {
  const auto chosen = best_pairs(2, 2, std::vector<PairGain>{{0, 0, -1.0}, {1, 1, 2.0}});
  EXPECT_EQ(chosen, (std::vector<std::int32_t>{-1, 1}));
}

TEST(Assignment, OneRowGivesWayForTheSumOfAll) {
  // Greedy would pair row 0 with column 0 (10) and leave row 1 alone.
  const auto chosen =
      best_pairs(2, 2, std::vector<PairGain>{{0, 0, 10.0}, {0, 1, 9.0}, {1, 0, 8.0}});
  EXPECT_EQ(chosen, (std::vector<std::int32_t>{1, 0}));
}

TEST(Assignment, OneComponentOfManyThousandsIsQuick) {
  // A chain that hangs together from end to end: 200 000 rows, each may take three columns.
  constexpr std::uint32_t count = 200000;
  RandomStream random(5);
  std::vector<PairGain> pairs;
  for (std::uint32_t i = 0; i < count; ++i) {
    for (std::uint32_t j = i == 0 ? 0 : i - 1; j <= std::min(i + 1, count - 1); ++j) {
      pairs.push_back({i, j, random.uniform() + (i == j ? 1.0 : 0.0)});
    }
  }
  const auto chosen = best_pairs(count, count, pairs);
  EXPECT_EQ(std::count(chosen.begin(), chosen.end(), -1), 0);
}

}  // namespace
}  // namespace adatom::tracking
