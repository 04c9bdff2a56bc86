// The pictures of `adatom track`: the video with its tracks, the kymograph.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/image/reader.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "adatom/storage/npy.h"
#include "folder_bytes.h"
#include "program.h"
#include "stages/json_text.h"
#include "support/small_video.h"
#include "track/kymograph.h"
#include "track/overlay.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using adatom::testing::ProgramResult;
using adatom::testing::ScratchFolder;

class TrackPicturesTest : public SmallVideo {
 protected:
  void simulate(const std::string& frames, const Words& more = {}) const {
    SmallVideo::simulate("video", frames, more);
  }
  ProgramResult track(const Words& more) const {
    Words all = {"video/frames.tif", "-o", "out"};
    all.insert(all.end(), more.begin(), more.end());
    return call(all);
  }
  fs::path out(const std::string& name) const { return scratch.path() / "out" / name; }
};

TEST_F(TrackPicturesTest, TheVideoShowsEveryFrameWithItsParticles) {
  simulate("12");
  const ProgramResult result = track({});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto video = image::open_series(out("overlay.mp4"));
  const auto& info = video->info();
  EXPECT_EQ(info.frames, 12U);
  EXPECT_EQ(info.width, 384U);  // three times
  EXPECT_EQ(info.metadata.at("codec"), "h264");
  EXPECT_NEAR(info.calibration.time_step_s.value_or(0.0), 0.04, 1e-6);
  // An outline has a colour of its own and is brighter than the particle within it.
  const image::Image picture = image::to_image(video->read(5));
  const auto tracks = storage::read_csv(out("tracks.csv"));
  const auto frames = tracks.integers("frame");
  const auto x = tracks.numbers("x_nm");
  const auto y = tracks.numbers("y_nm");
  const auto radius = tracks.numbers("radius_nm");
  const auto long_over_short = tracks.numbers("axis_ratio");
  int looked_at = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (frames[i] != 5 || long_over_short[i] > 1.1) continue;
    const auto at = [](double px) {
      return static_cast<std::size_t>(std::lround(std::clamp((px + 0.5) * 3.0, 0.0, 383.0)));
    };
    if (x[i] < 20.0 || x[i] > 108.0 || y[i] < 20.0 || y[i] > 100.0) continue;
    double rim = 0.0;
    double inside = 0.0;
    for (int step = 0; step < 16; ++step) {
      const double c = std::cos(0.3926990817 * step);
      const double s = std::sin(0.3926990817 * step);
      rim += picture(at(x[i] + radius[i] * c), at(y[i] + radius[i] * s)) / 16.0;
      inside += picture(at(x[i] + 0.6 * radius[i] * c), at(y[i] + 0.6 * radius[i] * s)) / 16.0;
    }
    EXPECT_GT(rim, inside + 20.0) << i;
    ++looked_at;
  }
  EXPECT_GE(looked_at, 2);
  const std::string page = storage::read_file(out("report.html"));
  EXPECT_NE(page.find("data:video/mp4;base64,"), std::string::npos);
  EXPECT_NE(page.find("It plays as fast as it was recorded"), std::string::npos);
}

TEST_F(TrackPicturesTest, LeftAsTheyAreUntilSomethingChanges) {
  simulate("12");
  ASSERT_EQ(track({}).exit_code, 0);
  const auto before = fs::last_write_time(out("overlay.mp4"));
  const auto bytes = adatom::testing::result_bytes(scratch.path() / "out");
  ASSERT_EQ(track({}).exit_code, 0);
  EXPECT_EQ(fs::last_write_time(out("overlay.mp4")), before);
  EXPECT_EQ(
      adatom::testing::difference(bytes, adatom::testing::result_bytes(scratch.path() / "out")),
      "");
  // Damaged, it is made again, to the same bytes.
  storage::write_file(out("overlay.mp4"), "nothing");
  ASSERT_EQ(track({}).exit_code, 0);
  EXPECT_EQ(
      adatom::testing::difference(bytes, adatom::testing::result_bytes(scratch.path() / "out")),
      "");
  // Fewer pictures: every third frame, three times as fast.
  ASSERT_EQ(track({"--overlay-pictures", "4"}).exit_code, 0);
  EXPECT_EQ(image::open_series(out("overlay.mp4"))->info().frames, 4U);
  EXPECT_NE(storage::read_file(out("report.html")).find("One frame in 3 is shown"),
            std::string::npos);
  ASSERT_EQ(track({"--overlay-pictures", "0"}).exit_code, 0);
  EXPECT_FALSE(fs::exists(out("overlay.mp4")));
  EXPECT_TRUE(fs::exists(out("kymograph.svg")));
}

// Particles at rest and a drift: along a line on the specimen through one of them the intensity is
// the same at all times.
TEST_F(TrackPicturesTest, TheKymographGoesWithTheDrift) {
  simulate("24", {"--motion-drift-x-nm-per-s", "12", "--motion-drift-y-nm-per-s", "-8",
                  "--motion-brownian-share", "0", "--motion-directed-share", "0",
                  "--camera-dose-per-nm2", "400"});
  ASSERT_EQ(track({}).exit_code, 0);
  const auto tracks = storage::read_csv(out("tracks.csv"));
  const auto x = tracks.numbers("x_specimen_nm");
  const auto y = tracks.numbers("y_specimen_nm");
  const auto radius = tracks.numbers("radius_nm");
  std::size_t middle = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::hypot(x[i] - 64.0, y[i] - 64.0) < std::hypot(x[middle] - 64.0, y[middle] - 64.0)) {
      middle = i;
    }
  }
  const double left = x[middle] - 20.0;
  const double right = x[middle] + 20.0;
  const std::string line = std::to_string(left) + "," + std::to_string(y[middle]) + "," +
                           std::to_string(right) + "," + std::to_string(y[middle]);
  ASSERT_EQ(track({"--kymograph", line, "--kymograph-width-nm", "4"}).exit_code, 0);
  const auto array = storage::parse_npy(storage::read_file(out("kymograph.npy")), "kymograph");
  ASSERT_EQ(array.shape, (std::vector<std::size_t>{24, 40}));
  const auto values = array.numbers();
  for (std::size_t row = 0; row < 24; ++row) {
    // The places where the intensity crosses half of the step are the particle's edges.
    const double* const begin = values.data() + 40 * row;
    const double low = *std::min_element(begin + 15, begin + 25);
    const double high = begin[static_cast<int>(20.0 - radius[middle]) - 6];
    const double half = 0.5 * (low + high);
    double entry = 0.0;
    for (int i = 20; i > 0; --i) {
      if (begin[i - 1] < half || begin[i] >= half) continue;
      entry = i - 0.5 + (half - begin[i - 1]) / (begin[i] - begin[i - 1]) - 0.0;
      break;
    }
    // 0.2 px of drift are known to 0.1 px; the line crosses the disc near its middle.
    EXPECT_NEAR(20.0 - entry, radius[middle], 1.0) << row;
  }
  const std::string svg = storage::read_file(out("kymograph.svg"));
  EXPECT_NE(svg.find("distance along the line (nm)"), std::string::npos);
  EXPECT_NE(svg.find("time (s)"), std::string::npos);
  const ProgramResult wrong = track({"--kymograph", "1,2,3"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_NE(wrong.messages.find("x0,y0,x1,y1"), std::string::npos) << wrong.messages;
}

// A particle that goes along a slope, one that stays: the line follows the first from its first
// place to its last.
TEST(Kymograph, FollowsTheOneThatWentFarthest) {
  const ScratchFolder scratch;
  std::string text = tracks_header();
  const auto columns = static_cast<std::size_t>(std::ranges::count(text, ',')) + 1;
  const storage::Table header = storage::parse_csv(text, "header");
  const auto add = [&](int frame, int id, double x, double y, double radius) {
    std::vector<std::string> row(columns, "0");
    for (std::size_t i = 0; i < columns; ++i) {
      const std::string& name = header.header()[i];
      if (name == "frame") row[i] = std::to_string(frame);
      if (name == "particle_id") row[i] = std::to_string(id);
      if (name == "x_specimen_nm") row[i] = std::to_string(x);
      if (name == "y_specimen_nm") row[i] = std::to_string(y);
      if (name == "radius_nm") row[i] = std::to_string(radius);
    }
    for (std::size_t i = 0; i < columns; ++i) text += (i > 0 ? "," : "") + row[i];
    text += "\n";
  };
  for (int frame = 0; frame < 11; ++frame) {
    add(frame, 1, 50.0, 50.0 + 0.1 * (frame % 2), 9.0);
    add(frame, 2, 80.0 - 4.0 * frame, 20.0 + 3.0 * frame, 5.0);
  }
  storage::write_file(scratch.path() / "tracks.csv", text);
  const auto line = longest_way(scratch.path() / "tracks.csv");
  ASSERT_TRUE(line);
  EXPECT_NEAR(line->length_nm(), 50.0 + 4.0 * 5.0, 1e-9);
  EXPECT_NEAR(line->x0_nm, 80.0 + 0.8 * 10.0, 1e-9);
  EXPECT_NEAR(line->y0_nm, 20.0 - 0.6 * 10.0, 1e-9);
  EXPECT_NEAR(line->width_nm, 5.0, 1e-9);
}

// On a plane the mean across a line is the plane's value on it, wherever the line is; beyond the
// frame there is none.
TEST(Kymograph, MeansAcrossTheLineAreThoseOfAPlane) {
  image::Image frame(40, 30);
  for (std::size_t y = 0; y < 30; ++y) {
    for (std::size_t x = 0; x < 40; ++x) {
      frame(x, y) = 2.0 * static_cast<double>(x) + 3.0 * static_cast<double>(y);
    }
  }
  // 0.5 nm a pixel; from pixel (6, 8) to (18, 24), 20 px, moved by (2, 1).
  const KymographLine line{3.0, 4.0, 9.0, 12.0, 2.5};
  const auto row = kymograph_row(frame, line, 0.5, 2.0, 1.0);
  ASSERT_EQ(row.size(), 20U);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const double along = static_cast<double>(i) + 0.5;
    EXPECT_NEAR(row[i], 2.0 * (8.0 + 0.6 * along) + 3.0 * (9.0 + 0.8 * along), 1e-9) << i;
  }
  const auto outside = kymograph_row(frame, line, 0.5, 100.0, 0.0);
  EXPECT_TRUE(std::ranges::all_of(outside, [](double value) { return std::isnan(value); }));
}

TEST(Overlay, PicturesKeepToTheSideAskedFor) {
  const OverlaySize same = overlay_size(512, 301, 768);
  EXPECT_EQ(same.block, 1U);
  EXPECT_EQ(same.enlarged, 1U);
  EXPECT_EQ(same.height, 302U);  // even
  const OverlaySize smaller = overlay_size(4096, 2048, 768);
  EXPECT_EQ(smaller.block, 6U);
  EXPECT_EQ(smaller.width, 682U);
  const OverlaySize larger = overlay_size(100, 60, 768);
  EXPECT_EQ(larger.enlarged, 3U);
  EXPECT_EQ(larger.width, 300U);
}

}  // namespace
}  // namespace adatom::pipeline
