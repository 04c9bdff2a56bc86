// Thousands of damaged files of each format: every one is read or refused, none crashes, none asks
// for memory that its size does not justify, and libtiff prints nothing.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <tiffio.h>

#include <algorithm>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
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

#if defined(__SANITIZE_ADDRESS__)
constexpr bool limits_memory = false;  // the sanitizer's own shadow takes terabytes of addresses
constexpr int mutations = 1500;
#else
constexpr bool limits_memory = true;
constexpr int mutations = 6000;
#endif

class HostileFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!limits_memory) return;
    // An allocation past this throws std::bad_alloc, which fails the test.
    const rlimit limit{512U << 20U, RLIM_INFINITY};
    ASSERT_EQ(setrlimit(RLIMIT_AS, &limit), 0);
  }
  void TearDown() override {
    if (!limits_memory) return;
    const rlimit limit{RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_AS, &limit);
  }

  /// Damages `whole` in many ways and reads what comes of it.
  void attack(const std::string& whole, std::uint64_t seed) {
    ::testing::internal::CaptureStderr();
    std::size_t refused = 0;
    std::size_t read = 0;
    for (int i = 0; i < mutations; ++i) {
      RandomStream random = RandomStream(seed).substream(static_cast<std::uint64_t>(i));
      write_bytes(folder_ / "a", damaged(whole, random));
      try {
        const auto reader = open_series(folder_ / "a");
        const auto& info = reader->info();
        ASSERT_GE(info.frames, 1u);
        for (std::size_t f = 0; f < std::min<std::size_t>(info.frames, 4); ++f) {
          const auto raw = reader->read(f);
          ASSERT_EQ(raw.width, info.width);
          ASSERT_EQ(raw.height, info.height);
          ASSERT_EQ(to_image(raw).size(), info.width * info.height);
        }
        ++read;
      } catch (const InputError&) {
        ++refused;
      }
    }
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
    // Neither refusing everything nor believing everything would be a test.
    EXPECT_GT(refused, 0u);
    EXPECT_GT(read, 0u);
  }

  ScratchFolder folder_;

 private:
  static std::string damaged(std::string bytes, RandomStream& random) {
    // Headers are where damage tells: half of it goes to the first and last 300 bytes.
    const auto place = [&] {
      const auto near = std::min<std::uint64_t>(300, bytes.size());
      switch (random.below(4)) {
        case 0:
          return random.below(near);
        case 1:
          return bytes.size() - 1 - random.below(near);
        default:
          return random.below(bytes.size());
      }
    };
    for (std::uint64_t n = 1 + random.below(6); n > 0; --n) {
      constexpr char extremes[] = {0, 1, 2, 3, 4, '\x7F', '\x80', '\xFF'};
      switch (random.below(8)) {
        case 0:
          bytes[place()] = extremes[random.below(8)];
          break;
        case 1:
          bytes[place()] ^= static_cast<char>(1U << random.below(8));
          break;
        case 2: {  // a whole word of ones, as a lying count or offset
          const auto at = place();
          for (std::size_t i = at; i < std::min<std::size_t>(at + 4, bytes.size()); ++i) {
            bytes[i] = '\xFF';
          }
          break;
        }
        case 3:
          if (random.below(4) == 0) bytes.resize(1 + random.below(bytes.size()));
          break;
        case 4:
          bytes.insert(place(), 1, static_cast<char>(random.below(256)));
          break;
        default:
          bytes[place()] = static_cast<char>(random.below(256));
      }
    }
    return bytes;
  }
};

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

}  // namespace
}  // namespace adatom::image
