// Videos that are written read back, and are the same bytes each time.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/image/load.h"
#include "adatom/image/reader.h"
#include "adatom/image/video_writer.h"
#include "adatom/storage/files.h"

namespace adatom::image {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t width = 64;
constexpr std::size_t height = 48;

/// A ramp of grey along x, in the colour that is asked for where it is bright; darker from picture
/// to picture.
std::vector<std::uint8_t> picture(int number) {
  std::vector<std::uint8_t> rgb;
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const auto grey =
          static_cast<std::uint8_t>(std::max<int>(0, 3 * static_cast<int>(x) + 40 - 20 * number));
      rgb.insert(rgb.end(), {grey, grey, grey});
    }
  }
  return rgb;
}

void write_video(const fs::path& path) {
  VideoWriter video(path, {width, height, 10});
  for (int i = 0; i < 5; ++i) video.add(picture(i));
  video.finish();
}

TEST(VideoWriter, WhatIsWrittenReadsBackAndIsTheSameEachTime) {
  const fs::path folder = fs::temp_directory_path() / "adatom_video_writer_test";
  fs::remove_all(folder);
  write_video(folder / "a.mp4");
  write_video(folder / "b.mp4");
  EXPECT_EQ(storage::read_file(folder / "a.mp4"), storage::read_file(folder / "b.mp4"));
  const auto series = open_series(folder / "a.mp4");
  ASSERT_EQ(series->info().frames, 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    const Image read = to_image(series->read(i));
    const auto truth = picture(static_cast<int>(i));
    double worst = 0.0;
    for (std::size_t y = 0; y < height; ++y) {
      for (std::size_t x = 0; x < width; ++x) {
        worst = std::max(worst, std::abs(read(x, y) - truth[3 * (y * width + x)]));
      }
    }
    // Quantiser 3 of MPEG-4 rounds coefficients of 8 x 8 pixels to steps of six, rate factor 18 of
    // H.264 to about as many: a smooth ramp stays within one such step, and 220 levels of luma for
    // 256 of grey.
    EXPECT_LT(worst, 7.0) << "picture " << i;
  }
  fs::remove_all(folder);
}

TEST(VideoWriter, RefusesWhatIsNoVideo) {
  const fs::path folder = fs::temp_directory_path();
  EXPECT_THROW(VideoWriter(folder / "film.gif", {width, height, 10}), InputError);
  EXPECT_THROW(VideoWriter(folder / "film.mp4", {63, height, 10}), InputError);
  EXPECT_THROW(VideoWriter(folder / "film.mp4", {0, height, 10}), InputError);
  {
    VideoWriter left(folder / "left.mp4", {width, height, 10});
    EXPECT_THROW(left.add(std::vector<std::uint8_t>(3)), std::invalid_argument);
  }
  EXPECT_FALSE(fs::exists(folder / "left.mp4"));
}

}  // namespace
}  // namespace adatom::image
