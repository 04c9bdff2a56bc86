// `simulate video` through the program.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <array>
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

constexpr std::array files = {"frames.tif", "truth.csv", "events.csv", "drift.csv",
                              "simulation.yaml"};

class SimulateVideo : public ::testing::Test {
 protected:
  testing::ProgramResult call(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"simulate", "video"});
    return run_program(arguments, scratch.path());
  }
  std::string file(const std::string& name) const {
    return storage::read_file(scratch.path() / name);
  }
  const ScratchFolder scratch;
};

const std::vector<std::string> merging = {"--frames",
                                          "12",
                                          "--particles-count",
                                          "60",
                                          "--camera-width",
                                          "160",
                                          "--camera-height",
                                          "130",
                                          "--camera-pixel-size-nm",
                                          "1.5",
                                          "--motion-contact",
                                          "coalesce",
                                          "--motion-brownian-share",
                                          "0.8",
                                          "--motion-diffusion-nm2-per-s",
                                          "300"};

std::vector<std::string> with(std::vector<std::string> first) {
  first.insert(first.end(), merging.begin(), merging.end());
  return first;
}

TEST_F(SimulateVideo, WritesFramesAndTruth) {
  const auto result = call(with({"-o", "out"}));
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto reader = image::open_series(scratch.path() / "out" / "frames.tif");
  const auto& info = reader->info();
  EXPECT_EQ(info.frames, 12U);
  EXPECT_EQ(info.width, 160U);
  EXPECT_EQ(info.height, 130U);
  EXPECT_EQ(info.type, image::PixelType::uint16);
  EXPECT_NEAR(info.calibration.pixel_size_x_angstrom.value_or(0.0), 15.0, 1e-5);
  EXPECT_NEAR(info.calibration.time_step_s.value_or(0.0), 0.04, 1e-12);
  const auto truth = storage::read_csv(scratch.path() / "out" / "truth.csv");
  EXPECT_EQ(truth.numbers("frame").back(), 11.0);
  EXPECT_NEAR(truth.numbers("time_s").back(), 0.44, 1e-12);
  EXPECT_EQ(storage::read_csv(scratch.path() / "out" / "drift.csv").rows(), 12U);
  const auto events = storage::read_csv(scratch.path() / "out" / "events.csv");
  ASSERT_GT(events.rows(), 3U);
  EXPECT_EQ(events.texts("event")[0], "coalescence");
  EXPECT_NE(events.texts("parent_ids")[0].find(' '), std::string::npos);
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(scratch.path() / "out")) ++count;
  EXPECT_EQ(count, files.size());
}

TEST_F(SimulateVideo, ItsOwnDescriptionMakesTheSameBytesWithAnyThreads) {
  ASSERT_EQ(call(with({"-o", "first", "--threads", "1", "--seed", "5", "--faults-empty-frames",
                       "[2, 4]", "--particles-gap-nm", "0.5"}))
                .exit_code,
            0);
  const auto again = call({"first/simulation.yaml", "-o", "second", "--threads", "2"});
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  for (const char* name : files) {
    EXPECT_EQ(file(std::string("first/") + name), file(std::string("second/") + name)) << name;
  }
  ASSERT_EQ(call({"first/simulation.yaml", "-o", "third", "--seed", "6"}).exit_code, 0);
  EXPECT_NE(file("first/frames.tif"), file("third/frames.tif"));
}

TEST_F(SimulateVideo, AllMistakesAtOnceAndNothingWritten) {
  storage::write_file(scratch.path() / "spec.yaml",
                      "frames: 2\ncamera:\n  wdth: 3\nparticles:\n  profile: cube\n");
  const auto spec = call({"spec.yaml", "-o", "out", "--motion-contact", "hug"});
  EXPECT_EQ(spec.exit_code, 2);
  for (const char* part : {"spec.yaml:3:3: unknown option 'wdth'", "spec.yaml:5", "hug"}) {
    EXPECT_NE(spec.messages.find(part), std::string::npos) << spec.messages;
  }
  EXPECT_FALSE(fs::exists(scratch.path() / "out"));
  const auto full = call({"-o", "out", "--particles-count", "5000"});
  EXPECT_EQ(full.exit_code, 2);
  EXPECT_NE(full.messages.find("do not fit"), std::string::npos) << full.messages;
  EXPECT_FALSE(fs::exists(scratch.path() / "out"));
  EXPECT_EQ(call({"nothing.yaml", "-o", "out"}).exit_code, 2);
}

TEST_F(SimulateVideo, ALongVideoNeedsNoMoreMemoryThanAShortOne) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer keeps what was freed";
#endif
  const auto peak = [this](const std::string& frames) {
    const auto result =
        call({"-o", "of" + frames, "--frames", frames, "--camera-width", "1024", "--camera-height",
              "1024", "--camera-noise", "none", "--camera-output", "float32"});
    EXPECT_EQ(result.exit_code, 0) << result.messages;
    return result.peak_bytes;
  };
  // Twenty frames more are 80 MiB; some frames at work and the allocator's gaps are allowed for.
  EXPECT_LT(peak("22"), peak("2") + (std::size_t{40} << 20));
}

TEST_F(SimulateVideo, StopsOnCtrlCWithExitCodeFour) {
  const pid_t program = testing::start_program(
      {"simulate", "video", "-o", "out", "--frames", "100000"}, scratch.path());
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
