// `adatom clusters` through the program.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/trajectory.h"
#include "adatom/crystal/twinned.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

/// An icosahedron of 13 copper atoms; of two more, 14 and 15, the pair is far away from frame
/// `from` to before `to`, and sits beside the particle otherwise. All swing.
std::vector<crystal::Structure> with_a_pair(int frames, int from, int to) {
  crystal::Structure particle = crystal::build_icosahedron(crystal::fcc_crystal("Cu"), 1);
  double highest = 0.0;
  for (const auto& atom : particle.atoms) highest = std::max(highest, atom.position_angstrom.z());
  RandomStream random(4);
  std::vector<crystal::Structure> all;
  for (int f = 0; f < frames; ++f) {
    crystal::Structure frame = particle;
    const double z = highest + (f >= from && f < to ? 10.0 : 2.0);
    frame.atoms.push_back({.element = "Cu", .position_angstrom = {0.0, 0.0, z}});
    frame.atoms.push_back({.element = "Cu", .position_angstrom = {0.0, 0.0, z + 2.5}});
    frame.time_ps = 2.0 * f;
    for (auto& atom : frame.atoms) {
      for (int k = 0; k < 3; ++k) atom.position_angstrom[k] += 0.02 * random.normal();
    }
    all.push_back(std::move(frame));
  }
  return all;
}

class Clusters : public ::testing::Test {
 protected:
  void append(const std::string& name, const std::vector<crystal::Structure>& frames,
              std::size_t first, std::size_t last) const {
    const std::span<const crystal::Structure> all(frames);
    std::ofstream(scratch.path() / name, std::ios::app)
        << crystal::format_extended_xyz(all.subspan(first, last - first));
  }
  testing::ProgramResult call(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all = {"clusters"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_program(all, scratch.path());
  }
  std::map<std::string, std::string> bytes(const std::string& folder) const {
    return testing::result_bytes(scratch.path() / folder);
  }
  const ScratchFolder scratch;
};

TEST_F(Clusters, TellsWhatLeavesAndComesBack) {
  append("a.xyz", with_a_pair(30, 10, 18), 0, 30);
  const auto result = call({"a.xyz", "-o", "out"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  // 1.25 and 1.5 times 3.6149 / sqrt 2.
  EXPECT_NE(result.messages.find("within 3.20 angstrom, part beyond 3.83"), std::string::npos)
      << result.messages;
  const auto frames = storage::read_csv(scratch.path() / "out/clusters.csv");
  ASSERT_EQ(frames.rows(), 30U);
  EXPECT_EQ(frames.integers("main")[9], 15);
  EXPECT_EQ(frames.integers("main")[10], 13);
  EXPECT_EQ(frames.integers("outside")[10], 2);
  EXPECT_EQ(frames.integers("clusters")[17], 2);
  EXPECT_EQ(frames.texts("sizes")[17], "13 2");
  EXPECT_EQ(frames.numbers("time_ps")[17], 34.0);
  const auto events = storage::read_csv(scratch.path() / "out/events.csv");
  ASSERT_EQ(events.rows(), 2U);
  EXPECT_EQ(events.texts("event"), (std::vector<std::string>{"detachment", "attachment"}));
  EXPECT_EQ(events.numbers("time_ps"), (std::vector<double>{20.0, 36.0}));
  EXPECT_EQ(events.texts("atoms"), (std::vector<std::string>{"14 15", "14 15"}));
  EXPECT_EQ(events.texts("away_ps"), (std::vector<std::string>{"nan", "16"}));
  EXPECT_FALSE(events.texts("site")[1].empty());
  const auto sizes = storage::read_csv(scratch.path() / "out/sizes.csv");
  EXPECT_EQ(sizes.integers("size"), (std::vector<long long>{2, 13, 15}));
  EXPECT_DOUBLE_EQ(sizes.numbers("clusters_per_frame")[0], 8.0 / 30.0);
  // Atoms carry their cluster.
  crystal::TrajectoryReader coloured(scratch.path() / "out/clusters.xyz");
  ASSERT_EQ(coloured.frames().size(), 30U);
  const auto apart = coloured.read(12);
  ASSERT_EQ(apart.columns.size(), 3U);
  EXPECT_EQ(apart.columns[0].name, "cluster");
  const auto& numbers = std::get<std::vector<std::int64_t>>(apart.columns[0].values);
  EXPECT_EQ(numbers.front(), 0);
  EXPECT_EQ(numbers.back(), 1);
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(apart.columns[1].values).back(), 2);
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(apart.columns[2].values).back(), 1);
  const std::string page = storage::read_file(scratch.path() / "out/report.html");
  for (const char* text : {"detachments", "14 15", "Sizes of clusters"}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
  // Away for less than 20 ps: no event.
  ASSERT_EQ(
      call({"a.xyz", "-o", "patient", "--least-duration-ps", "20", "--coloured", "none"}).exit_code,
      0);
  EXPECT_EQ(storage::read_csv(scratch.path() / "patient/events.csv").rows(), 0U);
  EXPECT_FALSE(fs::exists(scratch.path() / "patient/clusters.xyz"));
}

TEST_F(Clusters, LongerTrajectoryIsGoneOnWith) {
  const auto frames = with_a_pair(40, 12, 30);
  append("a.xyz", frames, 0, 14);
  ASSERT_EQ(call({"a.xyz", "-o", "parts", "--least-duration-ps", "6"}).exit_code, 0);
  // What stands behind the state, as a killed program leaves it, is cut off.
  std::ofstream(scratch.path() / "parts/events.csv", std::ios::app) << "detachment,13,";
  append("a.xyz", frames, 14, 40);
  const auto again = call({"a.xyz", "-o", "parts", "--least-duration-ps", "6"});
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  ASSERT_EQ(call({"a.xyz", "-o", "whole", "--least-duration-ps", "6", "--threads", "1"}).exit_code,
            0);
  EXPECT_EQ(testing::difference(bytes("whole"), bytes("parts")), "");
  EXPECT_EQ(storage::read_csv(scratch.path() / "whole/events.csv").rows(), 2U);
}

TEST_F(Clusters, InterruptedItGoesOnToTheSameBytes) {
  append("a.xyz", with_a_pair(600, 100, 400), 0, 600);
  const std::vector<std::string> arguments = {"clusters", "a.xyz", "-o", "parts"};
  for (int i = 0; i < 3; ++i) {
    const pid_t program = testing::start_program(arguments, scratch.path());
    const bool caught = testing::wait_until_caught(program, SIGINT);
    if (caught) kill(program, SIGINT);
    int status = 0;
    waitpid(program, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_TRUE(WEXITSTATUS(status) == 4 || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
  }
  ASSERT_EQ(run_program(arguments, scratch.path()).exit_code, 0);
  ASSERT_EQ(call({"a.xyz", "-o", "whole"}).exit_code, 0);
  EXPECT_EQ(testing::difference(bytes("whole"), bytes("parts")), "");
}

TEST_F(Clusters, SaysWhatIsWrong) {
  const auto expect = [&](const std::vector<std::string>& arguments, const std::string& text) {
    const auto result = call(arguments);
    EXPECT_EQ(result.exit_code, 2) << result.messages;
    EXPECT_NE(result.messages.find(text), std::string::npos) << result.messages;
  };
  auto frames = with_a_pair(4, 1, 2);
  frames[2].atoms.pop_back();
  append("a.xyz", frames, 0, 4);
  expect({"a.xyz", "-o", "out"}, "a.xyz, frame 2: the number of atoms changes");
  expect({"a.xyz", "-o", "out", "--cut-off-angstrom", "4", "--release-angstrom", "3"},
         "must not be below the cut-off");
  expect({"nothing.xyz", "-o", "out"}, "nothing.xyz");
}

}  // namespace
}  // namespace adatom::pipeline
