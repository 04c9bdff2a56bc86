// `adatom track` on a video with known truth, from the frames to the speeds.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/storage/csv.h"
#include "program.h"
#include "support/video_truth.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

/// A hundred particles that wander, drive and rest, and merge when they meet, on 512 x 512 pixels
/// for four seconds, with drift: the density of the 300-particle phantom of 1024 x 1024.
class TrackedPhantom : public ::testing::Test {
 protected:
  void follow(const std::string& dose) const {
    const auto made = adatom::testing::run_program({"simulate",
                                                    "video",
                                                    "-o",
                                                    "video",
                                                    "--frames",
                                                    "100",
                                                    "--particles-count",
                                                    "100",
                                                    "--particles-radius-min-nm",
                                                    "2.5",
                                                    "--particles-radius-max-nm",
                                                    "15",
                                                    "--motion-contact",
                                                    "coalesce",
                                                    "--motion-drift-x-nm-per-s",
                                                    "5",
                                                    "--motion-drift-y-nm-per-s",
                                                    "-3",
                                                    "--motion-drift-walk-nm",
                                                    "0.1",
                                                    "--motion-margin-nm",
                                                    "40",
                                                    "--camera-dose-per-nm2",
                                                    dose,
                                                    "--seed",
                                                    "3"},
                                                   scratch.path());
    ASSERT_EQ(made.exit_code, 0) << made.messages;
    const auto result =
        adatom::testing::run_program({"track", "video/frames.tif", "-o", "out"}, scratch.path());
    ASSERT_EQ(result.exit_code, 0) << result.messages;
  }
  fs::path file(const std::string& name) const { return scratch.path() / name; }
  /// Root of the mean square error of the drift's steps, px per frame.
  double drift_error() const {
    const auto found = storage::read_csv(file("out/drift.csv"));
    const auto truth = storage::read_csv(file("video/drift.csv"));
    double squares = 0.0;
    for (const char* axis : {"drift_x_nm", "drift_y_nm"}) {
      const auto a = found.numbers(axis);
      const auto b = truth.numbers(axis);
      for (std::size_t i = 1; i < a.size(); ++i) {
        const double error = (a[i] - a[i - 1]) - (b[i] - b[i - 1]);
        squares += error * error / static_cast<double>(a.size() - 1) / 2.0;
      }
    }
    return std::sqrt(squares);
  }
  const adatom::testing::ScratchFolder scratch;
};

TEST_F(TrackedPhantom, At60ElectronsPerPixel) {
  follow("60");
  if (HasFatalFailure()) return;
  const auto truth = score_tracks_of(file("video/truth.csv"), 512);
  const auto found = score_tracks_of(file("out/tracks.csv"), 512);
  const auto scores = tracking::score_tracks(truth, found);
  // What the project asks for (issue 8).
  EXPECT_GE(scores.alpha, 0.90);
  EXPECT_GE(scores.beta, 0.88);
  EXPECT_GE(scores.jsc, 0.91);
  EXPECT_GE(scores.jsc_theta, 0.88);
  // There: 0.02 px per frame with 300 particles; the error goes with the root of their number.
  EXPECT_LE(drift_error(), 0.02 * std::sqrt(3.0));
  const auto merges = tracking::score_events(merges_and_splits(file("video/events.csv")), truth,
                                             merges_and_splits(file("out/events.csv")), found,
                                             tracking::TrackEventKind::merge);
  ASSERT_GT(merges.true_events, 5);
  // Those of the first frames, of which nothing is known before, and at the border count as well;
  // 0.67 when this was written.
  EXPECT_GE(merges.recall(), 0.6);
  const auto fractions = storage::read_csv(file("out/fractions.csv"));
  for (std::size_t row = 1; row < fractions.rows(); ++row) {  // lags of 5 and 25 frames
    const double expected =
        true_share_faster(file("video/truth.csv"), fractions.integers("lag_frames")[row], 0.04, 10);
    EXPECT_NEAR(fractions.numbers("corrected_share_faster")[row], expected, 0.03)
        << fractions.integers("lag_frames")[row];
  }
  std::printf(
      "alpha %.3f beta %.3f JSC %.3f JSC_theta %.3f RMSE %.3f px drift %.4f px merges %.2f\n",
      scores.alpha, scores.beta, scores.jsc, scores.jsc_theta, scores.rmse_px, drift_error(),
      merges.recall());
}

TEST_F(TrackedPhantom, At8ElectronsPerPixel) {
  follow("8");
  if (HasFatalFailure()) return;
  const auto truth = score_tracks_of(file("video/truth.csv"), 512);
  const auto scores = tracking::score_tracks(truth, score_tracks_of(file("out/tracks.csv"), 512));
  // Recall and precision of points 0.93 at least are JSC 0.87; without numbers asked for tracks.
  EXPECT_GE(scores.jsc, 0.87);
  const auto fractions = storage::read_csv(file("out/fractions.csv"));
  for (std::size_t row = 1; row < fractions.rows(); ++row) {
    const double expected =
        true_share_faster(file("video/truth.csv"), fractions.integers("lag_frames")[row], 0.04, 10);
    EXPECT_NEAR(fractions.numbers("corrected_share_faster")[row], expected, 0.03)
        << fractions.integers("lag_frames")[row];
  }
  std::printf("alpha %.3f beta %.3f JSC %.3f JSC_theta %.3f RMSE %.3f px drift %.4f px\n",
              scores.alpha, scores.beta, scores.jsc, scores.jsc_theta, scores.rmse_px,
              drift_error());
}

}  // namespace
}  // namespace adatom::pipeline
