// `adatom md` interrupted and killed, from a built particle to the page, the published protocol,
// and beside LAMMPS.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/trajectory.h"
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

bool has_lammps() { return std::system("command -v lmp >/dev/null 2>&1") == 0; }

void write_particle(const fs::path& path, std::int64_t length, std::int64_t cutoff) {
  const std::vector<crystal::Structure> all = {
      crystal::build_truncated_octahedron({}, length, cutoff)};
  storage::write_file(path, crystal::format_extended_xyz(all));
}

class InterruptedMd : public ::testing::TestWithParam<const char*> {
 protected:
  /// Two particles at two temperatures, long enough to be met in the middle.
  std::vector<std::string> command(const std::string& folder) const {
    return {"md",
            "-o",
            folder,
            "a.xyz",
            "b.xyz",
            "--potential",
            "smatb:Au",
            "--minimise",
            "--temperature-k",
            "300,673",
            "--thermalise-steps",
            "2000",
            "--thermalise-damping-ps",
            "0.2",
            "--steps",
            "6000",
            "--dump-every",
            "150",
            "--thermo-every",
            "50",
            "--damping-ps",
            "0.5",
            "--checkpoint-minutes",
            "0.001",
            "--ensemble",
            std::string(GetParam()).substr(0, std::string(GetParam()).find(' ')),
            "--precision",
            std::string(GetParam()).substr(std::string(GetParam()).find(' ') + 1)};
  }
  /// How far the runs in the folder are, in bytes of their logs.
  static std::uintmax_t written(const fs::path& folder) {
    std::uintmax_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      if (entry->path().extension() != ".csv") continue;
      const auto size = fs::file_size(entry->path(), error);
      if (!error) bytes += size;
      error.clear();
    }
    return bytes;
  }
  /// Starts it and sends the signal once so much more has been written; true if it was still at
  /// work then.
  bool interrupt(int signal, std::uintmax_t more) const {
    const fs::path folder = scratch.path() / "parts";
    const std::uintmax_t before = written(folder);
    const pid_t program = testing::start_program(command("parts"), scratch.path());
    int status = 0;
    pid_t ended = 0;
    while ((ended = waitpid(program, &status, WNOHANG)) == 0 && written(folder) < before + more) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (ended != 0) return false;
    kill(program, signal);
    waitpid(program, &status, 0);
    if (signal == SIGKILL) return WIFSIGNALED(status);
    return WIFEXITED(status) && WEXITSTATUS(status) == 4;
  }
  const ScratchFolder scratch;
};

TEST_P(InterruptedMd, GoesOnToTheSameBytes) {
  write_particle(scratch.path() / "a.xyz", 5, 1);
  write_particle(scratch.path() / "b.xyz", 6, 1);
  ASSERT_EQ(run_program(command("whole"), scratch.path()).exit_code, 0);
  const std::uintmax_t all = written(scratch.path() / "whole");
  int met = 0;
  for (int i = 0; i < 8; ++i) {
    met += interrupt(i % 2 == 0 ? SIGKILL : SIGINT, all / 12) ? 1 : 0;
  }
  EXPECT_GE(met, 4) << "hardly ever met at work";
  const auto last = run_program(command("parts"), scratch.path());
  ASSERT_EQ(last.exit_code, 0) << last.messages;
  EXPECT_EQ(testing::difference(testing::result_bytes(scratch.path() / "whole"),
                                testing::result_bytes(scratch.path() / "parts")),
            "");
}

INSTANTIATE_TEST_SUITE_P(EnsemblesAndPrecisions, InterruptedMd,
                         ::testing::Values("langevin double", "langevin mixed",
                                           "nose-hoover double", "nve mixed"),
                         [](const auto& one) {
                           std::string name = one.param;
                           for (char& c : name) c = std::isalnum(c) != 0 ? c : '_';
                           return name;
                         });

TEST(MdProtocol, OfTheConfigurationRunsShortened) {
  const ScratchFolder scratch;
  const fs::path config = fs::path(ADATOM_SOURCE_DIR) / "configs" / "md_protocol.yaml";
  const auto result =
      run_program({"md", config.string(), "-o", "out", "--steps", "400", "--dump-every", "100",
                   "--thermo-every", "10", "--thermalise-steps", "400", "--discard-ps", "0"},
                  scratch.path());
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  for (const char* temperature : {"300", "673"}) {
    const fs::path run = scratch.path() / "out" / (std::string("gold_566_") + temperature + "K_s1");
    const auto summary = read_json(run / "summary.json");
    EXPECT_EQ(summary.at("atoms"), 566);
    EXPECT_NE(summary.at("support").get<std::string>().find("atoms on springs"), std::string::npos);
    EXPECT_EQ(storage::read_csv(run / "thermo.csv").rows(), 41U);
    EXPECT_EQ(crystal::TrajectoryReader(run / "trajectory.xyz").frames().size(), 5U);
  }
  // The published thermalisation is too short, and is said to be.
  EXPECT_NE(result.messages.find("the thermalisation"), std::string::npos) << result.messages;
}

TEST(MdByLammps, EndsLikeTheNativeEngine) {
  if (!has_lammps()) GTEST_SKIP() << "lmp is not on PATH";
  const ScratchFolder scratch;
  write_particle(scratch.path() / "a.xyz", 5, 1);
  std::vector<std::string> command = {"md",          "-o",
                                      "native",      "a.xyz",
                                      "--potential", "smatb:Au",
                                      "--minimise",  "--temperature-k",
                                      "300",         "--thermalise-steps",
                                      "4000",        "--thermalise-damping-ps",
                                      "0.2",         "--damping-ps",
                                      "0.2",         "--steps",
                                      "20000",       "--dump-every",
                                      "5000",        "--thermo-every",
                                      "20"};
  const auto native = run_program(command, scratch.path());
  ASSERT_EQ(native.exit_code, 0) << native.messages;
  command[2] = "lammps";
  command.insert(command.end(), {"--engine", "lammps"});
  const auto lammps = run_program(command, scratch.path());
  ASSERT_EQ(lammps.exit_code, 0) << lammps.messages;
  const auto a = read_json(scratch.path() / "native/a_300K_s1/summary.json");
  const auto b = read_json(scratch.path() / "lammps/a_300K_s1/summary.json");
  // The same minimum; both stop when a step changes the energy by 1e-6 of it, 3e-4 eV.
  EXPECT_NEAR(a.at("relaxed_ev").get<double>(), b.at("relaxed_ev").get<double>(), 1e-3);
  for (const char* quantity : {"temperature_k", "potential_ev"}) {
    const auto& of_a = a.at("averages").at(quantity);
    const auto& of_b = b.at("averages").at(quantity);
    const double error =
        std::hypot(of_a.at("stderr").get<double>(), of_b.at("stderr").get<double>());
    EXPECT_NEAR(of_a.at("mean").get<double>(), of_b.at("mean").get<double>(), 5.0 * error)
        << quantity;
  }
  // The same files, in the same form.
  for (const char* name : {"thermo.csv", "thermalisation.csv"}) {
    const auto of_a = storage::read_csv(scratch.path() / "native/a_300K_s1" / name);
    const auto of_b = storage::read_csv(scratch.path() / "lammps/a_300K_s1" / name);
    EXPECT_EQ(of_a.header(), of_b.header());
  }
  crystal::TrajectoryReader of_a(scratch.path() / "native/a_300K_s1/trajectory.xyz");
  crystal::TrajectoryReader of_b(scratch.path() / "lammps/a_300K_s1/trajectory.xyz");
  ASSERT_EQ(of_a.frames().size(), of_b.frames().size());
  for (std::size_t i = 0; i < of_a.frames().size(); ++i) {
    EXPECT_EQ(of_a.frames()[i].timestep, of_b.frames()[i].timestep);
    EXPECT_EQ(of_a.frames()[i].time_ps, of_b.frames()[i].time_ps);
  }
  // Once more: it is complete, LAMMPS is not started again.
  command.insert(command.end(), {"--lammps-command", "no-such-lmp"});
  EXPECT_EQ(run_program(command, scratch.path()).exit_code, 0);
}

TEST(MdByLammps, InterruptedGoesOn) {
  if (!has_lammps()) GTEST_SKIP() << "lmp is not on PATH";
  const ScratchFolder scratch;
  write_particle(scratch.path() / "a.xyz", 6, 1);
  const std::vector<std::string> command = {"md",          "-o",
                                            "out",         "a.xyz",
                                            "--potential", "smatb:Au",
                                            "--engine",    "lammps",
                                            "--minimise",  "--ensemble",
                                            "nve",         "--thermalise-steps",
                                            "200",         "--thermalise-damping-ps",
                                            "0.1",         "--steps",
                                            "60000",       "--dump-every",
                                            "500",         "--thermo-every",
                                            "100"};
  const pid_t program = testing::start_program(command, scratch.path());
  const fs::path dump = scratch.path() / "out/a_300K_s1/lammps/trajectory.dump";
  int status = 0;
  std::error_code error;
  // Until frames are there, of which some would be behind the restart file.
  while (waitpid(program, &status, WNOHANG) == 0 &&
         (!fs::exists(dump, error) || fs::file_size(dump, error) < 200'000)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ASSERT_EQ(kill(program, SIGINT), 0) << "it ended before it was interrupted";
  waitpid(program, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 4);
  EXPECT_FALSE(fs::exists(scratch.path() / "out/a_300K_s1/checkpoint"));
  const auto last = run_program(command, scratch.path());
  ASSERT_EQ(last.exit_code, 0) << last.messages;
  crystal::TrajectoryReader trajectory(scratch.path() / "out/a_300K_s1/trajectory.xyz");
  ASSERT_EQ(trajectory.frames().size(), 121U);
  for (std::size_t i = 0; i < 121; ++i) {
    EXPECT_EQ(trajectory.frames()[i].timestep, static_cast<std::int64_t>(500 * i));
  }
  const auto thermo = storage::read_csv(scratch.path() / "out/a_300K_s1/thermo.csv");
  ASSERT_EQ(thermo.rows(), 601U);
  // Where the parts meet, energy is kept: steps of 5 fs move it by some 1e-4 eV for an atom.
  const auto total = thermo.numbers("total_ev");
  for (const double energy : total) EXPECT_NEAR(energy, total.front(), 0.1);
}

}  // namespace
}  // namespace adatom::pipeline
