// `simulate image` through the program.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <filesystem>

#include "adatom/image/reader.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

const std::vector<std::string> small = {"--specimen-kind",
                                        "sphere",
                                        "--specimen-radius-angstrom",
                                        "6",
                                        "--frame-width",
                                        "96",
                                        "--frame-height",
                                        "80",
                                        "--frame-pixel-size-angstrom",
                                        "0.2",
                                        "--frame-dose-per-angstrom2",
                                        "1e5"};

class SimulateImage : public ::testing::Test {
 protected:
  testing::ProgramResult call(std::vector<std::string> arguments, bool add_small = true) const {
    arguments.insert(arguments.begin(), {"simulate", "image"});
    if (add_small) arguments.insert(arguments.end(), small.begin(), small.end());
    return run_program(arguments, scratch.path());
  }
  std::string file(const std::string& name) const {
    return storage::read_file(scratch.path() / name);
  }
  const ScratchFolder scratch;
};

TEST_F(SimulateImage, WritesFramesAndTruth) {
  const auto result = call({"-o", "out", "--frames", "3"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto reader = image::open_series(scratch.path() / "out" / "frames.tif");
  EXPECT_EQ(reader->info().frames, 3U);
  EXPECT_EQ(reader->info().width, 96U);
  EXPECT_EQ(reader->info().height, 80U);
  EXPECT_NEAR(reader->info().calibration.pixel_size_x_angstrom.value_or(0.0), 0.2, 1e-6);
  const auto truth = storage::read_csv(scratch.path() / "out" / "truth.csv");
  EXPECT_GT(truth.rows(), 30U);
  EXPECT_EQ(truth.numbers("frame").back(), 2.0);
  // Nothing but the results is left there.
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(scratch.path() / "out")) ++files;
  EXPECT_EQ(files, 3U);
}

TEST_F(SimulateImage, ItsOwnDescriptionMakesTheSameFramesAgain) {
  ASSERT_EQ(call({"-o", "first", "--frames", "2", "--seed", "5"}).exit_code, 0);
  const auto again = call({"first/simulation.yaml", "-o", "second"}, false);
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  for (const char* name : {"frames.tif", "truth.csv", "simulation.yaml"}) {
    EXPECT_EQ(file(std::string("first/") + name), file(std::string("second/") + name)) << name;
  }
  ASSERT_EQ(call({"first/simulation.yaml", "-o", "third", "--seed", "6"}, false).exit_code, 0);
  EXPECT_NE(file("first/frames.tif"), file("third/frames.tif"));
}

TEST_F(SimulateImage, TakesAStructureFile) {
  storage::write_file(scratch.path() / "two.xyz", "2\ntwo columns\nAu 5 6 0\nAu 9 8 0\n");
  const auto result =
      call({"two.xyz", "-o", "out", "--frame-width", "96", "--frame-height", "96"}, false);
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_EQ(storage::read_csv(scratch.path() / "out" / "truth.csv").rows(), 2U);
  // The description finds the structure from where it lies.
  ASSERT_EQ(call({"out/simulation.yaml", "-o", "deep/er"}, false).exit_code, 0);
  EXPECT_EQ(file("out/frames.tif"), file("deep/er/frames.tif"));
}

TEST_F(SimulateImage, AtomTypesWithoutMassesAreNamedByAnOption) {
  storage::write_file(scratch.path() / "two.data",
                      "two columns\n\n2 atoms\n1 atom types\n0 20 xlo xhi\n0 20 ylo yhi\n"
                      "0 20 zlo zhi\n\nAtoms\n\n1 1 5 6 0\n2 1 9 8 0\n");
  const auto nameless = call({"two.data", "-o", "out"}, false);
  EXPECT_EQ(nameless.exit_code, 2);
  EXPECT_NE(nameless.messages.find("type_elements"), std::string::npos) << nameless.messages;
  const auto result = call({"two.data", "-o", "out", "--specimen-type-elements", "Au"}, false);
  EXPECT_EQ(result.exit_code, 0) << result.messages;
}

TEST_F(SimulateImage, AllMistakesAtOnceAndNothingWritten) {
  const auto flags =
      call({"-o", "out", "--frames", "0", "--frame-width", "wide", "--seed", "-1"}, false);
  EXPECT_EQ(flags.exit_code, 2);
  for (const char* flag : {"--frames: ", "--frame-width: 'wide'", "--seed: "}) {
    EXPECT_NE(flags.messages.find(flag), std::string::npos) << flags.messages;
  }
  storage::write_file(scratch.path() / "spec.yaml", "frames: 2\nframe:\n  wdth: 3\nseed: x\n");
  const auto spec = call({"spec.yaml", "-o", "out"}, false);
  EXPECT_EQ(spec.exit_code, 2);
  EXPECT_NE(spec.messages.find("spec.yaml:3:3: unknown option 'wdth'"), std::string::npos)
      << spec.messages;
  EXPECT_NE(spec.messages.find("spec.yaml:4:1: seed"), std::string::npos) << spec.messages;
  EXPECT_FALSE(fs::exists(scratch.path() / "out"));
}

TEST_F(SimulateImage, ALongSeriesNeedsNoMoreMemoryThanAShortOne) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer keeps what was freed";
#endif
  const auto peak = [this](const std::string& frames) {
    const auto result = call({"-o", "of" + frames, "--frames", frames, "--frame-width", "1024",
                              "--frame-height", "1024"},
                             false);
    EXPECT_EQ(result.exit_code, 0) << result.messages;
    return result.peak_bytes;
  };
  // Twenty frames more are 80 MiB; some frames at work and the allocator's gaps are allowed for.
  EXPECT_LT(peak("22"), peak("2") + (std::size_t{40} << 20));
}

TEST_F(SimulateImage, StopsOnCtrlCWithExitCodeFour) {
  const pid_t program =
      testing::start_program({"simulate", "image", "-o", "out", "--frames", "100000",
                              "--frame-width", "512", "--frame-height", "512"},
                             scratch.path());
  // A hundred thousand frames take much longer than this.
  ASSERT_TRUE(testing::wait_until_caught(program, SIGINT));
  kill(program, SIGINT);
  int status = 0;
  waitpid(program, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 4);
  EXPECT_FALSE(fs::exists(scratch.path() / "out"));
}

}  // namespace
}  // namespace adatom::pipeline
