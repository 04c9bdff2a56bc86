// fit-columns, count-atoms and preprocess through the program, on simulated frames whose truth is
// known.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

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

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Columns : public ::testing::Test {
 protected:
  // A sphere of gold along [100], 29 columns of 1 to 7 atoms, two frames of it.
  static void SetUpTestSuite() {
    shared = new ScratchFolder;
    const auto made = run_program({"simulate",
                                   "image",
                                   "--specimen-kind",
                                   "sphere",
                                   "--specimen-radius-angstrom",
                                   "8",
                                   "--specimen-zone-axis",
                                   "100",
                                   "--frame-width",
                                   "112",
                                   "--frame-height",
                                   "112",
                                   "--frame-pixel-size-angstrom",
                                   "0.18",
                                   "--frame-dose-per-angstrom2",
                                   "1e6",
                                   "--frames",
                                   "2",
                                   "-o",
                                   "made"},
                                  shared->path());
    ASSERT_EQ(made.exit_code, 0) << made.messages;
    const auto fitted =
        run_program({"fit-columns", "made/frames.tif", "-o", "fit"}, shared->path());
    ASSERT_EQ(fitted.exit_code, 0) << fitted.messages;
  }
  static void TearDownTestSuite() {
    delete shared;
    shared = nullptr;
  }
  testing::ProgramResult call(const std::vector<std::string>& arguments) const {
    return run_program(arguments, scratch.path());
  }
  static std::string made(const std::string& name) { return (shared->path() / name).string(); }
  fs::path path(const std::string& name) const { return scratch.path() / name; }
  std::string file(const std::string& name) const { return storage::read_file(path(name)); }
  /// The first frame as a file of its own without a pixel size.
  void write_frame() const {
    const auto reader = image::open_series(made("made/frames.tif"));
    const std::vector<image::RawImage> frames = {reader->read(0)};
    image::write_series(path("frame.npy"), frames, {});
  }

  static ScratchFolder* shared;
  const ScratchFolder scratch;
};
ScratchFolder* Columns::shared = nullptr;

TEST_F(Columns, AStackIsFittedFrameByFrame) {
  const auto truth = storage::read_csv(made("made/truth.csv"));
  const auto found = storage::read_csv(made("fit/columns.csv"));
  const std::vector<std::string> header = {"frame",  "column_id",      "x_angstrom",   "y_angstrom",
                                           "height", "width_angstrom", "scs_angstrom2"};
  ASSERT_GE(found.header().size(), header.size());
  EXPECT_TRUE(std::equal(header.begin(), header.end(), found.header().begin()));
  ASSERT_EQ(found.rows(), truth.rows());
  const auto fx = found.numbers("x_angstrom");
  const auto fy = found.numbers("y_angstrom");
  const auto ff = found.integers("frame");
  const auto tx = truth.numbers("x_angstrom");
  const auto ty = truth.numbers("y_angstrom");
  const auto tf = truth.integers("frame");
  for (std::size_t t = 0; t < tx.size(); ++t) {
    const auto near = [&](std::size_t f) {
      // A column of one atom at this dose is known to about 0.01 angstrom; 0.1 is far above that
      // and far below the distance of 2 angstrom between columns.
      return ff[f] == tf[t] && std::hypot(fx[f] - tx[t], fy[f] - ty[t]) < 0.1;
    };
    std::size_t matches = 0;
    for (std::size_t f = 0; f < fx.size(); ++f) matches += near(f) ? 1 : 0;
    EXPECT_EQ(matches, 1U) << "column " << t;
  }
}

TEST_F(Columns, OneFrameLeavesItsFiveFilesAndOthersAlone) {
  write_frame();
  storage::write_file(path("fit/notes.txt"), "mine\n");
  const auto result =
      call({"fit-columns", "frame.npy", "--pixel-size-angstrom", "0.18", "-o", "fit"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_EQ(result.output, "");
  for (const char* name : {"columns.csv", "model.tif", "residual.tif", "fit.json", "columns.svg"}) {
    EXPECT_TRUE(fs::is_regular_file(path("fit") / name)) << name;
  }
  EXPECT_EQ(file("fit/notes.txt"), "mine\n");
  // residual = image - model, whose squares sum to what fit.json says (float32 in the file at
  // most).
  const auto image = image::to_image(image::open_series(path("frame.npy"))->read(0));
  const auto model = image::to_image(image::open_series(path("fit/model.tif"))->read(0));
  const auto residual = image::to_image(image::open_series(path("fit/residual.tif"))->read(0));
  for (std::size_t i = 0; i < image.size(); ++i) {
    ASSERT_NEAR(residual.values()[i], image.values()[i] - model.values()[i], 1e-6);
  }
  const std::string json = file("fit/fit.json");
  for (const char* key : {"width_angstrom", "background_level", "sum_squared_residuals",
                          "reduced_chi_square", "iterations", "termination"}) {
    EXPECT_TRUE(contains(json, '"' + std::string(key) + '"')) << key << " in " << json;
  }
}

TEST_F(Columns, TheThreadCountChangesNoByte) {
  for (const char* threads : {"1", "2"}) {
    const auto result = call({"fit-columns", made("made/frames.tif"), "--threads", threads, "-o",
                              std::string("fit") + threads});
    ASSERT_EQ(result.exit_code, 0) << result.messages;
  }
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(path("fit1"))) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const auto other = path("fit2") / entry.path().lexically_relative(path("fit1"));
    EXPECT_EQ(storage::read_file(entry.path()), storage::read_file(other)) << other;
  }
  EXPECT_GE(files, 12U);  // five for each frame and two over both
}

TEST_F(Columns, AnUnfinishedFitIsExitCodeThreeWithItsResults) {
  const auto result =
      call({"fit-columns", made("made/frames.tif"), "--max-iterations", "1", "-o", "fit"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_TRUE(contains(result.messages, "not as asked for")) << result.messages;
  EXPECT_TRUE(fs::exists(path("fit/columns.csv")));
}

TEST_F(Columns, WrongInputIsRefusedAtOnceAndLeavesNothing) {
  write_frame();
  const auto no_size = call({"fit-columns", "frame.npy", "-o", "fit"});
  EXPECT_EQ(no_size.exit_code, 2);
  EXPECT_TRUE(contains(no_size.messages, "--pixel-size-angstrom")) << no_size.messages;

  const auto flags = call({"fit-columns", "frame.npy", "--pixel-size-angstrom", "-1", "--noise",
                           "poisson", "--width", "comon", "--start", "absent.csv", "-o", "fit"});
  EXPECT_EQ(flags.exit_code, 2);
  for (const char* part :
       {"--pixel-size-angstrom: -1 is outside", "--dose-per-angstrom2: needed by noise poisson",
        "--width: 'comon' is not one of common or individual; did you mean 'common'?",
        "--start: no such file"}) {
    EXPECT_TRUE(contains(flags.messages, part)) << part << "\nin\n" << flags.messages;
  }

  storage::write_file(path("start.csv"), "x_angstrom,y_angstrom\n5,5\n900,5\n");
  const auto outside = call({"fit-columns", "frame.npy", "--pixel-size-angstrom", "0.18", "--start",
                             "start.csv", "-o", "fit"});
  EXPECT_EQ(outside.exit_code, 2) << outside.messages;
  EXPECT_EQ(call({"fit-columns", "absent.tif", "-o", "fit"}).exit_code, 2);
  EXPECT_FALSE(fs::exists(path("fit")));
  storage::write_file(path("file"), "");
  EXPECT_EQ(
      call({"fit-columns", "frame.npy", "--pixel-size-angstrom", "0.18", "-o", "file"}).exit_code,
      2);
}

// The cross-section of every atom in these frames is 0.0276 square angstrom, so this library is the
// truth.
std::string true_library() {
  std::string text = "atom_count,scs_angstrom2\n";
  for (int atoms = 1; atoms <= 9; ++atoms) {
    text += fmt::format("{},{}\n", atoms, 0.0276 * atoms);
  }
  return text;
}

TEST_F(Columns, CountsAreThoseOfTheTruth) {
  storage::write_file(path("library.csv"), true_library());
  const auto result = call({"count-atoms", made("fit/columns.csv"), "--method", "library",
                            "--library", "library.csv", "-o", "counts"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto truth = storage::read_csv(made("made/truth.csv")).integers("atom_count");
  const auto table = storage::read_csv(path("counts/counts.csv"));
  EXPECT_EQ(table.header(),
            (std::vector<std::string>{"frame", "column_id", "x_angstrom", "y_angstrom",
                                      "scs_angstrom2", "atom_count", "probability"}));
  const auto counts = table.integers("atom_count");
  long long expected = 0;
  long long total = 0;
  for (const auto atoms : truth) expected += atoms;
  for (const auto atoms : counts) total += atoms;
  EXPECT_EQ(total, expected);  // steps are ten standard errors wide here
}

TEST_F(Columns, ForeignTablesAndListsAreTaken) {
  storage::write_file(path("list.txt"), "0.0276\n0.0552\n0.0828\n0.1104\n");
  std::string table = "label,scs_angstrom2,remark\n";
  for (int i = 0; i < 40; ++i) {
    table += fmt::format("c{},{},none\n", i, 0.0276 * (1 + i % 4) + 1e-4 * (i % 5 - 2));
  }
  storage::write_file(path("foreign.csv"), table);
  const auto result = call({"count-atoms", "foreign.csv", "--library", "list.txt", "-o", "counts"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto counts = storage::read_csv(path("counts/counts.csv")).integers("atom_count");
  ASSERT_EQ(counts.size(), 40U);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    EXPECT_EQ(counts[i], static_cast<long long>(1 + i % 4)) << i;
  }
  const auto selection = storage::read_csv(path("counts/selection.csv"));
  EXPECT_EQ(selection.header(),
            (std::vector<std::string>{"k", "log_likelihood", "entropy", "icl", "bic", "aic"}));
  for (const char* name : {"counting.json", "histogram.svg", "icl.svg"}) {
    EXPECT_TRUE(fs::is_regular_file(path("counts") / name)) << name;
  }
}

TEST_F(Columns, WhatTheDataDoNotDetermineIsExitCodeThree) {
  // Cross-sections spread evenly over two decades of steps: no number of components stands out.
  std::string table = "scs_angstrom2\n";
  for (int i = 0; i < 60; ++i) table += std::to_string(0.1 + 0.003 * i) + '\n';
  storage::write_file(path("even.csv"), table);
  const auto result = call({"count-atoms", "even.csv", "--method", "mixture", "--max-components",
                            "8", "--starts", "3", "-o", "counts"});
  EXPECT_EQ(result.exit_code, 3) << result.messages;
  EXPECT_TRUE(contains(result.messages, "not as asked for")) << result.messages;
  EXPECT_TRUE(fs::exists(path("counts/counts.csv")));
}

TEST_F(Columns, CountingRefusesWrongInput) {
  const auto no_library =
      call({"count-atoms", made("fit/columns.csv"), "--method", "library", "-o", "counts"});
  EXPECT_EQ(no_library.exit_code, 2);
  EXPECT_TRUE(contains(no_library.messages, "--library")) << no_library.messages;
  storage::write_file(path("bad.csv"), "scs_angstrom2\n0.1\nx\n");
  const auto bad = call({"count-atoms", "bad.csv", "-o", "counts"});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_TRUE(contains(bad.messages, "bad.csv:3: ")) << bad.messages;
  EXPECT_FALSE(fs::exists(path("counts")));
}

TEST_F(Columns, PreprocessNormalisesBetweenTwoLevels) {
  write_frame();
  const auto result = call({"preprocess", "frame.npy", "--pixel-size-angstrom", "0.18",
                            "--normalise-method", "levels", "--normalise-vacuum-level", "-1",
                            "--normalise-detector-level", "3", "-o", "clean"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto before = image::to_image(image::open_series(path("frame.npy"))->read(0));
  const auto after = image::to_image(image::open_series(path("clean/frame.tif"))->read(0));
  for (std::size_t i = 0; i < before.size(); ++i) {
    ASSERT_NEAR(after.values()[i], (before.values()[i] + 1.0) / 4.0, 1e-12);
  }
  EXPECT_TRUE(fs::exists(path("clean/frames.csv")));
  const auto refused = call({"preprocess", "frame.npy", "--pixel-size-angstrom", "0.18",
                             "--normalise-method", "levels", "-o", "other"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_TRUE(contains(refused.messages, "--normalise-vacuum-level")) << refused.messages;
}

}  // namespace
}  // namespace adatom::pipeline
