#include "adatom/dynamics/clusters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::dynamics {
namespace {

using Eigen::Vector3d;
using Positions = std::vector<Vector3d>;
using Atoms = std::vector<std::uint32_t>;

Positions in_a_row(std::initializer_list<double> places) {
  Positions positions;
  for (const double x : places) positions.emplace_back(x, 0.0, 0.0);
  return positions;
}

TEST(Clusters, AreNumberedBySize) {
  const auto clusters = find_clusters(in_a_row({0.0, 10.0, 2.0, 12.0, 14.0, 30.0}), {}, 2.5);
  EXPECT_EQ(clusters.sizes, (Atoms{3, 2, 1}));
  EXPECT_EQ(clusters.of_atoms, (Atoms{1, 0, 1, 0, 0, 2}));
}

TEST(Clusters, HangTogetherAcrossPeriodicBorders) {
  crystal::Box box;
  box.cell_angstrom = 20.0 * Eigen::Matrix3d::Identity();
  const auto row = in_a_row({0.5, 19.5, 10.0});
  EXPECT_EQ(find_clusters(row, box, 2.0).sizes, (Atoms{1, 1, 1}));
  box.periodic = {true, false, false};
  EXPECT_EQ(find_clusters(row, box, 2.0).sizes, (Atoms{2, 1}));
}

TEST(Clusters, EqualThoseOfAFlood) {
  RandomStream random(3);
  Positions positions;
  for (int i = 0; i < 150; ++i) {
    const double x = random.uniform();
    const double y = random.uniform();
    positions.emplace_back(15.0 * x, 15.0 * y, 15.0 * random.uniform());
  }
  // Every pair, again and again, until nothing changes.
  std::vector<std::size_t> label(positions.size());
  for (std::size_t i = 0; i < label.size(); ++i) label[i] = i;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < label.size(); ++i) {
      for (std::size_t j = 0; j < label.size(); ++j) {
        if ((positions[i] - positions[j]).norm() > 2.0 || label[j] <= label[i]) continue;
        label[j] = label[i];
        changed = true;
      }
    }
  }
  const auto clusters = find_clusters(positions, {}, 2.0);
  EXPECT_GT(clusters.sizes.size(), 5U);
  EXPECT_GT(clusters.sizes.front(), 5U);
  for (std::size_t i = 0; i < label.size(); ++i) {
    for (std::size_t j = 0; j < label.size(); ++j) {
      EXPECT_EQ(label[i] == label[j], clusters.of_atoms[i] == clusters.of_atoms[j]);
    }
  }
}

/// Five atoms 2 angstrom apart in a row, and what comes behind them.
Positions with_row(std::initializer_list<double> behind) {
  Positions positions = in_a_row({0.0, 2.0, 4.0, 6.0, 8.0});
  for (const double x : behind) positions.emplace_back(x, 0.0, 0.0);
  return positions;
}

/// Frames 1 ps apart.
std::vector<ClusterEvent> events_of(const std::vector<Positions>& frames,
                                    const ClusterOptions& options) {
  ClusterTracker tracker(frames.front().size(), options);
  std::vector<ClusterEvent> events;
  for (std::size_t f = 0; f < frames.size(); ++f) {
    auto now = tracker.add(frames[f], {}, static_cast<double>(f));
    events.insert(events.end(), now.events.begin(), now.events.end());
  }
  return events;
}

const ClusterOptions plain{.bind_angstrom = 2.5, .release_angstrom = 3.0};

TEST(ClusterTracker, TellsADimerThatLeavesAndComesBackElsewhere) {
  // Atoms 5 and 6 leave atom 4 in frame 2, and come back to atom 0 in frame 5.
  const auto events =
      events_of({with_row({10.0, 12.0}), with_row({10.0, 12.0}), with_row({20.0, 22.0}),
                 with_row({20.0, 22.0}), with_row({-20.0, -22.0}), with_row({-2.0, -4.0})},
                plain);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, ClusterEventKind::detachment);
  EXPECT_EQ(events[0].frame, 2U);
  EXPECT_DOUBLE_EQ(events[0].time_ps, 2.0);
  EXPECT_EQ(events[0].atoms, (Atoms{5, 6}));
  EXPECT_EQ(events[0].site, (Atoms{4}));
  EXPECT_FALSE(events[0].away_ps);
  // The row's centre is at 4.
  EXPECT_DOUBLE_EQ(events[0].distance_angstrom, 17.0);
  EXPECT_EQ(events[1].kind, ClusterEventKind::attachment);
  EXPECT_EQ(events[1].frame, 5U);
  EXPECT_EQ(events[1].atoms, (Atoms{5, 6}));
  EXPECT_EQ(events[1].site, (Atoms{0}));
  EXPECT_DOUBLE_EQ(events[1].away_ps.value(), 3.0);
}

TEST(ClusterTracker, SinglesAreEventsOfTheirOwn) {
  const auto here = with_row({10.0, -2.0});
  const auto events = events_of({here, with_row({20.0, -20.0}), here}, plain);
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[0].atoms, Atoms{5});
  EXPECT_EQ(events[1].atoms, Atoms{6});
  // They come back in one frame, but each by itself.
  EXPECT_EQ(events[2].atoms, Atoms{5});
  EXPECT_EQ(events[3].atoms, Atoms{6});
  EXPECT_EQ(events[3].site, Atoms{0});
  // One that never was there comes without a time away.
  const auto arrival = events_of({with_row({20.0}), with_row({10.0})}, plain);
  ASSERT_EQ(arrival.size(), 1U);
  EXPECT_EQ(arrival[0].kind, ClusterEventKind::attachment);
  EXPECT_FALSE(arrival[0].away_ps);
}

TEST(ClusterTracker, FlickerAtTheCutOffIsNoEvent) {
  // The bond swings between 2.3 and 2.9: it forms within 2.5 and holds up to 3.0.
  std::vector<Positions> frames;
  for (int f = 0; f < 20; ++f) frames.push_back(with_row({f % 2 == 0 ? 10.3 : 10.9}));
  EXPECT_TRUE(events_of(frames, plain).empty());
  // With one cut-off it flickers.
  EXPECT_EQ(events_of(frames, {.bind_angstrom = 2.5, .release_angstrom = 2.5}).size(), 19U);
  // An atom that starts between the two is not bound.
  EXPECT_EQ(events_of({with_row({10.9}), with_row({10.3})}, plain).size(), 1U);
}

TEST(ClusterTracker, ShortAbsencesAreNoEvents) {
  const ClusterOptions patient{
      .bind_angstrom = 2.5, .release_angstrom = 3.0, .least_duration_ps = 2.0};
  const auto here = with_row({10.0});
  const auto gone = with_row({20.0});
  // Away for one frame, then for three, with one frame back between them: one departure at frame 3.
  ClusterTracker tracker(6, patient);
  std::vector<ClusterEvent> events;
  std::vector<bool> away;
  std::size_t told = 0;
  const std::vector<Positions> frames = {here, gone, here, gone, gone, gone, here, here, here};
  for (std::size_t f = 0; f < frames.size(); ++f) {
    const auto now = tracker.add(frames[f], {}, static_cast<double>(f));
    if (!now.events.empty()) told = f;
    events.insert(events.end(), now.events.begin(), now.events.end());
    away.push_back(tracker.is_away(5));
    if (f == 5) {
      ASSERT_EQ(events.size(), 1U);
      EXPECT_EQ(told, 5U);
    }
  }
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].frame, 3U);
  EXPECT_EQ(events[0].site, Atoms{4});
  EXPECT_EQ(events[1].frame, 6U);
  EXPECT_DOUBLE_EQ(events[1].away_ps.value(), 3.0);
  EXPECT_EQ(away, (std::vector<bool>{false, false, false, false, false, true, true, true, false}));
}

TEST(ClusterTracker, MainClusterIsFollowedNotTheLargest) {
  // Two rows of three and two; the second grows to four by atoms that come, the first stays main.
  const auto place = [](double a, double b) { return in_a_row({0.0, 2.0, 4.0, 50.0, 52.0, a, b}); };
  ClusterTracker tracker(7, plain);
  EXPECT_EQ(tracker.add(place(100.0, 200.0), {}, 0.0).main, 0U);
  const auto now = tracker.add(place(54.0, 56.0), {}, 1.0);
  EXPECT_EQ(now.clusters.sizes, (Atoms{4, 3}));
  EXPECT_EQ(now.main, 1U);
  EXPECT_TRUE(now.events.empty());
}

TEST(ClusterTracker, StoredStateGoesOn) {
  RandomStream random(12);
  Positions positions = in_a_row({0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0});
  const ClusterOptions options{
      .bind_angstrom = 2.6, .release_angstrom = 3.2, .least_duration_ps = 2.0};
  ClusterTracker whole(positions.size(), options);
  ClusterTracker parts(positions.size(), options);
  std::size_t events = 0;
  for (int f = 0; f < 200; ++f) {
    for (std::size_t i = 0; i < positions.size(); ++i) {
      positions[i].x() = 2.0 * static_cast<double>(i) + 0.5 * random.normal();
    }
    const auto a = whole.add(positions, {}, f);
    if (f % 7 == 0) {
      ClusterTracker next(positions.size(), options);
      next.restore(parts.numbers());
      parts = next;
    }
    const auto b = parts.add(positions, {}, f);
    ASSERT_EQ(a.events.size(), b.events.size());
    for (std::size_t k = 0; k < a.events.size(); ++k) {
      EXPECT_EQ(a.events[k].atoms, b.events[k].atoms);
      EXPECT_EQ(a.events[k].site, b.events[k].site);
    }
    events += a.events.size();
  }
  EXPECT_GT(events, 10U);
  const auto bytes = [](const ClusterTracker& tracker) {
    auto numbers = tracker.numbers();
    // NaN is not equal to itself.
    for (double& value : numbers) value = value == value ? value : -1.0;
    return numbers;
  };
  EXPECT_EQ(bytes(whole), bytes(parts));
  ClusterTracker other(3, options);
  EXPECT_THROW(other.restore(whole.numbers()), InputError);
}

TEST(ClusterTracker, RefusesWhatItCannotFollow) {
  EXPECT_THROW(ClusterTracker(0, plain), InputError);
  EXPECT_THROW(ClusterTracker(3, {.bind_angstrom = 3.0, .release_angstrom = 2.0}), InputError);
  ClusterTracker tracker(1, plain);
  (void)tracker.add(in_a_row({0.0}), {}, 5.0);
  EXPECT_THROW((void)tracker.add(in_a_row({0.0}), {}, 5.0), InputError);
  EXPECT_THROW((void)tracker.add(in_a_row({0.0, 1.0}), {}, 6.0), InputError);
  EXPECT_THROW((void)tracker.add(in_a_row({std::numeric_limits<double>::infinity()}), {}, 6.0),
               InputError);
}

}  // namespace
}  // namespace adatom::dynamics
