// `simulate stem` through the program.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "adatom/image/reader.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

class SimulateStem : public ::testing::Test {
 protected:
  /// Thirteen gold atoms, low angles, a small window.
  testing::ProgramResult call(const std::string& folder,
                              const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"simulate",
                                          "stem",
                                          "-o",
                                          folder,
                                          "--scan-width",
                                          "6",
                                          "--scan-height",
                                          "5",
                                          "--scan-step-angstrom",
                                          "0.5",
                                          "--accuracy-window-angstrom",
                                          "5",
                                          "--specimen-length",
                                          "3",
                                          "--specimen-cutoff",
                                          "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments, scratch.path());
  }
  std::string file(const std::string& name) const {
    return storage::read_file(scratch.path() / name);
  }
  const ScratchFolder scratch;
};

TEST_F(SimulateStem, WritesImagesAndTruth) {
  storage::write_file(scratch.path() / "haadf.csv", "angle_mrad,sensitivity\n25,0\n30,1\n60,1\n");
  const auto result =
      call("out", {"--detectors-annuli-mrad", "25:60,40:60", "--detectors-sensitivity", "haadf.csv",
                   "--detectors-radial", "--recording-dose-per-angstrom2", "1e4",
                   "--thermal-configurations", "2"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_NE(result.messages.find("13 atoms in"), std::string::npos) << result.messages;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(scratch.path() / "out")) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  std::vector<std::string> expected = {"radial.npy", "simulation.yaml", "structure.xyz",
                                       "truth.csv"};
  for (const char* detector : {"25_60", "40_60", "sensitivity"}) {
    for (const char* kind : {"", "_ideal", "_stderr"}) {
      expected.push_back(std::string("image_") + detector + kind + ".tif");
    }
  }
  std::ranges::sort(expected);
  EXPECT_EQ(names, expected);
  const auto reader = image::open_series(scratch.path() / "out" / "image_25_60.tif");
  EXPECT_EQ(reader->info().width, 6U);
  EXPECT_EQ(reader->info().height, 5U);
  EXPECT_EQ(reader->info().type, image::PixelType::float32);
  EXPECT_NEAR(reader->info().calibration.pixel_size_x_angstrom.value_or(0.0), 0.5, 1e-6);
  const auto truth = storage::read_csv(scratch.path() / "out" / "truth.csv");
  double atoms = 0.0;
  for (const double count : truth.numbers("atom_count")) atoms += count;
  EXPECT_EQ(atoms, 13.0);

  // Another image in the same folder leaves none of the first one's files, and nobody else's.
  storage::write_file(scratch.path() / "out" / "image_of_mine.png", "mine");
  const auto other = call("out", {"--detectors-annuli-mrad", "25:60", "--thermal-temperature-k",
                                  "0", "--thermal-configurations", "1"});
  ASSERT_EQ(other.exit_code, 0) << other.messages;
  names.clear();
  for (const auto& entry : fs::directory_iterator(scratch.path() / "out")) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"image_25_60.tif", "image_of_mine.png",
                                             "simulation.yaml", "structure.xyz", "truth.csv"}));
}

TEST_F(SimulateStem, ItsOwnDescriptionMakesTheSameBytes) {
  ASSERT_EQ(call("first", {"--detectors-annuli-mrad", "25:60", "--thermal-configurations", "2",
                           "--threads", "1"})
                .exit_code,
            0);
  const auto again =
      run_program({"simulate", "stem", "first/simulation.yaml", "-o", "second", "--threads", "2"},
                  scratch.path());
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  // The structure as imaged is already in its place.
  const auto third =
      run_program({"simulate", "stem", "first/simulation.yaml", "-o", "third", "--specimen-kind",
                   "file", "--specimen-structure", "first/structure.xyz"},
                  scratch.path());
  ASSERT_EQ(third.exit_code, 0) << third.messages;
  for (const char* name : {"image_25_60.tif", "image_25_60_stderr.tif", "truth.csv"}) {
    EXPECT_EQ(file(std::string("first/") + name), file(std::string("second/") + name)) << name;
  }
  EXPECT_EQ(file("first/simulation.yaml"), file("second/simulation.yaml"));
  const auto before = storage::read_csv(scratch.path() / "first" / "truth.csv");
  const auto after = storage::read_csv(scratch.path() / "third" / "truth.csv");
  ASSERT_EQ(before.rows(), after.rows());
  for (const char* column : {"x_angstrom", "y_angstrom", "atom_count"}) {
    for (std::size_t i = 0; i < before.rows(); ++i) {
      EXPECT_NEAR(before.numbers(column)[i], after.numbers(column)[i], 1e-9) << column;
    }
  }
}

TEST_F(SimulateStem, SaysWhatIsWrong) {
  const auto expect = [&](const std::vector<std::string>& more, const char* text) {
    const auto result = call("out", more);
    EXPECT_EQ(result.exit_code, 2) << text;
    EXPECT_NE(result.messages.find(text), std::string::npos) << result.messages;
    EXPECT_FALSE(fs::exists(scratch.path() / "out"));
  };
  expect({"--detectors-annuli-mrad", "160:40"}, "\"160:40\" is not inner:outer");
  expect({"--detectors-annuli-mrad", "25:60", "--accuracy-grid", "40"}, "60 mrad");
  expect({"--detectors-annuli-mrad", "25:60", "--thermal-temperature-k", "20"}, "20 K");
  expect({"--detectors-map", "nothing.tif"}, "nothing.tif");
  expect({"--specimen-element", "C"}, "lattice_parameter_angstrom");
  expect({"--cell", "repeats", "--detectors-annuli-mrad", "25:60"}, "cannot repeat sideways");
  storage::write_file(scratch.path() / "bad.xyz", "1\n\nXx 0 0 0\n");
  const auto unknown = run_program({"simulate", "stem", "bad.xyz", "-o", "out"}, scratch.path());
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_NE(unknown.messages.find("Xx"), std::string::npos) << unknown.messages;
  EXPECT_EQ(
      run_program({"simulate", "stem", "nothing.yaml", "-o", "out"}, scratch.path()).exit_code, 2);
  EXPECT_FALSE(fs::exists(scratch.path() / "out"));
}

}  // namespace
}  // namespace adatom::pipeline
