// A trajectory far larger than the memory it may take goes through the program frame by frame.
#include <gtest/gtest.h>

#include <filesystem>

#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/trajectory.h"
#include "program.h"

namespace adatom {
namespace {

namespace fs = std::filesystem;

TEST(TrajectoryMemory, LongTrajectoriesAreReadFrameByFrame) {
  const testing::ScratchFolder scratch;
  auto particle = crystal::build_truncated_octahedron(crystal::fcc_crystal("Au"), 12, 4);
  constexpr std::int64_t frames = 4000;
  {
    crystal::TrajectoryWriter writer(scratch.path() / "long.xyz");
    for (std::int64_t n = 0; n < frames; ++n) {
      particle.timestep = n;
      for (auto& atom : particle.atoms) atom.position_angstrom.x() += 1e-3 / 3.0;
      writer.add(particle);
    }
  }
  ASSERT_GT(fs::file_size(scratch.path() / "long.xyz"), 140'000'000U);
  // The program with its libraries takes 36 MiB; a frame 50 kB, its place in the index 80 bytes.
  constexpr std::size_t memory_bound = 50U << 20U;
  const auto info = testing::run_program({"info", "long.xyz"}, scratch.path());
  EXPECT_EQ(info.exit_code, 0) << info.messages;
  EXPECT_NE(info.output.find("frames      4000\n"), std::string::npos) << info.output;
  EXPECT_LT(info.peak_bytes, memory_bound);
  const auto converted = testing::run_program({"convert", "long.xyz", "long.dump"}, scratch.path());
  EXPECT_EQ(converted.exit_code, 0) << converted.messages;
  EXPECT_LT(converted.peak_bytes, memory_bound);
  EXPECT_EQ(crystal::TrajectoryReader(scratch.path() / "long.dump").frames().size(), 4000U);
}

}  // namespace
}  // namespace adatom
