#include "adatom/tracking/link.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "support/point_tracks.h"

namespace adatom::tracking {
namespace {

Particle disc(double x, double y, double radius, double error = 0.05) {
  Particle p;
  p.x_px = x;
  p.y_px = y;
  p.x_stderr_px = error;
  p.y_stderr_px = error;
  p.radius_px = radius;
  p.radius_stderr_px = error;
  p.contrast = -0.5;
  p.contrast_stderr = 0.01;
  return p;
}

using Frames = std::vector<std::vector<Particle>>;

std::vector<TrackEvent> of_kind(const LinkedSet& set, TrackEventKind kind) {
  std::vector<TrackEvent> events;
  for (const auto& event : set.events) {
    if (event.kind == kind) events.push_back(event);
  }
  return events;
}

/// A few particles at rest far from where things happen: what drift and step sizes are learnt from.
std::vector<Particle> bystanders(RandomStream& random) {
  std::vector<Particle> discs;
  for (int i = 0; i < 20; ++i) {
    discs.push_back(disc(40.0 * i + 0.05 * random.normal(), 400.0 + 0.05 * random.normal(), 6.0));
  }
  return discs;
}

TEST(Link, FramesComeBackOnceInOrderWithTheirParticles) {
  PointTrackOptions options{.frames = 30, .particles = 50};
  const auto set = make_point_tracks(options);
  const auto linked = link_all(set.seen, {});
  ASSERT_EQ(linked.frames.size(), set.seen.size());
  for (std::size_t i = 0; i < set.seen.size(); ++i) {
    EXPECT_EQ(linked.frames[i].frame, static_cast<std::int64_t>(i));
    ASSERT_EQ(linked.frames[i].particles.size(), set.seen[i].size());
    std::set<std::int64_t> tracks;
    for (std::size_t j = 0; j < set.seen[i].size(); ++j) {
      EXPECT_EQ(linked.frames[i].particles[j].particle.x_px, set.seen[i][j].x_px);
      const auto track = linked.frames[i].particles[j].track;
      if (track >= 0) {
        EXPECT_TRUE(tracks.insert(track).second) << "twice in a frame";
      }
    }
  }
}

TEST(Link, GapsAreClosedUpToTheLengthGiven) {
  for (const std::int64_t missing : {1, 3, 4}) {
    RandomStream random(1);
    Frames frames;
    for (std::int64_t i = 0; i < 40; ++i) {
      auto seen = bystanders(random);
      if (i < 20 || i >= 20 + missing) seen.push_back(disc(100.0, 100.0, 8.0));
      frames.push_back(seen);
    }
    const auto linked = link_all(frames, {.max_gap_frames = 3});
    const bool closed = missing <= 3;
    EXPECT_EQ(linked.tracks.size(), closed ? 21U : 22U);
    EXPECT_EQ(of_kind(linked, TrackEventKind::vanish).size(), closed ? 0U : 1U);
    EXPECT_EQ(of_kind(linked, TrackEventKind::appear).size(), closed ? 0U : 1U);
  }
}

TEST(Link, WhatIsSeenOnceIsNoTrack) {
  RandomStream random(2);
  Frames frames;
  for (int i = 0; i < 20; ++i) {
    frames.push_back(bystanders(random));
    if (i == 7) frames.back().push_back(disc(200.0, 200.0, 5.0));
  }
  const auto linked = link_all(frames, {});
  EXPECT_EQ(linked.tracks.size(), 20U);
  EXPECT_TRUE(linked.events.empty());
  EXPECT_EQ(linked.frames[7].particles.back().track, -1);
}

TEST(Link, CrossingParticlesKeepTheirWayWithAMotionModelAndTheirSizesWithout) {
  // Two cross at right angles, 4 px a frame, and are 2 px apart once.
  const auto crossing = [](double other_radius) {
    RandomStream random(3);
    Frames frames;
    for (int i = 0; i < 41; ++i) {
      auto seen = bystanders(random);
      seen.push_back(disc(100.0 + 4.0 * (i - 20), 101.0, 6.0));
      seen.push_back(disc(101.0, 100.0 + 4.0 * (i - 20), other_radius));
      frames.push_back(seen);
    }
    return frames;
  };
  const auto same_way = [](const LinkedSet& linked) {
    const auto& first = linked.frames.front().particles;
    const auto& last = linked.frames.back().particles;
    return first[20].track == last[20].track && first[21].track == last[21].track;
  };
  const LinkOptions kalman{.motion = MotionModel::kalman, .max_step_px = 10.0};
  const LinkOptions directed{.motion = MotionModel::directed, .max_step_px = 10.0};
  const LinkOptions brownian{.motion = MotionModel::brownian, .max_step_px = 10.0};
  EXPECT_TRUE(same_way(link_all(crossing(6.0), kalman)));
  EXPECT_TRUE(same_way(link_all(crossing(6.0), directed)));
  EXPECT_TRUE(same_way(link_all(crossing(9.0), brownian)));
}

TEST(Link, TheSumOfAllCostsDecidesNotTheNearestPair) {
  // A row of particles 6 px apart that all step by 3.1 px: each one's nearest is its neighbour's.
  Frames frames;
  for (int i = 0; i < 3; ++i) {
    auto& seen = frames.emplace_back();
    for (int k = 0; k < 10; ++k) seen.push_back(disc(100.0 + 6.0 * k + 3.1 * i, 100.0, 2.0));
  }
  const auto linked = link_all(frames, {.max_step_px = 5.0, .drift = DriftModel::none});
  for (std::size_t k = 0; k < 10; ++k) {
    EXPECT_EQ(linked.frames[1].particles[k].track, linked.frames[0].particles[k].track);
  }
}

TEST(Link, DriftIsFoundThroughJumpsFarBeyondTheStepsOfParticles) {
  RandomStream random(4);
  Frames frames;
  std::vector<double> drift;
  double at = 0.0;
  for (int i = 0; i < 30; ++i) {
    if (i > 0) at += i == 15 ? 17.0 : 0.4;
    drift.push_back(at);
    auto seen = bystanders(random);
    for (int k = 0; k < 5; ++k) seen.push_back(disc(40.0 * k, 100.0 + 1.5 * i, 4.0));  // walks
    for (auto& p : seen) p.x_px += at;
    frames.push_back(seen);
  }
  const auto linked = link_all(frames, {.max_step_px = 5.0});
  EXPECT_EQ(linked.tracks.size(), 25U);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    // 20 at rest with 0.05 px each: 0.016 px between any two frames, and what walks in as the
    // weights change; five walkers of 1.5 px a frame would pull by 0.3 px each.
    EXPECT_NEAR(linked.frames[i].drift.x_px, drift[i], 0.1);
    EXPECT_NEAR(linked.frames[i].drift.y_px, 0.0, 0.1);
  }
}

/// Root mean square of the errors of the drift's steps along an axis, from frame 50 on.
double step_error(const LinkedSet& linked, const std::vector<std::array<double, 2>>& drift) {
  double squares = 0.0;
  double count = 0.0;
  for (std::size_t i = 50; i < drift.size(); ++i) {
    const auto& now = linked.frames[i].drift;
    const auto& before = linked.frames[i - 1].drift;
    squares += std::pow(now.x_px - before.x_px - (drift[i][0] - drift[i - 1][0]), 2) +
               std::pow(now.y_px - before.y_px - (drift[i][1] - drift[i - 1][1]), 2);
    count += 2.0;
  }
  return std::sqrt(squares / count);
}

TEST(Link, DriftOfParticlesKnownBadlyIsAsGoodAsAKalmanFilterThatKnowsItsLaw) {
  RandomStream random(11);
  constexpr double error = 0.3;
  constexpr double walk = 0.05;
  constexpr int count = 100;
  Frames frames;
  std::vector<std::array<double, 2>> drift;
  std::array<double, 2> at = {};
  for (int i = 0; i < 400; ++i) {
    at = {at[0] + 0.2 + walk * random.normal(), at[1] - 0.1 + walk * random.normal()};
    drift.push_back(at);
    std::vector<Particle> seen;
    for (int k = 0; k < count; ++k) {
      seen.push_back(disc(30.0 * (k % 10) + at[0] + error * random.normal(),
                          30.0 * (k / 10) + at[1] + error * random.normal(), 6.0, error));
    }
    frames.push_back(seen);
  }
  // Steady state of x_t = x_t-1 + step (variance q), measured with variance r; m is the variance
  // foretold, k the gain, p what is left of it.
  const double q = walk * walk;
  const double r = error * error / count;
  const double m = 0.5 * (q + std::sqrt(q * q + 4.0 * q * r));
  const double k = m / (m + r);
  const double p = k * r;
  const double best = std::sqrt(k * k * p + (1.0 - k) * (1.0 - k) * q + k * k * r);
  const double of_frames_alone = std::sqrt(2.0 * r);
  const double found = step_error(link_all(frames, {.max_step_px = 8.0}), drift);
  // The law is learned here, and 700 errors are a sample of 3 %.
  EXPECT_LT(found, 1.12 * best);
  EXPECT_LT(found, 0.9 * of_frames_alone);
}

TEST(Link, DriftIsAlsoFoundFromParticlesThatDriveSteadily) {
  RandomStream random(12);
  constexpr double error = 0.25;
  constexpr int at_rest = 10;
  Frames frames;
  std::vector<std::array<double, 2>> drift;
  std::array<double, 2> at = {};
  for (int i = 0; i < 250; ++i) {
    // Steps so large that what is expected of them tells nothing.
    at = {at[0] + random.normal(), at[1] + random.normal()};
    drift.push_back(at);
    std::vector<Particle> seen;
    for (int k = 0; k < 100; ++k) {
      const double speed = k < at_rest ? 0.0 : 0.8;
      const double x = 300.0 * (k % 10) + speed * std::cos(2.4 * k) * i;
      const double y = 300.0 * static_cast<double>(k / 10) + speed * std::sin(2.4 * k) * i;
      seen.push_back(disc(x + at[0] + error * random.normal(), y + at[1] + error * random.normal(),
                          6.0, error));
    }
    frames.push_back(seen);
  }
  const double found = step_error(link_all(frames, {.max_step_px = 8.0}), drift);
  const double of_those_at_rest = std::sqrt(2.0 / at_rest) * error;
  // If the velocities were known 0.32 of it; what is foretold with the last places has errors, too.
  EXPECT_LT(found, 0.5 * of_those_at_rest);
}

TEST(Link, DroppedAndEmptyFramesDoNotEndTracks) {
  RandomStream random(5);
  Linker linker({});
  std::vector<LinkedFrame> frames;
  for (std::int64_t i = 0; i < 40; ++i) {
    if (i == 12 || i == 13) continue;  // dropped
    auto seen = bystanders(random);
    for (auto& p : seen) p.x_px += 0.5 * static_cast<double>(i);
    if (i == 25) seen.clear();
    for (auto& frame : linker.add(i, seen)) frames.push_back(std::move(frame));
  }
  for (auto& frame : linker.finish()) frames.push_back(std::move(frame));
  const auto linked = collect(std::move(frames));
  EXPECT_EQ(linked.tracks.size(), 20U);
  EXPECT_TRUE(linked.events.empty());
  EXPECT_NEAR(linked.frames.back().drift.x_px, 0.5 * 39, 0.1);
}

/// Two particles that come together and are one from frame 20 on.
Frames merging(double radius_a, double radius_b, double merged_radius) {
  RandomStream random(6);
  Frames frames;
  const double share = std::pow(radius_a, 3) / (std::pow(radius_a, 3) + std::pow(radius_b, 3));
  for (int i = 0; i < 40; ++i) {
    auto seen = bystanders(random);
    const double apart = radius_a + radius_b + 0.5 * std::max(0, 19 - i);
    const double x = 200.0 + 0.05 * random.normal();
    if (i < 20) {
      seen.push_back(disc(x - (1.0 - share) * apart, 100.0, radius_a));
      seen.push_back(disc(x + share * apart, 100.0, radius_b));
    } else {
      seen.push_back(disc(x, 100.0, merged_radius));
    }
    frames.push_back(seen);
  }
  return frames;
}

TEST(Link, MergedParticleIsNewAndKnowsItsParents) {
  // Equal ones (both end, a third begins far from either) and unequal ones (the large one goes on).
  for (const auto& [a, b] : {std::pair{8.0, 8.0}, {5.0, 12.0}, {4.0, 6.0}}) {
    const double merged = std::cbrt(a * a * a + b * b * b);
    const auto linked = link_all(merging(a, b, merged), {});
    const auto merges = of_kind(linked, TrackEventKind::merge);
    ASSERT_EQ(merges.size(), 1U) << a << " " << b;
    EXPECT_EQ(merges[0].frame, 20);
    const auto& before = linked.frames[19].particles;
    const std::vector parents = {before[20].track, before[21].track};
    EXPECT_EQ(merges[0].parents, parents);
    EXPECT_EQ(merges[0].id, linked.frames[20].particles[20].track);
    EXPECT_EQ(linked.tracks.size(), 23U);
    EXPECT_EQ(linked.events.size(), 1U);
  }
}

TEST(Link, OneThatVanishesBesideAnotherIsNoMergeIfThatDoesNotGrow) {
  // Whether it stays where it was or stands where a merged one would: of 5 and 6 it is within five
  // standard errors of the merged size, so that the likelihoods decide.
  for (const auto& [a, b] : {std::pair{8.0, 9.0}, {5.0, 6.0}}) {
    auto frames = merging(a, b, b);
    EXPECT_TRUE(of_kind(link_all(frames, {}), TrackEventKind::merge).empty()) << a;
    const double large_at = frames[19][21].x_px;
    for (std::size_t i = 20; i < frames.size(); ++i) frames[i][20].x_px = large_at;
    const auto linked = link_all(frames, {});
    EXPECT_TRUE(of_kind(linked, TrackEventKind::merge).empty()) << a;
    EXPECT_EQ(of_kind(linked, TrackEventKind::vanish).size(), 1U) << a;
  }
}

TEST(Link, OddsOfAMergeFallWithTheSizeThatIsWrong) {
  const LinkOptions options{.conserved = ConservedSize::volume};
  const double right = std::cbrt(8.0 * 8.0 * 8.0 + 8.0 * 8.0 * 8.0);
  const auto odds = [&](double radius) {
    return of_kind(link_all(merging(8.0, 8.0, radius), options), TrackEventKind::merge)
        .at(0)
        .log_odds;
  };
  // Radii are trusted to 2 % each: 8 % are three standard errors, chi^2 / 2 of 4 or more.
  EXPECT_GT(odds(right), odds(1.08 * right) + 3.0);
  EXPECT_GT(odds(right), odds(0.92 * right) + 3.0);
}

TEST(Link, SplitEndsTheParentAndBeginsTwo) {
  for (const auto& [a, b] : {std::pair{8.0, 8.0}, {5.0, 12.0}}) {
    auto frames = merging(a, b, std::cbrt(a * a * a + b * b * b));
    std::ranges::reverse(frames);
    const auto linked = link_all(frames, {});
    const auto splits = of_kind(linked, TrackEventKind::split);
    ASSERT_EQ(splits.size(), 2U);
    for (const auto& split : splits) {
      EXPECT_EQ(split.frame, 20);
      EXPECT_EQ(split.parents, std::vector{linked.frames[19].particles[20].track});
    }
    EXPECT_EQ(linked.events.size(), 2U);
    EXPECT_EQ(linked.tracks.size(), 23U);
  }
}

TEST(Link, AMissedDetectionAtTheMergeDoesNotHideIt) {
  for (const int missed : {18, 19, 20}) {
    auto frames = merging(8.0, 8.0, 8.0 * std::cbrt(2.0));
    auto& seen = frames[static_cast<std::size_t>(missed)];
    seen.erase(seen.begin() + 20);
    const auto linked = link_all(frames, {});
    EXPECT_EQ(of_kind(linked, TrackEventKind::merge).size(), 1U) << missed;
  }
}

TEST(Link, OneSeenTooSeldomForATrackIsOneIfItMerges) {
  // Of the smaller parent only the last one or two frames are there.
  for (const int seen : {1, 2}) {
    auto frames = merging(5.0, 7.0, std::cbrt(125.0 + 343.0));
    for (int i = 0; i < 20 - seen; ++i) {
      auto& frame = frames[static_cast<std::size_t>(i)];
      frame.erase(frame.begin() + 20);
    }
    const auto linked = link_all(frames, {.min_detections = 3});
    const auto merges = of_kind(linked, TrackEventKind::merge);
    ASSERT_EQ(merges.size(), 1U) << seen;
    const auto& before = linked.frames[19].particles;
    const std::vector parents = {before[21].track, before[20].track};
    EXPECT_EQ(merges[0].parents, parents);
    EXPECT_GE(parents[0], 0);
  }
}

TEST(Link, WhatComesAndGoesAtTheEdgeOfTheFrameIsNoEvent) {
  // Beside another one something is seen now and then, and both are hardly known: odds of 5 within
  // the frame.
  const auto count = [](bool at_edge) {
    RandomStream random(7);
    Frames frames;
    for (int i = 0; i < 60; ++i) {
      auto seen = bystanders(random);
      const bool two = i / 10 % 2 == 1;
      seen.push_back(disc(two ? 206.0 : 204.5, 1.0, two ? 7.0 : 7.1, 0.4));
      if (two) seen.push_back(disc(194.0, 1.0, 5.0, 0.4));
      for (std::size_t k = 20; k < seen.size(); ++k) seen[k].at_edge = at_edge;
      frames.push_back(seen);
    }
    const auto linked = link_all(frames, {});
    return of_kind(linked, TrackEventKind::merge).size() +
           of_kind(linked, TrackEventKind::split).size();
  };
  EXPECT_EQ(count(true), 0U);
  EXPECT_GT(count(false), 3U);
}

TEST(Link, TheMobileFewAmongManyAtRestKeepTheirTracks) {
  // One in twenty walks by 3 px a frame along each axis, 4.5 times the root mean square of all.
  RandomStream random(8);
  std::vector<std::array<double, 2>> places;
  for (int row = 0; row < 20; ++row) {
    for (int column = 0; column < 20; ++column) {
      places.push_back({50.0 * column + 25.0, 50.0 * row + 25.0});
    }
  }
  Frames frames;
  for (int i = 0; i < 60; ++i) {
    auto& seen = frames.emplace_back();
    for (std::size_t k = 0; k < places.size(); ++k) {
      auto& place = places[k];
      const bool mobile = k % 20 == 10;
      for (double& at : place) at += mobile && i > 0 ? 3.0 * random.normal() : 0.0;
      seen.push_back(disc(place[0] + 0.1 * random.normal(), place[1] + 0.1 * random.normal(),
                          4.0 + 0.5 * static_cast<double>(k % 7), 0.1));
    }
  }
  const auto linked = link_all(frames, {.max_step_px = 20.0, .drift = DriftModel::none});
  EXPECT_EQ(linked.tracks.size(), 400U);
  std::size_t kept = 0;
  for (std::size_t k = 0; k < 400; ++k) {
    kept += linked.frames[0].particles[k].track == linked.frames[59].particles[k].track ? 1 : 0;
  }
  EXPECT_EQ(kept, 400U);
}

TEST(Link, BadInputIsRefused) {
  Linker linker({});
  (void)linker.add(3, {});
  EXPECT_THROW((void)linker.add(3, {}), InputError);
  const std::vector bad = {disc(std::nan(""), 1.0, 2.0)};
  EXPECT_THROW((void)linker.add(4, bad), InputError);
  EXPECT_THROW(Linker({.max_gap_frames = -1}), InputError);
}

TEST(Link, NothingToLinkIsNoMistake) {
  const auto linked = link_all(Frames(20), {});
  EXPECT_EQ(linked.frames.size(), 20U);
  EXPECT_TRUE(linked.tracks.empty());
}

}  // namespace
}  // namespace adatom::tracking
