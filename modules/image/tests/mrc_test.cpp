// The reader of MRC files, on files made from scratch.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/image/reader.h"
#include "support/hostile.h"
#include "support/mrc_maker.h"

namespace adatom::image {
namespace {

using testing::mrc_bytes;
using testing::MrcSpec;

class Mrc : public ::testing::Test {
 protected:
  std::unique_ptr<FrameReader> open(const MrcSpec& spec) {
    testing::write_bytes(folder_ / "a.mrc", mrc_bytes(spec));
    return open_series(folder_ / "a.mrc");
  }
  testing::ScratchFolder folder_;
};

TEST_F(Mrc, EveryModeInBothByteOrders) {
  constexpr std::array modes = {
      std::pair{0, PixelType::int8},     std::pair{1, PixelType::int16},
      std::pair{2, PixelType::float32},  std::pair{6, PixelType::uint16},
      std::pair{12, PixelType::float32}, std::pair{101, PixelType::uint8}};
  for (const auto order : {std::endian::little, std::endian::big}) {
    for (const auto& [mode, type] : modes) {
      SCOPED_TRACE(mode);
      MrcSpec spec;
      spec.mode = mode;
      spec.order = order;
      spec.extended_bytes = 37;
      const auto reader = open(spec);
      EXPECT_EQ(reader->info().type, type);
      ASSERT_EQ(reader->info().frames, 3U);
      EXPECT_TRUE(reader->info().warnings.empty());
      const Image second = to_image(reader->read(1));
      for (std::size_t y = 0; y < 3; ++y) {
        for (std::size_t x = 0; x < 5; ++x) {
          const auto value = static_cast<double>(16 + 5 * y + x);
          EXPECT_EQ(second(x, y), mode == 101 ? std::fmod(value, 16.0) : value);
        }
      }
    }
  }
}

// 512 and the like are possible sizes in both byte orders.
TEST_F(Mrc, BytesOfSizesThatReadBothWays) {
  for (const auto order : {std::endian::little, std::endian::big}) {
    for (const std::int32_t side : {256, 512, 1024, 2048}) {
      SCOPED_TRACE(side);
      const auto reader =
          open({.mode = 0, .width = side, .height = side, .frames = 1, .order = order});
      ASSERT_EQ(reader->info().width, static_cast<std::size_t>(side));
      EXPECT_EQ(to_image(reader->read(0))(2, 0), 3.0);
      // Old files have no axes.
      const auto old = open({.mode = 0,
                             .width = side,
                             .height = side,
                             .frames = 1,
                             .order = order,
                             .axes = {0, 0, 0}});
      EXPECT_EQ(old->info().width, static_cast<std::size_t>(side));
    }
  }
}

TEST_F(Mrc, ColourBecomesGrey) {
  const std::string header =
      mrc_bytes({.mode = 0, .width = 2, .height = 1, .frames = 1}).substr(0, 1024);
  std::string bytes = header + std::string("\x0A\x0A\x0A\xFF\x00\x00", 6);
  bytes[12] = 16;
  testing::write_bytes(folder_ / "a.mrc", bytes);
  const Image image = to_image(open_series(folder_ / "a.mrc")->read(0));
  EXPECT_EQ(image(0, 0), 10.0);
  EXPECT_EQ(image(1, 0), 76.0);  // 0.299 * 255
}

TEST_F(Mrc, HalvesOfEveryKind) {
  MrcSpec spec;
  spec.mode = 12;
  spec.width = 8;
  spec.height = 1;
  spec.frames = 1;
  std::string bytes = mrc_bytes(spec);
  // IEEE 754: smallest subnormal, largest subnormal, smallest normal, one, minus two, largest,
  // infinity, minus zero.
  const std::array<std::uint16_t, 8> halves = {0x0001, 0x03FF, 0x0400, 0x3C00,
                                               0xC000, 0x7BFF, 0x7C00, 0x8000};
  std::memcpy(bytes.data() + 1024, halves.data(), 16);
  testing::write_bytes(folder_ / "a.mrc", bytes);
  const Image image = to_image(open_series(folder_ / "a.mrc")->read(0));
  const std::array<double, 8> values = {std::ldexp(1.0, -24),
                                        std::ldexp(1023.0, -24),
                                        std::ldexp(1.0, -14),
                                        1.0,
                                        -2.0,
                                        65504.0,
                                        std::numeric_limits<double>::infinity(),
                                        -0.0};
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(image(i, 0), values[i]) << i;
  EXPECT_TRUE(std::signbit(image(7, 0)));
}

TEST_F(Mrc, ImodSaysWhetherBytesHaveASign) {
  MrcSpec spec;
  spec.mode = 0;
  EXPECT_EQ(open(spec)->info().type, PixelType::int8);
  spec.imod_unsigned = true;
  EXPECT_EQ(open(spec)->info().type, PixelType::uint8);
  spec.imod_unsigned = false;
  spec.imod_signed = true;
  EXPECT_EQ(open(spec)->info().type, PixelType::int8);
}

TEST_F(Mrc, TheCellGivesThePixelSize) {
  MrcSpec spec;
  spec.label = "made for a test";
  auto info = open(spec)->info();
  EXPECT_DOUBLE_EQ(info.calibration.pixel_size_x_angstrom.value(), 2.5);
  EXPECT_DOUBLE_EQ(info.calibration.pixel_size_y_angstrom.value(), 2.5);
  EXPECT_EQ(info.metadata.at("Label 1"), "made for a test");
  for (const float unset : {0.0F, -80.0F}) {
    spec.cell_angstrom = {unset, unset};
    EXPECT_FALSE(open(spec)->info().calibration.pixel_size_x_angstrom.has_value());
  }
  spec.fei_record = true;
  info = open(spec)->info();
  EXPECT_DOUBLE_EQ(info.calibration.pixel_size_x_angstrom.value(), 2.5);
  EXPECT_DOUBLE_EQ(info.acquisition.voltage_kv.value(), 300.0);
  EXPECT_DOUBLE_EQ(info.acquisition.camera_length_mm.value(), 91.1);
  EXPECT_EQ(info.metadata.at("Microscope"), "Spectra");
}

TEST_F(Mrc, OldFilesHaveNoMapWord) {
  MrcSpec spec;
  spec.map_word = false;
  EXPECT_EQ(open(spec)->info().frames, 3U);
}

TEST_F(Mrc, WhatIsNoImageIsRefused) {
  for (const std::int32_t mode : {3, 4}) {  // complex
    MrcSpec spec;
    spec.mode = mode;
    EXPECT_THROW(open(spec), InputError);
  }
  MrcSpec turned;
  turned.axes = {3, 2, 1};
  EXPECT_THROW(open(turned), InputError);
  MrcSpec negative;
  negative.extended_bytes = 0;
  std::string bytes = mrc_bytes(negative);
  bytes.replace(92, 4, "\xFF\xFF\xFF\xFF");
  testing::write_bytes(folder_ / "a.mrc", bytes);
  EXPECT_THROW((void)open_series(folder_ / "a.mrc"), InputError);
}

TEST_F(Mrc, ACutFileGivesItsCompleteFramesOrNothing) {
  MrcSpec spec;
  EXPECT_GT(testing::expect_safe_when_cut(mrc_bytes(spec)), 0U);
  spec.mode = 101;
  spec.fei_record = true;
  spec.order = std::endian::big;
  EXPECT_GT(testing::expect_safe_when_cut(mrc_bytes(spec)), 0U);
}

}  // namespace
}  // namespace adatom::image
