// Runs of a real LAMMPS.
#include "adatom/md/lammps_engine.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "lammps_restart.h"
#include "program.h"
#include "support/lammps_runs.h"

namespace adatom::md {
namespace {

using testing::message_of;
using testing::small_job;
using testing::StopAt;
using Files = LammpsFiles;

std::vector<std::int64_t> steps_of(const std::vector<crystal::Structure>& snapshots) {
  std::vector<std::int64_t> steps;
  for (const auto& snapshot : snapshots) steps.push_back(snapshot.timestep.value_or(-1));
  return steps;
}

std::vector<std::int64_t> steps_of(const std::vector<Thermo>& lines) {
  std::vector<std::int64_t> steps;
  for (const auto& line : lines) steps.push_back(line.step);
  return steps;
}

std::vector<std::int64_t> every_ten(std::int64_t last) {
  std::vector<std::int64_t> steps;
  for (std::int64_t step = 0; step <= last; step += 10) steps.push_back(step);
  return steps;
}

double largest_difference(const crystal::Structure& a, const crystal::Structure& b) {
  double largest = 0.0;
  for (std::size_t i = 0; i < a.atoms.size(); ++i) {
    largest =
        std::max(largest, (a.atoms[i].position_angstrom - b.atoms[i].position_angstrom).norm());
  }
  return largest;
}

LammpsResult run(const LammpsJob& job, const std::filesystem::path& folder) {
  NoProgress progress;
  return run_lammps(job, {}, folder, progress);
}

TEST(LammpsEngine, RunsTheWholeProtocol) {
  ADATOM_REQUIRE_LAMMPS();
  const adatom::testing::ScratchFolder folder;
  LammpsJob job = small_job(100);
  job.minimisation = energetics::MinimiseOptions::tight();
  job.thermalisation = LammpsThermalisation{.steps = 50, .timestep_fs = 1.0, .damping_ps = 1.0};
  job.dynamics.ensemble = Ensemble::langevin;
  job.dynamics.damping_ps = 1.0;
  job.dump_content = DumpContent::velocities;
  StopAt progress("never", 0);
  const LammpsResult result = run_lammps(job, {}, folder.path(), progress);
  EXPECT_EQ(progress.tasks(), (std::vector<std::string>{"minimise", "thermalise", "dynamics"}));
  EXPECT_EQ(result.resumed_from_step, -1);
  EXPECT_EQ(steps_of(result.thermo), every_ten(100));
  EXPECT_EQ(result.thermo.back().time_ps, 0.5);
  ASSERT_EQ(result.log.tables.size(), 3U);
  // The energy of the octahedron is -173.928427 epsilon (Wales and Doye, J. Phys. Chem. A 101
  // (1997) 5111, table 1), given with six digits.
  const auto& minimum = result.log.tables[0];
  EXPECT_NEAR(minimum.rows.back()[minimum.column("PotEng")] / 0.0104, -173.928427, 1e-6);
  // At the beginning of the thermalisation the temperature is exact but for LAMMPS's own value of
  // Boltzmann's constant (1.1e-6 larger).
  const auto& warm = result.log.tables[1];
  EXPECT_NEAR(warm.rows.front()[warm.column("Temp")], 30.0, 1e-4);
  const auto snapshots = testing::read_snapshots(folder.path() / Files::trajectory);
  EXPECT_EQ(steps_of(snapshots), every_ten(100));
  EXPECT_EQ(snapshots.back().velocities_angstrom_per_ps.size(), 38U);
  // What was finished is not done again.
  const auto written = std::filesystem::last_write_time(folder.path() / Files::log);
  EXPECT_EQ(steps_of(run(job, folder.path()).thermo), every_ten(100));
  EXPECT_EQ(std::filesystem::last_write_time(folder.path() / Files::log), written);
}

TEST(LammpsEngine, StoppedItGoesOn) {
  ADATOM_REQUIRE_LAMMPS();
  const adatom::testing::ScratchFolder folder;
  for (const Ensemble ensemble : {Ensemble::nve, Ensemble::nose_hoover}) {
    LammpsJob job = small_job(1'000'000'000);  // too long to end before it is stopped
    job.dynamics.ensemble = ensemble;
    job.dynamics.temperature_k = 3.0;  // nearly harmonic: small differences stay small
    job.dynamics.damping_ps = 0.1;
    job.dump_every = 1000;
    const auto parts = folder.path() / ("parts" + std::to_string(static_cast<int>(ensemble)));
    const auto whole = folder.path() / ("whole" + std::to_string(static_cast<int>(ensemble)));
    StopAt progress("dynamics", 100);
    EXPECT_THROW(static_cast<void>(run_lammps(job, {}, parts, progress)), Interrupted);
    const auto stopped = newest_restart(parts);
    ASSERT_TRUE(stopped);
    EXPECT_EQ(restart_step(parts / Files::restart_end), stopped->step);
    EXPECT_GE(stopped->step, 100);
    job.steps = stopped->step / 1000 * 1000 + 2000;
    StopAt rest("never", 0);
    const LammpsResult result = run_lammps(job, {}, parts, rest);
    EXPECT_EQ(result.resumed_from_step, stopped->step);
    EXPECT_EQ(rest.found(), static_cast<std::size_t>(stopped->step));
    EXPECT_EQ(rest.found() + rest.done(), static_cast<std::size_t>(job.steps));
    EXPECT_EQ(steps_of(result.thermo), every_ten(job.steps));
    run(job, whole);
    const auto a = testing::read_snapshots(whole / Files::trajectory);
    const auto b = testing::read_snapshots(parts / Files::trajectory);
    EXPECT_EQ(steps_of(a), steps_of(b));
    ASSERT_EQ(a.back().timestep, job.steps);
    // Sums in another order differ by 1e-16; the dump has ten digits.
    EXPECT_LT(largest_difference(a.back(), b.back()), 1e-7);
  }
}

TEST(LammpsEngine, GoesOnToALaterStep) {
  ADATOM_REQUIRE_LAMMPS();
  const adatom::testing::ScratchFolder folder;
  run(small_job(100), folder.path());
  const LammpsResult result = run(small_job(200), folder.path());
  EXPECT_EQ(result.resumed_from_step, 100);
  EXPECT_EQ(steps_of(result.thermo), every_ten(200));
  EXPECT_EQ(steps_of(testing::read_snapshots(folder.path() / Files::trajectory)), every_ten(200));
  LammpsJob other = small_job(200);
  other.dynamics.timestep_fs = 4.0;
  EXPECT_NE(message_of<InputError>([&] { run(other, folder.path()); }).find("another run"),
            std::string::npos);
}

// This program is killed with LAMMPS under way: LAMMPS ends too, and the next run goes on.
TEST(LammpsEngine, KilledItGoesOn) {
  ADATOM_REQUIRE_LAMMPS();
  const adatom::testing::ScratchFolder folder;
  const auto run_folder = folder.path() / "run";
  // Says which process LAMMPS is.
  const std::string prefix =
      testing::write_program(folder.path() / "tell", "echo $$ > ../pid\nexec \"$@\"\n");
  LammpsJob job = small_job(100'000'000);
  job.dump_every = 100;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    NoProgress progress;
    static_cast<void>(run_lammps(job, {.prefix = prefix}, run_folder, progress));
    ::_exit(0);
  }
  while (restart_step(run_folder / Files::restart_b).value_or(0) < 100) {
    ASSERT_EQ(::waitpid(child, nullptr, WNOHANG), 0) << "it ended by itself";
    std::this_thread::yield();
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  pid_t lammps = 0;
  std::ifstream(folder.path() / "pid") >> lammps;
  ASSERT_GT(lammps, 0);
  const auto runs = [&] {
    std::ifstream file("/proc/" + std::to_string(lammps) + "/stat");
    std::string id;
    std::string name;
    std::string state;
    return (file >> id >> name >> state) && state != "Z";
  };
  while (runs()) std::this_thread::yield();
  const auto newest = newest_restart(run_folder);
  ASSERT_TRUE(newest);
  job.steps = newest->step + 200;
  const LammpsResult result = run(job, run_folder);
  EXPECT_EQ(result.resumed_from_step, newest->step);
  std::vector<std::int64_t> expected;
  for (std::int64_t step = 0; step <= job.steps; step += 100) expected.push_back(step);
  EXPECT_EQ(steps_of(testing::read_snapshots(run_folder / Files::trajectory)), expected);
  EXPECT_EQ(steps_of(result.thermo), every_ten(job.steps));
}

TEST(LammpsEngine, SaysWhatLammpsComplainsOf) {
  ADATOM_REQUIRE_LAMMPS();
  const adatom::testing::ScratchFolder folder;
  LammpsJob job = small_job(10);
  job.potential = parse_lammps_potential("pair_style deepmodel graph.pb; pair_coeff * *");
  const std::string unknown = message_of<InputError>([&] { run(job, folder.path() / "style"); });
  EXPECT_NE(unknown.find("deepmodel"), std::string::npos) << unknown;
  EXPECT_NE(unknown.find("use a LAMMPS that has it"), std::string::npos) << unknown;

  job = small_job(1000);
  job.structure.cell_angstrom = 60.0 * Eigen::Matrix3d::Identity();
  job.structure.periodic = {true, true, true};
  job.structure.atoms[1].position_angstrom = job.structure.atoms[0].position_angstrom;
  job.structure.atoms[1].position_angstrom.x() += 0.2;
  const std::string lost = message_of<InputError>([&] { run(job, folder.path() / "lost"); });
  EXPECT_NE(lost.find("shorter time step"), std::string::npos) << lost;
}

TEST(LammpsEngine, TakesAPrefix) {
  ADATOM_REQUIRE_LAMMPS();
  const adatom::testing::ScratchFolder folder;
  NoProgress progress;
  const std::string tell =
      testing::write_program(folder.path() / "tell", "echo \"$@\" > told\nexec \"$@\"\n");
  const auto result = run_lammps(small_job(10), {.prefix = "env " + tell, .arguments = "-echo log"},
                                 folder.path() / "run", progress);
  EXPECT_EQ(result.thermo.back().step, 10);
  std::ifstream told(folder.path() / "run" / "told");
  std::string line;
  std::getline(told, line);
  EXPECT_EQ(line, "lmp -in run.in -log none -echo log");
}

// Held atoms stay where they are, the others have the temperature; springs and walls count in the
// energy.
TEST(LammpsEngine, HoldsAtoms) {
  ADATOM_REQUIRE_LAMMPS();
  const adatom::testing::ScratchFolder folder;
  LammpsJob job = small_job(100);
  job.surroundings.held.assign(38, 0);
  for (std::size_t i = 0; i < 38; i += 3) job.surroundings.held[i] = 1;
  job.minimisation = energetics::MinimiseOptions{};
  job.surroundings.springs = {{.atoms = {1, 2, 4}, .stiffness_ev_per_angstrom2 = 0.1}};
  job.surroundings.walls = {
      {.shape = {.epsilon_ev = 0.1, .sigma_angstrom = 3.0, .cutoff_angstrom = 8.0},
       .position_angstrom = -9.0}};
  const auto result = run(job, folder.path());
  EXPECT_NEAR(result.thermo.front().temperature_k, 30.0, 1e-4);
  const auto snapshots = testing::read_snapshots(folder.path() / Files::trajectory);
  for (std::size_t i = 0; i < 38; ++i) {
    const double moved =
        (snapshots.back().atoms[i].position_angstrom - job.structure.atoms[i].position_angstrom)
            .norm();
    EXPECT_EQ(moved < 1e-9, i % 3 == 0) << i;  // ten digits are in the dump
  }
  // Energy is kept to what the time step costs only if springs and walls are counted.
  EXPECT_NEAR(result.thermo.back().conserved_ev, result.thermo.front().conserved_ev, 1e-4);
}

}  // namespace
}  // namespace adatom::md
