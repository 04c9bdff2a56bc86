#include "adatom/tracking/score.h"

#include <cmath>

#include <gtest/gtest.h>

#include "adatom/base/error.h"

namespace adatom::tracking {
namespace {

ScoreTrack line(std::int64_t id, std::int64_t begin, std::int64_t frames, double x, double y) {
  ScoreTrack track{id, {}};
  for (std::int64_t i = begin; i < begin + frames; ++i) track.points.push_back({i, x, y});
  return track;
}

TEST(Score, TheTruthItselfIsPerfect) {
  const std::vector truth = {line(1, 0, 10, 0, 0), line(2, 0, 10, 20, 0)};
  const auto scores = score_tracks(truth, truth);
  EXPECT_EQ(scores.alpha, 1.0);
  EXPECT_EQ(scores.beta, 1.0);
  EXPECT_EQ(scores.jsc, 1.0);
  EXPECT_EQ(scores.jsc_theta, 1.0);
  EXPECT_EQ(scores.rmse_px, 0.0);
}

TEST(Score, NothingFoundIsZero) {
  const std::vector truth = {line(1, 0, 10, 0, 0)};
  const auto scores = score_tracks(truth, {});
  EXPECT_EQ(scores.alpha, 0.0);
  EXPECT_EQ(scores.beta, 0.0);
  EXPECT_EQ(scores.jsc, 0.0);
  EXPECT_EQ(scores.jsc_theta, 0.0);
  EXPECT_TRUE(std::isnan(scores.rmse_px));
}

TEST(Score, ConstructedCaseWithValuesByHand) {
  // Truth: two tracks of 10 points, d(X, 0) = 2 * 10 * 5 = 100. Found: the first one 1 px off in 8
  // of its frames and not in 2 (8 * 1 + 2 * 5 = 18); the second not at all (50); one invented track
  // of 4 points (20).
  const std::vector truth = {line(1, 0, 10, 0, 0), line(2, 0, 10, 100, 0)};
  const std::vector found = {line(7, 2, 8, 1, 0), line(8, 0, 4, 300, 0)};
  const auto scores = score_tracks(truth, found);
  EXPECT_DOUBLE_EQ(scores.alpha, 1.0 - 68.0 / 100.0);
  EXPECT_DOUBLE_EQ(scores.beta, (100.0 - 68.0) / (100.0 + 20.0));
  EXPECT_DOUBLE_EQ(scores.jsc, 8.0 / (8.0 + 12.0 + 4.0));
  EXPECT_DOUBLE_EQ(scores.jsc_theta, 1.0 / (1.0 + 1.0 + 1.0));
  EXPECT_DOUBLE_EQ(scores.rmse_px, 1.0);
  EXPECT_EQ(scores.partner, (std::vector<std::int64_t>{0, -1}));
}

TEST(Score, ABrokenTrackCountsOnceAndItsRestIsSpurious) {
  const std::vector truth = {line(1, 0, 10, 0, 0)};
  const std::vector found = {line(1, 0, 6, 0, 0), line(2, 6, 4, 0, 0)};
  const auto scores = score_tracks(truth, found);
  EXPECT_DOUBLE_EQ(scores.alpha, 6.0 / 10.0);
  EXPECT_DOUBLE_EQ(scores.beta, 30.0 / (50.0 + 20.0));
  EXPECT_DOUBLE_EQ(scores.jsc, 6.0 / 14.0);
  EXPECT_DOUBLE_EQ(scores.jsc_theta, 1.0 / 2.0);
}

TEST(Score, PointsInFramesWithoutTruthCostTheGate) {
  // Ten right points and three more after the end: 50 - 3 * 5 of 50.
  const std::vector truth = {line(1, 0, 10, 0, 0)};
  const auto scores = score_tracks(truth, std::vector{line(1, 0, 13, 0, 0)});
  EXPECT_DOUBLE_EQ(scores.alpha, 0.7);
  EXPECT_DOUBLE_EQ(scores.jsc, 10.0 / 13.0);
}

TEST(Score, BeyondTheGateIsNoMatch) {
  const std::vector truth = {line(1, 0, 10, 0, 0)};
  EXPECT_EQ(score_tracks(truth, std::vector{line(1, 0, 10, 5.0, 0)}).matched_points, 0);
  EXPECT_EQ(score_tracks(truth, std::vector{line(1, 0, 10, 4.9, 0)}).matched_points, 10);
}

TEST(Score, EventsNeedTheRightParents) {
  const std::vector truth = {line(1, 0, 10, 0, 0), line(2, 0, 10, 20, 0), line(3, 10, 10, 10, 0),
                             line(4, 0, 20, 60, 0)};
  const TrackEvent merge{
      .frame = 10, .kind = TrackEventKind::merge, .id = 3, .parents = {1, 2}, .x_px = 0, .y_px = 0};
  const std::vector found = {line(11, 0, 10, 0, 0), line(12, 0, 11, 20, 0), line(13, 11, 9, 10, 0),
                             line(14, 0, 20, 60, 0)};
  auto event = merge;
  event.frame = 11;
  event.id = 13;
  event.parents = {12, 11};
  const auto score = [&] {
    return score_events(std::vector{merge}, truth, std::vector{event}, found,
                        TrackEventKind::merge);
  };
  EXPECT_EQ(score().matched, 1);
  EXPECT_EQ(score().recall(), 1.0);
  event.parents = {11, 14};
  EXPECT_EQ(score().matched, 0);
  EXPECT_EQ(score().wrong_parents, 1);
  event.parents = {11, 12};
  event.frame = 18;
  EXPECT_EQ(score().matched, 0);
}

TEST(Score, TracksOutOfOrderAreRefused) {
  ScoreTrack track = line(1, 0, 3, 0, 0);
  track.points[2].frame = 1;
  EXPECT_THROW((void)score_tracks(std::vector{track}, {}), InputError);
  EXPECT_THROW((void)score_tracks({}, {}, 0.0), InputError);
}

}  // namespace
}  // namespace adatom::tracking
