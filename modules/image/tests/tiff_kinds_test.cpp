// Every kind of TIFF that libtiff writes, read back pixel by pixel.
#include <gtest/gtest.h>
#include <tiffio.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "adatom/base/error.h"
#include "adatom/image/reader.h"
#include "support/tiff_maker.h"

namespace adatom::image {
namespace {

using testing::noise;
using testing::ScratchFolder;
using testing::TiffSpec;
using testing::write_tiff;

constexpr std::array all_types = {
    PixelType::uint8, PixelType::int8,   PixelType::uint16, PixelType::int16,   PixelType::uint32,
    PixelType::int32, PixelType::uint64, PixelType::int64,  PixelType::float32, PixelType::float64};

void expect_same(const std::filesystem::path& path, const std::vector<RawImage>& frames,
                 const std::string& what) {
  SCOPED_TRACE(what);
  const auto reader = open_series(path);
  ASSERT_EQ(reader->info().format, "TIFF");
  ASSERT_EQ(reader->info().frames, frames.size());
  EXPECT_EQ(reader->info().type, frames[0].type);
  EXPECT_EQ(reader->info().width, frames[0].width);
  EXPECT_EQ(reader->info().height, frames[0].height);
  // Backwards, so that nothing depends on the order.
  for (std::size_t i = frames.size(); i-- > 0;) {
    EXPECT_EQ(reader->read(i).bytes, frames[i].bytes) << i;
  }
  EXPECT_THROW((void)reader->read(frames.size()), std::out_of_range);
}

std::vector<RawImage> pages(PixelType type, std::size_t count) {
  std::vector<RawImage> frames;
  for (std::size_t i = 0; i < count; ++i) frames.push_back(noise(type, 37, 29, 17 + i));
  return frames;
}

TEST(TiffKinds, EveryTypeLayoutByteOrderAndLosslessCompression) {
  const ScratchFolder folder;
  const auto path = folder / "a.tif";
  std::size_t tried = 0;
  const auto attempt = [&](const std::vector<RawImage>& frames, const TiffSpec& spec) {
    write_tiff(path, frames, spec);
    expect_same(path, frames,
                name_of(frames[0].type) + " " + spec.mode + " tile " + std::to_string(spec.tile) +
                    " compression " + std::to_string(spec.compression) + " predictor " +
                    std::to_string(spec.predictor));
    ++tried;
  };
  for (const auto type : all_types) {
    const auto frames = pages(type, 2);
    const bool is_float = type == PixelType::float32 || type == PixelType::float64;
    for (const std::string mode : {"wl", "wb", "wl8", "wb8"}) {
      for (const std::uint32_t tile : {0U, 16U}) {
        for (const auto compression :
             {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE,
              COMPRESSION_PACKBITS, COMPRESSION_ZSTD, COMPRESSION_LZMA}) {
          TiffSpec spec;
          spec.mode = mode;
          spec.tile = tile;
          spec.compression = static_cast<std::uint16_t>(compression);
          // LZMA sets up megabytes per strip: one kind of each type is enough.
          const bool slow = compression == COMPRESSION_LZMA;
          if (slow && (mode != "wb" || tile == 0)) continue;
          if (TIFFIsCODECConfigured(spec.compression) == 0) continue;
          attempt(frames, spec);
          if (compression == COMPRESSION_NONE || compression == COMPRESSION_PACKBITS) continue;
          spec.predictor = is_float ? 3 : 2;
          attempt(frames, spec);
        }
      }
    }
  }
  EXPECT_GE(tried, 10U * 4 * 2 * 8);
}

TEST(TiffKinds, ReversedBits) {
  const ScratchFolder folder;
  const auto frames = pages(PixelType::uint8, 1);
  TiffSpec spec;
  spec.fill_order = FILLORDER_LSB2MSB;
  write_tiff(folder / "a.tif", frames, spec);
  expect_same(folder / "a.tif", frames, "fill order");
}

TEST(TiffKinds, LercAndLosslessWebp) {
  const ScratchFolder folder;
  for (const auto type : {PixelType::uint8, PixelType::int16, PixelType::float32}) {
    if (TIFFIsCODECConfigured(COMPRESSION_LERC) == 0) break;
    const auto frames = pages(type, 2);
    TiffSpec spec;
    spec.compression = COMPRESSION_LERC;  // lossless unless told otherwise
    write_tiff(folder / "a.tif", frames, spec);
    expect_same(folder / "a.tif", frames, "LERC " + name_of(type));
  }
}

TEST(TiffKinds, InvertsWhiteIsZero) {
  const ScratchFolder folder;
  for (const auto type : {PixelType::uint8, PixelType::uint16, PixelType::uint32}) {
    auto frame = noise(type, 11, 7, 5);
    TiffSpec spec;
    spec.photometric = PHOTOMETRIC_MINISWHITE;
    write_tiff(folder / "a.tif", {frame}, spec);
    const auto reader = open_series(folder / "a.tif");
    EXPECT_EQ(reader->info().warnings.size(), 1u);
    for (auto& b : frame.bytes) b = ~b;  // max - v is v with every bit turned
    EXPECT_EQ(reader->read(0).bytes, frame.bytes);
  }
  const auto floats = noise(PixelType::float32, 11, 7, 5);
  TiffSpec spec;
  spec.photometric = PHOTOMETRIC_MINISWHITE;
  write_tiff(folder / "f.tif", {floats}, spec);
  EXPECT_EQ(open_series(folder / "f.tif")->read(0).bytes, floats.bytes);
}

// ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B.
TEST(TiffKinds, ConvertsColourToGrey) {
  const ScratchFolder folder;
  for (const std::uint16_t planar : {std::uint16_t{1}, std::uint16_t{2}}) {
    for (const std::uint32_t tile : {0U, 16U}) {
      const std::size_t n = 37 * 29;
      auto frame = noise(PixelType::uint16, 37, 29, 9, 3);
      std::vector<std::uint16_t> samples(3 * n);
      std::memcpy(samples.data(), frame.bytes.data(), frame.bytes.size());
      TiffSpec spec;
      spec.photometric = PHOTOMETRIC_RGB;
      spec.samples = 3;
      spec.planar = planar;
      spec.tile = tile;
      spec.compression = COMPRESSION_LZW;
      write_tiff(folder / "a.tif", {frame}, spec);
      const auto reader = open_series(folder / "a.tif");
      EXPECT_EQ(reader->info().type, PixelType::uint16);
      EXPECT_NE(reader->info().warnings.at(0).find("grey"), std::string::npos);
      const auto grey = to_image(reader->read(0));
      for (std::size_t i = 0; i < n; ++i) {
        const auto at = [&](std::size_t c) {
          return static_cast<double>(planar == 2 ? samples[c * n + i] : samples[3 * i + c]);
        };
        const double expected = 0.299 * at(0) + 0.587 * at(1) + 0.114 * at(2);
        // Rounded to the nearest integer: half a count.
        ASSERT_NEAR(grey.values()[i], expected, 0.5 + 1e-9);
      }
    }
  }
}

TEST(TiffKinds, KeepsGreyStoredAsColourExactly) {
  const ScratchFolder folder;
  RawImage frame{PixelType::uint8, 256, 1, {}};
  for (int v = 0; v < 256; ++v) {
    for (int c = 0; c < 3; ++c) frame.bytes.push_back(static_cast<std::byte>(v));
  }
  TiffSpec spec;
  spec.photometric = PHOTOMETRIC_RGB;
  spec.samples = 3;
  write_tiff(folder / "a.tif", {frame}, spec);
  const auto grey = to_image(open_series(folder / "a.tif")->read(0));
  for (std::size_t v = 0; v < 256; ++v) EXPECT_EQ(grey(v, 0), static_cast<double>(v));
}

// JPEG loses: a smooth ramp comes back within a few counts of 255 at libtiff's quality of 75.
TEST(TiffKinds, ReadsJpeg) {
  const ScratchFolder folder;
  RawImage ramp{PixelType::uint8, 64, 64, {}};
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) ramp.bytes.push_back(static_cast<std::byte>(2 * x + y));
  }
  TiffSpec spec;
  spec.compression = COMPRESSION_JPEG;
  spec.rows_per_strip = 16;
  write_tiff(folder / "a.tif", {ramp}, spec);
  const auto image = to_image(open_series(folder / "a.tif")->read(0));
  for (std::size_t y = 0; y < 64; ++y) {
    for (std::size_t x = 0; x < 64; ++x) {
      ASSERT_NEAR(image(x, y), static_cast<double>(2 * x + y), 4.0);
    }
  }
}

void write_packed(const std::filesystem::path& path, int bits, int compression, int photometric) {
  TIFF* tiff = TIFFOpen(path.c_str(), "w");
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, 13);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 5);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, photometric);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 2);
  const unsigned levels = 1U << static_cast<unsigned>(bits);
  for (unsigned y = 0; y < 5; ++y) {
    std::vector<unsigned char> row(16, 0);
    for (unsigned x = 0; x < 13; ++x) {
      const unsigned bit = x * static_cast<unsigned>(bits);
      const unsigned shift = 8U - static_cast<unsigned>(bits) - bit % 8;
      row[bit / 8] = static_cast<unsigned char>(row[bit / 8] | (((x * 3 + y) % levels) << shift));
    }
    TIFFWriteScanline(tiff, row.data(), y, 0);
  }
  TIFFClose(tiff);
}

TEST(TiffKinds, UnpacksFewBits) {
  const ScratchFolder folder;
  struct Kind {
    int bits;
    int compression;
  };
  for (const auto [bits, compression] :
       {Kind{1, COMPRESSION_NONE}, Kind{2, COMPRESSION_NONE}, Kind{4, COMPRESSION_LZW},
        Kind{1, COMPRESSION_CCITTFAX4}, Kind{1, COMPRESSION_CCITTFAX3}}) {
    for (const int photometric : {PHOTOMETRIC_MINISBLACK, PHOTOMETRIC_MINISWHITE}) {
      write_packed(folder / "a.tif", bits, compression, photometric);
      const auto image = to_image(open_series(folder / "a.tif")->read(0));
      const std::size_t levels = std::size_t{1} << static_cast<unsigned>(bits);
      for (std::size_t y = 0; y < 5; ++y) {
        for (std::size_t x = 0; x < 13; ++x) {
          const std::size_t stored = (x * 3 + y) % levels;
          const std::size_t value =
              photometric == PHOTOMETRIC_MINISWHITE ? levels - 1 - stored : stored;
          ASSERT_EQ(image(x, y), static_cast<double>(value)) << bits << ' ' << compression;
        }
      }
    }
  }
}

TEST(TiffKinds, RefusesChannelsWithoutColour) {
  const ScratchFolder folder;
  TiffSpec spec;
  spec.samples = 4;
  write_tiff(folder / "a.tif", {noise(PixelType::uint16, 8, 8, 1, 4)}, spec);
  try {
    (void)open_series(folder / "a.tif");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("channels"), std::string::npos);
  }
}

TEST(TiffKinds, LeavesOutPagesOfAnotherKind) {
  const ScratchFolder folder;
  const auto big = noise(PixelType::uint16, 20, 20, 1);
  const auto small = noise(PixelType::uint16, 5, 5, 2);
  const auto other = noise(PixelType::float32, 20, 20, 3);
  write_tiff(folder / "a.tif", {big, small, other, big}, {});
  const auto reader = open_series(folder / "a.tif");
  EXPECT_EQ(reader->info().frames, 2u);
  EXPECT_EQ(reader->info().warnings.size(), 1u);
  EXPECT_EQ(reader->read(1).bytes, big.bytes);
}

}  // namespace
}  // namespace adatom::image
