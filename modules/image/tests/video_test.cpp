// Videos: uncompressed ones made from scratch, compressed ones made with OpenCV 4.6 (FFmpeg 5.1),
// 30 frames of 64 x 48 pixels at 12.5 a second; frame i holds 8 i + 2 (x / 16) before compression.
#include <gtest/gtest.h>

#include <cmath>

#include "adatom/base/error.h"
#include "adatom/image/reader.h"
#include "support/avi_maker.h"
#include "support/hostile.h"
#include "support/tiff_maker.h"

namespace adatom::image {
namespace {

using testing::avi_bytes;
using testing::AviPixels;
using testing::write_bytes;

std::filesystem::path video(const std::string& name) {
  return std::filesystem::path(ADATOM_SOURCE_DIR) / "modules" / "image" / "tests" / "data" / name;
}

TEST(Video, UncompressedPixelsAreWhatTheyWere) {
  const testing::ScratchFolder folder;
  for (const auto pixels :
       {AviPixels::palette, AviPixels::colour, AviPixels::grey8, AviPixels::grey16}) {
    SCOPED_TRACE(static_cast<int>(pixels));
    write_bytes(folder / "a.avi", avi_bytes({.pixels = pixels, .height = 12, .frames = 4}));
    const auto reader = open_series(folder / "a.avi");
    const auto& info = reader->info();
    const bool deep = pixels == AviPixels::grey16;
    EXPECT_EQ(info.type, deep ? PixelType::uint16 : PixelType::uint8);
    ASSERT_EQ(info.frames, 4U);
    EXPECT_TRUE(info.warnings.empty());
    EXPECT_DOUBLE_EQ(info.calibration.time_step_s.value(), 0.1);
    EXPECT_FALSE(info.calibration.pixel_size_x_angstrom.has_value());
    for (const std::size_t f : {2U, 0U, 3U, 1U}) {
      const Image image = to_image(reader->read(f));
      for (std::size_t y = 0; y < 12; ++y) {
        for (std::size_t x = 0; x < 8; ++x) {
          const std::size_t value = (f * 12 + y) * 8 + x + 1;
          EXPECT_EQ(image(x, y), static_cast<double>(deep ? value : value % 256));
        }
      }
    }
  }
}

// Frames of H.264 are stored in another order than they are shown in, and most of them as changes
// to others.
TEST(Video, AnyFrameInAnyOrder) {
  for (const std::string name : {"h264_b_frames.mp4", "mpeg4_uneven.mp4", "mjpeg.avi"}) {
    SCOPED_TRACE(name);
    const auto forwards = open_series(video(name));
    ASSERT_EQ(forwards->info().frames, 30U);
    std::vector<RawImage> frames;
    for (std::size_t f = 0; f < 30; ++f) {
      frames.push_back(forwards->read(f));
      const Image image = to_image(frames.back());
      for (const std::size_t x : {8U, 24U, 40U, 56U}) {
        // Coded for a range of 219 values, at a quality that is off by one or two.
        EXPECT_NEAR(image(x, 20), static_cast<double>(8 * f + 2 * (x / 16)), 2.5);
      }
    }
    const auto anyhow = open_series(video(name));
    RandomStream random(3);
    for (int i = 0; i < 100; ++i) {
      const auto f = static_cast<std::size_t>(random.below(30));
      EXPECT_EQ(anyhow->read(f).bytes, frames[f].bytes) << "frame " << f;
    }
  }
}

TEST(Video, TimesOfFrames) {
  const auto even = open_series(video("h264_b_frames.mp4"))->info();
  EXPECT_DOUBLE_EQ(even.calibration.time_step_s.value(), 0.08);
  EXPECT_TRUE(even.warnings.empty());
  EXPECT_EQ(even.metadata.at("codec"), "h264");
  // 15 frames 0.08 s apart, then 0.24 s.
  const auto uneven = open_series(video("mpeg4_uneven.mp4"))->info();
  EXPECT_NEAR(uneven.calibration.time_step_s.value(), 0.08, 1e-9);
  ASSERT_EQ(uneven.warnings.size(), 1U);
  EXPECT_NE(uneven.warnings[0].find("0.080000 to 0.240000 s apart, first after frame 15"),
            std::string::npos)
      << uneven.warnings[0];
}

TEST(Video, ACutFileGivesItsCompleteFramesOrNothing) {
  EXPECT_GT(testing::expect_safe_when_cut(avi_bytes({})), 0U);
  EXPECT_GT(testing::expect_safe_when_cut(testing::read_bytes(video("mjpeg.avi"))), 0U);
  // What tells where the frames are stands at the end, before some notes.
  EXPECT_GT(testing::expect_safe_when_cut(testing::read_bytes(video("h264_b_frames.mp4"))), 0U);
}

TEST(Video, WhatHoldsNoVideoIsRefused) {
  const testing::ScratchFolder folder;
  for (const auto& bytes : {std::string("RIFF\x04\0\0\0AVI ", 12), std::string("\0\0\0\x10"
                                                                               "ftypisom\0\0\0\0",
                                                                               16)}) {
    write_bytes(folder / "a", bytes);
    EXPECT_THROW((void)open_series(folder / "a"), InputError);
  }
}

}  // namespace
}  // namespace adatom::image
