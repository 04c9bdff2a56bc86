#pragma once
// Damaged files of any format: every one must be read or refused, never crash, never ask for memory
// that its size does not justify, never print.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "adatom/base/random.h"
#include "support/tiff_maker.h"

namespace adatom::image::testing {

/// One to six small damages, most of them near the beginning or the end.
[[nodiscard]] std::string damaged(std::string bytes, RandomStream& random);

/// Does a format say how many frames there are? Else a cut between two of them cannot be told.
enum class FrameCount { declared, told_by_length };

/// Cuts the file at every byte (at every 7th if it is long): what is left is refused, or gives
/// complete frames as the whole file has them, with a warning.
/// @return how many frames were read in all
std::size_t expect_safe_when_cut(const std::string& whole, FrameCount count = FrameCount::declared);

/// Reads all signals, up to four frames of each. @return how many; 0 if the file is refused
std::size_t frames_in(const std::filesystem::path& path);

/// Limits the address space while a test runs.
class HostileFiles : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Damages `whole` in many ways and reads what comes of it.
  void attack(const std::string& whole, std::uint64_t seed, int times = mutations);

#if defined(__SANITIZE_ADDRESS__)
  static constexpr int mutations = 1500;
#else
  static constexpr int mutations = 6000;
#endif

  ScratchFolder folder_;
};

}  // namespace adatom::image::testing
