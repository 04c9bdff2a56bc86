// `adatom lindemann` through the program.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/twinned.h"
#include "adatom/dynamics/lindemann.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

/// An icosahedron of 55 copper atoms that swing about their places, each coordinate by `sigma`.
std::vector<crystal::Structure> swinging(double sigma, int frames, std::uint64_t seed) {
  const auto particle = crystal::build_icosahedron(crystal::fcc_crystal("Cu"), 2);
  RandomStream random(seed);
  std::vector<crystal::Structure> all;
  for (int f = 0; f < frames; ++f) {
    crystal::Structure frame = particle;
    frame.time_ps = 0.5 * f;
    for (auto& atom : frame.atoms) {
      for (int k = 0; k < 3; ++k) atom.position_angstrom[k] += sigma * random.normal();
    }
    all.push_back(std::move(frame));
  }
  return all;
}

class Lindemann : public ::testing::Test {
 protected:
  /// The frames from `first` to before `last`, behind what is there.
  void append(const std::string& name, const std::vector<crystal::Structure>& frames,
              std::size_t first, std::size_t last) const {
    const fs::path path = scratch.path() / name;
    fs::create_directories(path.parent_path());
    const std::span<const crystal::Structure> all(frames);
    std::ofstream(path, std::ios::app)
        << crystal::format_extended_xyz(all.subspan(first, last - first));
  }
  void write(const std::string& name, const std::vector<crystal::Structure>& frames) const {
    append(name, frames, 0, frames.size());
  }
  testing::ProgramResult call(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all = {"lindemann"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_program(all, scratch.path());
  }
  std::map<std::string, std::string> bytes(const std::string& folder) const {
    return testing::result_bytes(scratch.path() / folder);
  }
  const ScratchFolder scratch;
};

TEST_F(Lindemann, IndicesByTemperatureAndShell) {
  std::map<double, std::vector<crystal::Structure>> runs;
  for (const double temperature : {100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0}) {
    // A particle that becomes soft between 400 and 500 K.
    const double sigma = temperature < 450.0 ? 0.05 : 0.6;
    runs[temperature] = swinging(sigma, 40, static_cast<std::uint64_t>(temperature));
    write("md/cu_" + std::to_string(static_cast<int>(temperature)) + "K_s1/trajectory.xyz",
          runs[temperature]);
  }
  const auto result = call({"md", "-o", "out", "--window-ps", "5"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto table = storage::read_csv(scratch.path() / "out/lindemann.csv");
  ASSERT_EQ(table.rows(), 21U);
  const auto temperatures = table.numbers("temperature_k");
  const auto groups = table.texts("group");
  const auto indices = table.numbers("index");
  const auto atoms = table.integers("atoms");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    EXPECT_EQ(table.numbers("window_ps")[row], 5.0);
    EXPECT_EQ(table.integers("windows")[row], 4);
    EXPECT_EQ(atoms[row], groups[row] == "all" ? 55 : groups[row] == "core" ? 13 : 42);
    if (groups[row] != "all") continue;
    // Windows of ten frames, one after another, by the function that is tested by itself.
    double expected = 0.0;
    for (std::size_t window = 0; window < 4; ++window) {
      dynamics::LindemannSums sums(55);
      for (std::size_t f = 10 * window; f < 10 * window + 10; ++f) {
        std::vector<Eigen::Vector3d> positions;
        for (const auto& atom : runs[temperatures[row]][f].atoms) {
          positions.push_back(atom.position_angstrom);
        }
        sums.add(positions, {});
      }
      expected += 0.25 * sums.indices().global;
    }
    // A mean of atoms' means, in another order.
    EXPECT_NEAR(indices[row], expected, 1e-12);
  }
  const auto onset = read_json(scratch.path() / "out/onset.json");
  for (const char* group : {"all", "core", "shell"}) {
    EXPECT_TRUE(onset.at(group).at("fitted").get<bool>());
    const double inflection = onset.at(group).at("inflection_k").at("value").get<double>();
    EXPECT_GT(inflection, 400.0);
    EXPECT_LT(inflection, 500.0);
  }
  EXPECT_EQ(storage::read_csv(scratch.path() / "out/per_atom.csv").rows(), 7U * 55U);
  // P(r) of each temperature and group is a density.
  const auto radial = storage::read_csv(scratch.path() / "out/radial.csv");
  double sum = 0.0;
  for (const double density : radial.numbers("density_per_angstrom")) sum += 0.1 * density;
  EXPECT_NEAR(sum, 21.0, 1e-9);
  const std::string page = storage::read_file(scratch.path() / "out/report.html");
  for (const char* text : {"Melting", "inflection", "the outermost gap", "Length of the window"}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
  for (const char* name : {"s_curves.svg", "radial.svg", "growth.svg", "growth.csv", "onset.csv"}) {
    EXPECT_TRUE(fs::exists(scratch.path() / "out" / name)) << name;
  }
}

TEST_F(Lindemann, LongerTrajectoriesAreGoneOnWith) {
  const auto frames = swinging(0.2, 60, 5);
  append("a_300K.xyz", frames, 0, 23);
  const std::vector<std::string> usual = {"a_300K.xyz",   "--window-ps", "4",
                                          "--discard-ps", "1",           "-o"};
  auto command = usual;
  command.emplace_back("parts");
  ASSERT_EQ(call(command).exit_code, 0);
  append("a_300K.xyz", frames, 23, 60);
  const auto again = call(command);
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  command.back() = "whole";
  ASSERT_EQ(call(command).exit_code, 0);
  EXPECT_EQ(testing::difference(bytes("whole"), bytes("parts")), "");
  // Another start of the file: nothing of it is taken for read.
  fs::remove(scratch.path() / "a_300K.xyz");
  const auto other = swinging(0.2, 60, 6);
  write("a_300K.xyz", other);
  ASSERT_EQ(call(command).exit_code, 0);
  EXPECT_NE(testing::difference(bytes("whole"), bytes("parts")), "");
}

TEST_F(Lindemann, InterruptedItGoesOnToTheSameBytes) {
  for (const char* name : {"a_300K.xyz", "b_400K.xyz"}) write(name, swinging(0.1, 300, 5));
  const std::vector<std::string> arguments = {"lindemann", "a_300K.xyz",  "b_400K.xyz", "-o",
                                              "parts",     "--window-ps", "10"};
  for (int i = 0; i < 3; ++i) {
    // Wherever the signal meets it: it stops with a state, or had ended.
    const pid_t program = testing::start_program(arguments, scratch.path());
    const bool caught = testing::wait_until_caught(program, SIGINT);
    if (caught) kill(program, SIGINT);
    int status = 0;
    waitpid(program, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_TRUE(WEXITSTATUS(status) == 4 || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
  }
  ASSERT_EQ(run_program(arguments, scratch.path()).exit_code, 0);
  ASSERT_EQ(call({"a_300K.xyz", "b_400K.xyz", "-o", "whole", "--window-ps", "10", "--threads", "1"})
                .exit_code,
            0);
  EXPECT_EQ(testing::difference(bytes("whole"), bytes("parts")), "");
}

TEST_F(Lindemann, AfterTheConfigurationsOfTheCopperIcosahedron) {
  const fs::path configs = fs::path(ADATOM_SOURCE_DIR) / "configs";
  const auto md = run_program(
      {"md", (configs / "md_cu55.yaml").string(), "-o", "md", "--temperature-k", "300,900",
       "--replicas", "1", "--steps", "2000", "--dump-every", "20", "--thermalise-steps", "500"},
      scratch.path());
  ASSERT_EQ(md.exit_code, 0) << md.messages;
  const auto result = call({(configs / "lindemann_cu55.yaml").string(), "md", "-o", "out",
                            "--discard-ps", "1", "--window-ps", "2"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto table = storage::read_csv(scratch.path() / "out/lindemann.csv");
  ASSERT_EQ(table.rows(), 6U);
  EXPECT_EQ(table.numbers("temperature_k").front(), 300.0);
  EXPECT_EQ(table.numbers("temperature_k").back(), 900.0);
  EXPECT_EQ(table.integers("atoms")[1], 13);
  // Hot atoms swing more.
  EXPECT_GT(table.numbers("index")[3], 1.3 * table.numbers("index")[0]);
}

TEST_F(Lindemann, SaysWhatIsWrong) {
  const auto expect = [&](const std::vector<std::string>& arguments, const std::string& text) {
    const auto result = call(arguments);
    EXPECT_EQ(result.exit_code, 2) << result.messages;
    EXPECT_NE(result.messages.find(text), std::string::npos) << result.messages;
  };
  auto frames = swinging(0.1, 6, 1);
  write("a.xyz", frames);
  expect({"a.xyz", "-o", "out", "--temperature-k", "300,400"},
         "one temperature is needed for each");
  expect({"a.xyz", "-o", "out", "--discard-ps", "100"}, "too few frames");
  expect({"a.xyz", "-o", "out", "--core-radius-angstrom", "3,2"}, "must ascend");
  expect({"nothing.xyz", "-o", "out"}, "nothing.xyz");
  frames.back().atoms.pop_back();
  write("b.xyz", frames);
  expect({"b.xyz", "-o", "out"}, "b.xyz, frame 5: the number of atoms changes");
  for (auto& frame : frames) frame.time_ps.reset();
  write("c.xyz", frames);
  expect({"c.xyz", "-o", "out"}, "--frame-time-ps");
  fs::create_directory(scratch.path() / "empty");
  expect({"empty", "-o", "out"}, "the folder holds no trajectories");
}

}  // namespace
}  // namespace adatom::pipeline
