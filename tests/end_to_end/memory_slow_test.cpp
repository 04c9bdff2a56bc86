// A stack far larger than the memory it may take is read and written frame by frame.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>

#include "adatom/storage/files.h"
#include "adatom/storage/npy.h"
#include "program.h"

namespace adatom {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t frames = 400;
constexpr std::size_t side = 1024;
constexpr std::uintmax_t stack_bytes = frames * side * side * 2;  // 800 MiB
// The program with its libraries, and a few frames of 2 MiB (8 MiB as double).
constexpr std::size_t memory_bound = 150U << 20U;

TEST(Memory, LongStacksAreReadFrameByFrame) {
  const testing::ScratchFolder scratch;
  const std::array<std::size_t, 3> shape = {frames, side, side};
  const std::string header = storage::encode_npy_header(storage::NpyType::uint16, shape);
  storage::write_file(scratch.path() / "long.npy", header);
  fs::resize_file(scratch.path() / "long.npy", header.size() + stack_bytes);  // a hole of zeros

  const auto info = testing::run_program({"info", "long.npy"}, scratch.path());
  EXPECT_EQ(info.exit_code, 0) << info.messages;
  EXPECT_LT(info.peak_bytes, memory_bound);

  const auto converted = testing::run_program({"convert", "long.npy", "long.tif"}, scratch.path());
  EXPECT_EQ(converted.exit_code, 0) << converted.messages;
  EXPECT_LT(converted.peak_bytes, memory_bound);
  EXPECT_GT(fs::file_size(scratch.path() / "long.tif"), stack_bytes);
}

}  // namespace
}  // namespace adatom
