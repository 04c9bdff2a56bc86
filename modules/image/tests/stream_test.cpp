// The readers of TVIPS series and NanoMEGAS blockfiles, on files made from scratch.
#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/image/reader.h"
#include "adatom/image/writer.h"
#include "io/calibration_rules.h"
#include "support/hostile.h"
#include "support/stream_maker.h"

namespace adatom::image {
namespace {

using testing::tvips_bytes;
using testing::TvipsSpec;
using testing::write_bytes;

TEST(Tvips, BothVersionsAndDepths) {
  const testing::ScratchFolder folder;
  for (const std::uint32_t version : {1U, 2U}) {
    for (const std::uint32_t bits : {8U, 16U}) {
      write_bytes(folder / "a.tvips", tvips_bytes({.version = version, .bits = bits}));
      const auto reader = open_series(folder / "a.tvips");
      const auto& info = reader->info();
      EXPECT_EQ(info.type, bits == 8 ? PixelType::uint8 : PixelType::uint16);
      ASSERT_EQ(info.frames, 3U);
      EXPECT_TRUE(info.warnings.empty());
      const Image second = to_image(reader->read(1));
      EXPECT_EQ(second(0, 0), 21.0);
      EXPECT_EQ(second(4, 3), 40.0);
      EXPECT_DOUBLE_EQ(info.calibration.time_step_s.value(), 0.25);
      EXPECT_DOUBLE_EQ(info.calibration.pixel_size_x_angstrom.value(), 20.0);  // 2 nm
      EXPECT_DOUBLE_EQ(info.acquisition.voltage_kv.value(), 300.0);
      EXPECT_DOUBLE_EQ(info.acquisition.magnification.value(), 1500.0);
    }
  }
}

TEST(Tvips, PatternsHaveReciprocalPixels) {
  const testing::ScratchFolder folder;
  write_bytes(folder / "a.tvips", tvips_bytes({.mode = 2}));
  const auto info = open_series(folder / "a.tvips")->info();
  EXPECT_FALSE(info.calibration.pixel_size_x_angstrom.has_value());
  EXPECT_DOUBLE_EQ(info.calibration.reciprocal_pixel_x_per_angstrom.value(), 0.2);  // 2 / nm
}

// 15600 nm is the pixel of a camera, and no image's.
TEST(Tvips, ThePixelOfTheCameraIsNoPixelSize) {
  const testing::ScratchFolder folder;
  write_bytes(folder / "a.tvips", tvips_bytes({.pixel_size = 15600}));
  const auto info = open_series(folder / "a.tvips")->info();
  EXPECT_FALSE(info.calibration.pixel_size_x_angstrom.has_value());
  EXPECT_EQ(info.warnings.size(), 1U);
  EXPECT_EQ(info.metadata.at("Pixel of the camera (nm)"), "15600");
}

TEST(Tvips, FirstVersionWithLongFrameHeaders) {
  const testing::ScratchFolder folder;
  write_bytes(folder / "a.tvips",
              tvips_bytes({.version = 1, .frame_header = 60, .long_headers = true}));
  const auto reader = open_series(folder / "a.tvips");
  ASSERT_EQ(reader->info().frames, 3U);
  EXPECT_EQ(to_image(reader->read(2))(0, 0), 41.0);
}

TEST(Tvips, ASeriesGoesOnInItsOtherFiles) {
  const testing::ScratchFolder folder;
  const std::string whole = tvips_bytes({.frames = 5});
  const std::size_t frame = 68 + 40;
  write_bytes(folder / "s_000.tvips", whole.substr(0, 256 + 2 * frame));
  write_bytes(folder / "s_001.tvips", whole.substr(256 + 2 * frame, 2 * frame));
  write_bytes(folder / "s_002.tvips", whole.substr(256 + 4 * frame));
  write_bytes(folder / "s_004.tvips", whole);  // not in the row
  const auto reader = open_series(folder / "s_000.tvips");
  ASSERT_EQ(reader->info().frames, 5U);
  ASSERT_EQ(reader->info().warnings.size(), 1U);
  EXPECT_NE(reader->info().warnings[0].find("s_003.tvips is missing"), std::string::npos);
  try {
    (void)open_series(folder / "s_001.tvips");
    FAIL() << "it has no header";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("_000.tvips"), std::string::npos);
  }
  for (std::size_t f = 0; f < 5; ++f) {
    EXPECT_EQ(to_image(reader->read(f))(0, 0), static_cast<double>(20 * f + 1));
  }
  EXPECT_DOUBLE_EQ(reader->info().calibration.time_step_s.value(), 0.25);
}

TEST(Tvips, ADamagedHeaderIsRefused) {
  const testing::ScratchFolder folder;
  write_bytes(folder / "a.tvips", tvips_bytes({.frame_header = 100'000}));
  EXPECT_THROW((void)open_series(folder / "a.tvips"), InputError);
}

TEST(Tvips, ACutFileGivesItsCompleteFramesOrNothing) {
  EXPECT_GT(testing::expect_safe_when_cut(tvips_bytes({}), testing::FrameCount::told_by_length),
            0U);
}

TEST(Blo, PatternsAndBrightField) {
  const testing::ScratchFolder folder;
  write_bytes(folder / "a.blo", testing::blo_bytes());
  const auto patterns = open_series(folder / "a.blo");
  const auto& info = patterns->info();
  EXPECT_EQ(info.signals,
            (std::vector<std::string>{"Diffraction patterns", "Virtual bright field"}));
  ASSERT_EQ(info.frames, 6U);
  for (std::size_t f = 0; f < 6; ++f) {
    EXPECT_EQ(to_image(patterns->read(f))(0, 0), static_cast<double>(16 * f + 1));
  }
  EXPECT_DOUBLE_EQ(info.acquisition.voltage_kv.value(), 300.0);
  EXPECT_DOUBLE_EQ(info.acquisition.camera_length_mm.value(), 200.0);
  EXPECT_DOUBLE_EQ(info.calibration.axis_x.value().scale, 0.005);
  // 0.05 mm on the screen at 200 mm and 0.0196875 angstrom (300 kV, Williams and Carter, table 1.2:
  // 0.00197 nm).
  EXPECT_NEAR(info.calibration.reciprocal_pixel_x_per_angstrom.value(), 0.05 / (200.0 * 0.0196875),
              1e-6);

  const auto bright = open_series(folder / "a.blo", {.signal = "Virtual bright field"});
  EXPECT_EQ(bright->info().width, 3U);
  EXPECT_EQ(bright->info().height, 2U);
  EXPECT_EQ(to_image(bright->read(0))(2, 1), 105.0);
  EXPECT_DOUBLE_EQ(bright->info().calibration.pixel_size_x_angstrom.value(), 15.0);
  EXPECT_DOUBLE_EQ(bright->info().calibration.pixel_size_y_angstrom.value(), 25.0);
}

TEST(Blo, ConvertedFilesKeepTheReciprocalPixel) {
  const testing::ScratchFolder folder;
  write_bytes(folder / "a.blo", testing::blo_bytes());
  const auto patterns = open_series(folder / "a.blo");
  std::vector<RawImage> frames;
  for (std::size_t f = 0; f < 6; ++f) frames.push_back(patterns->read(f));
  for (const std::string name : {"b.hspy", "b.tif"}) {
    write_series(folder / name, frames, patterns->info().calibration);
    EXPECT_DOUBLE_EQ(
        open_series(folder / name)->info().calibration.reciprocal_pixel_x_per_angstrom.value(),
        patterns->info().calibration.reciprocal_pixel_x_per_angstrom.value());
  }
}

TEST(Calibration, ReciprocalUnits) {
  for (const char* unit : {"1/nm", "nm^-1", "nm**-1", "k_nm^-1", "$nm^{-1}$", "nm⁻¹", "1 / nm"}) {
    EXPECT_DOUBLE_EQ(reciprocal_angstrom_per(unit).value_or(0.0), 0.1) << unit;
  }
  for (const char* unit : {"", "nm", "$", "k_", "1/", "1/s"}) {
    EXPECT_FALSE(reciprocal_angstrom_per(unit).has_value()) << unit;
  }
}

TEST(Blo, ACutFileGivesItsCompleteFramesOrNothing) {
  EXPECT_GT(testing::expect_safe_when_cut(testing::blo_bytes()), 0U);
}

}  // namespace
}  // namespace adatom::image
