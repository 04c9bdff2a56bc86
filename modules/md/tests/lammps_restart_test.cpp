#include "lammps_restart.h"

#include <fstream>
#include <limits>

#include <gtest/gtest.h>

#include "adatom/md/lammps_script.h"
#include "program.h"
#include "support/lammps_runs.h"

namespace adatom::md {
namespace {

using testing::restart_bytes;
using Files = LammpsFiles;

void write(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST(LammpsRestart, TellsItsStep) {
  const adatom::testing::ScratchFolder folder;
  const auto file = folder.path() / "restart.a";
  EXPECT_FALSE(restart_step(file));
  const std::string whole = restart_bytes(12'345'678'901);
  write(file, whole);
  EXPECT_EQ(restart_step(file), 12'345'678'901);
  // Killed at any byte of it, LAMMPS leaves a file that is not taken.
  for (std::size_t size = 0; size < whole.size(); size += size < 120 ? 1 : 17) {
    write(file, whole.substr(0, size));
    ASSERT_FALSE(restart_step(file)) << size;
  }
  std::string other = whole;
  other[44] = 99;  // a field that is not known
  write(file, other);
  EXPECT_FALSE(restart_step(file));
}

TEST(LammpsRestart, TheNewestThatIsWhole) {
  const adatom::testing::ScratchFolder folder;
  EXPECT_FALSE(newest_restart(folder.path()));
  write(folder.path() / Files::restart_start, restart_bytes(0));
  EXPECT_EQ(newest_restart(folder.path())->name, Files::restart_start);
  write(folder.path() / Files::restart_a, restart_bytes(300));
  write(folder.path() / Files::restart_b, restart_bytes(400).substr(0, 200));
  const auto newest = newest_restart(folder.path());
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->name, Files::restart_a);
  EXPECT_EQ(newest->step, 300);
}

std::string snapshot(int step) {
  return "ITEM: TIMESTEP\n" + std::to_string(step) +
         "\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS ss ss ss\n0 1\n0 1\n0 1\n"
         "ITEM: ATOMS id type element x y z\n1 1 Au 0.125 0.25 0.5\n2 1 Au 1 1 1\n";
}

TEST(CutDump, LeavesWholeSnapshotsBeforeTheStep) {
  const adatom::testing::ScratchFolder folder;
  const auto dump = folder.path() / "trajectory.dump";
  const std::string text = snapshot(0) + snapshot(10) + snapshot(20) + snapshot(30);
  const auto cut = [&](const std::string& before, std::int64_t step) {
    write(dump, before);
    cut_dump(dump, step);
    return testing::read(dump);
  };
  EXPECT_EQ(cut(text, 20), snapshot(0) + snapshot(10));
  EXPECT_EQ(cut(text, 21), snapshot(0) + snapshot(10) + snapshot(20));
  EXPECT_EQ(cut(text, 0), "");
  constexpr auto all = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(cut(text, all), text);
  // Cut at any byte of the last snapshot, it goes.
  for (std::size_t size = text.size() - snapshot(30).size(); size < text.size(); ++size) {
    ASSERT_EQ(cut(text.substr(0, size), all), snapshot(0) + snapshot(10) + snapshot(20)) << size;
  }
  EXPECT_EQ(cut("no dump\n", all), "");
  std::filesystem::remove(dump);
  cut_dump(dump, 0);
  EXPECT_FALSE(std::filesystem::exists(dump));
}

}  // namespace
}  // namespace adatom::md
