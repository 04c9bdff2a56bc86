// Killed at any moment, a run goes on from its parts and ends with the bytes of an undisturbed one.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "adatom/base/random.h"
#include "folder_bytes.h"
#include "program.h"

namespace adatom::testing {
namespace {

namespace fs = std::filesystem;
using Seconds = std::chrono::duration<double>;

class Restart : public ::testing::Test {
 protected:
  std::vector<std::string> arguments(const std::string& run, const std::string& threads) const {
    return {"run",       (fs::path(ADATOM_SOURCE_DIR) / "configs" / "sample.yaml").string(),
            "--run-dir", (scratch.path() / run).string(),
            "--threads", threads};
  }
  // Runs to the end and returns how long it took.
  double complete(const std::string& run, const std::string& threads) const {
    const auto begin = std::chrono::steady_clock::now();
    const auto result = run_program(arguments(run, threads), scratch.path());
    EXPECT_EQ(result.exit_code, 0) << result.messages;
    return Seconds(std::chrono::steady_clock::now() - begin).count();
  }
  // Starts a run and sends it `signal` after `delay`; true if it was still running then. SIGINT
  // waits for the program to be ready for it.
  bool interrupt(const std::string& run, double delay, int signal, int* exit_code) const {
    const pid_t child = start_program(arguments(run, "2"), scratch.path());
    if (signal == SIGINT) {
      EXPECT_TRUE(wait_until_caught(child, signal));
    }
    std::this_thread::sleep_for(Seconds(delay));
    const bool running = waitpid(child, exit_code, WNOHANG) == 0;
    if (running) {
      kill(child, signal);
      waitpid(child, exit_code, 0);
    }
    return running;
  }
  ScratchFolder scratch;
};

TEST_F(Restart, SameBytesWithOneAndTwoThreads) {
  complete("one", "1");
  complete("two", "2");
  EXPECT_EQ(difference(result_bytes(scratch.path() / "one"), result_bytes(scratch.path() / "two")),
            "");
}

TEST_F(Restart, SameBytesAfterKillsAtRandomMoments) {
  const double duration = complete("undisturbed", "2");
  const auto expected = result_bytes(scratch.path() / "undisturbed");
  ASSERT_GT(expected.size(), 20U);
  RandomStream random(20240518);
  // The test says nothing unless most kills struck a running program; how many rounds that takes
  // depends on the load of the machine.
  int killed = 0;
  for (int round = 0; round < 15 || (killed < 12 && round < 100); ++round) {
    const std::string run = "killed" + std::to_string(round);
    // Up to four kills in a row; the first strikes anywhere in the run, later ones in what is left.
    const auto kills = 1 + random.below(4);
    for (std::uint64_t k = 0; k < kills; ++k) {
      int status = 0;
      if (interrupt(run, duration * random.uniform(), SIGKILL, &status)) ++killed;
    }
    complete(run, "2");
    EXPECT_EQ(difference(expected, result_bytes(scratch.path() / run)), "") << "round " << round;
    fs::remove_all(scratch.path() / run);
  }
  EXPECT_GE(killed, 12);
}

TEST_F(Restart, InterruptEndsCleanlyAndCanBeResumed) {
  const double duration = complete("undisturbed", "2");
  const auto expected = result_bytes(scratch.path() / "undisturbed");
  RandomStream random(7);
  int interrupted = 0;
  for (int round = 0; round < 4 || (interrupted < 1 && round < 40); ++round) {
    const std::string run = "stopped" + std::to_string(round);
    const double share = 0.1 + 0.5 * random.uniform();
    int status = 0;
    if (interrupt(run, duration * share, SIGINT, &status)) {
      ASSERT_TRUE(WIFEXITED(status));
      // 4: stopped on request; 0: it was in its very last steps.
      EXPECT_TRUE(WEXITSTATUS(status) == 4 || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
      if (WEXITSTATUS(status) == 4) ++interrupted;
    }
    complete(run, "2");
    EXPECT_EQ(difference(expected, result_bytes(scratch.path() / run)), "");
  }
  EXPECT_GE(interrupted, 1);
}

}  // namespace
}  // namespace adatom::testing
