// The study of the templates, short: stopped and killed again and again it ends with the bytes of
// an undisturbed one.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using Seconds = std::chrono::duration<double>;

std::vector<std::string> short_study(const fs::path& run) {
  std::vector<std::string> arguments = {
      "run", (fs::path(ADATOM_SOURCE_DIR) / "configs" / "au_np_series.yaml").string(), "--run-dir",
      run.string()};
  // The sample's particle in place of the models of ten frames, which have tests of their own.
  const fs::path particle = fs::path(ADATOM_SOURCE_DIR) / "data" / "sample" / "gold_566.xyz";
  arguments.insert(arguments.end(), {"--set", "md.structures=['" + particle.string() + "']"});
  // 50 ps, a frame each picosecond; a checkpoint whenever one can be made.
  for (const char* setting :
       {"models.enabled=false", "md.support.normal=[0, 0, 1]", "environments.atoms.axis=z",
        "md.steps=10000", "md.dump_every=200", "md.thermo_every=200", "md.thermalise.steps=500",
        "md.thermalise.damping_ps=0.1", "md.checkpoint_minutes=0", "environments.window_ns=0.001",
        "environments.discard_ns=0.01", "environments.bootstrap=100", "film.frames_between=5"}) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  return arguments;
}

/// Has a stage been started more than `times` times in all the runs in a directory?
bool started_again(const fs::path& run, const std::string& stage, std::size_t times) {
  std::error_code error;
  if (!fs::exists(run / "events.jsonl", error)) return false;
  std::istringstream events(storage::read_file(run / "events.jsonl"));
  const std::string event = "\"stage_started\",\"stage\":\"" + stage + '"';
  std::size_t started = 0;
  for (std::string line; std::getline(events, line);) {
    if (line.find(event) != std::string::npos) ++started;
  }
  return started > times;
}

/// A program that is sent a signal within a stage.
struct Stop {
  std::string stage;
  int signal = SIGINT;
  std::size_t started_before = 0;
  double seconds = 0.0;  ///< after the stage began
};

TEST(Study, StoppedAtAnyMomentEndsWithTheSameBytes) {
  const testing::ScratchFolder scratch;
  const auto begin = std::chrono::steady_clock::now();
  const auto undisturbed =
      testing::run_program(short_study(scratch.path() / "whole"), scratch.path());
  ASSERT_EQ(undisturbed.exit_code, 0) << undisturbed.messages;
  const double duration = Seconds(std::chrono::steady_clock::now() - begin).count();
  EXPECT_EQ(storage::read_csv(scratch.path() / "whole/film/result/film.csv").rows(), 6U);

  RandomStream random(23);
  const fs::path run = scratch.path() / "killed";
  int killed = 0;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = testing::start_program(short_study(run), scratch.path());
    std::this_thread::sleep_for(Seconds(0.3 * duration * random.uniform()));
    int status = 0;
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) ++killed;
  }
  EXPECT_GE(killed, 2);  // else the test says nothing

  // Within stages that go on from what they have, or begin anew; a stage may end before the signal.
  const std::vector<Stop> stops = {{"md", SIGKILL, 0, 0.05 * duration},
                                   {"md", SIGINT, 1, 0.05 * duration},
                                   {"film", SIGINT, 0, 0.005 * duration},
                                   {"film", SIGKILL, 1, 0.005 * duration},
                                   {"report", SIGINT, 0, 0.0},
                                   {"report", SIGKILL, 1, 0.005 * duration}};
  const fs::path stopped = scratch.path() / "stopped";
  int interrupted = 0;
  killed = 0;
  for (const Stop& stop : stops) {
    const pid_t child = testing::start_program(short_study(stopped), scratch.path());
    int status = 0;
    bool ended = false;
    while (!ended && !started_again(stopped, stop.stage, stop.started_before)) {
      std::this_thread::sleep_for(Seconds(0.005));
      ended = ::waitpid(child, &status, WNOHANG) == child;
    }
    if (ended) {
      EXPECT_EQ(status, 0) << stop.stage;
      continue;
    }
    std::this_thread::sleep_for(Seconds(stop.seconds));
    ::kill(child, stop.signal);
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
      EXPECT_EQ(stop.signal, SIGKILL);
      ++killed;
      continue;
    }
    EXPECT_TRUE(WEXITSTATUS(status) == 4 || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
    if (WEXITSTATUS(status) == 4) ++interrupted;
  }
  EXPECT_GE(killed, 2);
  EXPECT_GE(interrupted, 2);
  for (const fs::path& folder : {run, stopped}) {
    const auto ended = testing::run_program(short_study(folder), scratch.path());
    EXPECT_EQ(ended.exit_code, 0) << ended.messages;
    EXPECT_EQ(testing::difference(testing::result_bytes(scratch.path() / "whole"),
                                  testing::result_bytes(folder)),
              "");
  }
}

}  // namespace
}  // namespace adatom::pipeline
