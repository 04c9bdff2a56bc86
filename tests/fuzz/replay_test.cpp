// The first inputs of the fuzz targets, and everything they ever found, read without a fuzzer.
#include "read_images.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "adatom/image/reader.h"
#include "read_structures.h"
#include "seeds.h"

namespace adatom::fuzz {
namespace {

namespace fs = std::filesystem;

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

TEST(Fuzz, EveryFormatHasSeedsAndEverySeedGivesFrames) {
  const auto all = seeds();
  EXPECT_EQ(all.size(), image::formats().size());
  for (const auto& format : image::formats()) {
    ASSERT_TRUE(all.contains(format.name)) << format.name;
    for (std::size_t i = 0; i < all.at(format.name).size(); ++i) {
      EXPECT_GT(read_images(format.name, bytes_of(all.at(format.name)[i])), 0U)
          << format.name << ", seed " << i;
    }
  }
}

TEST(Fuzz, EverySeedOfStructuresGivesOne) {
  for (const auto& seed : structure_seeds()) {
    EXPECT_GT(read_structures(bytes_of(seed)), 0U) << seed;
  }
}

TEST(Fuzz, FindingsAreReadOrRefused) {
  const fs::path findings = fs::path(ADATOM_SOURCE_DIR) / "tests" / "fuzz" / "findings";
  std::size_t replayed = 0;
  for (const auto& format : image::formats()) {
    const fs::path folder = findings / short_name(format.name);
    if (!fs::exists(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      SCOPED_TRACE(entry.path().string());
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      EXPECT_NO_THROW((void)read_images(format.name, bytes_of(text)));
      ++replayed;
    }
  }
  if (replayed == 0) GTEST_SKIP() << "nothing was ever found";
}

}  // namespace
}  // namespace adatom::fuzz
