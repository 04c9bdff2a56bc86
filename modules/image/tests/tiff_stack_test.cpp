// Stacks as ImageJ writes them, damaged chains, and files cut short.
#include <gtest/gtest.h>
#include <tiffio.h>

#include <algorithm>
#include <cstring>

#include "adatom/base/error.h"
#include "adatom/image/reader.h"
#include "adatom/image/writer.h"
#include "support/tiff_maker.h"

namespace adatom::image {
namespace {

using testing::noise;
using testing::read_bytes;
using testing::ScratchFolder;
using testing::TiffSpec;
using testing::write_bytes;
using testing::write_tiff;

/// A big-endian file put together by hand after TIFF 6.0: header, one directory, pixels of
/// `written` frames of 3 x 2 uint16 one behind the other, as ImageJ does.
struct HandMade {
  std::string bytes;
  std::size_t data = 0;

  void number(std::uint64_t value, std::size_t size) {
    for (std::size_t i = size; i-- > 0;) bytes += static_cast<char>((value >> (8 * i)) & 0xFFU);
  }
  void tag(unsigned name, unsigned type, unsigned count, unsigned value) {
    number(name, 2);
    number(type, 2);
    number(count, 4);
    if (type == 3 && count == 1) {
      number(value, 2);
      number(0, 2);
    } else {
      number(value, 4);
    }
  }
};

HandMade imagej_stack(const std::string& description, unsigned written) {
  HandMade file;
  file.bytes = "MM";
  file.number(42, 2);
  file.number(8, 4);
  constexpr unsigned entries = 9;
  constexpr unsigned behind = 8 + 2 + entries * 12 + 4;
  const auto text_size = static_cast<unsigned>(description.size() + 1);
  file.data = behind + text_size;
  file.number(entries, 2);
  file.tag(256, 4, 1, 3);
  file.tag(257, 4, 1, 2);
  file.tag(258, 3, 1, 16);
  file.tag(262, 3, 1, 1);
  file.tag(270, 2, text_size, behind);
  file.tag(273, 4, 1, static_cast<unsigned>(file.data));
  file.tag(277, 3, 1, 1);
  file.tag(278, 3, 1, 2);
  file.tag(279, 4, 1, 12);
  file.number(0, 4);
  file.bytes += description + '\0';
  for (unsigned i = 0; i < written * 6; ++i) file.number(1000 + i, 2);
  return file;
}

TEST(TiffStack, ReadsFramesBehindASinglePage) {
  const ScratchFolder folder;
  write_bytes(folder / "a.tif",
              imagej_stack("ImageJ=1.53\nimages=5\nframes=5\nunit=nm\nfinterval=0.5\n", 5).bytes);
  const auto reader = open_series(folder / "a.tif");
  ASSERT_EQ(reader->info().frames, 5u);
  EXPECT_TRUE(reader->info().warnings.empty());
  EXPECT_EQ(reader->info().calibration.time_step_s, 0.5);
  for (std::size_t f = 0; f < 5; ++f) {
    const auto image = to_image(reader->read(f));
    for (std::size_t i = 0; i < 6; ++i) {
      EXPECT_EQ(image.values()[i], static_cast<double>(1000 + 6 * f + i));
    }
  }
}

TEST(TiffStack, GivesTheCompleteFramesOfACutStack) {
  const ScratchFolder folder;
  const auto whole = imagej_stack("ImageJ=1.53\nimages=4\n", 4);
  for (std::size_t size = 0; size < whole.bytes.size(); ++size) {
    write_bytes(folder / "a.tif", whole.bytes.substr(0, size));
    const std::size_t complete = size < whole.data ? 0 : (size - whole.data) / 12;
    if (complete == 0) {
      EXPECT_THROW((void)open_series(folder / "a.tif"), InputError) << size;
      continue;
    }
    const auto reader = open_series(folder / "a.tif");
    ASSERT_EQ(reader->info().frames, complete) << size;
    EXPECT_EQ(reader->info().warnings.size(), 1u);
    EXPECT_EQ(to_image(reader->read(complete - 1)).values()[5],
              static_cast<double>(999 + 6 * complete));
  }
}

TEST(TiffStack, SaysWhenADescriptionDeclaresTooMuch) {
  const ScratchFolder folder;
  for (const std::string count : {"99", "1e300", "-3", "999999999", "nan"}) {
    write_bytes(folder / "a.tif", imagej_stack("ImageJ=1.53\nimages=" + count + "\n", 1).bytes);
    EXPECT_EQ(open_series(folder / "a.tif")->info().frames, 1u) << count;
  }
}

TEST(TiffStack, FollowsACircleOnce) {
  const ScratchFolder folder;
  auto file = imagej_stack("", 1);
  const std::size_t link = 8 + 2 + 9 * 12;
  file.bytes[link + 3] = 8;  // the next directory is this one
  write_bytes(folder / "a.tif", file.bytes);
  const auto reader = open_series(folder / "a.tif");
  EXPECT_EQ(reader->info().frames, 1u);
  EXPECT_NE(reader->info().warnings.at(0).find("circle"), std::string::npos);
}

TEST(TiffStack, RefusesAbsurdClaims) {
  const ScratchFolder folder;
  const auto good = imagej_stack("", 1);
  struct Lie {
    std::size_t entry;
    unsigned value;
  };
  // Width, height, bits, samples, strip offset, rows per strip, byte count.
  for (const auto [entry, value] :
       {Lie{0, 0x7FFFFFFF}, Lie{0, 0}, Lie{1, 0xFFFFFFFF}, Lie{1, 0}, Lie{1, 0x10000},
        Lie{2, 0xFFFF0000}, Lie{2, 0}, Lie{5, 0x7FFFFFFF}, Lie{5, 0}, Lie{6, 0xFFFF0000}, Lie{7, 0},
        Lie{8, 3}}) {
    auto file = good;
    const std::size_t at = 8 + 2 + entry * 12 + 8;
    for (std::size_t i = 0; i < 4; ++i) {
      file.bytes[at + i] = static_cast<char>((value >> (24 - 8 * i)) & 0xFFU);
    }
    write_bytes(folder / "a.tif", file.bytes);
    EXPECT_THROW((void)open_series(folder / "a.tif"), InputError) << entry << ' ' << value;
  }
}

TEST(TiffStack, RefusesABombButNotAnEmptyFrame) {
  const ScratchFolder folder;
  // 4096 x 4096 zeros deflate about a thousand times: legitimate.
  const RawImage empty{PixelType::uint16, 4096, 4096, Bytes(2U << 24U, std::byte{0})};
  TiffSpec spec;
  spec.rows_per_strip = 4096;
  for (const int compression : {COMPRESSION_ADOBE_DEFLATE, COMPRESSION_LZW, COMPRESSION_ZSTD}) {
    spec.compression = static_cast<std::uint16_t>(compression);
    write_tiff(folder / "a.tif", {empty}, spec);
    EXPECT_EQ(open_series(folder / "a.tif")->read(0).bytes, empty.bytes);
  }
  // The same file that claims 4096 x 2^30 pixels in one strip.
  spec.compression = COMPRESSION_ADOBE_DEFLATE;
  write_tiff(folder / "a.tif", {empty}, spec);
  auto bytes = read_bytes(folder / "a.tif");
  for (const std::uint16_t tag : {std::uint16_t{257}, std::uint16_t{278}}) {
    const char name[4] = {static_cast<char>(tag & 0xFFU), static_cast<char>(tag >> 8U), 3, 0};
    const auto at = bytes.find(std::string(name, 4));
    ASSERT_NE(at, std::string::npos);
    bytes[at + 2] = 4;  // a 32-bit number now
    bytes.replace(at + 8, 4, std::string("\x00\x00\x00\x40", 4));
  }
  write_bytes(folder / "a.tif", bytes);
  EXPECT_THROW((void)open_series(folder / "a.tif"), InputError);
}

/// At every length a file gives some of its frames, unchanged, or an InputError.
void expect_safe_truncation(const ScratchFolder& folder, const std::vector<RawImage>& frames) {
  const auto whole = read_bytes(folder / "whole.tif");
  std::size_t most = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_bytes(folder / "cut.tif", whole.substr(0, size));
    try {
      const auto reader = open_series(folder / "cut.tif");
      ASSERT_LE(reader->info().frames, frames.size());
      if (reader->info().frames < frames.size()) {
        EXPECT_FALSE(reader->info().warnings.empty()) << size;
      }
      for (std::size_t i = 0; i < reader->info().frames; ++i) {
        ASSERT_EQ(reader->read(i).bytes, frames[i].bytes) << size << ' ' << i;
      }
      most = std::max(most, reader->info().frames);
    } catch (const InputError&) {
    }
  }
  EXPECT_GE(most, frames.size() - 1);
}

TEST(TiffStack, SurvivesCutsAtEveryByte) {
  const ScratchFolder folder;
  const std::vector<RawImage> frames = {noise(PixelType::uint16, 9, 7, 1),
                                        noise(PixelType::uint16, 9, 7, 2),
                                        noise(PixelType::uint16, 9, 7, 3)};
  for (const std::string mode : {"wl", "wb8"}) {
    for (const int compression :
         {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS}) {
      for (const std::uint32_t tile : {0U, 16U}) {
        SCOPED_TRACE(mode + std::to_string(compression) + " " + std::to_string(tile));
        TiffSpec spec;
        spec.mode = mode;
        spec.compression = static_cast<std::uint16_t>(compression);
        spec.tile = tile;
        write_tiff(folder / "whole.tif", frames, spec);
        expect_safe_truncation(folder, frames);
      }
    }
  }
  for (const auto compression : {TiffCompression::none, TiffCompression::deflate}) {
    write_series(folder / "whole.tif", frames, {}, {compression});
    expect_safe_truncation(folder, frames);
  }
}

TEST(TiffStack, SaysNothingOnStandardError) {
  const ScratchFolder folder;
  const std::vector<RawImage> frames = {noise(PixelType::uint8, 40, 40, 1)};
  TiffSpec spec;
  spec.compression = COMPRESSION_LZW;
  write_tiff(folder / "a.tif", frames, spec);
  auto bytes = read_bytes(folder / "a.tif");
  for (std::size_t i = 8; i < 400; ++i) bytes[i] = '\x5A';
  write_bytes(folder / "a.tif", bytes);
  ::testing::internal::CaptureStderr();
  EXPECT_THROW((void)open_series(folder / "a.tif")->read(0), InputError);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace adatom::image
