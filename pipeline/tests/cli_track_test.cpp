// `adatom track` through the program.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "adatom/image/reader.h"
#include "adatom/image/writer.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"
#include "stages/json_text.h"
#include "support/small_video.h"
#include "support/video_truth.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using adatom::testing::ProgramResult;
using adatom::testing::run_program;

class Track : public SmallVideo {};

TEST_F(Track, ParticlesAreFollowed) {
  simulate("video", "12", {"--motion-drift-x-nm-per-s", "12", "--motion-drift-y-nm-per-s", "-8"});
  const ProgramResult result = call({"video/frames.tif", "-o", "out"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto truth = score_tracks_of(scratch.path() / "video/truth.csv", 128);
  const auto found = score_tracks_of(scratch.path() / "out/tracks.csv", 128);
  const auto scores = tracking::score_tracks(truth, found);
  // Nothing touches; what is at the border may be seen on one side of it only.
  EXPECT_GE(scores.jsc, 0.95);
  EXPECT_GE(scores.alpha, 0.93);
  EXPECT_EQ(scores.spurious_tracks, 0);
  // The bound of the smallest is 0.16 px.
  EXPECT_LT(scores.rmse_px, 0.2);

  const auto tracks = table("out/tracks.csv");
  const auto radii = tracks.numbers("radius_nm");
  const auto areas = tracks.numbers("area_nm2");
  for (std::size_t i = 0; i < tracks.rows(); ++i) {
    EXPECT_GT(radii[i], 3.5);
    EXPECT_LT(radii[i], 8.7);
    EXPECT_NEAR(areas[i], 3.14159265 * radii[i] * radii[i], 1e-3 * areas[i]);
  }
  EXPECT_NEAR(tracks.numbers("time_s").back(), 0.44, 1e-12);
}

TEST_F(Track, TheDriftIsTakenOut) {
  simulate("video", "12",
           {"--motion-drift-x-nm-per-s", "12", "--motion-drift-y-nm-per-s", "-8",
            "--motion-brownian-share", "0", "--motion-directed-share", "0"});
  ASSERT_EQ(call({"video/frames.tif", "-o", "out"}).exit_code, 0);
  const auto tracks = table("out/tracks.csv");
  const auto drift = table("out/drift.csv");
  const auto true_drift = table("video/drift.csv");
  ASSERT_EQ(drift.rows(), 12U);
  for (const char* axis : {"drift_x_nm", "drift_y_nm"}) {
    // Nine particles at rest, whose places are known to 0.1 to 0.2 px each.
    EXPECT_NEAR(drift.numbers(axis).back(), true_drift.numbers(axis).back(), 0.2) << axis;
  }
  for (std::size_t i = 0; i < tracks.rows(); ++i) {
    const auto frame = static_cast<std::size_t>(tracks.integers("frame")[i]);
    EXPECT_NEAR(tracks.numbers("x_nm")[i] - tracks.numbers("x_specimen_nm")[i],
                drift.numbers("drift_x_nm")[frame], 1e-9);
  }
}

TEST_F(Track, WhatIsMadeOfTheTracks) {
  simulate("video", "12");
  ASSERT_EQ(call({"video/frames.tif", "-o", "out", "--lags-frames", "1,5"}).exit_code, 0);
  const auto summary = read_json(scratch.path() / "out/summary.json");
  EXPECT_EQ(summary.at("frames").get<int>(), 12);
  EXPECT_EQ(summary.at("pixel_size_nm").get<double>(), 1.0);
  EXPECT_EQ(summary.at("tracks").get<std::size_t>(), table("out/track_table.csv").rows());
  EXPECT_EQ(summary.at("detections_in_tracks").get<std::size_t>(), table("out/tracks.csv").rows());
  // A row for each lag, and its histogram with all displacements.
  const auto fractions = table("out/fractions.csv");
  ASSERT_EQ(fractions.rows(), 2U);
  EXPECT_EQ(fractions.integers("lag_frames")[1], 5);
  EXPECT_NEAR(fractions.numbers("lag_s")[1], 0.2, 1e-12);
  const auto velocities = table("out/velocities.csv");
  std::map<long long, double> measured;
  std::map<long long, double> corrected;
  for (std::size_t i = 0; i < velocities.rows(); ++i) {
    measured[velocities.integers("lag_frames")[i]] += velocities.numbers("share")[i];
    corrected[velocities.integers("lag_frames")[i]] += velocities.numbers("corrected_share")[i];
  }
  for (const long long lag : {1, 5}) {
    EXPECT_NEAR(measured[lag], 1.0, 1e-9);
    EXPECT_NEAR(corrected[lag], 1.0, 1e-6);
  }
  // Every displacement between neighbouring frames, by hand.
  const auto tracks = table("out/tracks.csv");
  std::map<long long, std::map<long long, std::pair<double, double>>> places;
  for (std::size_t i = 0; i < tracks.rows(); ++i) {
    places[tracks.integers("particle_id")[i]][tracks.integers("frame")[i]] = {
        tracks.numbers("x_specimen_nm")[i], tracks.numbers("y_specimen_nm")[i]};
  }
  double faster = 0.0;
  double all = 0.0;
  double squares = 0.0;
  for (const auto& [id, track] : places) {
    for (const auto& [frame, place] : track) {
      const auto next = track.find(frame + 1);
      if (next == track.end()) continue;
      const double step =
          std::hypot(next->second.first - place.first, next->second.second - place.second);
      all += 1.0;
      squares += step * step;
      faster += step > 10.0 * 0.04 ? 1.0 : 0.0;
    }
  }
  EXPECT_EQ(fractions.numbers("displacements")[0], all);
  EXPECT_NEAR(fractions.numbers("share_faster")[0], faster / all, 1e-9);
  EXPECT_NEAR(table("out/msd.csv").numbers("msd_nm2")[0], squares / all, 1e-9 * squares);
  const auto sizes = table("out/sizes.csv");
  ASSERT_EQ(sizes.rows(), 12U);
  EXPECT_EQ(sizes.integers("particles")[0], std::ranges::count(tracks.integers("frame"), 0LL));
  const std::string page = storage::read_file(scratch.path() / "out/report.html");
  for (const char* text : {"Trajectories by time", "Mean square displacement",
                           "Speeds at a lag of 5 frames", "corrected for noise", "Drift"}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
}

TEST_F(Track, ParticlesAtRestOnlySeemToMove) {
  // Few electrons: places are known to some 0.3 px, which at one frame's lag is 10 nm/s and more.
  simulate("video", "30",
           {"--camera-dose-per-nm2", "10", "--motion-brownian-share", "0",
            "--motion-directed-share", "0"});
  const ProgramResult result = call({"video/frames.tif", "-o", "out", "--lags-frames", "1,25"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto fractions = table("out/fractions.csv");
  EXPECT_GT(fractions.numbers("share_faster")[0], 0.2);
  EXPECT_LT(fractions.numbers("corrected_share_faster")[0], 0.05);
  EXPECT_NE(fractions.texts("warning")[0], "");
  EXPECT_NE(result.messages.find("speeds at a lag of 1 frame: places are known to"),
            std::string::npos)
      << result.messages;
  EXPECT_LT(fractions.numbers("share_faster")[1], 0.02);
  EXPECT_EQ(fractions.texts("warning")[1], "");
}

TEST_F(Track, ThreadsDoNotCount) {
  simulate("video", "20");
  ASSERT_EQ(call({"video/frames.tif", "-o", "one", "--threads", "1"}).exit_code, 0);
  ASSERT_EQ(call({"video/frames.tif", "-o", "three", "--threads", "3"}).exit_code, 0);
  EXPECT_EQ(adatom::testing::difference(bytes("one"), bytes("three")), "");
}

TEST_F(Track, ALongerVideoIsGoneOnWith) {
  simulate("short", "19");
  simulate("long", "40");
  fs::create_directory(scratch.path() / "video");
  const auto put = [&](const char* from) {
    fs::copy_file(scratch.path() / from / "frames.tif", scratch.path() / "video/frames.tif",
                  fs::copy_options::overwrite_existing);
  };
  put("short");
  ASSERT_EQ(call({"video/frames.tif", "-o", "parts"}).exit_code, 0);
  EXPECT_EQ(table("parts/detections.csv").rows(), 19U);
  put("long");
  const ProgramResult again = call({"video/frames.tif", "-o", "parts"});
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  EXPECT_NE(again.messages.find("19 were done before"), std::string::npos) << again.messages;
  ASSERT_EQ(call({"video/frames.tif", "-o", "whole"}).exit_code, 0);
  EXPECT_EQ(adatom::testing::difference(bytes("whole"), bytes("parts")), "");
  // Another threshold: no frame is read again.
  const ProgramResult other =
      call({"video/frames.tif", "-o", "parts", "--threshold-nm-per-s", "20"});
  EXPECT_NE(other.messages.find("40 were done before"), std::string::npos) << other.messages;
  EXPECT_NE(storage::read_file(scratch.path() / "parts/fractions.csv"),
            storage::read_file(scratch.path() / "whole/fractions.csv"));
  // Other particles looked for, or another video: all of it.
  for (const char* name : {"tracks.csv", "events.csv"}) {
    std::ofstream(scratch.path() / "parts" / name, std::ios::app) << "3,0.12,";
  }
  const ProgramResult larger = call({"video/frames.tif", "-o", "parts", "--radius-min-nm", "3"});
  ASSERT_EQ(larger.exit_code, 0) << larger.messages;
  EXPECT_EQ(larger.messages.find("done before"), std::string::npos) << larger.messages;
  simulate("other", "40", {"--seed", "2"});
  put("other");
  const ProgramResult another = call({"video/frames.tif", "-o", "whole"});
  EXPECT_EQ(another.messages.find("done before"), std::string::npos) << another.messages;
}

TEST_F(Track, InterruptedItGoesOnToTheSameBytes) {
  simulate("video", "200");
  const Words arguments = {"track", "video/frames.tif", "-o", "parts"};
  for (int i = 0; i < 3; ++i) {
    // Wherever the signal meets it: it stops with a state, or had ended.
    const pid_t program = adatom::testing::start_program(arguments, scratch.path());
    const bool caught = adatom::testing::wait_until_caught(program, SIGINT);
    if (caught) kill(program, SIGINT);
    int status = 0;
    waitpid(program, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_TRUE(WEXITSTATUS(status) == 4 || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
  }
  ASSERT_EQ(run_program(arguments, scratch.path()).exit_code, 0);
  ASSERT_EQ(call({"video/frames.tif", "-o", "whole"}).exit_code, 0);
  EXPECT_EQ(adatom::testing::difference(bytes("whole"), bytes("parts")), "");
}

TEST_F(Track, AFrameThatCannotBeReadKeepsWhatIsBefore) {
  simulate("video", "20");
  rewrite("video/frames.tif", "broken.tif", [](std::size_t frame, image::Image& picture) {
    if (frame == 17) picture(40, 50) = std::numeric_limits<double>::quiet_NaN();
  });
  const ProgramResult result =
      call({"broken.tif", "-o", "out", "--pixel-size-nm", "1", "--frame-time-s", "0.04"});
  EXPECT_EQ(result.exit_code, 2) << result.messages;
  EXPECT_NE(result.messages.find("broken.tif, frame 17"), std::string::npos) << result.messages;
  EXPECT_NE(result.messages.find("the 17 frames before are done"), std::string::npos);
  EXPECT_EQ(table("out/tracks.csv").integers("frame").back(), 16);
  EXPECT_EQ(table("out/detections.csv").rows(), 17U);
  EXPECT_TRUE(fs::exists(scratch.path() / "out/report.html"));
  // Mended, it goes on.
  rewrite("video/frames.tif", "broken.tif", [](std::size_t, image::Image&) {});
  const ProgramResult mended =
      call({"broken.tif", "-o", "out", "--pixel-size-nm", "1", "--frame-time-s", "0.04"});
  ASSERT_EQ(mended.exit_code, 0) << mended.messages;
  EXPECT_NE(mended.messages.find("17 were done before"), std::string::npos) << mended.messages;
}

TEST_F(Track, WarnsOfWhatLooksWrong) {
  simulate("video", "12", {"--faults-empty-frames", "[6]", "--faults-jump-frames", "[9]"});
  const ProgramResult result = call({"video/frames.tif", "-o", "out"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_NE(result.messages.find("no particle is found in frame 6"), std::string::npos)
      << result.messages;
  EXPECT_NE(result.messages.find("jumps by more than 30 % from the frame before in frame 6, 7, 9"),
            std::string::npos)
      << result.messages;
  // The tracks go over the gap.
  const auto tracks = score_tracks_of(scratch.path() / "out/tracks.csv", 128);
  EXPECT_TRUE(std::ranges::any_of(tracks, [](const auto& track) {
    return track.points.front().frame == 0 && track.points.back().frame == 11;
  }));
  // A scale that is wrong by far: nothing is as large as that.
  const ProgramResult scale =
      call({"video/frames.tif", "-o", "none", "--radius-min-nm", "40", "--radius-max-nm", "60"});
  EXPECT_EQ(scale.exit_code, 3) << scale.messages;
  EXPECT_NE(scale.messages.find("no particle stands out of the noise in any frame"),
            std::string::npos)
      << scale.messages;
}

TEST_F(Track, SaysWhatIsWrong) {
  simulate("video", "3");
  rewrite("video/frames.tif", "bare.tif", [](std::size_t, image::Image&) {});
  const auto expect = [&](const Words& arguments, const std::string& text) {
    const ProgramResult result = call(arguments);
    EXPECT_EQ(result.exit_code, 2) << result.messages;
    EXPECT_NE(result.messages.find(text), std::string::npos) << result.messages;
    EXPECT_EQ(result.messages.find("angstrom"), std::string::npos) << result.messages;
  };
  expect({"bare.tif", "-o", "out", "--frame-time-s", "0.04"}, "--pixel-size-nm");
  expect({"bare.tif", "-o", "out", "--pixel-size-nm", "1"}, "--frame-time-s");
  expect({"nothing.tif", "-o", "out"}, "nothing.tif");
  expect({"video/frames.tif", "-o", "out", "--radius-min-nm", "9", "--radius-max-nm", "8"},
         "must be above radius_min_nm");
  expect({"video/frames.tif", "-o", "out", "--lags-frames", "1.5"}, "no whole number");
  const auto writer = image::create_series(
      scratch.path() / "mask.tif",
      {.type = image::PixelType::uint8, .width = 64, .height = 64, .frames = 1});
  writer->add(image::to_raw(image::Image(64, 64, 1.0), image::PixelType::uint8));
  writer->finish();
  expect({"video/frames.tif", "-o", "out", "--mask", "mask.tif"},
         "the mask has another size than the frames");
}

TEST_F(Track, AMaskTellsWhereParticlesAre) {
  simulate("video", "8");
  const auto writer = image::create_series(
      scratch.path() / "mask.tif",
      {.type = image::PixelType::uint8, .width = 128, .height = 128, .frames = 1});
  image::Image mask(128, 128, 0.0);
  for (std::size_t y = 0; y < 128; ++y) {
    for (std::size_t x = 0; x < 64; ++x) mask(x, y) = 1.0;
  }
  writer->add(image::to_raw(mask, image::PixelType::uint8));
  writer->finish();
  ASSERT_EQ(call({"video/frames.tif", "-o", "all"}).exit_code, 0);
  const ProgramResult result = call({"video/frames.tif", "-o", "left", "--mask", "mask.tif"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto all = table("all/tracks.csv").numbers("x_nm");
  const auto left = table("left/tracks.csv").numbers("x_nm");
  EXPECT_GT(*std::ranges::max_element(all), 80.0);
  ASSERT_FALSE(left.empty());
  // The centre of one cut by the border of the mask may lie beyond it, by less than a radius.
  EXPECT_LT(*std::ranges::max_element(left), 63.5 + 8.0);
}

TEST_F(Track, ADryRunShowsAFewFrames) {
  simulate("video", "9");
  const ProgramResult result = call({"video/frames.tif", "-o", "try", "--dry-run", "3"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto found = table("try/dry_run.csv");
  const auto frames = found.integers("frame");
  for (const long long frame : {0, 4, 8}) EXPECT_GE(std::ranges::count(frames, frame), 7);
  EXPECT_EQ(std::ranges::count(frames, 1LL), 0);
  const std::string page = storage::read_file(scratch.path() / "try/dry_run.html");
  EXPECT_NE(page.find("Frame 4: "), std::string::npos);
  EXPECT_FALSE(fs::exists(scratch.path() / "try/tracks.csv"));
}

}  // namespace
}  // namespace adatom::pipeline
