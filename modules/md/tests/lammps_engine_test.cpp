// What the engine makes of programs that are not LAMMPS, or not in good health.
#include "adatom/md/lammps_engine.h"

#include <fstream>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/system_failure.h"
#include "lammps_restart.h"
#include "program.h"
#include "support/lammps_runs.h"

namespace adatom::md {
namespace {

using testing::message_of;
using testing::small_job;
using testing::write_program;

class LammpsFake : public ::testing::Test {
 protected:
  /// What running a shell script instead of LAMMPS says.
  template <class Error>
  std::string complaint(const std::string& script) {
    const LammpsProgram program = {.binary = write_program(folder_.path() / "fake", script)};
    NoProgress progress;
    return message_of<Error>([&] {
      static_cast<void>(run_lammps(small_job(10), program, folder_.path() / "run", progress));
    });
  }
  adatom::testing::ScratchFolder folder_;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(LammpsFake, Missing) {
  NoProgress progress;
  const auto run = [&](const LammpsProgram& program) {
    return message_of<InputError>([&] {
      static_cast<void>(run_lammps(small_job(10), program, folder_.path() / "run", progress));
    });
  };
  const std::string text = run({.binary = "lmp-of-nobody"});
  EXPECT_TRUE(has(text, "lmp-of-nobody: cannot be started: No such file")) << text;
  EXPECT_TRUE(has(text, "install")) << text;
  EXPECT_TRUE(has(run({.binary = "lmp", .prefix = "mpi-of-nobody -np 8"}), "mpi-of-nobody"));
  EXPECT_TRUE(has(run({.binary = ""}), "names no program"));
}

TEST_F(LammpsFake, EndsBadly) {
  const std::string code =
      complaint<SystemFailure>("echo starting\necho out of licences >&2\nexit 3\n");
  EXPECT_TRUE(has(code, "exit code 3")) << code;
  EXPECT_TRUE(has(code, "starting | out of licences")) << code;
  EXPECT_TRUE(has(code, "goes on from the last restart file")) << code;
  const std::string signal = complaint<SystemFailure>("kill -KILL $$\n");
  EXPECT_TRUE(has(signal, "signal 9 (Killed)")) << signal;
}

TEST_F(LammpsFake, EndsWithoutDoingAnything) {
  const std::string text = complaint<SystemFailure>("exit 0\n");
  EXPECT_TRUE(has(text, "did not reach the end of its script")) << text;
}

TEST_F(LammpsFake, ReportsAnError) {
  const std::string lost = complaint<InputError>(
      "echo 'ERROR: Lost atoms: original 38 current 37 (src/thermo.cpp:441)' | tee run.log\n"
      "echo 'Last command: run ${steps} upto' >> run.log\nexit 1\n");
  EXPECT_TRUE(has(lost, "Lost atoms: original 38 current 37")) << lost;
  EXPECT_TRUE(has(lost, "shorter time step")) << lost;
  const std::string file = complaint<InputError>(
      "echo 'ERROR on proc 0: Cannot open EAM potential file Au.eam' > run.log\nexit 1\n");
  EXPECT_TRUE(has(file, "check the names of files")) << file;
}

// What an earlier run complained of is over.
TEST_F(LammpsFake, ErrorsOfAnEarlierRun) {
  complaint<InputError>("echo 'ERROR: old' > run.log; exit 1\n");
  std::ofstream(folder_.path() / "run" / LammpsFiles::restart_a)
      << testing::restart_bytes(5);  // so that the log is gone on with
  const std::string text = complaint<SystemFailure>("exit 1\n");
  EXPECT_TRUE(has(text, "exit code 1")) << text;
  EXPECT_TRUE(has(testing::read(folder_.path() / "run" / LammpsFiles::log), "ERROR: old"));
}

// The last snapshot is cut off if it is not whole; what a mark says counts, not what is missing.
TEST_F(LammpsFake, LeavesWholeSnapshots) {
  complaint<SystemFailure>(
      "printf 'ITEM: TIMESTEP\\n0\\nITEM: NUMBER OF ATOMS\\n1\\nITEM: ATOMS id x y z\\n1 0 0 0\\n' "
      "> trajectory.dump\n"
      "printf 'ITEM: TIMESTEP\\n10\\nITEM: NUMBER OF ATOMS\\n1\\nITEM: ATO' >> trajectory.dump\n"
      "kill -KILL $$\n");
  EXPECT_EQ(std::filesystem::file_size(folder_.path() / "run" / LammpsFiles::trajectory), 70U);
}

// Before the dynamics there is nothing to keep.
TEST_F(LammpsFake, CancelledItIsEnded) {
  const LammpsProgram program = {.binary = write_program(folder_.path() / "fake",
                                                         "echo 'adatom: thermalisation' > run.log\n"
                                                         "echo 'Step Temp' >> run.log\n"
                                                         "echo '0 300' >> run.log\n"
                                                         "echo '50 300' >> run.log\n"
                                                         "exec sleep 1000\n")};
  LammpsJob job = small_job(10);
  job.thermalisation = LammpsThermalisation{.steps = 100};
  testing::StopAt progress("thermalise", 50);
  EXPECT_THROW(static_cast<void>(run_lammps(job, program, folder_.path() / "run", progress)),
               Interrupted);
}

// During the dynamics it is asked to come to an end by itself.
TEST_F(LammpsFake, CancelledItIsAskedToStop) {
  const LammpsProgram program = {.binary =
                                     write_program(folder_.path() / "fake",
                                                   "echo 'adatom: dynamics' > run.log\n"
                                                   "echo 'Step Temp' >> run.log\n"
                                                   "echo '4 300' >> run.log\n"
                                                   "while [ ! -e stop ]; do sleep 0.01; done\n"
                                                   "echo 'adatom: end at step 5' >> run.log\n")};
  testing::StopAt progress("dynamics", 4);
  const auto run = folder_.path() / "run";
  EXPECT_THROW(static_cast<void>(run_lammps(small_job(10), program, run, progress)), Interrupted);
  EXPECT_EQ(parse_lammps_log(testing::read(run / LammpsFiles::log)).end_step, 5);
  EXPECT_FALSE(std::filesystem::exists(run / LammpsFiles::stop));
}

}  // namespace
}  // namespace adatom::md
