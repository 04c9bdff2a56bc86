#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <limits>
#include <thread>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/grid.h"
#include "adatom/base/number_text.h"
#include "adatom/base/options.h"
#include "adatom/base/parallel.h"
#include "adatom/base/progress.h"
#include "adatom/base/system_failure.h"

namespace adatom {

enum class Colour { red, green };
template <>
struct EnumNames<Colour> {
  static constexpr std::array names = {"red", "green"};
};

namespace {

struct Inner {
  double tolerance = 2.0;
  void describe(OptionVisitor& v) { v.visit({.name = "tolerance", .min = 0, .max = 1}, tolerance); }
};

struct Outer {
  std::int64_t count = -1;
  Colour colour = Colour::green;
  Inner inner;
  void describe(OptionVisitor& v) {
    v.visit({.name = "count", .min = 0}, count);
    v.visit({.name = "colour"}, colour);
    v.visit_group("inner", "nested", inner);
  }
};

TEST(Options, EveryRangeIssueIsReportedWithItsDottedName) {
  const auto issues = check_ranges(Outer{});
  ASSERT_EQ(issues.size(), 2U);
  EXPECT_EQ(issues[0].name, "count");
  EXPECT_EQ(issues[1].name, "inner.tolerance");
  EXPECT_THROW(require_valid(issues), InputError);
  Outer nan;
  nan.count = 1;
  nan.inner.tolerance = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(check_ranges(nan).size(), 1U);
}

TEST(NumberText, ShortestReadsBackExactly) {
  EXPECT_EQ(shortest(0.1), "0.1");
  for (const double value : {1.0 / 3.0, 1e-300, 5e-324, 1.7976931348623157e308, -0.0}) {
    EXPECT_EQ(parse_double(shortest(value)), value);
  }
  EXPECT_EQ(parse_double(" +2.5\r"), 2.5);
  EXPECT_FALSE(parse_double("2.5 A"));
  EXPECT_FALSE(parse_double(""));
  EXPECT_EQ(parse_integer("12"), 12);
  EXPECT_FALSE(parse_integer("12.5"));
}

TEST(Parallel, EveryItemOnceAndExceptionsComeBack) {
  std::vector<std::atomic<int>> seen(1000);
  parallel_for(seen.size(), [&](std::size_t i) { ++seen[i]; });
  parallel_ranges(seen.size(), 7, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) ++seen[i];
  });
  for (const auto& count : seen) EXPECT_EQ(count, 2);
  EXPECT_THROW(parallel_for(10,
                            [](std::size_t i) {
                              if (i == 5) throw Interrupted();
                            }),
               Interrupted);
  const ThreadLimit one(1);
  EXPECT_EQ(thread_count(), 1U);
}

TEST(Parallel, KeptInOrderWhileOthersAreMade) {
  constexpr std::size_t ahead = 4;
  std::vector<std::size_t> kept;
  std::atomic<std::size_t> waiting{0};
  std::atomic<std::size_t> most_waiting{0};
  parallel_in_order<std::size_t>(
      10, 500, ahead,
      [&](std::size_t i) {
        const std::size_t own = ++waiting;
        if (own > most_waiting) most_waiting = own;
        // Early ones of a round take longest.
        std::this_thread::sleep_for(std::chrono::microseconds(200 * (3 - i % 4)));
        return 3 * i;
      },
      [&](std::size_t i, std::size_t made) {
        EXPECT_EQ(made, 3 * i);
        kept.push_back(i);
        --waiting;
        return i == 400 ? GoOn::no : GoOn::yes;
      });
  ASSERT_EQ(kept.size(), 391U);
  for (std::size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(kept[i], i + 10);
  EXPECT_LE(most_waiting, ahead);
}

TEST(Parallel, WhatWasKeptBeforeAnExceptionStays) {
  std::vector<std::size_t> kept;
  const auto run = [&] {
    parallel_in_order(
        0, 100, 8,
        [](std::size_t i) {
          if (i == 50) throw Interrupted();
        },
        [&](std::size_t i) {
          kept.push_back(i);
          return GoOn::yes;
        });
  };
  EXPECT_THROW(run(), Interrupted);
  ASSERT_LE(kept.size(), 50U);
  EXPECT_GE(kept.size(), 42U);  // at most `ahead` are lost
  for (std::size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(kept[i], i);
}

// A loop that returns has done all its items, even inside a loop that another item has ended.
TEST(Parallel, InnerLoopsAreWholeWhenTheOuterLoopFails) {
  std::atomic<int> cut_short{0};
  for (int repeat = 0; repeat < 200; ++repeat) {
    EXPECT_THROW(parallel_for(8,
                              [&](std::size_t outer) {
                                if (outer == 5) throw Interrupted();
                                std::atomic<int> done{0};
                                parallel_for(500, [&](std::size_t) { ++done; });
                                if (done != 500) ++cut_short;
                              }),
                 Interrupted);
  }
  EXPECT_EQ(cut_short, 0);
}

TEST(Error, TextHoldsAllParts) {
  const InputError error(
      {.what = "unknown key", .where = "a.yaml:3", .why = "", .remedy = "drop it"});
  EXPECT_STREQ(error.what(), "a.yaml:3: unknown key; drop it");
}

TEST(Progress, NoProgressNeverStops) { EXPECT_NO_THROW(stop_if_cancelled(NoProgress())); }

TEST(Grid, RowMajor) {
  Grid<int> grid(3, 2);
  grid(2, 1) = 7;
  EXPECT_EQ(grid.values()[5], 7);
  EXPECT_EQ(grid.row(1)[2], 7);
}

TEST(FileErrors, AnotherNameHelpsOrNot) {
  for (const int error : {EACCES, EROFS, ENOENT, ENOTDIR, EISDIR}) {
    EXPECT_THROW(throw_file_error({"cannot be written", "a.npy", "", ""}, error), InputError);
  }
  for (const int error : {ENOSPC, EIO, EDQUOT, EFBIG, EMFILE}) {
    EXPECT_THROW(throw_file_error({"cannot be written", "a.npy", "", ""}, error), SystemFailure);
  }
  try {
    throw_file_error({"cannot be written", "a.npy", "", "free space"}, ENOSPC);
  } catch (const SystemFailure& failure) {
    EXPECT_STREQ(failure.what(), "a.npy: cannot be written: No space left on device; free space");
  }
}

}  // namespace
}  // namespace adatom
