// `adatom track --particles atoms` through the program: drawn atoms, one frame and a few.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/image/writer.h"
#include "adatom/storage/files.h"
#include "support/small_video.h"

namespace adatom::pipeline {
namespace {

constexpr std::size_t side = 160;
constexpr double pixel_nm = 0.03;
constexpr double width_px = 2.2;

class TrackAtoms : public SmallVideo {
 protected:
  /// 36 atoms on a slope, 25 px apart, that all move by (0.5, 0.25) px from frame to frame.
  static double x_of(std::size_t i, std::size_t frame) {
    return 16.3 + 25.0 * static_cast<double>(i % 6) + 0.5 * static_cast<double>(frame);
  }
  static double y_of(std::size_t i, std::size_t frame) {
    return 15.8 + 25.0 * static_cast<double>(i / 6) + 0.25 * static_cast<double>(frame);
  }
  void draw(const std::string& name, std::size_t frames) const {
    const auto writer =
        image::create_series(scratch.path() / name, {.type = image::PixelType::float32,
                                                     .width = side,
                                                     .height = side,
                                                     .frames = frames,
                                                     .calibration = {}});
    RandomStream random(5);
    for (std::size_t f = 0; f < frames; ++f) {
      image::Image picture(side, side);
      for (std::size_t y = 0; y < side; ++y) {
        for (std::size_t x = 0; x < side; ++x) {
          double mean = 1000.0 + 4.0 * static_cast<double>(x);
          for (std::size_t i = 0; i < 36; ++i) {
            const double r = std::hypot(static_cast<double>(x) - x_of(i, f),
                                        static_cast<double>(y) - y_of(i, f));
            mean += 300.0 * std::exp(-0.5 * r * r / (width_px * width_px));
          }
          picture(x, y) = static_cast<double>(random.poisson(mean));
        }
      }
      writer->add(image::to_raw(picture, image::PixelType::float32));
    }
    writer->finish();
  }
  void expect_places(std::size_t frames) const {
    const auto atoms = table("out/atoms.csv");
    EXPECT_NEAR(static_cast<double>(atoms.rows()), 36.0 * static_cast<double>(frames),
                2.0 * static_cast<double>(frames));
    const auto frame = atoms.numbers("frame");
    const auto x = atoms.numbers("x_nm");
    const auto y = atoms.numbers("y_nm");
    for (std::size_t f = 0; f < frames; ++f) {
      for (std::size_t i = 0; i < 36; ++i) {
        double least = side;
        for (std::size_t a = 0; a < atoms.rows(); ++a) {
          if (frame[a] != static_cast<double>(f)) continue;
          least = std::min(least,
                           std::hypot(x[a] / pixel_nm - x_of(i, f), y[a] / pixel_nm - y_of(i, f)));
        }
        EXPECT_LT(least, 0.6);  // five times the bound of 0.12 px
      }
    }
  }
};

TEST_F(TrackAtoms, OneFrameIsEnough) {
  draw("one.tif", 1);
  const auto result =
      call({"one.tif", "--particles", "atoms", "--pixel-size-nm", "0.03", "-o", "out"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  expect_places(1);
  const auto widths = table("out/atoms.csv").numbers("width_nm");
  double sum = 0.0;
  for (const double width : widths) sum += width;
  EXPECT_NEAR(sum / static_cast<double>(widths.size()) / pixel_nm, width_px, 0.15 * width_px);
}

TEST_F(TrackAtoms, TheyAreFollowed) {
  draw("few.tif", 6);
  const auto result = call({"few.tif", "--particles", "atoms", "--pixel-size-nm", "0.03",
                            "--frame-time-s", "0.5", "--drift", "none", "-o", "out"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  expect_places(6);
  const auto tracks = table("out/tracks.csv");
  EXPECT_GE(tracks.rows(), 6U * 35U);
  const auto last = table("out/track_table.csv");
  EXPECT_GE(last.rows(), 35U);
  EXPECT_LE(last.rows(), 38U);
}

TEST_F(TrackAtoms, ASeriesNeedsItsFrameTime) {
  draw("few.tif", 2);
  const auto result =
      call({"few.tif", "--particles", "atoms", "--pixel-size-nm", "0.03", "-o", "out"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.messages.find("--frame-time-s"), std::string::npos);
}

TEST_F(TrackAtoms, MarksGiveTheCurveOfPrecisionAndRecall) {
  draw("one.tif", 1);
  const Words words = {"one.tif", "--particles",      "atoms", "--pixel-size-nm", "0.03",     "-o",
                       "out",     "--label-reach-nm", "0.05",  "--labels",        "marks.csv"};
  // All atoms, and four places between them where none is.
  std::string marks = "frame,x_px,y_px\n";
  const auto mark = [&](double x, double y) {
    marks += "0," + storage::cell(x) + "," + storage::cell(y) + "\n";
  };
  for (std::size_t i = 0; i < 36; ++i) mark(x_of(i, 0), y_of(i, 0));
  for (std::size_t i = 0; i < 4; ++i) mark(x_of(i, 0) + 12.5, y_of(i, 0) + 12.5);
  storage::write_file(scratch.path() / "marks.csv", marks);
  const auto result = call(words);
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_NE(result.messages.find("40 marks in 1 frame"), std::string::npos) << result.messages;
  const auto atoms = table("out/atoms.csv");
  const auto probability = atoms.numbers("probability");
  // Atoms of 300 electrons stand out by 20 standard deviations.
  EXPECT_GE(std::ranges::count_if(probability, [](double p) { return p > 0.99; }), 36);
  const auto scores = table("out/atom_scores.csv");
  const auto matched = scores.integers("matched");
  const auto found = scores.integers("found");
  const auto recall = scores.numbers("recall");
  ASSERT_GE(scores.rows(), 36U);
  // The first 36 thresholds have one real atom more each.
  for (std::size_t i = 0; i < 36; ++i) {
    EXPECT_EQ(matched[i], static_cast<long long>(i) + 1);
    EXPECT_EQ(found[i], static_cast<long long>(i) + 1);
  }
  EXPECT_DOUBLE_EQ(recall[35], 0.9);
  const std::string page = storage::read_file(scratch.path() / "out/report.html");
  EXPECT_NE(page.find("Against 40 marks"), std::string::npos);
  // Without marks nothing of them is left.
  ASSERT_EQ(
      call({"one.tif", "--particles", "atoms", "--pixel-size-nm", "0.03", "-o", "out"}).exit_code,
      0);
  EXPECT_FALSE(std::filesystem::exists(scratch.path() / "out/atom_scores.csv"));
}

TEST_F(TrackAtoms, MarksThatCannotBeUsedAreRefused) {
  draw("one.tif", 1);
  const auto refused = [&](const std::string& text, const std::string& kind) {
    storage::write_file(scratch.path() / "marks.csv", text);
    const auto result = call({"one.tif", "--particles", kind, "--pixel-size-nm", "0.03",
                              "--frame-time-s", "1", "-o", "out", "--labels", "marks.csv"});
    EXPECT_EQ(result.exit_code, 2) << result.messages;
    return result.messages;
  };
  EXPECT_NE(refused("frame,x_px,y_px\n1,5,5\n", "atoms").find("frame 1 of 1"), std::string::npos);
  EXPECT_NE(refused("X,Y\n5,500\n", "atoms").find("marks.csv:2"), std::string::npos);
  EXPECT_NE(refused("X,Y\n", "atoms").find("no marks"), std::string::npos);
  EXPECT_NE(refused("a,b\n1,2\n", "atoms").find("x_px"), std::string::npos);
  EXPECT_NE(refused("X,Y\n5,5\n", "bodies").find("--particles atoms"), std::string::npos);
}

}  // namespace
}  // namespace adatom::pipeline
