// `adatom track` on videos that something is wrong with.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "adatom/storage/files.h"
#include "stages/json_text.h"
#include "support/grey_avi.h"
#include "support/small_video.h"
#include "support/video_truth.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

class TrackInput : public SmallVideo {
 protected:
  void expect_warning(const adatom::testing::ProgramResult& result, const std::string& text) const {
    EXPECT_EQ(result.exit_code, 0) << result.messages;
    EXPECT_NE(result.messages.find(text), std::string::npos) << text << "\n" << result.messages;
    const std::string page = storage::read_file(scratch.path() / "out/report.html");
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
  /// Tracks that are seen in the first frame and in the last one.
  std::ptrdiff_t whole_tracks(const std::string& folder) const {
    const auto tracks = score_tracks_of(scratch.path() / folder / "tracks.csv", 128);
    const auto frames = static_cast<std::int64_t>(table(folder + "/detections.csv").rows());
    return std::ranges::count_if(tracks, [&](const auto& track) {
      return track.points.front().frame == 0 && track.points.back().frame == frames - 1;
    });
  }
  const Words scale = {"--pixel-size-nm", "1", "--frame-time-s", "0.04"};
  adatom::testing::ProgramResult follow(const std::string& file, const std::string& folder,
                                        Words more = {}) const {
    Words words = {file, "-o", folder};
    words.insert(words.end(), scale.begin(), scale.end());
    words.insert(words.end(), more.begin(), more.end());
    return call(words);
  }
};

TEST_F(TrackInput, ABlackFrameIsToldAndGoneOver) {
  simulate("video", "12");
  rewrite("video/frames.tif", "black.tif", [](std::size_t frame, image::Image& picture) {
    if (frame == 5) std::ranges::fill(picture.values(), 0.0);
  });
  ASSERT_EQ(follow("video/frames.tif", "good").exit_code, 0);
  const auto result = follow("black.tif", "out");
  expect_warning(result, "no particle is found in frame 5");
  expect_warning(result, "brightness jumps by more than 30 % from the frame before in frame 5, 6");
  EXPECT_EQ(whole_tracks("out"), whole_tracks("good"));
  EXPECT_GE(whole_tracks("good"), 6);
}

TEST_F(TrackInput, AFrozenFrameIsTold) {
  simulate("video", "12");
  image::Image kept;
  rewrite("video/frames.tif", "frozen.tif", [&](std::size_t frame, image::Image& picture) {
    if (frame == 6) kept = picture;
    if (frame == 7) picture = kept;
  });
  expect_warning(follow("frozen.tif", "out"), "frame 7 shows the same as the one before it");
  const auto good = follow("video/frames.tif", "good");
  EXPECT_EQ(good.messages.find("shows the same"), std::string::npos) << good.messages;
}

TEST_F(TrackInput, TwiceTheLightFromOneFrameOnChangesNoTrack) {
  simulate("video", "12");
  rewrite("video/frames.tif", "bright.tif", [](std::size_t frame, image::Image& picture) {
    if (frame < 6) return;
    for (auto& value : picture.values()) value *= 2.0;
  });
  ASSERT_EQ(follow("video/frames.tif", "good").exit_code, 0);
  expect_warning(follow("bright.tif", "out"),
                 "brightness jumps by more than 30 % from the frame before in frame 6");
  const auto good = score_tracks_of(scratch.path() / "good/tracks.csv", 128);
  const auto scores =
      tracking::score_tracks(good, score_tracks_of(scratch.path() / "out/tracks.csv", 128));
  EXPECT_GE(scores.jsc, 0.98);
  EXPECT_EQ(scores.spurious_tracks, 0);
  // The same counts, doubled: the same places to a small part of their errors.
  EXPECT_LT(scores.rmse_px, 0.02);
}

TEST_F(TrackInput, AVideoThatIsCutOffIsReadAsFarAsItGoes) {
  simulate("video", "12");
  rewrite("video/frames.tif", "whole.npy", [](std::size_t, image::Image&) {});
  const auto cut = [&](const char* from, const char* to) {
    const std::string bytes = storage::read_file(scratch.path() / from);
    storage::write_file(scratch.path() / to, bytes.substr(0, bytes.size() * 6 / 10));
  };
  ASSERT_EQ(
      adatom::testing::run_program({"convert", "video/frames.tif", "sixteen.npy"}, scratch.path())
          .exit_code,
      0);
  cut("video/frames.tif", "cut.tif");
  cut("whole.npy", "cut.npy");
  for (const char* file : {"cut.tif", "cut.npy"}) {
    const auto result = follow(file, "out");
    expect_warning(result, "the file is cut short");
    const auto frames = table("out/detections.csv").rows();
    EXPECT_GE(frames, 6U) << file;
    EXPECT_LE(frames, 7U) << file;
    fs::remove_all(scratch.path() / "out");
  }
  // An MRC stack, 128 x 128 numbers of 16 bits (mode 6) behind 1024 bytes of header.
  const std::string numpy = storage::read_file(scratch.path() / "sixteen.npy");
  const std::size_t pixels = std::size_t{12} * 128 * 128 * 2;
  std::string mrc(1024, '\0');
  const auto put = [&](std::size_t word, std::int32_t value) {
    std::memcpy(mrc.data() + 4 * word, &value, sizeof(value));
  };
  for (const std::size_t word : {0U, 1U, 7U, 8U}) put(word, 128);
  put(2, 12);
  put(3, 6);
  put(9, 12);
  put(16, 1);
  put(17, 2);
  put(18, 3);
  mrc.replace(208, 8, std::string("MAP \x44\x44\0\0", 8));
  mrc += numpy.substr(numpy.size() - pixels);
  storage::write_file(scratch.path() / "cut.mrc", mrc.substr(0, mrc.size() * 6 / 10));
  expect_warning(follow("cut.mrc", "out"), "cut short: 7 of 12 frames are complete");
  // The index of an MP4 is at its end.
  cut("out/overlay.mp4", "cut.mp4");
  const auto film = follow("cut.mp4", "none");
  EXPECT_EQ(film.exit_code, 2) << film.messages;
  EXPECT_NE(film.messages.find("its end is missing"), std::string::npos) << film.messages;
  // A file that is cut within its header holds nothing.
  storage::write_file(scratch.path() / "stub.tif",
                      storage::read_file(scratch.path() / "cut.tif").substr(0, 6));
  const auto stub = follow("stub.tif", "none");
  EXPECT_EQ(stub.exit_code, 2) << stub.messages;
  EXPECT_NE(stub.messages.find("stub.tif"), std::string::npos) << stub.messages;
}

TEST_F(TrackInput, AnAviWithDroppedFramesKeepsItsClockAndOneThatIsCutItsFrames) {
  simulate("video", "12", {"--camera-output", "uint8"});
  const auto series = image::open_series(scratch.path() / "video/frames.tif");
  const GreyAvi avi(25);
  const std::string whole = avi.bytes(*series, {});
  storage::write_file(scratch.path() / "whole.avi", whole);
  storage::write_file(scratch.path() / "dropped.avi", avi.bytes(*series, {6, 7}));
  storage::write_file(scratch.path() / "cut.avi", whole.substr(0, whole.size() * 6 / 10));
  const auto follow_avi = [&](const char* file, const char* folder) {
    return call({file, "-o", folder, "--pixel-size-nm", "1"});
  };
  const auto good = follow_avi("whole.avi", "good");
  ASSERT_EQ(good.exit_code, 0) << good.messages;
  EXPECT_EQ(good.messages.find("evenly"), std::string::npos) << good.messages;
  expect_warning(follow_avi("dropped.avi", "out"),
                 "not evenly spaced in time: 0.040000 to 0.120000 s apart, first after frame 5; "
                 "the time step is the median");
  EXPECT_EQ(table("out/detections.csv").rows(), 10U);
  // The frames that are there are 0.04 s apart as before; particles are followed over the gap.
  EXPECT_NEAR(table("out/drift.csv").numbers("time_s")[1], 0.04, 1e-9);
  EXPECT_EQ(whole_tracks("out"), whole_tracks("good"));
  fs::remove_all(scratch.path() / "out");
  expect_warning(follow_avi("cut.avi", "out"), "the file is cut short: 7 of 12 frames");
  const auto rows = table("good/detections.csv").numbers("particles");
  const auto cut = table("out/detections.csv").numbers("particles");
  ASSERT_EQ(cut.size(), 7U);
  EXPECT_TRUE(std::equal(cut.begin(), cut.end(), rows.begin()));
}

TEST_F(TrackInput, AnEmptyFileIsRefusedAndWhatWasDoneBeforeStays) {
  simulate("video", "4");
  ASSERT_EQ(follow("video/frames.tif", "out").exit_code, 0);
  const auto before = bytes("out");
  for (const char* name : {"empty.tif", "empty.avi", "empty.mp4", "empty.npy"}) {
    storage::write_file(scratch.path() / name, "");
    const auto result = follow(name, "out");
    EXPECT_EQ(result.exit_code, 2) << name << result.messages;
    EXPECT_NE(result.messages.find(name), std::string::npos) << result.messages;
    EXPECT_NE(result.messages.find("empty"), std::string::npos) << result.messages;
    EXPECT_EQ(bytes("out"), before) << name;
  }
}

TEST_F(TrackInput, AScaleAThousandTimesTooLargeIsTold) {
  simulate("video", "8");
  rewrite("video/frames.tif", "bare.tif", [](std::size_t, image::Image&) {});
  expect_warning(
      call({"bare.tif", "-o", "out", "--pixel-size-nm", "1000", "--frame-time-s", "0.04"}),
      "no particles that an electron microscope shows");
  fs::remove_all(scratch.path() / "out");
  expect_warning(
      call({"bare.tif", "-o", "out", "--pixel-size-nm", "0.001", "--frame-time-s", "0.04"}),
      "no particles that an electron microscope shows");
  fs::remove_all(scratch.path() / "out");
  // Where the file knows better, that is told as well.
  expect_warning(call({"video/frames.tif", "-o", "out", "--pixel-size-nm", "1000"}),
                 "overrules the file");
  // Limits in nm that only large particles meet: the smallest looked for is too small, or cut off.
  fs::remove_all(scratch.path() / "out");
  expect_warning(follow("bare.tif", "out", {"--radius-max-nm", "5"}), "--radius-max-nm cuts off");
}

TEST_F(TrackInput, FramesOfDifferentSizesAreRefused) {
  simulate("video", "3");
  const auto writer = image::create_series(
      scratch.path() / "small.tif",
      {.type = image::PixelType::uint8, .width = 64, .height = 64, .frames = 1});
  writer->add(image::to_raw(image::Image(64, 64, 1.0), image::PixelType::uint8));
  writer->finish();
  const auto result = call({"video/frames.tif", "small.tif", "-o", "out", "--pixel-size-nm", "1",
                            "--frame-time-s", "0.04"});
  EXPECT_EQ(result.exit_code, 2) << result.messages;
  EXPECT_NE(result.messages.find("small.tif"), std::string::npos) << result.messages;
  EXPECT_NE(result.messages.find("64 x 64"), std::string::npos) << result.messages;
  EXPECT_FALSE(fs::exists(scratch.path() / "out/tracks.csv"));
}

TEST_F(TrackInput, AMissingNumberInTheNamesIsTold) {
  simulate("video", "8");
  const auto reader = image::open_series(scratch.path() / "video/frames.tif");
  Words files;
  for (std::size_t frame = 0; frame < 8; ++frame) {
    const std::string name = "f_00" + std::to_string(frame) + ".png";
    if (frame == 4) continue;
    const auto picture = image::to_image(reader->read(frame));
    const auto writer = image::create_series(
        scratch.path() / name,
        {.type = image::PixelType::uint16, .width = 128, .height = 128, .frames = 1});
    writer->add(image::to_raw(picture, image::PixelType::uint16));
    writer->finish();
    files.push_back(name);
  }
  const auto follow_files = [&](const Words& some) {
    Words words = some;
    words.insert(words.end(), {"-o", "out"});
    words.insert(words.end(), scale.begin(), scale.end());
    return call(words);
  };
  expect_warning(follow_files(files), "f_005.png follows f_003.png: frames are missing");
  std::swap(files[0], files[1]);
  expect_warning(follow_files(files), "f_000.png follows f_001.png");
  const auto good = follow_files({files[1], files[0], files[2], files[3]});
  EXPECT_EQ(good.messages.find("follows"), std::string::npos) << good.messages;
}

TEST_F(TrackInput, NothingIsLookedForAtTheEdgeOfAWindow) {
  // An edge through the frame at 20 degrees, and an aperture; four percent of the light pass it.
  simulate("video", "8");
  const auto straight = [](double x, double y) { return (x - 25.0) * 0.94 + (y - 64.0) * 0.34; };
  const auto aperture = [](double x, double y) { return 66.0 - std::hypot(x - 66.0, y - 60.0); };
  using Into = std::function<double(double, double)>;
  for (const Into& into : {Into(straight), Into(aperture)}) {
    rewrite("video/frames.tif", "edge.tif", [&](std::size_t, image::Image& picture) {
      for (std::size_t y = 0; y < picture.height(); ++y) {
        for (std::size_t x = 0; x < picture.width(); ++x) {
          const double d = into(static_cast<double>(x), static_cast<double>(y));
          picture(x, y) *= 0.52 + 0.48 * std::erf(d / (2.0 * std::sqrt(2.0)));
        }
      }
    });
    fs::remove_all(scratch.path() / "all");
    fs::remove_all(scratch.path() / "out");
    const Words radii = {"--radius-max-nm", "8"};
    ASSERT_EQ(follow("video/frames.tif", "all", radii).exit_code, 0);
    EXPECT_FALSE(fs::exists(scratch.path() / "all/cell_edge.png"));
    expect_warning(follow("edge.tif", "out", radii), "are the dark edge of a window");
    EXPECT_TRUE(fs::exists(scratch.path() / "out/cell_edge.png"));
    const auto without =
        follow("edge.tif", "none", {"--radius-max-nm", "8", "--cell-edge", "none"});
    EXPECT_EQ(without.messages.find("dark edge"), std::string::npos) << without.messages;
    EXPECT_FALSE(fs::exists(scratch.path() / "none/cell_edge.png"));
    // What is found is there, and what stands 12 px clear of the edge is found.
    const auto truth = score_tracks_of(scratch.path() / "video/truth.csv", 128);
    const auto found = score_tracks_of(scratch.path() / "out/tracks.csv", 128);
    const auto scores = tracking::score_tracks(truth, found);
    EXPECT_EQ(scores.spurious_tracks, 0);
    std::ptrdiff_t inside = 0;
    std::ptrdiff_t seen = 0;
    for (const auto& track : truth) {
      for (const auto& point : track.points) {
        const bool clear = into(point.x_px, point.y_px) > 12.0 &&
                           std::min(point.x_px, point.y_px) > 8.0 &&
                           std::max(point.x_px, point.y_px) < 119.0;
        if (!clear) continue;
        ++inside;
        seen += std::ranges::any_of(found, [&](const auto& other) {
          return std::ranges::any_of(other.points, [&](const auto& at) {
            return at.frame == point.frame &&
                   std::hypot(at.x_px - point.x_px, at.y_px - point.y_px) < 2.0;
          });
        });
      }
    }
    EXPECT_GE(inside, 20);
    EXPECT_EQ(seen, inside);
  }
}

}  // namespace
}  // namespace adatom::pipeline
