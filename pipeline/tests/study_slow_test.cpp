// The study of the templates, short: killed again and again it ends with the bytes of an
// undisturbed one.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/storage/csv.h"
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

TEST(Study, KilledAtAnyMomentEndsWithTheSameBytes) {
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
  for (int i = 0; i < 5; ++i) {
    const pid_t child = testing::start_program(short_study(run), scratch.path());
    std::this_thread::sleep_for(Seconds(0.5 * duration * random.uniform()));
    int status = 0;
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) ++killed;
  }
  EXPECT_GE(killed, 2);  // else the test says nothing
  const auto ended = testing::run_program(short_study(run), scratch.path());
  EXPECT_EQ(ended.exit_code, 0) << ended.messages;
  EXPECT_EQ(testing::difference(testing::result_bytes(scratch.path() / "whole"),
                                testing::result_bytes(run)),
            "");
}

}  // namespace
}  // namespace adatom::pipeline
