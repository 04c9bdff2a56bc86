// Precision and recall over all thresholds, against what can be counted by hand.
#include "adatom/tracking/atom_scores.h"

#include <cmath>

#include <gtest/gtest.h>

#include "adatom/base/error.h"

namespace adatom::tracking {
namespace {

Atom atom(double x, double y, double significance) {
  Atom a;
  a.x_px = x;
  a.y_px = y;
  a.significance = significance;
  return a;
}

TEST(AtomScores, PairsAreOneToOneNearestFirst) {
  const std::vector<Atom> found = {atom(0, 0, 9), atom(3, 0, 9), atom(50, 0, 9)};
  // The first mark is nearer to the second atom, which leaves the first atom without.
  const std::vector<MarkedAtom> marked = {{2.0, 0.0}, {54.5, 0.0}};
  EXPECT_EQ(match_marks(found, marked, 4.0), (std::vector<std::int64_t>{-1, 0, -1}));
  EXPECT_EQ(match_marks(found, marked, 5.0), (std::vector<std::int64_t>{-1, 0, 1}));
  EXPECT_EQ(match_marks(found, {}, 5.0), (std::vector<std::int64_t>{-1, -1, -1}));
}

TEST(AtomScores, CurveIsWhatIsCountedByHand) {
  // True, false, true, false by falling significance; three marks, one of them never found.
  const MarkedFrame frame{{atom(0, 0, 9), atom(20, 0, 8), atom(40, 0, 7), atom(60, 0, 6)},
                          {{0, 0}, {40, 1}, {80, 0}}};
  const auto scores = score_atoms({&frame, 1}, 2.0);
  ASSERT_EQ(scores.curve.size(), 4U);
  EXPECT_EQ(scores.marked, 3);
  const double precision[] = {1.0, 1.0 / 2.0, 2.0 / 3.0, 2.0 / 4.0};
  const double recall[] = {1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0};
  const double f1[] = {2.0 / 4.0, 2.0 / 5.0, 4.0 / 6.0, 4.0 / 7.0};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_DOUBLE_EQ(scores.curve[i].significance, 9.0 - static_cast<double>(i));
    EXPECT_DOUBLE_EQ(scores.curve[i].precision, precision[i]);
    EXPECT_DOUBLE_EQ(scores.curve[i].recall, recall[i]);
    EXPECT_DOUBLE_EQ(scores.curve[i].f1, f1[i]);
  }
  EXPECT_EQ(scores.best_f1.value(), 2U);
  EXPECT_FALSE(scores.held_out_f1.has_value());  // one frame has no others
  EXPECT_DOUBLE_EQ(score_atoms_at({&frame, 1}, 7.5, 2.0).f1, 2.0 / 5.0);
}

TEST(AtomScores, HeldOutFramesTakeTheThresholdOfTheOthers) {
  // The best threshold is 9 in two frames and 7 in the third.
  const std::vector<Atom> found = {atom(0, 0, 9), atom(20, 0, 8), atom(40, 0, 7)};
  const MarkedFrame strict{found, {{0, 0}}};
  const MarkedFrame loose{found, {{0, 0}, {20, 0}, {40, 0}}};
  const std::vector<MarkedFrame> frames = {strict, strict, loose};
  const auto scores = score_atoms(frames, 2.0);
  // Of the pooled five marks: at 9 three right of three, F1 6/8; at 7 five of nine, F1 10/14.
  EXPECT_EQ(scores.best_f1.value(), 0U);
  EXPECT_DOUBLE_EQ(scores.curve[0].f1, 0.75);
  // strict, judged by strict and loose: at 9 2 * 2 / (2 + 4), at 7 2 * 4 / (6 + 4): so 7, one right
  // of three. loose, judged by the two strict ones: 9, one right of one.
  EXPECT_DOUBLE_EQ(scores.held_out_f1.value(), 2.0 * 3.0 / (3.0 + 3.0 + 1.0 + 5.0));
  EXPECT_GT(scores.held_out_f1_stderr, 0.0);
}

TEST(AtomScores, ManyAtomsGiveACurveThatCanBeDrawn) {
  MarkedFrame frame;
  for (int i = 0; i < 1000; ++i) frame.found.push_back(atom(10.0 * i, 0, 5.0 + 0.01 * i));
  frame.marked.push_back({9990.0, 0.0});
  const auto scores = score_atoms({&frame, 1}, 2.0);
  ASSERT_EQ(scores.curve.size(), 200U);
  EXPECT_EQ(scores.curve.front().found, 1);
  EXPECT_EQ(scores.curve.back().found, 1000);
  EXPECT_DOUBLE_EQ(scores.curve.front().precision, 1.0);
}

TEST(AtomScores, NothingFoundOrMarkedIsNoError) {
  const MarkedFrame none;
  EXPECT_TRUE(score_atoms({&none, 1}, 2.0).curve.empty());
  EXPECT_EQ(score_atoms_at({&none, 1}, 5.0, 2.0).f1, 0.0);
  EXPECT_THROW((void)score_atoms({&none, 1}, 0.0), InputError);
}

}  // namespace
}  // namespace adatom::tracking
