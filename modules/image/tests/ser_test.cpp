// The reader of SER files, on files made from scratch.
#include <gtest/gtest.h>

#include <array>

#include "adatom/base/error.h"
#include "adatom/image/reader.h"
#include "support/hostile.h"
#include "support/ser_maker.h"

namespace adatom::image {
namespace {

using testing::ser_bytes;
using testing::SerSpec;

class Ser : public ::testing::Test {
 protected:
  std::unique_ptr<FrameReader> open(const SerSpec& spec) {
    testing::write_bytes(folder_ / "a.ser", ser_bytes(spec));
    return open_series(folder_ / "a.ser");
  }
  testing::ScratchFolder folder_;
};

TEST_F(Ser, EveryTypeOfEitherVersion) {
  constexpr std::array types = {PixelType::uint8,   PixelType::uint16, PixelType::uint32,
                                PixelType::int8,    PixelType::int16,  PixelType::int32,
                                PixelType::float32, PixelType::float64};
  for (const std::uint16_t version : {std::uint16_t{0x210}, std::uint16_t{0x220}}) {
    for (std::uint16_t type = 1; type <= types.size(); ++type) {
      const auto reader = open({.version = version, .data_type = type});
      EXPECT_EQ(reader->info().type, types[type - 1U]);
      ASSERT_EQ(reader->info().frames, 3U);
      EXPECT_TRUE(reader->info().warnings.empty());
      const Image second = to_image(reader->read(1));
      // The file has the lowest row first: its twelve values 13 to 24 end in the upper row.
      EXPECT_EQ(second(0, 0), 21.0);
      EXPECT_EQ(second(3, 0), 24.0);
      EXPECT_EQ(second(0, 2), 13.0);
    }
  }
}

TEST_F(Ser, ScalesAreInMetresOrTheirInverse) {
  auto info = open({.element_at_offset = 2})->info();
  EXPECT_DOUBLE_EQ(info.calibration.pixel_size_x_angstrom.value(), 2.5);
  // The offset belongs to element 2.
  EXPECT_DOUBLE_EQ(info.calibration.axis_x.value().offset, -5e-10 - 2.0 * 2.5e-10);
  info = open({.scale = 4.2e7, .offset = 0.0})->info();
  EXPECT_FALSE(info.calibration.pixel_size_x_angstrom.has_value());
  EXPECT_DOUBLE_EQ(info.calibration.reciprocal_pixel_x_per_angstrom.value(), 4.2e-3);
  EXPECT_EQ(info.calibration.axis_y.value().unit, "1/m");
  // One, as files without calibration have it, is neither.
  info = open({.scale = 1.0, .offset = 0.0})->info();
  EXPECT_FALSE(info.calibration.pixel_size_x_angstrom.has_value());
  EXPECT_FALSE(info.calibration.reciprocal_pixel_x_per_angstrom.has_value());
}

TEST_F(Ser, AStoppedSeriesHasFewerFramesThanItDeclares) {
  const auto reader = open({.declared = 9});
  EXPECT_EQ(reader->info().frames, 3U);
  ASSERT_EQ(reader->info().warnings.size(), 1U);
  EXPECT_NE(reader->info().warnings[0].find("3 of 9"), std::string::npos);
}

TEST_F(Ser, FramesUnlikeTheFirstAreLeftOut) {
  const auto reader = open({.odd_frame = 2});
  ASSERT_EQ(reader->info().frames, 2U);
  EXPECT_EQ(reader->info().warnings.size(), 1U);
  // 12 and 8 values stand before the third frame.
  EXPECT_EQ(to_image(reader->read(1))(0, 2), 21.0);
}

TEST_F(Ser, WhatIsNoImageIsRefused) {
  EXPECT_THROW(open({.kind = 0x4120}), InputError);
  EXPECT_THROW(open({.data_type = 9}), InputError);   // complex
  EXPECT_THROW(open({.data_type = 11}), InputError);  // unknown
  EXPECT_THROW(open({.frames = 0, .declared = 4}), InputError);
}

TEST_F(Ser, ACutFileGivesItsCompleteFramesOrNothing) {
  EXPECT_GT(testing::expect_safe_when_cut(ser_bytes({.version = 0x210})), 0U);
  EXPECT_GT(testing::expect_safe_when_cut(ser_bytes({})), 0U);
}

}  // namespace
}  // namespace adatom::image
