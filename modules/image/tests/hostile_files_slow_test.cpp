// Thousands of damaged files of each format: every one is read or refused, none crashes, none asks
// for memory that its size does not justify, and libtiff prints nothing.
#include <gtest/gtest.h>
#include <tiffio.h>

#include "adatom/image/reader.h"
#include "adatom/image/writer.h"
#include "support/avi_maker.h"
#include "support/dm_maker.h"
#include "support/emd_maker.h"
#include "support/hostile.h"
#include "support/mrc_maker.h"
#include "support/ser_maker.h"
#include "support/stream_maker.h"
#include "support/tiff_maker.h"

namespace adatom::image {
namespace {

using testing::noise;
using testing::read_bytes;
using testing::TiffSpec;
using testing::write_bytes;
using testing::write_tiff;

using testing::HostileFiles;

TEST_F(HostileFiles, Npy) {
  std::vector<RawImage> frames;
  for (std::uint64_t i = 0; i < 3; ++i) frames.push_back(noise(PixelType::float32, 9, 7, i));
  write_series(folder_ / "a.npy", frames, {});
  attack(read_bytes(folder_ / "a.npy"), 1);
}

TEST_F(HostileFiles, Png) {
  const auto frame = noise(PixelType::uint16, 19, 17, 1);
  write_series(folder_ / "a.png", std::span(&frame, 1), {});
  // Most damage meets a checksum; what is left is text, palette and physical size.
  attack(read_bytes(folder_ / "a.png"), 2);
}

TEST_F(HostileFiles, OurTiff) {
  std::vector<RawImage> frames;
  for (std::uint64_t i = 0; i < 3; ++i) frames.push_back(noise(PixelType::float32, 9, 7, i));
  for (const auto compression : {TiffCompression::none, TiffCompression::deflate}) {
    write_series(folder_ / "a.tif", frames, {0.1, 0.1, 0.5}, {compression});
    attack(read_bytes(folder_ / "a.tif"), 3);
  }
}

TEST_F(HostileFiles, TiffOfEveryCodec) {
  const std::vector<RawImage> frames = {noise(PixelType::uint8, 33, 20, 1),
                                        noise(PixelType::uint8, 33, 20, 2)};
  for (const int compression :
       {COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS, COMPRESSION_ZSTD,
        COMPRESSION_JPEG, COMPRESSION_LERC, COMPRESSION_WEBP}) {
    if (TIFFIsCODECConfigured(static_cast<std::uint16_t>(compression)) == 0) continue;
    if (compression == COMPRESSION_WEBP) continue;  // takes colour only
    SCOPED_TRACE(compression);
    TiffSpec spec;
    spec.compression = static_cast<std::uint16_t>(compression);
    if (compression == COMPRESSION_JPEG) spec.rows_per_strip = 8;
    write_tiff(folder_ / "a.tif", frames, spec);
    attack(read_bytes(folder_ / "a.tif"), static_cast<std::uint64_t>(compression));
  }
}

TEST_F(HostileFiles, TiffOfEveryLayout) {
  for (const std::string mode : {"wb", "wl8"}) {
    for (const std::uint32_t tile : {0U, 16U}) {
      for (const std::uint16_t samples : {std::uint16_t{1}, std::uint16_t{3}}) {
        TiffSpec spec;
        spec.mode = mode;
        spec.tile = tile;
        spec.samples = samples;
        spec.photometric = samples == 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
        spec.planar = samples == 3 && tile > 0 ? 2 : 1;
        spec.description = "ImageJ=1.53\nimages=2\nunit=nm\nfinterval=0.5\n";
        spec.x_resolution = 10;
        write_tiff(folder_ / "a.tif",
                   {noise(PixelType::uint16, 33, 20, 1, samples),
                    noise(PixelType::uint16, 33, 20, 2, samples)},
                   spec);
        attack(read_bytes(folder_ / "a.tif"), 100U + tile + samples);
      }
    }
  }
}

std::string dm_file(int version, std::endian order) {
  using namespace testing;
  DmImageSpec stack{.name = u"stack", .data_type = 10, .sizes = {5, 4, 3}};
  stack.pixels = std::string(120, 'x');
  stack.axes = {{0.5, 1.0, u"nm"}, {0.5, 1.0, u"nm"}, {0.1, 0.0, u"s"}};
  stack.brightness = {0.5, 1.0, u"e-"};
  stack.numbers = {{"Microscope Info:Voltage", 2e5}, {"DataBar:Exposure Time (s)", 0.5}};
  stack.texts = {{"DataBar:Acquisition Date", u"8/8/2016"}, {"Meta Data:Format", u"Image"}};
  DmImageSpec colour{.name = u"colour", .data_type = 23, .sizes = {3, 2}};
  colour.pixels = std::string(24, 'y');
  return dm_bytes({version, order, DmThumbnail::first, {stack, colour}});
}

TEST_F(HostileFiles, Dm) {
  for (const int version : {3, 4}) {
    for (const auto order : {std::endian::little, std::endian::big}) {
      attack(dm_file(version, order), static_cast<std::uint64_t>(version));
    }
  }
}

TEST_F(HostileFiles, DmWithEveryByteAtItsExtremes) {
  for (const int version : {3, 4}) {
    const std::string whole = dm_file(version, std::endian::little);
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const char value : {'\0', '\1', '\x14', '\x7F', '\x80', '\xFF'}) {
        std::string bytes = whole;
        bytes[at] = value;
        write_bytes(folder_ / "a", bytes);
        testing::frames_in(folder_ / "a");
      }
    }
  }
}

TEST_F(HostileFiles, Ser) {
  for (const std::uint16_t version : {std::uint16_t{0x210}, std::uint16_t{0x220}}) {
    attack(testing::ser_bytes({.version = version}), version);
  }
}

TEST_F(HostileFiles, Mrc) {
  testing::MrcSpec spec;
  attack(testing::mrc_bytes(spec), 5);
  spec.order = std::endian::big;
  spec.fei_record = true;
  attack(testing::mrc_bytes(spec), 6);
}

TEST_F(HostileFiles, TvipsAndBlo) {
  attack(testing::tvips_bytes({}), 10);
  attack(testing::blo_bytes(), 11);
}

TEST_F(HostileFiles, Video) {
  attack(testing::avi_bytes({}), 12, 1500);
  for (const std::string name : {"mjpeg.avi", "h264_b_frames.mp4"}) {
    attack(read_bytes(std::filesystem::path(ADATOM_SOURCE_DIR) / "modules/image/tests/data" / name),
           13, 1500);
  }
}

TEST_F(HostileFiles, Hdf5) {
  // Each is first opened in a copy of the process, which takes its time, and the library goes round
  // in circles on some until its time is up.
  attack(testing::velox_bytes(), 7, 600);
  attack(testing::berkeley_bytes(), 8, 600);
  attack(testing::hspy_bytes(), 9, 600);
}

}  // namespace
}  // namespace adatom::image
