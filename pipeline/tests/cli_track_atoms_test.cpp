// `adatom track --particles atoms` through the program: drawn atoms, one frame and a few.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/image/writer.h"
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

}  // namespace
}  // namespace adatom::pipeline
