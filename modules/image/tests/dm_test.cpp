// DM3 and DM4 files made here: every type of pixel, both byte orders, several images, calibration,
// and what is no image.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/image/reader.h"
#include "support/dm_maker.h"
#include "support/tiff_maker.h"

namespace adatom::image {
namespace {

using testing::bytes_of;
using testing::dm_bytes;
using testing::DmImageSpec;
using testing::DmSpec;
using testing::DmThumbnail;
using testing::ScratchFolder;
using testing::write_bytes;
using testing::write_dm;

/// 2 x 3 pixels of int16 in each of `frames` frames: 1, 2, 3, ...
DmImageSpec numbered(std::size_t frames = 1) {
  std::vector<std::int16_t> pixels;
  for (std::size_t i = 0; i < 6 * frames; ++i) pixels.push_back(static_cast<std::int16_t>(i + 1));
  DmImageSpec image;
  image.sizes = {2, 3};
  if (frames > 1) image.sizes.push_back(frames);
  image.pixels = bytes_of(pixels);
  return image;
}

std::string text_of(const RawImage& raw) {
  return {reinterpret_cast<const char*>(raw.bytes.data()), raw.bytes.size()};
}

class Dm : public ::testing::Test {
 protected:
  std::unique_ptr<FrameReader> open(const DmSpec& spec, const OpenOptions& options = {}) {
    write_dm(folder_ / "a.dm3", spec);
    return open_series(folder_ / "a.dm3", options);
  }
  /// What the refusal says.
  std::string refusal(const DmSpec& spec, const OpenOptions& options = {}) {
    try {
      open(spec, options);
    } catch (const InputError& error) {
      return error.what();
    }
    ADD_FAILURE() << "not refused";
    return {};
  }
  ScratchFolder folder_;
};

void expect_contains(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

struct Kind {
  int code;
  PixelType type;
  std::string pixels;
};

TEST_F(Dm, EveryTypeInBothVersionsAndByteOrders) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const std::vector<Kind> kinds = {
      {1, PixelType::int16, bytes_of<std::int16_t>({-32768, 32767, 0, -1, 258, 5})},
      {2, PixelType::float32, bytes_of<float>({-1.5F, infinity, 0, 1e-30F, 3, 4})},
      {6, PixelType::uint8, bytes_of<std::uint8_t>({0, 255, 128, 127, 1, 2})},
      {7, PixelType::int32, bytes_of<std::int32_t>({-2147483647, 2147483647, 0, -1, 1, 66051})},
      {9, PixelType::int8, bytes_of<std::int8_t>({-128, 127, 0, -1, 1, 2})},
      {10, PixelType::uint16, bytes_of<std::uint16_t>({0, 65535, 32768, 258, 1, 2})},
      {11, PixelType::uint32, bytes_of<std::uint32_t>({0, 4294967295U, 2147483648U, 1, 2, 66051})},
      {12, PixelType::float64, bytes_of<double>({-1e300, 1e-300, 0, 0.1, 3, 4})},
      {14, PixelType::uint8, bytes_of<std::uint8_t>({0, 1, 1, 0, 1, 1})},
      {39, PixelType::int64, bytes_of<std::int64_t>({-(1LL << 60), 1LL << 60, 0, -1, 1, 2})},
      {40, PixelType::uint64, bytes_of<std::uint64_t>({0, ~0ULL, 1ULL << 63U, 1, 2, 3})}};
  for (const Kind& kind : kinds) {
    for (const int version : {3, 4}) {
      for (const auto order : {std::endian::little, std::endian::big}) {
        SCOPED_TRACE(std::to_string(kind.code) + " in DM" + std::to_string(version));
        DmImageSpec image;
        image.data_type = kind.code;
        image.sizes = {3, 2};
        image.pixels = kind.pixels;
        const auto reader = open({version, order, DmThumbnail::first, {image}});
        EXPECT_EQ(reader->info().format, version == 3 ? "DM3" : "DM4");
        EXPECT_EQ(reader->info().type, kind.type);
        EXPECT_EQ(reader->info().width, 3u);
        EXPECT_EQ(reader->info().height, 2u);
        EXPECT_EQ(reader->info().frames, 1u);
        EXPECT_EQ(text_of(reader->read(0)), kind.pixels);
        EXPECT_TRUE(reader->info().warnings.empty());
      }
    }
  }
}

TEST_F(Dm, TheThirdDimensionCountsFrames) {
  for (const int version : {3, 4}) {
    for (const auto order : {std::endian::little, std::endian::big}) {
      const auto image = numbered(4);
      const auto reader = open({version, order, DmThumbnail::last, {image}});
      ASSERT_EQ(reader->info().frames, 4u);
      for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(text_of(reader->read(i)), image.pixels.substr(12 * i, 12));
      }
      EXPECT_THROW((void)reader->read(4), std::out_of_range);
    }
  }
  // A closing dimension of one is none.
  auto image = numbered(4);
  image.sizes.push_back(1);
  EXPECT_EQ(open({.images = {image}})->info().frames, 4u);
}

TEST_F(Dm, OnesBehindTheSecondDimensionDoNotCount) {
  DmImageSpec stack{.data_type = 6, .sizes = {2, 2, 1, 3}, .pixels = "abcdefghijkl"};
  stack.axes = {{0.5, 0.0, u"nm"}, {0.5, 0.0, u"nm"}, {9.0, 0.0, u"nm"}, {0.25, 0.0, u"s"}};
  write_dm(folder_ / "a", {.version = 4, .images = {stack}});
  const auto reader = open_series(folder_ / "a");
  ASSERT_EQ(reader->info().frames, 3U);
  EXPECT_EQ(to_image(reader->read(2))(0, 0), static_cast<double>('i'));
  EXPECT_DOUBLE_EQ(reader->info().calibration.time_step_s.value(), 0.25);
}

TEST_F(Dm, EveryAxisHasItsOwnUnit) {
  auto image = numbered(2);
  image.axes = {{0.5, 2.0, u"nm"}, {0.25, -8.0, u"\u00B5m"}, {0.125, 0.0, u"s"}};
  image.brightness = {0.5, 64.0, u"e-"};
  const auto info = open({.version = 4, .images = {image}})->info();
  // All numbers are exact in the file's float32.
  EXPECT_EQ(info.calibration.axis_x, (Axis{0.5, -1.0, "nm"}));
  EXPECT_EQ(info.calibration.axis_y, (Axis{0.25, 2.0, "\xC2\xB5m"}));
  EXPECT_EQ(info.calibration.axis_frames, (Axis{0.125, 0.0, "s"}));
  EXPECT_EQ(info.calibration.pixel_size_x_angstrom, 5.0);
  EXPECT_EQ(info.calibration.pixel_size_y_angstrom, 2500.0);
  EXPECT_EQ(info.calibration.time_step_s, 0.125);
  EXPECT_EQ(info.acquisition.intensity, (Axis{0.5, -32.0, "e-"}));
}

TEST_F(Dm, DiffractionPatternsHaveReciprocalPixels) {
  auto image = numbered();
  image.axes = {{0.5, 0.0, u"1/nm"}, {0.5, 0.0, u"1/nm"}};
  const auto info = open({.images = {image}})->info();
  EXPECT_FALSE(info.calibration.pixel_size_x_angstrom);
  // 1/nm is a tenth of 1/angstrom; the rules divide by 10.
  ASSERT_TRUE(info.calibration.reciprocal_pixel_y_per_angstrom);
  EXPECT_DOUBLE_EQ(*info.calibration.reciprocal_pixel_y_per_angstrom, 0.05);
}

TEST_F(Dm, UselessScalesAreLeftOut) {
  auto image = numbered();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  image.axes = {{nan, infinity, u"nm"}, {0.0, nan, u"nm"}};
  image.brightness = {infinity, 0.0, u""};
  image.numbers = {{"Microscope Info:Voltage", nan}, {"DataBar:Exposure Time (s)", -1.0}};
  const auto info = open({.images = {image}})->info();
  EXPECT_EQ(info.calibration, Calibration{});
  EXPECT_EQ(info.acquisition, Acquisition{});
  EXPECT_EQ(info.warnings.size(), 2u);
}

TEST_F(Dm, RecordingOfAScan) {
  auto image = numbered();
  image.numbers = {{"Microscope Info:Voltage", 200000.0},
                   {"Microscope Info:Indicated Magnification", 225000.0},
                   {"Microscope Info:STEM Camera Length", 135.0},
                   {"DigiScan:Sample Time", 3.5}};
  image.texts = {{"Microscope Info:Illumination Mode", u"STEM NANOPROBE"},
                 {"Microscope Info:Imaging Mode", u"DIFFRACTION"},
                 {"DataBar:Acquisition Date", u"8/8/2016"},
                 {"Microscope Info:Specimen", u""}};
  auto info = open({.images = {image}})->info();
  EXPECT_DOUBLE_EQ(info.acquisition.voltage_kv.value_or(0.0), 200.0);
  EXPECT_EQ(info.acquisition.magnification, 225000.0);
  EXPECT_EQ(info.acquisition.camera_length_mm, 135.0);
  EXPECT_FALSE(info.acquisition.exposure_s);
  EXPECT_EQ(info.metadata["DataBar.Acquisition Date"], "8/8/2016");
  EXPECT_EQ(info.metadata["DigiScan.Sample Time"], "3.5");
  EXPECT_FALSE(info.metadata.contains("Microscope Info.Specimen"));
}

TEST_F(Dm, RecordingOfAPatternAndOfAnImage) {
  auto image = numbered();
  image.numbers = {{"Microscope Info:Indicated Magnification", 320.0},
                   {"Acquisition:Parameters:High Level:Exposure (s)", 0.25}};
  image.texts = {{"Microscope Info:Illumination Mode", u"TEM"},
                 {"Microscope Info:Imaging Mode", u"DIFFRACTION"}};
  auto recorded = open({.images = {image}})->info().acquisition;
  EXPECT_EQ(recorded.camera_length_mm, 320.0);
  EXPECT_FALSE(recorded.magnification);
  EXPECT_EQ(recorded.exposure_s, 0.25);
  image.texts[1].second = u"IMAGING";
  recorded = open({.images = {image}})->info().acquisition;
  EXPECT_EQ(recorded.magnification, 320.0);
  EXPECT_FALSE(recorded.camera_length_mm);
}

TEST_F(Dm, StackBuilderKeepsTheNotesOfItsSource) {
  auto image = numbered(2);
  image.numbers = {{"source:Tags at creation:Microscope Info:Voltage", 80000.0}};
  image.axes = {{1.0, 0.0, u"nm"}, {1.0, 0.0, u"nm"}};  // and none for the third dimension
  const auto info = open({.images = {image}})->info();
  EXPECT_DOUBLE_EQ(info.acquisition.voltage_kv.value_or(0.0), 80.0);
  EXPECT_FALSE(info.calibration.axis_frames);
}

// Some programs leave the list of thumbnails out.
TEST_F(Dm, AColourPictureBeforeOthersIsAThumbnail) {
  DmImageSpec colour{.name = u"small", .data_type = 23, .sizes = {1, 1}, .pixels = "abcd"};
  const auto reader = open({.thumbnail = DmThumbnail::none, .images = {colour, numbered()}});
  EXPECT_EQ(reader->info().signals.size(), 1U);
  EXPECT_EQ(text_of(reader->read(0)), numbered().pixels);
}

TEST_F(Dm, ImagesAreChosenByName) {
  auto one = numbered();
  one.name = u"HAADF";
  auto two = numbered(2);
  two.name = u"HAADF";
  auto three = numbered(3);
  three.name = u"";
  auto four = numbered(4);
  four.name = u"\U0001F52C \xD800\u00C5";  // a pair, and half of one
  const DmSpec spec{.thumbnail = DmThumbnail::last, .images = {one, two, three, four}};
  const std::vector<std::string> names = {"HAADF", "HAADF (2)", "image 3",
                                          "\xF0\x9F\x94\xAC \xEF\xBF\xBD\xC3\x85"};
  EXPECT_EQ(open(spec)->info().signals, names);
  EXPECT_EQ(open(spec)->info().signal, "HAADF");
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(open(spec, {names[i]})->info().frames, i + 1);
    EXPECT_EQ(open(spec, {names[i]})->info().signal, names[i]);
  }
  expect_contains(refusal(spec, {"BF"}), "'HAADF (2)'");
  expect_contains(refusal(spec, {"thumbnail"}), "'HAADF (2)'");
}

TEST_F(Dm, ASpectrumBesideAnImageIsPassedOver) {
  DmImageSpec spectrum;
  spectrum.name = u"EELS";
  spectrum.sizes = {6, 1};
  spectrum.pixels = numbered().pixels;
  spectrum.texts = {{"Meta Data:Format", u"Spectrum"}, {"Meta Data:Signal", u"EELS"}};
  expect_contains(refusal({.images = {spectrum}}), "spectrum (EELS)");
  auto image = numbered();
  image.name = u"survey";
  const DmSpec both{.images = {spectrum, image}};
  EXPECT_EQ(open(both)->info().signals, std::vector<std::string>{"survey"});
  EXPECT_EQ(open(both, {"survey"})->info().height, 3u);
  expect_contains(refusal(both, {"EELS"}), "spectrum (EELS)");
}

TEST_F(Dm, WhatIsNoImageSaysWhatItIs) {
  auto line = numbered();
  line.sizes = {6};
  expect_contains(refusal({.images = {line}}), "one line of values");
  line.axes = {{0.1, 0.0, u"eV"}};
  expect_contains(refusal({.images = {line}}), "spectrum");
  auto cube = numbered(2);
  cube.texts = {{"Meta Data:Format", u"Spectrum image"}};
  expect_contains(refusal({.images = {cube}}), "spectrum image");
  auto scan = numbered(4);
  scan.sizes = {2, 3, 2, 2};
  expect_contains(refusal({.images = {scan}}), "4 dimensions");
  for (const int code : {3, 5, 13, 27, 28}) {
    DmImageSpec wave;
    wave.data_type = code;
    wave.sizes = {2, 2};
    wave.pixels = std::string(32, '\0');
    expect_contains(refusal({.images = {wave}}), "complex");
  }
  auto odd = numbered();
  odd.data_type = 4;
  expect_contains(refusal({.images = {odd}}), "DataType 4");
  expect_contains(refusal({.images = {}}), "no image");
  expect_contains(refusal({.thumbnail = DmThumbnail::none, .images = {}}), "no image");
}

TEST_F(Dm, SizesThatDoNotFitTheirDataAreRefused) {
  for (const std::vector<std::uint64_t>& sizes : {std::vector<std::uint64_t>{2, 4},
                                                  {3, 1, 2, 2},
                                                  {2, 3, 2},
                                                  {0, 3},
                                                  {},
                                                  {4294967295U, 4294967295U},
                                                  {4294967295U, 4294967295U, 4294967295U}}) {
    auto image = numbered();
    image.sizes = sizes;
    EXPECT_FALSE(refusal({.images = {image}}).empty());
  }
}

TEST_F(Dm, ColourBecomesGrey) {
  // Blue, green, red and a byte that does not count, in both of the file's orders.
  const std::string stored = {'\x0A', '\x14', '\x1E', '\xFF', '\x07', '\x07', '\x07', '\0'};
  for (const int code : {8, 23}) {
    DmImageSpec image;
    image.data_type = code;
    image.sizes = {2, 2};
    image.pixels = stored + stored;
    const auto reader = open({.images = {image}});
    EXPECT_EQ(reader->info().type, PixelType::uint8);
    // 0.299 * 30 + 0.587 * 20 + 0.114 * 10 = 21.85
    EXPECT_EQ(text_of(reader->read(0)), "\x16\x07\x16\x07");
    ASSERT_EQ(reader->info().warnings.size(), 1u);
    expect_contains(reader->info().warnings[0], "grey");
  }
}

TEST_F(Dm, AFileCutAnywhereGivesItsPixelsOrNothing) {
  for (const int version : {3, 4}) {
    for (const auto thumbnail : {DmThumbnail::first, DmThumbnail::none}) {
      auto image = numbered(2);
      image.numbers = {{"Microscope Info:Voltage", 200000.0}};
      image.texts = {{"DataBar:Acquisition Date", u"8/8/2016"}};
      const DmSpec spec{version, std::endian::little, thumbnail, {image}};
      const std::string whole = dm_bytes(spec);
      std::size_t readable = 0;
      for (std::size_t length = 0; length < whole.size(); ++length) {
        write_bytes(folder_ / "cut", whole.substr(0, length));
        try {
          const auto reader = open_series(folder_ / "cut");
          // The last eight bytes mean nothing.
          EXPECT_EQ(reader->info().warnings.empty(), length >= whole.size() - 8) << length;
          ASSERT_EQ(reader->info().frames, 2u);
          EXPECT_EQ(text_of(reader->read(0)) + text_of(reader->read(1)), image.pixels);
          ++readable;
        } catch (const InputError&) {
        }
      }
      EXPECT_GT(readable, 100u);
    }
  }
}

TEST_F(Dm, AFileThatShrinksWhileItIsReadIsAnError) {
  const auto image = numbered(4);
  const auto reader = open({.images = {image}});
  const auto size = std::filesystem::file_size(folder_ / "a.dm3");
  const std::string whole = testing::read_bytes(folder_ / "a.dm3");
  const auto pixels = whole.find(image.pixels);
  ASSERT_LT(pixels, size);
  std::filesystem::resize_file(folder_ / "a.dm3", pixels + 30);
  EXPECT_EQ(text_of(reader->read(1)), image.pixels.substr(12, 12));
  EXPECT_THROW((void)reader->read(3), InputError);
}

TEST_F(Dm, GroupsWithoutEndAreRefused) {
  // A thousand groups in one another: version, length, byte order; then each group's flags, count
  // of one, kind and empty name.
  std::string bytes("\0\0\0\3\0\0\0\0\0\0\0\1", 12);
  for (int i = 0; i < 1000; ++i) bytes += std::string("\1\0\0\0\0\1\x14\0\0", 9);
  write_bytes(folder_ / "deep", bytes);
  EXPECT_THROW(open_series(folder_ / "deep"), InputError);
}

}  // namespace
}  // namespace adatom::image
