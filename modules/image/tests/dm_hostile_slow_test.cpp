// Thousands of damaged DM3 and DM4 files: every one is read or refused, none crashes, and none asks
// for memory that its size does not justify.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
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

#if defined(__SANITIZE_ADDRESS__)
constexpr bool limits_memory = false;  // the sanitizer's own shadow takes terabytes of addresses
constexpr int mutations = 1500;
#else
constexpr bool limits_memory = true;
constexpr int mutations = 10000;
#endif

class DmHostile : public ::testing::Test {
 protected:
  void SetUp() override { limit(512U << 20U); }
  void TearDown() override { limit(RLIM_INFINITY); }

  /// What a file of these bytes gives: frames read, or 0 if it is refused.
  std::size_t frames_of(const std::string& bytes) {
    testing::write_bytes(folder_ / "a", bytes);
    try {
      std::size_t frames = 0;
      const auto first = open_series(folder_ / "a");
      for (const auto& signal : first->info().signals) {
        const auto reader = open_series(folder_ / "a", {signal});
        const auto& info = reader->info();
        for (std::size_t f = 0; f < std::min<std::size_t>(info.frames, 4); ++f) {
          const auto raw = reader->read(f);
          EXPECT_EQ(raw.bytes.size(), info.width * info.height * size_of(info.type));
          ++frames;
        }
      }
      EXPECT_GT(frames, 0u);
      return frames;
    } catch (const InputError&) {
      return 0;
    }
  }

 private:
  static void limit(rlim_t bytes) {
    // An allocation past this throws std::bad_alloc, which fails the test.
    const rlimit address_space{bytes, RLIM_INFINITY};
    if (limits_memory) {
      ASSERT_EQ(setrlimit(RLIMIT_AS, &address_space), 0);
    }
  }

  testing::ScratchFolder folder_;
};

DmSpec spec_of(int version, std::endian order) {
  DmImageSpec stack;
  stack.name = u"stack";
  stack.data_type = 10;
  stack.sizes = {5, 4, 3};
  stack.pixels = std::string(120, 'x');
  stack.axes = {{0.5, 1.0, u"nm"}, {0.5, 1.0, u"nm"}, {0.1, 0.0, u"s"}};
  stack.brightness = {0.5, 1.0, u"e-"};
  stack.numbers = {{"Microscope Info:Voltage", 2e5}, {"DataBar:Exposure Time (s)", 0.5}};
  stack.texts = {{"DataBar:Acquisition Date", u"8/8/2016"}, {"Meta Data:Format", u"Image"}};
  DmImageSpec colour;
  colour.name = u"colour";
  colour.data_type = 23;
  colour.sizes = {3, 2};
  colour.pixels = std::string(24, 'y');
  DmImageSpec wave;
  wave.data_type = 3;
  wave.sizes = {2, 2};
  wave.pixels = std::string(32, 'z');
  return {version, order, DmThumbnail::first, {stack, colour, wave}};
}

std::string damaged(std::string bytes, RandomStream& random) {
  const auto overwrite = [&](std::size_t at, std::size_t count, char with) {
    for (std::size_t i = at; i < std::min(at + count, bytes.size()); ++i) bytes[i] = with;
  };
  for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
    const std::size_t at = random.below(bytes.size());
    switch (random.below(8)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
        break;
      case 1:  // a count or a code that lies
        overwrite(at, 4, '\xFF');
        break;
      case 2:
        overwrite(at, 8, '\x7F');
        break;
      case 3:
        overwrite(at, 1, static_cast<char>(random.below(24)));
        break;
      case 4:
        if (random.below(4) == 0) bytes.resize(1 + at);
        break;
      case 5:
        bytes.insert(at, 1, static_cast<char>(random.below(256)));
        break;
      case 6: {  // a piece of the file at another place
        const std::string piece = bytes.substr(random.below(bytes.size()), 1 + random.below(40));
        bytes.replace(at, piece.size(), piece);
        break;
      }
      default:
        bytes[at] = static_cast<char>(random.below(256));
    }
  }
  return bytes;
}

TEST_F(DmHostile, DamagedAnywhere) {
  for (const int version : {3, 4}) {
    for (const auto order : {std::endian::little, std::endian::big}) {
      const std::string whole = dm_bytes(spec_of(version, order));
      ASSERT_EQ(frames_of(whole), 4u);
      int refused = 0;
      for (int i = 0; i < mutations; ++i) {
        RandomStream random = RandomStream(static_cast<std::uint64_t>(version))
                                  .substream(static_cast<std::uint64_t>(i));
        if (frames_of(damaged(whole, random)) == 0) ++refused;
      }
      // Neither refusing everything nor believing everything would be a test.
      EXPECT_GT(refused, mutations / 20);
      EXPECT_LT(refused, mutations);
    }
  }
}

TEST_F(DmHostile, EveryByteAtItsExtremes) {
  for (const int version : {3, 4}) {
    const std::string whole = dm_bytes(spec_of(version, std::endian::little));
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const char value : {'\0', '\1', '\x14', '\x7F', '\x80', '\xFF'}) {
        std::string bytes = whole;
        bytes[at] = value;
        frames_of(bytes);
      }
    }
  }
}

}  // namespace
}  // namespace adatom::image
