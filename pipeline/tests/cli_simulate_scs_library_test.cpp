// `simulate scs-library` through the program.
#include <gtest/gtest.h>

#include <filesystem>

#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

class SimulateScsLibrary : public ::testing::Test {
 protected:
  testing::ProgramResult call(const std::string& folder,
                              const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"simulate",
                                          "scs-library",
                                          "-o",
                                          folder,
                                          "--atoms",
                                          "2",
                                          "--largest-angle-mrad",
                                          "60",
                                          "--box-angstrom",
                                          "5",
                                          "--configurations",
                                          "4"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments, scratch.path());
  }
  const ScratchFolder scratch;
};

TEST_F(SimulateScsLibrary, WritesTablesForEveryDetector) {
  const auto result = call("out", {"--detector-mrad", "25:60,30:50", "--threads", "1"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto table = storage::read_csv(scratch.path() / "out" / "library.csv");
  ASSERT_EQ(table.rows(), 4U);
  EXPECT_EQ(table.numbers("inner_mrad"), (std::vector<double>{25, 25, 30, 30}));
  EXPECT_EQ(table.numbers("atom_count"), (std::vector<double>{1, 2, 1, 2}));
  for (const char* name : {"distribution.h5", "radial.csv", "statstem_25_60.txt",
                           "statstem_30_50.txt", "library.svg", "simulation.yaml"}) {
    EXPECT_TRUE(fs::exists(scratch.path() / "out" / name)) << name;
  }
  // Its own description gives the same bytes, with any number of threads.
  const auto again = run_program(
      {"simulate", "scs-library", "out/simulation.yaml", "-o", "again", "--threads", "2"},
      scratch.path());
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  for (const auto& entry : fs::directory_iterator(scratch.path() / "out")) {
    const auto name = entry.path().filename();
    EXPECT_EQ(storage::read_file(entry.path()), storage::read_file(scratch.path() / "again" / name))
        << name;
  }
  // Of other detectors in the same folder the list goes.
  const auto other = call("again", {"--detector-mrad", "30:50"});
  ASSERT_EQ(other.exit_code, 0) << other.messages;
  EXPECT_FALSE(fs::exists(scratch.path() / "again" / "statstem_25_60.txt"));
  EXPECT_TRUE(fs::exists(scratch.path() / "again" / "statstem_30_50.txt"));
}

TEST_F(SimulateScsLibrary, SaysWhatIsWrong) {
  const auto expect = [&](const std::vector<std::string>& more, const char* text) {
    const auto result = call("out", more);
    EXPECT_EQ(result.exit_code, 2) << text;
    EXPECT_NE(result.messages.find(text), std::string::npos) << result.messages;
    EXPECT_FALSE(fs::exists(scratch.path() / "out"));
  };
  expect({"--detector-mrad", "60"}, "is not inner:outer, as 40:160");
  expect({"--detector-mrad", "10:60"}, "must not be below aperture_mrad");
  expect({"--detector-mrad", "40:160"}, "largest-angle-mrad");
  expect({"--detector-mrad", "25:60", "--element", "Xx"}, "table of scattering factors");
  expect({"--detector-mrad", "25:60", "--element", "C"}, "lattice_parameter_angstrom");
}

}  // namespace
}  // namespace adatom::pipeline
