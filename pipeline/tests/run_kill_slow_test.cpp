// Killed at any moment, again and again, a run ends with the bytes of an undisturbed one.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "adatom/base/random.h"
#include "adatom/pipeline/runner.h"
#include "folder_bytes.h"
#include "program.h"
#include "support/toy_stages.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

toy::Toys toys_in(const fs::path& folder) {
  toy::Toys toys;
  toys.numbers = folder / "numbers";
  toys.pause_ms = 2;
  return toys;
}

// What the killed process does: one run in $ADATOM_TOY_FOLDER.
TEST(KilledRun, DISABLED_Child) {
  const char* folder = std::getenv("ADATOM_TOY_FOLDER");
  ASSERT_NE(folder, nullptr);
  const RunDirectory directory(fs::path(folder) / "run");
  const RunLock lock(directory);
  EventFile events(directory.events());
  NoProgress progress;
  run_stages(directory, toy::make_toys(toys_in(folder)), {}, events, progress);
}

/// Starts this test program again, in a new process: a forked one would lack the threads.
pid_t start_child() {
  const std::string program = fs::read_symlink("/proc/self/exe").string();
  const pid_t child = ::fork();
  if (child == 0) {
    ::freopen("/dev/null", "w", stdout);
    ::execl(program.c_str(), program.c_str(), "--gtest_filter=KilledRun.DISABLED_Child",
            "--gtest_also_run_disabled_tests", static_cast<char*>(nullptr));
    ::_exit(127);
  }
  return child;
}

double run_to_end() {
  const auto start = std::chrono::steady_clock::now();
  int status = 0;
  ::waitpid(start_child(), &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST(KilledRun, EndsWithTheSameBytes) {
  const testing::ScratchFolder scratch;
  ::setenv("ADATOM_TOY_FOLDER", scratch.path().c_str(), 1);
  for (int i = 0; i < 8; ++i) toy::write_number(scratch.path() / "numbers", i, 3 * i + 1);
  const double duration = run_to_end();
  const fs::path run = scratch.path() / "run";
  const auto expected = testing::result_bytes(run);
  ASSERT_EQ(expected.size(), 8U * 3U + 3U * 3U + 1U);

  RandomStream random(41);
  int killed = 0;
  int between = 0;  // kills that left a run neither empty nor complete
  // The test says nothing unless many kills struck a running program in the middle of its work; how
  // many rounds that takes depends on the load of the machine.
  int round = 0;
  for (; round < 12 || ((killed < 20 || between < 6) && round < 200); ++round) {
    fs::remove_all(run);
    for (int kill_number = 0; kill_number < 4; ++kill_number) {
      const pid_t child = start_child();
      std::this_thread::sleep_for(std::chrono::duration<double>(duration * random.uniform()));
      ::kill(child, SIGKILL);
      int status = 0;
      ::waitpid(child, &status, 0);
      if (WIFSIGNALED(status)) ++killed;
      const bool begun = fs::exists(run) && !testing::result_bytes(run).empty();
      if (begun && testing::difference(expected, testing::result_bytes(run)) != "") ++between;
    }
    run_to_end();
    ASSERT_EQ(testing::difference(expected, testing::result_bytes(run)), "") << "round " << round;
    NoProgress progress;
    EXPECT_TRUE(verify_run(RunDirectory(run), progress).empty());
  }
  EXPECT_GE(killed, 20);
  EXPECT_GE(between, 6);
}

}  // namespace
}  // namespace adatom::pipeline
