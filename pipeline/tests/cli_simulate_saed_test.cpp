// `simulate saed` through the program.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "adatom/image/reader.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

const std::vector<std::string> small = {"--pattern-width",
                                        "128",
                                        "--pattern-height",
                                        "96",
                                        "--pattern-s-per-px",
                                        "0.015",
                                        "--pattern-width-per-angstrom",
                                        "0.04"};

class SimulateSaed : public ::testing::Test {
 protected:
  testing::ProgramResult call(std::vector<std::string> arguments, bool add_small = true) const {
    arguments.insert(arguments.begin(), {"simulate", "saed"});
    if (add_small) arguments.insert(arguments.end(), small.begin(), small.end());
    return run_program(arguments, scratch.path());
  }
  std::string file(const std::string& name) const {
    return storage::read_file(scratch.path() / name);
  }
  void expect_same(const std::string& first, const std::string& second) const {
    for (const char* name :
         {"frames.tif", "truth.csv", "fractions.csv", "geometry.json", "simulation.yaml"}) {
      EXPECT_EQ(file(first + name), file(second + name)) << name;
    }
  }
  const ScratchFolder scratch;
};

TEST_F(SimulateSaed, WritesPatternsAndTruth) {
  const auto result =
      call({"-o", "out", "--frames", "3", "--pattern-drift-x-px", "0.5", "--detector-hot-pixels",
            "4", "--mixture-volume-fraction", "[0.6, 0.4]", "--mixture-amplitude", "[0.1, -0.1]"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto reader = image::open_series(scratch.path() / "out" / "frames.tif");
  EXPECT_EQ(reader->info().frames, 3U);
  EXPECT_EQ(reader->info().width, 128U);
  EXPECT_EQ(reader->info().height, 96U);
  EXPECT_EQ(reader->info().type, image::PixelType::float32);

  const auto truth = storage::read_csv(scratch.path() / "out" / "truth.csv");
  EXPECT_EQ(truth.texts("phase").front(), "Cu");
  EXPECT_EQ(truth.texts("hkl").front(), "111");
  EXPECT_NEAR(truth.numbers("d_angstrom").front(), 3.6150 / std::sqrt(3.0), 1e-12);
  EXPECT_EQ(truth.numbers("time_s").back(), 0.08);
  const auto fractions = storage::read_csv(scratch.path() / "out" / "fractions.csv");
  ASSERT_EQ(fractions.rows(), 6U);
  EXPECT_NEAR(fractions.numbers("volume_fraction")[0], 0.6, 1e-12);
  // A period of 10 s: after 0.04 s 0.1 sin(2 pi 0.004) more.
  EXPECT_NEAR(fractions.numbers("volume_fraction")[2], 0.60251301, 1e-8);

  const auto geometry = nlohmann::json::parse(file("out/geometry.json"));
  EXPECT_EQ(geometry.at("s_per_px").get<double>(), 0.015);
  EXPECT_EQ(geometry.at("frames").at(2).at("centre_x_px").get<double>(), 64.5);
  EXPECT_EQ(geometry.at("frames").at(2).at("centre_y_px").get<double>(), 47.5);
  EXPECT_EQ(geometry.at("detector").at("hot_pixels").size(), 4U);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(scratch.path() / "out")) ++files;
  EXPECT_EQ(files, 5U);
}

TEST_F(SimulateSaed, ItsOwnDescriptionMakesTheSamePatternsAgain) {
  ASSERT_EQ(call({"-o", "first", "--frames", "2", "--seed", "5", "--spots-count", "7",
                  "--detector-file-type", "uint16", "--crystallites-texture2", "[0.3, 0]",
                  "--threads", "1"})
                .exit_code,
            0);
  const auto again = call({"first/simulation.yaml", "-o", "second", "--threads", "2"}, false);
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  expect_same("first/", "second/");
  EXPECT_EQ(image::open_series(scratch.path() / "first" / "frames.tif")->info().type,
            image::PixelType::uint16);
  ASSERT_EQ(call({"first/simulation.yaml", "-o", "third", "--seed", "6"}, false).exit_code, 0);
  EXPECT_NE(file("first/frames.tif"), file("third/frames.tif"));
}

TEST_F(SimulateSaed, TakesAPhaseFromACif) {
  storage::write_file(scratch.path() / "tungsten.cif",
                      "data_tungsten\n_cell_length_a 3.1648\n_cell_length_b 3.1648\n"
                      "_cell_length_c 3.1648\nloop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n"
                      "'x+1/2,y+1/2,z+1/2'\nloop_\n_atom_site_label\n_atom_site_fract_x\n"
                      "_atom_site_fract_y\n_atom_site_fract_z\nW1 0 0 0\n");
  const auto result = call({"-o", "out", "--phases", "Au", "--cif", "tungsten.cif"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto truth = storage::read_csv(scratch.path() / "out" / "truth.csv");
  EXPECT_EQ(truth.texts("phase").back(), "tungsten");
  // The description finds the CIF from where it lies.
  ASSERT_EQ(call({"out/simulation.yaml", "-o", "deep/er"}, false).exit_code, 0);
  EXPECT_EQ(file("out/frames.tif"), file("deep/er/frames.tif"));

  storage::write_file(scratch.path() / "bad.cif", "data_x\n_cell_length_a\n");
  const auto bad = call({"-o", "bad", "--cif", "bad.cif"});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_NE(bad.messages.find("bad.cif:2: no value"), std::string::npos) << bad.messages;
  EXPECT_FALSE(fs::exists(scratch.path() / "bad"));
}

TEST_F(SimulateSaed, AllMistakesAtOnceAndNothingWritten) {
  const auto flags = call(
      {"-o", "out", "--frames", "0", "--pattern-width", "wide", "--detector-gain", "-1"}, false);
  EXPECT_EQ(flags.exit_code, 2);
  for (const char* flag : {"--frames: ", "--pattern-width: 'wide'", "--detector-gain: "}) {
    EXPECT_NE(flags.messages.find(flag), std::string::npos) << flags.messages;
  }
  const auto phase = call({"-o", "out", "--phases", "Unobtainium"});
  EXPECT_EQ(phase.exit_code, 2);
  EXPECT_NE(phase.messages.find("no built-in phase 'Unobtainium'"), std::string::npos)
      << phase.messages;
  storage::write_file(scratch.path() / "spec.yaml", "phases: Cu\nbeam:\n  rings: 3\n");
  const auto spec = call({"spec.yaml", "-o", "out"}, false);
  EXPECT_EQ(spec.exit_code, 2);
  EXPECT_NE(spec.messages.find("spec.yaml:3:3: unknown option 'rings'"), std::string::npos)
      << spec.messages;
  EXPECT_FALSE(fs::exists(scratch.path() / "out"));
}

}  // namespace
}  // namespace adatom::pipeline
