// NPY and PNG as series.
#include <gtest/gtest.h>

#include <cstring>

#include "adatom/base/error.h"
#include "adatom/image/reader.h"
#include "adatom/storage/npy.h"
#include "adatom/storage/png.h"
#include "support/tiff_maker.h"

namespace adatom::image {
namespace {

using testing::ScratchFolder;
using testing::write_bytes;

/// A header with the shape in Fortran order: the same length, one word changed.
std::string fortran_header(storage::NpyType type, const std::vector<std::size_t>& shape) {
  auto header = storage::encode_npy_header(type, shape);
  return header.replace(header.find("False"), 5, "True ");
}

std::string elements(const std::vector<std::uint16_t>& values) {
  return {reinterpret_cast<const char*>(values.data()), 2 * values.size()};
}

TEST(NpySeries, ReadsFortranOrderFrameByFrame) {
  const ScratchFolder folder;
  // Value 100 f + 10 y + x, written with f fastest, then y, then x. 30000 frames of 3 x 5, so that
  // a frame's pixels span several of the reader's blocks.
  const std::size_t frames = 30000;
  std::vector<std::uint16_t> values;
  for (std::size_t x = 0; x < 5; ++x) {
    for (std::size_t y = 0; y < 3; ++y) {
      for (std::size_t f = 0; f < frames; ++f) {
        values.push_back(static_cast<std::uint16_t>(100 * f + 10 * y + x));
      }
    }
  }
  const auto bytes = fortran_header(storage::NpyType::uint16, {frames, 3, 5}) + elements(values);
  write_bytes(folder / "a.npy", bytes);
  const auto reader = open_series(folder / "a.npy");
  EXPECT_EQ(reader->info().frames, frames);
  for (const std::size_t f : {std::size_t{0}, std::size_t{7}, frames - 1}) {
    const auto image = to_image(reader->read(f));
    ASSERT_EQ(image.width(), 5u);
    for (std::size_t y = 0; y < 3; ++y) {
      for (std::size_t x = 0; x < 5; ++x) {
        EXPECT_EQ(image(x, y), static_cast<double>((100 * f + 10 * y + x) % 65536));
      }
    }
  }
  write_bytes(folder / "cut.npy", bytes.substr(0, bytes.size() - 1));
  EXPECT_THROW((void)open_series(folder / "cut.npy"), InputError);
}

TEST(NpySeries, ReadsFortranOrderOfOneFrame) {
  const ScratchFolder folder;
  write_bytes(folder / "a.npy",
              fortran_header(storage::NpyType::uint16, {2, 3}) + elements({1, 4, 2, 5, 3, 6}));
  const auto image = to_image(open_series(folder / "a.npy")->read(0));
  EXPECT_EQ(std::vector<double>(image.values().begin(), image.values().end()),
            (std::vector<double>{1, 2, 3, 4, 5, 6}));
}

TEST(NpySeries, GivesTheCompleteFramesOfACutFile) {
  const ScratchFolder folder;
  std::vector<std::uint16_t> values(4 * 6);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::uint16_t>(i);
  const std::vector<std::size_t> shape = {4, 2, 3};
  const auto header = storage::encode_npy_header(storage::NpyType::uint16, shape);
  const auto bytes = header + elements(values);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    write_bytes(folder / "a.npy", bytes.substr(0, size));
    const std::size_t complete = size < header.size() ? 0 : (size - header.size()) / 12;
    if (complete == 0) {
      EXPECT_THROW((void)open_series(folder / "a.npy"), InputError) << size;
      continue;
    }
    const auto reader = open_series(folder / "a.npy");
    ASSERT_EQ(reader->info().frames, complete);
    EXPECT_EQ(reader->info().warnings.size(), 1u);
    EXPECT_EQ(to_image(reader->read(complete - 1))(0, 0), 6.0 * static_cast<double>(complete - 1));
  }
}

TEST(NpySeries, RefusesOtherDimensionsAndEmptyArrays) {
  const ScratchFolder folder;
  for (const std::vector<std::size_t>& shape :
       {std::vector<std::size_t>{}, {4}, {2, 2, 2, 2}, {0, 3}, {3, 0, 3}}) {
    write_bytes(folder / "a.npy",
                storage::encode_npy_header(storage::NpyType::uint8, shape) + std::string(64, 'x'));
    EXPECT_THROW((void)open_series(folder / "a.npy"), InputError);
  }
}

TEST(NpySeries, ReadsBooleanAndHalf) {
  const ScratchFolder folder;
  const std::vector<std::size_t> shape = {1, 2};
  write_bytes(folder / "b.npy", storage::encode_npy_header(storage::NpyType::boolean, shape) +
                                    std::string("\x00\x07", 2));
  const auto flags = to_image(open_series(folder / "b.npy")->read(0));
  EXPECT_EQ(flags(0, 0), 0.0);
  EXPECT_EQ(flags(1, 0), 1.0);
  write_bytes(folder / "h.npy", storage::encode_npy_header(storage::NpyType::float16, shape) +
                                    std::string("\x00\x3C\x00\xC0", 4));  // 1 and -2
  const auto reader = open_series(folder / "h.npy");
  EXPECT_EQ(reader->info().type, PixelType::float32);
  EXPECT_EQ(to_image(reader->read(0))(1, 0), -2.0);
}

TEST(PngSeries, ConvertsColourToGreyAndSaysSo) {
  const ScratchFolder folder;
  storage::PngImage image{2, 1, 4, 8, {}};
  for (const int sample : {200, 100, 50, 0, 9, 9, 9, 255}) {
    image.pixels.push_back(static_cast<std::byte>(sample));
  }
  write_bytes(folder / "a.png", storage::encode_png(image));
  const auto reader = open_series(folder / "a.png");
  EXPECT_EQ(reader->info().warnings.size(), 2u);
  const auto grey = to_image(reader->read(0));
  // 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2
  EXPECT_EQ(grey(0, 0), 124.0);
  EXPECT_EQ(grey(1, 0), 9.0);
}

TEST(Open, GoesByContentNotByName) {
  const ScratchFolder folder;
  write_bytes(folder / "a.tif", storage::encode_png({1, 1, 1, 8, {std::byte{7}}}));
  EXPECT_EQ(open_series(folder / "a.tif")->info().format, "PNG");
}

TEST(Open, TellsWhatIsWrong) {
  const ScratchFolder folder;
  EXPECT_THROW((void)open_series(folder / "absent"), InputError);
  EXPECT_THROW((void)open_series("/tmp"), InputError);
  EXPECT_THROW((void)open_series("/dev/null"), InputError);
  write_bytes(folder / "empty", "");
  EXPECT_THROW((void)open_series(folder / "empty"), InputError);
  write_bytes(folder / "text", "hello");
  try {
    (void)open_series(folder / "text");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find(format_names()), std::string::npos);
  }
}

}  // namespace
}  // namespace adatom::image
