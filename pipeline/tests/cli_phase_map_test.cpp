// `simulate hrtem` and `phase-map` through the program.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "adatom/image/reader.h"
#include "adatom/image/writer.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;
using Words = std::vector<std::string>;

class PhaseMap : public ::testing::Test {
 protected:
  /// 7 nm wide, a particle of 2.8 nm radius with an inclusion of 1.2 nm.
  testing::ProgramResult simulate(const std::string& folder, const Words& more = {}) const {
    Words all = {"simulate",
                 "hrtem",
                 "-o",
                 folder,
                 "--width",
                 "280",
                 "--height",
                 "256",
                 "--particle-radius-nm",
                 "2.8",
                 "--inclusion-radius-nm",
                 "1.2",
                 "--inclusion-x-nm",
                 "1.0"};
    all.insert(all.end(), more.begin(), more.end());
    return run_program(all, scratch.path());
  }
  testing::ProgramResult map(const std::string& frames, const std::string& folder,
                             const Words& more = {}) const {
    Words all = {"phase-map", frames};
    all.insert(all.end(), more.begin(), more.end());
    all.insert(all.end(), {"--families", "Cu:111,200;Cu2O:220", "-o", folder});
    return run_program(all, scratch.path());
  }
  std::string file(const std::string& name) const {
    return storage::read_file(scratch.path() / name);
  }
  storage::Table table(const std::string& name) const {
    return storage::read_csv(scratch.path() / name);
  }
  image::Image picture(const std::string& name, std::size_t index = 0) const {
    return image::to_image(image::open_series(scratch.path() / name)->read(index));
  }
  const ScratchFolder scratch;
};

double dice(const image::Image& a, const image::Image& b, double label) {
  double both = 0.0;
  double all = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool in_a = a.values()[i] == label;
    const bool in_b = b.values()[i] == label;
    both += in_a && in_b ? 2.0 : 0.0;
    all += (in_a ? 1.0 : 0.0) + (in_b ? 1.0 : 0.0);
  }
  return both / all;
}

TEST_F(PhaseMap, MapsASimulatedImage) {
  ASSERT_EQ(simulate("in").exit_code, 0);
  const auto geometry = nlohmann::json::parse(file("in/geometry.json"));
  EXPECT_NEAR(geometry["frames"][0]["inclusion_phase_area_nm2"].get<double>(), 3.14159265 * 1.44,
              0.05);
  const auto result = map("in/frames.tif", "out");
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto labels = picture("out/phase_map.tif");
  const auto truth = picture("in/truth.tif");
  // Smaller discs than those of the slow test, so more of them is edge.
  EXPECT_GT(dice(labels, truth, 1.0), 0.92);
  EXPECT_GT(dice(labels, truth, 2.0), 0.9);
  const auto areas = table("out/phase_map.csv");
  ASSERT_EQ(areas.rows(), 2U);
  EXPECT_EQ(areas.texts("phase"), (std::vector<std::string>{"Cu", "Cu2O"}));
  const auto counted = static_cast<double>(std::ranges::count(labels.values(), 2.0));
  EXPECT_NEAR(areas.numbers("area_nm2")[1], counted * 0.025 * 0.025, 1e-9);
  EXPECT_EQ(image::open_series(scratch.path() / "out/amplitudes.tif")->info().frames, 2U);
  EXPECT_EQ(table("out/fringes.csv").rows(), 6U);
  // Cu2O lies to the right.
  const auto asymmetry = table("out/asymmetry.csv");
  ASSERT_EQ(asymmetry.rows(), 2U);
  const double value = asymmetry.numbers("asymmetry")[1];
  EXPECT_GT(value, 10.0 * asymmetry.numbers("asymmetry_stderr")[1]);
  const auto page = file("out/report.html");
  EXPECT_NE(page.find("power spectrum"), std::string::npos);
  EXPECT_FALSE(fs::exists(scratch.path() / "out/.parts"));
}

TEST_F(PhaseMap, FollowsASeriesAndGivesTheSameBytes) {
  ASSERT_EQ(
      simulate("in", {"--frames", "3", "--inclusion-step-x-nm", "-0.4", "--frame-time-s", "0.5"})
          .exit_code,
      0);
  const auto result = map("in/frames.tif", "out");
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto areas = table("out/phase_map.csv");
  ASSERT_EQ(areas.rows(), 6U);
  EXPECT_DOUBLE_EQ(areas.numbers("time_s")[5], 1.0);
  // The inclusion moves to the left, and with it the asymmetry.
  const auto asymmetry = table("out/asymmetry.csv").numbers("asymmetry");
  ASSERT_EQ(asymmetry.size(), 6U);
  EXPECT_GT(asymmetry[1], asymmetry[3]);
  EXPECT_GT(asymmetry[3], asymmetry[5]);
  ASSERT_EQ(map("in/frames.tif", "again", {"--threads", "1"}).exit_code, 0);
  for (const char* name : {"phase_map.tif", "amplitudes.tif", "phase_map.csv", "fringes.csv",
                           "asymmetry.csv", "summary.json", "report.html"}) {
    EXPECT_EQ(file(std::string("out/") + name), file(std::string("again/") + name)) << name;
  }
}

TEST_F(PhaseMap, TakesDirectionsFromTracks) {
  ASSERT_EQ(simulate("in", {"--frames", "2"}).exit_code, 0);
  // The particle's centre is that of the frame, and it moves to the left and down.
  storage::Table tracks({"frame", "particle_id", "x_nm", "y_nm", "x_specimen_nm", "y_specimen_nm"});
  tracks.add_row({"0", "7", "3.5", "3.2", "3.5", "3.2"});
  tracks.add_row({"1", "7", "3.5", "3.2", "3.4", "3.3"});
  storage::write_file(scratch.path() / "tracks.csv", tracks.text());
  const auto result = map("in/frames.tif", "out", {"--tracks", "tracks.csv"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto asymmetry = table("out/asymmetry.csv");
  ASSERT_EQ(asymmetry.rows(), 4U);
  EXPECT_EQ(asymmetry.integers("particle_id")[0], 7);
  EXPECT_NEAR(asymmetry.numbers("direction_deg")[0], 135.0, 1e-9);
  EXPECT_LT(asymmetry.numbers("asymmetry")[1], 0.0);
}

TEST_F(PhaseMap, WritesStrain) {
  const auto made = run_program(
      {"simulate", "hrtem", "-o", "in", "--width", "280", "--height", "256", "--particle-radius-nm",
       "2.8", "--inclusion-radius-nm", "0", "--strain-xx", "0.03"},
      scratch.path());
  ASSERT_EQ(made.exit_code, 0) << made.messages;
  const auto result =
      run_program({"phase-map", "in/frames.tif", "-o", "out", "--phases", "Cu", "--families",
                   "Cu:111", "--strain", "gpa", "--strain-reference", "1.5,2.2,2.4,4.2"},
                  scratch.path());
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto strain = picture("out/strain_xx.npy");
  const auto error = picture("out/strain_xx_stderr.npy");
  // 1.5 nm to the right of the border of the strain.
  EXPECT_NEAR(strain(200, 128), 0.03, 4.0 * error(200, 128));
  EXPECT_LT(error(200, 128), 0.01);
  EXPECT_TRUE(std::isnan(strain(3, 3)));
}

TEST_F(PhaseMap, GoesOnWhereItStopped) {
  ASSERT_EQ(simulate("in", {"--frames", "2"}).exit_code, 0);
  const auto write = [&](const std::string& name, image::Image frame, bool damaged) {
    if (damaged) frame(20, 20) = std::nan("");
    const std::vector<image::RawImage> frames = {image::to_raw(frame, image::PixelType::float32)};
    image::write_series(scratch.path() / name, frames,
                        {.pixel_size_x_angstrom = 0.25, .pixel_size_y_angstrom = 0.25});
  };
  write("a.tif", picture("in/frames.tif", 0), false);
  write("b.tif", picture("in/frames.tif", 1), true);
  const Words more = {"b.tif"};
  const auto stopped = map("a.tif", "out", more);
  EXPECT_EQ(stopped.exit_code, 2);
  EXPECT_NE(stopped.messages.find("b.tif, frame 0"), std::string::npos) << stopped.messages;
  EXPECT_NE(stopped.messages.find("a pixel is no number"), std::string::npos);
  write("b.tif", picture("in/frames.tif", 1), false);
  const auto ended = map("a.tif", "out", more);
  ASSERT_EQ(ended.exit_code, 0) << ended.messages;
  EXPECT_NE(ended.messages.find("(1 were done before)"), std::string::npos) << ended.messages;
  ASSERT_EQ(map("a.tif", "whole", more).exit_code, 0);
  for (const char* name :
       {"phase_map.tif", "amplitudes.tif", "phase_map.csv", "asymmetry.csv", "report.html"}) {
    EXPECT_EQ(file(std::string("out/") + name), file(std::string("whole/") + name)) << name;
  }
}

TEST_F(PhaseMap, SaysWhatIsWrong) {
  ASSERT_EQ(simulate("in").exit_code, 0);
  const auto expect = [&](const Words& more, const Words& parts) {
    Words all = {"phase-map", "in/frames.tif", "-o", "out"};
    all.insert(all.end(), more.begin(), more.end());
    const auto result = run_program(all, scratch.path());
    EXPECT_EQ(result.exit_code, 2) << result.messages;
    for (const auto& part : parts)
      EXPECT_NE(result.messages.find(part), std::string::npos) << result.messages;
  };
  expect({"--phases", "Cu,Nonsense"}, {"no phase Nonsense", "Cu2O", "Au"});
  expect({"--families", "Fe:110"}, {"the phases are Cu, Cu2O"});
  expect({"--families", "Cu:110"}, {"there is no such family", "111"});
  expect({"--phases", "Si", "--families", "Si:111"}, {"no fringes of the phases", "other peaks"});
  expect({"--fringes", "3,4.6,1.2"}, {"no phase of number 3"});
  expect({"--pixel-size-angstrom", "1.5"}, {"pixels are too large"});
  expect({"--strain-phase", "4"}, {"there is no phase of number 4"});
  const auto expect_of = [&](const image::Image& frame, const std::string& part) {
    const std::vector<image::RawImage> frames = {image::to_raw(frame, image::PixelType::float32)};
    image::write_series(scratch.path() / "bare.npy", frames, {});
    Words words = {"phase-map", "bare.npy", "-o", "out"};
    if (frame.width() < 100) words.insert(words.end(), {"--pixel-size-angstrom", "0.25"});
    const auto result = run_program(words, scratch.path());
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.messages.find(part), std::string::npos) << result.messages;
  };
  expect_of(picture("in/frames.tif"), "--pixel-size-angstrom");
  expect_of(image::Image(20, 20, 1.0), "too small for lattice fringes");
}

}  // namespace
}  // namespace adatom::pipeline
