// Calculations by multislice that are interrupted or killed go on where they were; the template
// configuration runs.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

bool has_parts(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().filename().string().rfind(".partial-", 0) == 0) return true;
  }
  return false;
}

class InterruptedSimulation : public ::testing::Test {
 protected:
  /// Starts it until it has finished a part, and sends the signal. On a machine that sleeps in
  /// between it may end before: then from the start again.
  void interrupt(const std::vector<std::string>& command, int signal, int& status) const {
    const fs::path folder = scratch.path() / "out";
    for (int attempt = 0; attempt < 20; ++attempt) {
      fs::remove_all(folder);
      const pid_t program = testing::start_program(command, scratch.path());
      int ended = 0;
      while (!has_parts(folder) && (ended = waitpid(program, &status, WNOHANG)) == 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      if (ended == 0) {
        kill(program, signal);
        waitpid(program, &status, 0);
      }
      if (has_parts(folder)) return;
    }
    FAIL() << "never interrupted in the middle";
  }
  void expect_to_go_on(std::vector<std::string> command) const {
    command.insert(command.end(), {"-o", "whole"});
    ASSERT_EQ(run_program(command, scratch.path()).exit_code, 0);
    command.back() = "out";
    for (const int signal : {SIGINT, SIGKILL}) {
      int status = 0;
      interrupt(command, signal, status);
      if (signal == SIGINT) {
        ASSERT_TRUE(WIFEXITED(status));
        EXPECT_EQ(WEXITSTATUS(status), 4);
      } else {
        EXPECT_TRUE(WIFSIGNALED(status));
      }
      EXPECT_TRUE(has_parts(scratch.path() / "out"));
      const auto result = run_program(command, scratch.path());
      ASSERT_EQ(result.exit_code, 0) << result.messages;
      EXPECT_NE(result.messages.find("going on with"), std::string::npos) << result.messages;
      EXPECT_FALSE(has_parts(scratch.path() / "out"));
      for (const auto& entry : fs::directory_iterator(scratch.path() / "whole")) {
        EXPECT_EQ(storage::read_file(entry.path()),
                  storage::read_file(scratch.path() / "out" / entry.path().filename()))
            << entry.path().filename();
      }
    }
  }
  const ScratchFolder scratch;
};

TEST_F(InterruptedSimulation, StemImageGoesOn) {
  expect_to_go_on({"simulate", "stem", "--scan-width", "16", "--scan-height", "40",
                   "--scan-step-angstrom", "0.5", "--accuracy-window-angstrom", "5",
                   "--detectors-annuli-mrad", "25:60", "--specimen-length", "4",
                   "--specimen-cutoff", "1", "--thermal-configurations", "8"});
}

TEST_F(InterruptedSimulation, LibraryGoesOn) {
  expect_to_go_on({"simulate", "scs-library", "--atoms", "6", "--largest-angle-mrad", "60",
                   "--detector-mrad", "25:60", "--box-angstrom", "8", "--configurations", "400"});
}

TEST(StemTemplate, Runs) {
  const ScratchFolder scratch;
  const auto file = fs::path(ADATOM_SOURCE_DIR) / "configs" / "stem.yaml";
  // Fewer probes than a user takes.
  const auto result = run_program({"simulate", "stem", file.string(), "-o", "image", "--scan-width",
                                   "24", "--scan-height", "24"},
                                  scratch.path());
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_NE(result.messages.find("79 atoms"), std::string::npos) << result.messages;
  EXPECT_TRUE(fs::exists(scratch.path() / "image" / "image_40_160_ideal.tif"));
}

}  // namespace
}  // namespace adatom::pipeline
