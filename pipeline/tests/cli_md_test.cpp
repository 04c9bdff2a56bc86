// `adatom md` through the program: files, bytes, what is wrong with the input.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/crystal/element.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/trajectory.h"
#include "adatom/md/kinetic.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "md/checkpoint.h"
#include "program.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

class Md : public ::testing::Test {
 protected:
  Md() { write("gold.xyz", crystal::build_truncated_octahedron({}, 4, 1)); }

  void write(const std::string& name, const crystal::Structure& structure) const {
    const std::vector<crystal::Structure> all = {structure};
    storage::write_file(scratch.path() / name, crystal::format_extended_xyz(all));
  }
  /// 38 gold atoms, a fraction of a picosecond.
  testing::ProgramResult call(const std::string& folder, const std::vector<std::string>& more = {},
                              const std::vector<std::string>& structures = {"gold.xyz"}) const {
    std::vector<std::string> arguments = {"md", "-o", folder};
    arguments.insert(arguments.end(), structures.begin(), structures.end());
    arguments.insert(arguments.end(), usual.begin(), usual.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments, scratch.path());
  }
  std::string file(const std::string& name) const {
    return storage::read_file(scratch.path() / name);
  }
  std::map<std::string, std::string> bytes(const std::string& folder) const {
    return testing::result_bytes(scratch.path() / folder);
  }

  const ScratchFolder scratch;
  std::vector<std::string> usual = {"--potential", "smatb:Au",
                                    "--minimise",  "--thermalise-steps",
                                    "100",         "--thermalise-damping-ps",
                                    "0.02",        "--damping-ps",
                                    "0.5"};
  std::vector<std::string> lengths = {"--steps",        "100", "--dump-every", "20",
                                      "--thermo-every", "10"};
};

TEST_F(Md, WritesTrajectoryLogsAndReport) {
  auto more = lengths;
  more.insert(more.end(), {"--temperature-k", "300,673", "--replicas", "2", "--seed", "5"});
  const auto result = call("out", more);
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  std::vector<std::string> runs;
  for (const auto& entry : fs::directory_iterator(scratch.path() / "out")) {
    if (entry.is_directory()) runs.push_back(entry.path().filename().string());
  }
  std::ranges::sort(runs);
  EXPECT_EQ(runs, (std::vector<std::string>{"gold_300K_s5", "gold_300K_s6", "gold_673K_s5",
                                            "gold_673K_s6"}));
  const fs::path run = scratch.path() / "out" / "gold_673K_s5";
  const auto thermo = storage::read_csv(run / "thermo.csv");
  EXPECT_EQ(thermo.header(),
            (std::vector<std::string>{"step", "time_ps", "temperature_k", "kinetic_ev",
                                      "potential_ev", "total_ev", "conserved_ev"}));
  ASSERT_EQ(thermo.rows(), 11U);
  EXPECT_EQ(thermo.integers("step").back(), 100);
  EXPECT_DOUBLE_EQ(thermo.numbers("time_ps").back(), 0.5);
  EXPECT_EQ(storage::read_csv(run / "thermalisation.csv").rows(), 101U);

  crystal::TrajectoryReader trajectory(run / "trajectory.xyz");
  ASSERT_EQ(trajectory.frames().size(), 6U);
  EXPECT_EQ(trajectory.frames().back().timestep, 100);
  EXPECT_EQ(trajectory.frames().back().time_ps, 0.5);
  const auto last = trajectory.read(5);
  const auto final_state = crystal::TrajectoryReader(run / "final.xyz").read(0);
  EXPECT_EQ(last.atoms.front().position_angstrom, final_state.atoms.front().position_angstrom);

  // The temperature of the last line follows from the velocities of the last state.
  const std::vector<double> masses(38, crystal::find_element("Au")->mass_u);
  const double kinetic = md::kinetic_energy_ev(masses, final_state.velocities_angstrom_per_ps);
  EXPECT_DOUBLE_EQ(thermo.numbers("kinetic_ev").back(), kinetic);

  const auto summary = read_json(run / "summary.json");
  EXPECT_EQ(summary.at("atoms"), 38);
  EXPECT_EQ(summary.at("seed"), 5);
  EXPECT_EQ(summary.at("minimisation_end"), "energy tolerance");
  EXPECT_LT(summary.at("relaxed_ev").get<double>(), summary.at("initial_ev").get<double>());
  EXPECT_EQ(storage::read_csv(scratch.path() / "out" / "summary.csv").rows(), 4U);
  const std::string page = file("out/report.html");
  for (const char* text : {"gold_673K_s6", "Relaxed", "After 0.5 ps at 673 K", "Temperature",
                           "Potential energy", "neighbours"}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
}

TEST_F(Md, BytesDoNotDependOnThreadsOrOnOtherRuns) {
  auto more = lengths;
  more.insert(more.end(), {"--temperature-k", "300,500", "--threads", "1"});
  ASSERT_EQ(call("one", more).exit_code, 0);
  more.back() = "2";
  ASSERT_EQ(call("two", more).exit_code, 0);
  EXPECT_EQ(testing::difference(bytes("one"), bytes("two")), "");
  // Another temperature beside it, another name of the same structure: the run is the same.
  fs::copy_file(scratch.path() / "gold.xyz", scratch.path() / "other.xyz");
  more[more.size() - 3] = "500";
  ASSERT_EQ(call("other", more, {"other.xyz"}).exit_code, 0);
  EXPECT_EQ(file("one/gold_500K_s1/trajectory.xyz"), file("other/other_500K_s1/trajectory.xyz"));
  EXPECT_NE(file("one/gold_500K_s1/thermo.csv"), file("one/gold_300K_s1/thermo.csv"));
}

TEST_F(Md, ALongerRunGoesOnWhereTheShorterEnded) {
  auto more = lengths;
  more.insert(more.end(), {"--ensemble", "nose-hoover"});
  // Step 0 is of both the first run and the second.
  for (const char* steps : {"0", "130"}) {
    more[1] = steps;
    ASSERT_EQ(call("parts", more).exit_code, 0);
  }
  more[1] = "260";
  ASSERT_EQ(call("parts", more).exit_code, 0);
  ASSERT_EQ(call("whole", more).exit_code, 0);
  EXPECT_EQ(testing::difference(bytes("parts"), bytes("whole")), "");
}

TEST_F(Md, ACompleteRunIsLeftAsItIs) {
  ASSERT_EQ(call("out", lengths).exit_code, 0);
  const auto before = bytes("out");
  ASSERT_EQ(call("out", lengths).exit_code, 0);
  EXPECT_EQ(testing::difference(before, bytes("out")), "");
  auto more = lengths;
  more[1] = "50";
  const auto shorter = call("out", more);
  EXPECT_EQ(shorter.exit_code, 2);
  EXPECT_NE(shorter.messages.find("is longer than the one asked for"), std::string::npos)
      << shorter.messages;
}

TEST_F(Md, AConfigurationIsTheSameAsFlags) {
  storage::write_file(scratch.path() / "md.yaml",
                      "structures: [gold.xyz]\npotential: smatb:Au\nminimise: true\n"
                      "thermalise: {steps: 100, damping_ps: 0.02}\ndamping_ps: 0.5\n"
                      "temperature_k: 300\nsteps: 100\ndump_every: 20\nthermo_every: 10\n");
  ASSERT_EQ(call("flags", lengths).exit_code, 0);
  const auto result = run_program({"md", "md.yaml", "-o", "yaml"}, scratch.path());
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_EQ(testing::difference(bytes("flags"), bytes("yaml")), "");
  // What it wrote down of its options is a configuration too.
  const auto again = run_program({"md", "yaml/md.yaml", "-o", "again"}, scratch.path());
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  EXPECT_EQ(file("again/gold_300K_s1/trajectory.xyz"), file("flags/gold_300K_s1/trajectory.xyz"));
}

TEST_F(Md, HeldLayersStayWhereTheyAre) {
  auto more = lengths;
  more.insert(more.end(), {"--support-held-layers", "1"});
  const auto result = call("held", more);
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto start = crystal::TrajectoryReader(scratch.path() / "gold.xyz").read(0);
  const auto end =
      crystal::TrajectoryReader(scratch.path() / "held/gold_300K_s1/final.xyz").read(0);
  double lowest = 0.0;
  for (const auto& atom : start.atoms) lowest = std::min(lowest, atom.position_angstrom.z());
  int held = 0;
  for (std::size_t i = 0; i < start.atoms.size(); ++i) {
    const auto& before = start.atoms[i].position_angstrom;
    const auto& after = end.atoms[i].position_angstrom;
    if (before.z() < lowest + 0.1) {
      EXPECT_EQ(before, after);
      ++held;
    } else {
      EXPECT_GT((before - after).norm(), 0.0);
    }
  }
  EXPECT_EQ(held, 4);  // the square {100} face of 38 atoms
}

TEST_F(Md, VelocitiesOfTheFileAreTaken) {
  auto more = lengths;
  ASSERT_EQ(call("first", more).exit_code, 0);
  fs::copy_file(scratch.path() / "first/gold_300K_s1/final.xyz", scratch.path() / "state.xyz");
  usual = {"--potential",        "smatb:Au", "--velocities", "file",
           "--thermalise-steps", "0",        "--ensemble",   "nve"};
  const auto result = call("second", more, {"state.xyz"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto before = storage::read_csv(scratch.path() / "first/gold_300K_s1/thermo.csv");
  const auto after = storage::read_csv(scratch.path() / "second/state_300K_s1/thermo.csv");
  EXPECT_DOUBLE_EQ(after.numbers("kinetic_ev").front(), before.numbers("kinetic_ev").back());
  // Tables of the forces are the same, sums may run in another order.
  EXPECT_NEAR(after.numbers("potential_ev").front(), before.numbers("potential_ev").back(), 1e-9);
  const auto none = call("third", more);
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_NE(none.messages.find("gold.xyz: the structure has no velocities"), std::string::npos)
      << none.messages;
}

TEST_F(Md, WarnsOfAThermalisationThatIsTooShort) {
  usual[6] = "10";  // damping, ps
  const auto result = call("out", lengths);
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_NE(result.messages.find("ends near 151 K instead of 300 K"), std::string::npos)
      << result.messages;
  EXPECT_NE(file("out/report.html").find("ends near 151 K"), std::string::npos);
}

TEST_F(Md, ACheckpointOfAnotherRunIsRefused) {
  ASSERT_EQ(call("out", lengths).exit_code, 0);
  auto more = lengths;
  more.insert(more.end(), {"--timestep-fs", "2"});
  const auto result = call("out", more);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.messages.find("gold_300K_s1/checkpoint: the checkpoint belongs to another run: "
                                 "timestep_fs is 5 there and 2 here"),
            std::string::npos)
      << result.messages;
}

TEST_F(Md, ACheckpointWithoutANumberIsRefused) {
  ASSERT_EQ(call("out", lengths).exit_code, 0);
  const fs::path path = scratch.path() / "out" / "gold_300K_s1" / "checkpoint";
  auto checkpoint = decode_checkpoint(storage::read_file(path), "");
  checkpoint.state.positions_angstrom[6].z() = std::nan("");
  storage::write_file(path, encode_checkpoint(checkpoint));
  auto more = lengths;
  more[1] = "200";
  const auto result = call("out", more);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.messages.find("the position of atom 7 is not a finite number"),
            std::string::npos)
      << result.messages;
}

TEST_F(Md, BadInputIsNamed) {
  const auto expect = [&](const testing::ProgramResult& result, const std::string& message) {
    EXPECT_EQ(result.exit_code, 2) << message;
    EXPECT_NE(result.messages.find(message), std::string::npos) << result.messages;
  };
  auto overlapping = crystal::build_truncated_octahedron({}, 4, 1);
  overlapping.atoms[11].position_angstrom =
      overlapping.atoms[3].position_angstrom + Eigen::Vector3d(0.1, 0, 0);
  write("overlap.xyz", overlapping);
  expect(call("a", lengths, {"overlap.xyz"}), "overlap.xyz: atoms 4 and 12 overlap");
  auto alloy = crystal::build_truncated_octahedron({}, 4, 1);
  alloy.atoms[5].element = "Fe";
  write("alloy.xyz", alloy);
  // Of several structures all that is wrong is told at once.
  const auto both = call("b", lengths, {"alloy.xyz", "overlap.xyz"});
  expect(both, "alloy.xyz: ");
  expect(both, "Fe");
  expect(both, "overlap.xyz: atoms 4 and 12 overlap");
  expect(call("c", {"--ensembel", "nve"}), "--ensembel");
  expect(call("d", {"--ensemble", "npt"}), "npt");
  expect(call("e", {"--steps", "-1"}), "--steps");
  expect(call("f", {"--temperature-k", "300,300"}), "stands there twice");
  expect(call("g", {}, {"missing.xyz"}), "missing.xyz");
  usual = {"--potential", "smatb:Xx"};
  expect(call("h"), "Xx");
  usual = {};
  expect(call("i"), "--potential: none is given");
  usual = {"--potential", "pair_style lj/cut 5; pair_coeff * * 1 1"};
  expect(call("j"), "for the engine lammps");
  // Before any run begins, not when it is its turn.
  usual = {"--potential", "smatb:Au"};
  expect(call("k", {"--support-normal", "1,0.37,0.21", "--support-spring-layers", "2"}),
         "gold.xyz: atomic layers cannot be told apart");
  for (const char* folder : {"c", "d", "e", "f", "i", "j", "k"}) {
    EXPECT_FALSE(fs::exists(scratch.path() / folder)) << folder;
  }
}

TEST_F(Md, AtomsThatOverlapOnTheWayLeaveWholeFrames) {
  usual = {"--potential",   "smatb:Au", "--thermalise-steps", "0",  "--temperature-k", "5000",
           "--timestep-fs", "60",       "--ensemble",         "nve"};
  const auto result = call("out", {"--steps", "5000", "--dump-every", "1"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.messages.find("gold_5000K_s1: after step "), std::string::npos)
      << result.messages;
  EXPECT_NE(result.messages.find("overlap"), std::string::npos) << result.messages;
  crystal::TrajectoryReader trajectory(scratch.path() / "out/gold_5000K_s1/trajectory.xyz");
  EXPECT_GE(trajectory.frames().size(), 1U);
  EXPECT_TRUE(trajectory.damage().empty());
  EXPECT_FALSE(fs::exists(scratch.path() / "out/gold_5000K_s1/thermalisation.csv"));
}

TEST_F(Md, ARunThatFailsDoesNotStopTheOthers) {
  auto more = lengths;
  more.insert(more.end(), {"--temperature-k", "300,400,500", "--threads", "1"});
  ASSERT_EQ(call("out", more).exit_code, 0);
  for (const char* run : {"gold_300K_s1", "gold_500K_s1"}) {
    fs::resize_file(scratch.path() / "out" / run / "thermo.csv", 10);
  }
  more[1] = "200";
  const auto result = call("out", more);
  EXPECT_EQ(result.exit_code, 2);
  for (const char* run : {"gold_300K_s1: ", "gold_500K_s1: "}) {
    EXPECT_NE(result.messages.find(run), std::string::npos) << run << result.messages;
  }
  EXPECT_EQ(
      storage::read_csv(scratch.path() / "out/gold_400K_s1/thermo.csv").integers("step").back(),
      200);
}

TEST_F(Md, AnotherInstructionSetIsRefusedOnTheWay) {
  auto more = lengths;
  more.insert(more.end(), {"--instruction-set", "portable"});
  ASSERT_EQ(call("out", more).exit_code, 0);
  const fs::path path = scratch.path() / "out" / "gold_300K_s1" / "checkpoint";
  auto checkpoint = decode_checkpoint(storage::read_file(path), "");
  EXPECT_EQ(checkpoint.facts.at("kernel"), "double precision, portable");
  // As if begun on another processor.
  checkpoint.facts["kernel"] = "double precision, of old";
  storage::write_file(path, encode_checkpoint(checkpoint));
  more[1] = "200";
  more.back() = "best";
  const auto result = call("out", more);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.messages.find("begun with another kernel: double precision, of old there"),
            std::string::npos)
      << result.messages;
  // With its own it goes on, to the bytes of one run.
  checkpoint.facts["kernel"] = "double precision, portable";
  storage::write_file(path, encode_checkpoint(checkpoint));
  more.back() = "portable";
  ASSERT_EQ(call("out", more).exit_code, 0);
  ASSERT_EQ(call("whole", more).exit_code, 0);
  EXPECT_EQ(testing::difference(bytes("out"), bytes("whole")), "");
}

TEST_F(Md, AMissingLammpsIsNamed) {
  auto more = lengths;
  more.insert(more.end(), {"--engine", "lammps", "--lammps-command", "no-such-lmp"});
  const auto result = call("out", more);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.messages.find("no-such-lmp"), std::string::npos) << result.messages;
}

}  // namespace
}  // namespace adatom::pipeline
