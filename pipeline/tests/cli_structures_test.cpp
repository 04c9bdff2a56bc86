// `info` and `convert` of structures and trajectories, through the program.
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/trajectory.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

class Structures : public ::testing::Test {
 protected:
  /// Three frames; the last one has lost an atom.
  Structures() {
    for (int n = 0; n < 3; ++n) {
      crystal::Structure s;
      s.cell_angstrom = Eigen::Vector3d(20, 21, 22).asDiagonal();
      s.origin_angstrom << -1, 0, 0;
      s.periodic = {true, false, true};
      s.atoms = {{"Pt", {1, 2, 3.25}}, {"Au", {4, 5, 0.5 * n}}, {"Au", {7, 8, 9}}};
      if (n == 2) s.atoms.pop_back();
      for (std::size_t i = 0; i < s.atoms.size(); ++i) {
        s.velocities_angstrom_per_ps.emplace_back(n, 1.0 / 3.0, -1);
      }
      s.timestep = 1000 * n;
      s.time_ps = 5.0 * n;
      s.columns = {{"energy_ev", 1, std::vector<double>(s.atoms.size(), -3.5)}};
      frames_.push_back(std::move(s));
    }
    storage::write_file(scratch_.path() / "run.xyz", crystal::format_extended_xyz(frames_));
  }

  testing::ProgramResult call(const std::vector<std::string>& words) const {
    return run_program(words, scratch_.path());
  }
  std::string file(const std::string& name) const {
    return storage::read_file(scratch_.path() / name);
  }
  void expect_output(const std::string& output, const std::vector<std::string>& parts) const {
    for (const auto& part : parts) {
      EXPECT_NE(output.find(part), std::string::npos) << part << "\nin\n" << output;
    }
  }

  const ScratchFolder scratch_;
  std::vector<crystal::Structure> frames_;
};

TEST_F(Structures, InfoTellsWhatThereIs) {
  const auto result = call({"info", "run.xyz"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  expect_output(
      result.output,
      {"format      extended XYZ\n", "frames      3\n",
       "atoms       3 in the first, 2 to 3 in all\n", "elements    Au 2, Pt 1\n",
       "cell        20 21 22 angstrom\n", "corner      -1 0 0 angstrom\n", "periodic    a c\n",
       "positions   (1 2 0) to (7 8 9) angstrom\n", "timesteps   0 to 2000\n",
       "time        0 to 10 ps\n", "columns     velocity_angstrom_per_ps (3), energy_ev\n"});
  expect_output(call({"info", "run.xyz", "--json"}).output,
                {"\"frames\": 3", "\"Au\": 2", "\"last_time_ps\": 10.0", "\"warnings\": []"});
}

TEST_F(Structures, ThereAndBackAgainIsTheSame) {
  ASSERT_EQ(call({"convert", "run.xyz", "run.dump"}).exit_code, 0);
  ASSERT_EQ(call({"convert", "run.dump", "again.dump"}).exit_code, 0);
  EXPECT_EQ(file("run.dump"), file("again.dump"));
  crystal::TrajectoryReader reader(scratch_.path() / "run.dump");
  for (const auto& expected : frames_) {
    const auto s = reader.next().value();
    ASSERT_EQ(s.atoms.size(), expected.atoms.size());
    EXPECT_EQ(s.atoms[1].position_angstrom, expected.atoms[1].position_angstrom);
    EXPECT_EQ(s.velocities_angstrom_per_ps, expected.velocities_angstrom_per_ps);
    EXPECT_EQ(s.cell_angstrom, expected.cell_angstrom);
    EXPECT_EQ(s.time_ps, expected.time_ps);
    ASSERT_EQ(s.columns.size(), 1U);
    EXPECT_EQ(s.columns[0].values, expected.columns[0].values);
  }
}

TEST_F(Structures, FramesAreChosen) {
  ASSERT_EQ(call({"convert", "run.xyz", "part.extxyz", "--frames", "1:3"}).exit_code, 0);
  EXPECT_EQ(file("part.extxyz"), crystal::format_extended_xyz(std::span(frames_).subspan(1)));
  const auto none = call({"convert", "run.xyz", "part.xyz", "--frames", "3"});
  EXPECT_EQ(none.exit_code, 2);
  expect_output(none.messages, {"there is no such frame", "it has 3"});
  EXPECT_FALSE(fs::exists(scratch_.path() / "part.xyz"));
}

TEST_F(Structures, ADataFileHoldsOne) {
  const auto refused = call({"convert", "run.xyz", "a.data"});
  EXPECT_EQ(refused.exit_code, 2);
  expect_output(refused.messages, {"run.xyz: 3 structures do not fit", "--frames"});
  ASSERT_EQ(
      call({"convert", "run.xyz", "a.data", "--frames", "1", "--type-elements", "Pt Au"}).exit_code,
      0);
  expect_output(file("a.data"), {"2 atom types", "-1 19 xlo xhi", "\n1 1 1 2 3.25\n",
                                 "\n2 2 4 5 0.5\n", "\nVelocities\n\n1 1 0.3333333333333333 -1\n"});
  ASSERT_EQ(call({"convert", "run.xyz", "a.pdb"}).exit_code, 0);
  expect_output(file("a.pdb"), {"MODEL        3\n"});
}

TEST_F(Structures, TypesGetTheirElements) {
  storage::write_file(scratch_.path() / "bare.data",
                      "bare\n\n1 atoms\n1 atom types\n\nAtoms\n\n1 1 1 2 3\n");
  EXPECT_EQ(call({"info", "bare.data"}).exit_code, 2);
  expect_output(call({"info", "bare.data", "--type-elements", "Ag"}).output,
                {"format      LAMMPS data\n", "elements    Ag 1\n", "cell        none\n",
                 "periodic    no\n"});
  EXPECT_EQ(call({"info", "bare.data", "--type-elements", "Xx"}).exit_code, 2);
}

TEST_F(Structures, WhatIsWholeOfACutTrajectoryIsKept) {
  const auto text = file("run.xyz");
  storage::write_file(scratch_.path() / "cut.xyz", text.substr(0, text.size() - 30));
  const auto result = call({"convert", "cut.xyz", "out.xyz"});
  EXPECT_EQ(result.exit_code, 0);
  expect_output(result.messages, {"warning: cut.xyz:", "the file ends inside a structure",
                                  "the 2 before it are read"});
  EXPECT_EQ(file("out.xyz"), crystal::format_extended_xyz(std::span(frames_).first(2)));
}

TEST_F(Structures, WrongExtensionsAndOptions) {
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"convert", "run.xyz", "a.tif"},
                                             {"convert", "run.xyz", "a.xyz", "--type", "uint8"},
                                             {"convert", "absent.xyz", "a.xyz"},
                                             {"info", "absent.xyz"}}) {
    const auto result = call(words);
    EXPECT_EQ(result.exit_code, 2) << words[1] << ' ' << words.back();
    EXPECT_NE(result.messages.find("error: "), std::string::npos) << result.messages;
  }
}

}  // namespace
}  // namespace adatom::pipeline
