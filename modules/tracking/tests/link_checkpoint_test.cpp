#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/tracking/link.h"
#include "support/point_tracks.h"

namespace adatom::tracking {
namespace {

void expect_equal(const LinkedFrame& a, const LinkedFrame& b) {
  EXPECT_EQ(a.frame, b.frame);
  EXPECT_EQ(a.drift.x_px, b.drift.x_px);
  EXPECT_EQ(a.drift.y_px, b.drift.y_px);
  ASSERT_EQ(a.particles.size(), b.particles.size());
  for (std::size_t i = 0; i < a.particles.size(); ++i) {
    EXPECT_EQ(a.particles[i].track, b.particles[i].track);
    EXPECT_EQ(a.particles[i].particle.x_px, b.particles[i].particle.x_px);
  }
  ASSERT_EQ(a.events.size(), b.events.size());
  for (std::size_t i = 0; i < a.events.size(); ++i) {
    EXPECT_EQ(a.events[i].kind, b.events[i].kind);
    EXPECT_EQ(a.events[i].id, b.events[i].id);
    EXPECT_EQ(a.events[i].parents, b.events[i].parents);
    EXPECT_EQ(a.events[i].log_odds, b.events[i].log_odds);
  }
}

PointTrackSet crowded() {
  return make_point_tracks({.frames = 60, .particles = 60, .side_px = 300.0, .split_rate = 1e-3});
}

TEST(LinkCheckpoint, InterruptedAfterEveryFrameItGivesTheSame) {
  const auto set = crowded();
  const auto whole = link_all(set.seen, {});
  ASSERT_FALSE(whole.events.empty());
  std::vector<LinkedFrame> frames;
  std::vector<double> stored = Linker({}).checkpoint();
  for (std::size_t i = 0; i < set.seen.size(); ++i) {
    Linker linker({}, stored);
    for (auto& frame : linker.add(static_cast<std::int64_t>(i), set.seen[i])) {
      frames.push_back(std::move(frame));
    }
    stored = linker.checkpoint();
  }
  for (auto& frame : Linker({}, stored).finish()) frames.push_back(std::move(frame));
  ASSERT_EQ(frames.size(), whole.frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) expect_equal(frames[i], whole.frames[i]);
}

TEST(LinkCheckpoint, DoesNotGrowWithTheLength) {
  const auto set =
      make_point_tracks({.frames = 300, .particles = 40, .side_px = 300.0, .merge = false});
  Linker linker({});
  std::size_t early = 0;
  for (std::size_t i = 0; i < set.seen.size(); ++i) {
    (void)linker.add(static_cast<std::int64_t>(i), set.seen[i]);
    if (i == 40) early = linker.checkpoint().size();
  }
  EXPECT_LT(linker.checkpoint().size(), early + early / 5);
}

TEST(LinkCheckpoint, WhatIsNoneIsRefused) {
  const auto set = crowded();
  Linker linker({});
  for (std::size_t i = 0; i < 20; ++i) (void)linker.add(static_cast<std::int64_t>(i), set.seen[i]);
  const auto good = linker.checkpoint();
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{1}, std::size_t{12}, good.size() / 2, good.size() - 1}) {
    const std::vector<double> cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_THROW(Linker({}, cut), InputError);
  }
  auto longer = good;
  longer.push_back(0.0);
  EXPECT_THROW(Linker({}, longer), InputError);
  auto other = good;
  other[0] = 1.0;
  EXPECT_THROW(Linker({}, other), InputError);
}

}  // namespace
}  // namespace adatom::tracking
