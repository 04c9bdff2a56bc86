// Trajectories: read one after another and by number, damaged, and gone on with.
#include "adatom/crystal/trajectory.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/lammps_dump.h"

namespace adatom::crystal {
namespace {

class TrajectoryFile : public ::testing::TestWithParam<TrajectoryFormat> {
 protected:
  TrajectoryFile()
      : path_(std::filesystem::path(::testing::TempDir()) /
              ("trajectory_" + std::to_string(::getpid()) +
               (GetParam() == TrajectoryFormat::lammps_dump ? ".dump" : ".xyz"))) {
    std::filesystem::remove(path_);
  }
  ~TrajectoryFile() override { std::filesystem::remove(path_); }

  /// Frame `n` of a made-up run: everything differs from frame to frame.
  static Structure frame(int n) {
    Structure s;
    s.cell_angstrom = Eigen::Vector3d(10, 11, 12.5 + n).asDiagonal();
    s.origin_angstrom << -1, 0, 0.25;
    s.periodic = {true, true, false};
    for (int i = 0; i < 2 + n; ++i) {
      s.atoms.push_back({i == 0 ? "Pt" : "Au", {n / 3.0, i * 0.1, 1e-9 * (i + n)}});
      s.velocities_angstrom_per_ps.emplace_back(-n, i / 7.0, 0.5);
    }
    s.timestep = 100 * n;
    s.time_ps = 0.5 * n;
    return s;
  }

  static std::string text_of(const Structure& s) {
    return GetParam() == TrajectoryFormat::lammps_dump ? format_dump_snapshot(s)
                                                       : format_extended_xyz({&s, 1});
  }

  void put(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }
  [[nodiscard]] std::string content() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static void expect_frame(const Structure& s, int n) {
    const Structure expected = frame(n);
    ASSERT_EQ(s.atoms.size(), expected.atoms.size());
    for (std::size_t i = 0; i < s.atoms.size(); ++i) {
      EXPECT_EQ(s.atoms[i].element, expected.atoms[i].element);
      EXPECT_EQ(s.atoms[i].position_angstrom, expected.atoms[i].position_angstrom);
    }
    EXPECT_EQ(s.velocities_angstrom_per_ps, expected.velocities_angstrom_per_ps);
    EXPECT_EQ(s.cell_angstrom, expected.cell_angstrom);
    EXPECT_EQ(s.origin_angstrom, expected.origin_angstrom);
    EXPECT_EQ(s.periodic, expected.periodic);
    EXPECT_EQ(s.timestep, expected.timestep);
    EXPECT_EQ(s.time_ps, expected.time_ps);
  }

  std::filesystem::path path_;
};

INSTANTIATE_TEST_SUITE_P(Formats, TrajectoryFile,
                         ::testing::Values(TrajectoryFormat::extended_xyz,
                                           TrajectoryFormat::lammps_dump));

TEST_P(TrajectoryFile, ReadsBackInOrderAndByNumber) {
  TrajectoryWriter writer(path_);
  for (int n = 0; n < 5; ++n) writer.add(frame(n));
  EXPECT_EQ(writer.frames(), 5U);
  EXPECT_EQ(writer.last_timestep(), 400);
  TrajectoryReader reader(path_);
  EXPECT_EQ(reader.format(), GetParam());
  for (int n = 0; n < 3; ++n) expect_frame(reader.next().value(), n);
  ASSERT_EQ(reader.frames().size(), 5U);
  for (const int n : {4, 0, 2}) expect_frame(reader.read(static_cast<std::size_t>(n)), n);
  expect_frame(reader.next().value(), 3);
  expect_frame(reader.next().value(), 4);
  EXPECT_FALSE(reader.next());
  reader.rewind();
  expect_frame(reader.next().value(), 0);
  EXPECT_TRUE(reader.damage().empty());
  EXPECT_THROW((void)reader.read(5), InputError);
  const auto& last = reader.frames().back();
  EXPECT_EQ(last.offset + last.bytes, std::filesystem::file_size(path_));
  EXPECT_EQ(last.atoms, 6U);
  EXPECT_EQ(last.timestep, 400);
  EXPECT_EQ(last.time_ps, 2.0);
}

TEST_P(TrajectoryFile, CutAnywhereKeepsTheFramesBefore) {
  std::string text;
  std::vector<std::size_t> ends = {0};
  for (int n = 0; n < 3; ++n) {
    text += text_of(frame(n));
    ends.push_back(text.size());
  }
  for (std::size_t size = 0; size <= text.size(); ++size) {
    put(text.substr(0, size));
    int whole = 0;
    while (whole < 3 && ends[static_cast<std::size_t>(whole) + 1] <= size) ++whole;
    try {
      TrajectoryReader reader(path_);
      int n = 0;
      // Of one frame the last digits may be cut: nothing tells, but for the missing end of the
      // line.
      for (; const auto structure = reader.next(); ++n) {
        if (n < whole) expect_frame(*structure, n);
      }
      EXPECT_TRUE(n == whole || (whole == 0 && n == 1)) << size;
      EXPECT_EQ(reader.damage().empty(), n > whole || ends[static_cast<std::size_t>(whole)] == size)
          << size;
      EXPECT_EQ(reader.frames().size(), static_cast<std::size_t>(n));
    } catch (const InputError&) {
      EXPECT_EQ(whole, 0) << size;
    }
  }
}

TEST_P(TrajectoryFile, GoesOnBehindTheLastWholeFrameWhereverItWasCut) {
  std::string text;
  std::vector<std::size_t> ends = {0};
  for (int n = 0; n < 3; ++n) {
    text += text_of(frame(n));
    ends.push_back(text.size());
  }
  for (std::size_t size = 0; size <= text.size(); ++size) {
    put(text.substr(0, size));
    {
      TrajectoryWriter writer(path_, {.existing = ExistingFile::go_on});
      EXPECT_EQ(writer.frames(), size == text.size() ? 3U
                                 : size >= ends[2]   ? 2U
                                 : size >= ends[1]   ? 1U
                                                     : 0U);
      for (int n = static_cast<int>(writer.frames()); n < 3; ++n) writer.add(frame(n));
    }
    ASSERT_EQ(content(), text) << size;
  }
}

TEST_P(TrajectoryFile, GoesOnAfterATimestep) {
  std::string text;
  for (int n = 0; n < 4; ++n) text += text_of(frame(n));
  put(text + text_of(frame(4)).substr(0, 20));
  const TrajectoryWriterOptions options{.existing = ExistingFile::go_on, .last_kept_timestep = 150};
  TrajectoryWriter writer(path_, options);
  EXPECT_EQ(writer.frames(), 2U);
  EXPECT_EQ(writer.last_timestep(), 100);
  writer.add(frame(2));
  writer.add(frame(3));
  writer.sync();
  EXPECT_EQ(content(), text);
}

TEST_P(TrajectoryFile, StartsWhereThereIsNothing) {
  {
    TrajectoryWriter writer(path_, {.existing = ExistingFile::go_on, .last_kept_timestep = 7});
    EXPECT_EQ(writer.frames(), 0U);
    writer.add(frame(1));
  }
  EXPECT_EQ(content(), text_of(frame(1)));
  TrajectoryWriter(path_).add(frame(2));
  EXPECT_EQ(content(), text_of(frame(2)));
}

TEST_P(TrajectoryFile, ZerosOfAPowerFailureAreNoFrame) {
  const std::string text = text_of(frame(0)) + text_of(frame(1));
  for (const std::size_t cut : {std::size_t{0}, std::size_t{25}}) {
    put(text.substr(0, text.size() - cut) + std::string(3'000'000, '\0'));
    TrajectoryReader reader(path_);
    EXPECT_EQ(reader.frames().size(), cut == 0 ? 2U : 1U);
    ASSERT_EQ(reader.damage().size(), 1U);
    TrajectoryWriter writer(path_, {.existing = ExistingFile::go_on});
    if (cut > 0) writer.add(frame(1));
    EXPECT_EQ(content(), text);
  }
}

TEST_P(TrajectoryFile, WhatIsNoTrajectoryIsNotCut) {
  const std::string text = text_of(frame(0)) + "my notes\nof today\n";
  put(text);
  EXPECT_THROW(TrajectoryWriter(path_, {.existing = ExistingFile::go_on}), InputError);
  EXPECT_EQ(content(), text);
  TrajectoryReader reader(path_);
  EXPECT_EQ(reader.frames().size(), 1U);
  ASSERT_EQ(reader.damage().size(), 1U);
  const auto line = text_of(frame(0));
  const auto lines = std::to_string(std::count(line.begin(), line.end(), '\n') + 1);
  EXPECT_EQ(reader.damage()[0].where, path_.string() + ':' + lines);
}

TEST_P(TrajectoryFile, ADamagedFrameIsToldAndTheNextOneRead) {
  std::string text = text_of(frame(0)) + text_of(frame(1));
  const std::size_t first = text_of(frame(0)).size();
  text.replace(text.find("Au"), 2, "A?");
  put(text + text_of(frame(2)));
  TrajectoryReader reader(path_);
  EXPECT_THROW((void)reader.next(), InputError);
  expect_frame(reader.next().value(), 1);
  EXPECT_EQ(reader.frames()[1].offset, first);
  EXPECT_THROW((void)reader.read(0), InputError);
  expect_frame(reader.read(2), 2);
}

TEST_P(TrajectoryFile, FramesLargerThanTheBufferAndThanALine) {
  Structure large = frame(1);
  large.velocities_angstrom_per_ps.clear();
  for (int i = 0; i < 60'000; ++i) large.atoms.push_back({"Cu", {i / 3.0, i / 7.0, i * 0.1}});
  put(text_of(frame(0)) + text_of(large) + text_of(large) + text_of(frame(2)));
  EXPECT_GT(std::filesystem::file_size(path_), 4'000'000U);
  TrajectoryReader reader(path_);
  expect_frame(reader.next().value(), 0);
  for (int n = 0; n < 2; ++n) {
    const auto back = reader.next().value();
    ASSERT_EQ(back.atoms.size(), large.atoms.size());
    EXPECT_EQ(back.atoms.back().position_angstrom, large.atoms.back().position_angstrom);
  }
  expect_frame(reader.next().value(), 2);
  EXPECT_EQ(reader.read(2).atoms.size(), large.atoms.size());
}

TEST(Trajectory, ABrokenSnapshotOfADumpIsLeftOut) {
  const auto path = std::filesystem::path(::testing::TempDir()) /
                    ("broken_" + std::to_string(::getpid()) + ".dump");
  Structure s;
  s.atoms = {{"Au", {0, 0, 0}}, {"Au", {1, 2, 3}}};
  s.timestep = 1;
  const std::string text = format_dump_snapshot(s);
  const std::string half = text.substr(0, text.rfind('\n', text.size() - 2) + 1);
  const std::string header = text.substr(0, text.find("ITEM: ATOMS"));
  std::ofstream(path) << text << half << text << header << text;
  TrajectoryReader reader(path);
  EXPECT_EQ(reader.frames().size(), 3U);
  ASSERT_EQ(reader.damage().size(), 2U);
  EXPECT_NE(
      reader.damage()[0].text().find(":12: the snapshot is cut short: 2 atoms are declared, 1"),
      std::string::npos)
      << reader.damage()[0].text();
  for (int n = 0; n < 3; ++n) EXPECT_EQ(reader.next().value().atoms.size(), 2U);
  EXPECT_FALSE(reader.next());
  std::filesystem::remove(path);
}

TEST(Trajectory, NamesOfFiles) {
  EXPECT_THROW(TrajectoryWriter("a.pdb"), InputError);
  EXPECT_THROW(TrajectoryWriter("/no/such/folder/a.xyz"), InputError);
  EXPECT_THROW(TrajectoryReader("/no/such/file.xyz"), InputError);
}

}  // namespace
}  // namespace adatom::crystal
