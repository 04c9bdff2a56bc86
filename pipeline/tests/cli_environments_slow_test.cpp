// `adatom environments` on molecular dynamics of our own; stopped and killed on the way.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

/// 201 gold atoms near melting: 60 ps, a frame every 0.25 ps, two runs.
void run_dynamics(const fs::path& folder) {
  const std::vector<crystal::Structure> particle = {crystal::build_truncated_octahedron({}, 7, 2)};
  storage::write_file(folder / "gold.xyz", crystal::format_extended_xyz(particle));
  const auto result = run_program({"md",          "gold.xyz",
                                   "--potential", "smatb:Au",
                                   "--minimise",  "--temperature-k",
                                   "650",         "--replicas",
                                   "2",           "--thermalise-damping-ps",
                                   "0.5",         "--thermalise-steps",
                                   "4000",        "--damping-ps",
                                   "1",           "--precision",
                                   "mixed",       "--steps",
                                   "12000",       "--dump-every",
                                   "50",          "-o",
                                   "md"},
                                  folder);
  ASSERT_EQ(result.exit_code, 0) << result.messages;
}

std::vector<std::string> command(const std::string& out) {
  return {"environments",
          "md/gold_650K_s1/trajectory.xyz",
          "md/gold_650K_s2/trajectory.xyz",
          "-o",
          out,
          "--window-ns",
          "0.005",
          "--discard-ns",
          "0.01",
          "--bootstrap",
          "100"};
}

TEST(EnvironmentsOfDynamics, GoOnToTheSameBytes) {
  const ScratchFolder scratch;
  run_dynamics(scratch.path());
  const auto whole = run_program(command("whole"), scratch.path());
  ASSERT_EQ(whole.exit_code, 0) << whole.messages;
  // Killed or interrupted whenever some more frames are labelled.
  const auto written = [&] {
    std::uintmax_t bytes = 0;
    for (const char* run : {"gold_650K_s1", "gold_650K_s2"}) {
      std::error_code error;
      const auto size =
          fs::file_size(scratch.path() / "parts" / "parts" / (std::string(run) + ".labels"), error);
      if (!error) bytes += size;
    }
    return bytes;
  };
  int met = 0;
  for (int i = 0; i < 6; ++i) {
    const std::uintmax_t before = written();
    const pid_t program = testing::start_program(command("parts"), scratch.path());
    int status = 0;
    pid_t ended = 0;
    while ((ended = waitpid(program, &status, WNOHANG)) == 0 && written() < before + 20'000) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (ended != 0) break;
    ++met;
    kill(program, i % 2 == 0 ? SIGKILL : SIGINT);
    waitpid(program, &status, 0);
    if (i % 2 == 1) {
      EXPECT_TRUE(WIFEXITED(status));
      EXPECT_EQ(WEXITSTATUS(status), 4);
    }
  }
  EXPECT_GE(met, 3) << "hardly ever met at work";
  const auto last = run_program(command("parts"), scratch.path());
  ASSERT_EQ(last.exit_code, 0) << last.messages;
  EXPECT_EQ(last.messages.find("anew"), std::string::npos) << last.messages;
  EXPECT_EQ(testing::difference(testing::result_bytes(scratch.path() / "whole"),
                                testing::result_bytes(scratch.path() / "parts")),
            "");

  // What anyone would expect of a hot particle of 201 atoms: most are at the surface, hardly any
  // was labelled that the dictionary does not know, and atoms change class.
  const auto summary = read_json(scratch.path() / "whole/environments.json");
  EXPECT_EQ(summary.at("trajectories").size(), 2U);
  double sum = 0.0;
  for (const auto& [name, population] : summary.at("populations").items()) {
    sum += population.at("fraction").get<double>();
  }
  EXPECT_NEAR(sum, 1.0, 1e-12);
  const auto transitions = storage::read_csv(scratch.path() / "whole/transitions.csv");
  long long counted = 0;
  for (const long long count : transitions.integers("count")) counted += count;
  // 241 frames of each run, of which the first 40 are left out; a window is 20 frames.
  EXPECT_EQ(counted, 2LL * 201 * (241 - 40 - 20));
  EXPECT_EQ(
      storage::read_csv(scratch.path() / "whole/gold_650K_s1/populations_over_time.csv").rows(),
      241U);
}

}  // namespace
}  // namespace adatom::pipeline
