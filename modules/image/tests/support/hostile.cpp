#include "hostile.h"

#include <sys/resource.h>

#include <algorithm>

#include "adatom/base/error.h"
#include "adatom/image/reader.h"

namespace adatom::image::testing {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool limits_memory = false;  // the sanitizer's own shadow takes terabytes of addresses
#else
constexpr bool limits_memory = true;
#endif

void limit(rlim_t bytes) {
  if (!limits_memory) return;
  // An allocation past this throws std::bad_alloc, which fails the test.
  const rlimit address_space{bytes, RLIM_INFINITY};
  ASSERT_EQ(setrlimit(RLIMIT_AS, &address_space), 0);
}

}  // namespace

std::string damaged(std::string bytes, RandomStream& random) {
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
    switch (random.below(9)) {
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
      case 5: {  // a piece of the file at another place
        const std::string piece = bytes.substr(random.below(bytes.size()), 1 + random.below(40));
        bytes.replace(place(), piece.size(), piece);
        break;
      }
      default:
        bytes[place()] = static_cast<char>(random.below(256));
    }
  }
  return bytes;
}

std::size_t expect_safe_when_cut(const std::string& whole, FrameCount count) {
  const ScratchFolder folder;
  write_bytes(folder / "whole", whole);
  const auto original = open_series(folder / "whole");
  const std::size_t step = whole.size() > 8192 ? 7 : 1;
  std::size_t read = 0;
  for (std::size_t length = 0; length < whole.size(); length += step) {
    write_bytes(folder / "cut", whole.substr(0, length));
    try {
      const auto reader = open_series(folder / "cut");
      const auto& info = reader->info();
      EXPECT_LE(info.frames, original->info().frames) << "cut at " << length;
      if (info.frames < original->info().frames && count == FrameCount::declared) {
        EXPECT_FALSE(info.warnings.empty()) << "cut at " << length;
      }
      for (std::size_t f = 0; f < std::min(info.frames, original->info().frames); ++f) {
        EXPECT_EQ(reader->read(f).bytes, original->read(f).bytes) << "cut at " << length;
        ++read;
      }
    } catch (const InputError&) {
    }
  }
  return read;
}

void HostileFiles::SetUp() { limit(512U << 20U); }
void HostileFiles::TearDown() { limit(RLIM_INFINITY); }

std::size_t frames_in(const std::filesystem::path& path) {
  try {
    std::vector<std::string> signals = open_series(path)->info().signals;
    if (signals.empty()) signals.emplace_back();
    std::size_t frames = 0;
    for (const auto& signal : signals) {
      const auto reader = open_series(path, {.signal = signal});
      const auto& info = reader->info();
      EXPECT_GE(info.frames, 1U);
      for (std::size_t f = 0; f < std::min<std::size_t>(info.frames, 4); ++f) {
        const auto raw = reader->read(f);
        EXPECT_EQ(raw.width, info.width);
        EXPECT_EQ(raw.height, info.height);
        EXPECT_EQ(to_image(raw).size(), info.width * info.height);
        ++frames;
      }
    }
    return frames;
  } catch (const InputError&) {
    return 0;
  }
}

void HostileFiles::attack(const std::string& whole, std::uint64_t seed, int times) {
  ::testing::internal::CaptureStderr();
  std::size_t refused = 0;
  std::size_t read = 0;
  for (int i = 0; i < times; ++i) {
    RandomStream random = RandomStream(seed).substream(static_cast<std::uint64_t>(i));
    write_bytes(folder_ / "a", damaged(whole, random));
    if (frames_in(folder_ / "a") > 0) {
      ++read;
    } else {
      ++refused;
    }
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  // Neither refusing everything nor believing everything would be a test.
  EXPECT_GT(refused, 0u);
  EXPECT_GT(read, 0u);
}

}  // namespace adatom::image::testing
