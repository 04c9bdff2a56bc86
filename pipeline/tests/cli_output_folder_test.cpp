// A folder that -o names twice holds the results of the last call alone, and what is the user's.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "adatom/image/reader.h"
#include "adatom/image/writer.h"
#include "adatom/storage/files.h"
#include "cli/output_folder.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;
using Names = std::set<std::string>;

class OutputFolders : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared = new ScratchFolder;
    const auto made = run_program({"simulate",
                                   "image",
                                   "--specimen-kind",
                                   "sphere",
                                   "--specimen-radius-angstrom",
                                   "6",
                                   "--specimen-zone-axis",
                                   "100",
                                   "--frame-width",
                                   "96",
                                   "--frame-height",
                                   "96",
                                   "--frame-pixel-size-angstrom",
                                   "0.2",
                                   "--frame-dose-per-angstrom2",
                                   "1e6",
                                   "--frames",
                                   "3",
                                   "-o",
                                   "made"},
                                  shared->path());
    ASSERT_EQ(made.exit_code, 0) << made.messages;
  }
  static void TearDownTestSuite() {
    delete shared;
    shared = nullptr;
  }
  // The three frames as one file, and the first of them alone.
  void SetUp() override {
    fs::copy_file(shared->path() / "made" / "frames.tif", path("three.tif"));
    const auto reader = image::open_series(path("three.tif"));
    const std::vector<image::RawImage> one = {reader->read(0)};
    image::write_series(path("one.tif"), one, reader->info().calibration);
  }
  void call(const std::vector<std::string>& arguments) const {
    const auto result = run_program(arguments, scratch.path());
    ASSERT_TRUE(result.exit_code == 0 || result.exit_code == 3) << result.messages;
  }
  fs::path path(const std::string& name) const { return scratch.path() / name; }
  void write(const std::string& name) const { storage::write_file(path(name), "mine\n"); }
  Names names(const std::string& folder) const {
    Names found;
    for (const auto& entry : fs::recursive_directory_iterator(path(folder))) {
      found.insert(entry.path().lexically_relative(path(folder)).string());
    }
    return found;
  }
  static ScratchFolder* shared;
  const ScratchFolder scratch;
};
ScratchFolder* OutputFolders::shared = nullptr;

Names with(Names names, const Names& more) {
  names.insert(more.begin(), more.end());
  return names;
}

TEST_F(OutputFolders, AFitLeavesNothingOfAnEarlierOne) {
  call({"fit-columns", "one.tif", "-o", "fresh_one"});
  call({"fit-columns", "three.tif", "-o", "fresh_three"});
  call({"fit-columns", "three.tif", "-o", "fit"});
  write("fit/frame_0001/notes.txt");
  write("fit/frame_0007/columns.csv");  // beyond the series: not of that call
  write("fit/frame_0002.tif");
  const Names mine = {"frame_0001", "frame_0001/notes.txt", "frame_0007", "frame_0007/columns.csv",
                      "frame_0002.tif"};
  call({"fit-columns", "one.tif", "-o", "fit"});
  EXPECT_EQ(names("fit"), with(names("fresh_one"), mine));
  call({"fit-columns", "three.tif", "-o", "fit"});
  EXPECT_EQ(names("fit"), with(names("fresh_three"), mine));
}

TEST_F(OutputFolders, APreprocessingLeavesNothingOfAnEarlierOne) {
  call({"preprocess", "one.tif", "-o", "fresh"});
  call({"preprocess", "three.tif", "--register-method", "correlation", "-o", "clean"});
  EXPECT_TRUE(fs::exists(path("clean/average.tif")));
  write("clean/frame_0003.tif");
  call({"preprocess", "one.tif", "-o", "clean"});
  EXPECT_EQ(names("clean"), with(names("fresh"), {"frame_0003.tif"}));
}

TEST_F(OutputFolders, RawFramesOfTheSameNamesStay) {
  for (const char* name : {"raw/frame_0000.tif", "raw/frame_0001.tif", "raw/average.tif"}) {
    fs::create_directories(path("raw"));
    fs::copy_file(path("one.tif"), path(name));
  }
  for (int time = 0; time < 2; ++time) call({"preprocess", "raw/frame_0001.tif", "-o", "raw"});
  EXPECT_EQ(names("raw"),
            (Names{"frame_0000.tif", "frame_0001.tif", "average.tif", "frame.tif", "frames.csv"}));
  // What a call reads it does not remove, whoever made it.
  call({"preprocess", "three.tif", "-o", "clean"});
  call({"preprocess", "clean/frame_0002.tif", "-o", "clean"});
  EXPECT_EQ(names("clean"), (Names{"frame_0002.tif", "frame.tif", "frames.csv"}));
}

TEST_F(OutputFolders, CountsLeaveNothingOfAnotherMethod) {
  std::string columns = "frame,x_angstrom,y_angstrom,scs_angstrom2\n";
  for (int i = 0; i < 60; ++i) {
    columns += fmt::format("{},{},{},{}\n", i / 30, 2 * (i % 6), 2 * (i % 30 / 6),
                           0.0276 * (1 + i % 4) + 1e-4 * (i % 5 - 2));
  }
  storage::write_file(path("columns.csv"), columns);
  storage::write_file(path("library.csv"), "0.0276\n0.0552\n0.0828\n0.1104\n");
  call({"count-atoms", "columns.csv", "--library", "library.csv", "-o", "counts"});
  for (const char* name : {"selection.csv", "icl.svg", "count_map_0001.svg"}) {
    EXPECT_TRUE(fs::exists(path("counts") / name)) << name;
  }
  write("counts/count_map_of_mine.svg");
  storage::write_file(path("single.csv"), columns.substr(0, columns.find("\n1,") + 1));
  for (const char* folder : {"counts", "fresh"}) {
    call({"count-atoms", "single.csv", "--library", "library.csv", "--method", "library", "-o",
          folder});
  }
  EXPECT_EQ(names("counts"), with(names("fresh"), {"count_map_of_mine.svg"}));
  EXPECT_FALSE(fs::exists(path("counts/selection.csv")));
  // Without the summary that a counting leaves, a table of that name is somebody else's.
  write("other/selection.csv");
  call({"count-atoms", "single.csv", "--library", "library.csv", "--method", "library", "-o",
        "other"});
  EXPECT_TRUE(fs::exists(path("other/selection.csv")));
}

TEST_F(OutputFolders, RemainsOfAKilledProgramGoWithTheNextCall) {
  const pid_t program =
      testing::start_program({"simulate", "image", "-o", "out", "--frames", "100000",
                              "--frame-width", "512", "--frame-height", "512"},
                             scratch.path());
  const auto begun = [&] { return fs::exists(path("out")) && !fs::is_empty(path("out")); };
  for (int i = 0; i < 6000 && !begun(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  // Another's work in the same folder goes on meanwhile.
  const OutputFolder living(path("out"));
  kill(program, SIGKILL);
  waitpid(program, nullptr, 0);
  write("out/.adatom-1/frames.tif");  // that number is another process's by now
  write("out/.adatom-notes/text");
  call({"preprocess", "one.tif", "-o", "out"});
  EXPECT_EQ(names("out"), (Names{"frame.tif", "frames.csv", ".adatom-notes", ".adatom-notes/text",
                                 living.scratch().filename().string()}));
}

}  // namespace
}  // namespace adatom::pipeline
