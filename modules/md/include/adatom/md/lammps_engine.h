#pragma once
// Molecular dynamics by LAMMPS, run as a program of its own.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/md/lammps_job.h"
#include "adatom/md/lammps_log.h"
#include "adatom/md/lammps_script.h"

namespace adatom::md {

struct LammpsResult {
  std::vector<Thermo> thermo;           ///< of the dynamics
  LammpsLog log;                        ///< of all parts
  std::int64_t resumed_from_step = -1;  ///< -1: begun anew
};

/// Writes the data file, the potential's files and both scripts into `folder`; the scripts run
/// there without this program too.
/// @throws InputError: as `check_job` says, a file of the potential that is not there
void write_lammps_folder(const LammpsJob& job, const std::filesystem::path& folder);

/// Runs the protocol in `folder` (made where it is not there) and waits for its end. Files:
/// `LammpsFiles`. Where the folder holds the beginning of the same job (steps may differ), it goes
/// on from the newest restart file that is whole; snapshots behind that are cut off first. Langevin
/// dynamics then goes on with other noise, as LAMMPS does not keep its random numbers; NVE and
/// Nose-Hoover differ by rounding from a run in one piece. A folder that holds another job is
/// refused.
///
/// Cancelled during the dynamics, LAMMPS is asked to write a restart file and end; if it has not
/// within ten seconds, or at any other time, it is ended. Whole snapshots stay, a snapshot that is
/// not whole is cut off.
/// @throws InputError: no such program, another job in the folder, an ERROR that LAMMPS reports;
/// SystemFailure: LAMMPS ended early without one; Interrupted: cancelled, or stopped by the file
[[nodiscard]] LammpsResult run_lammps(const LammpsJob& job, const LammpsProgram& program,
                                      const std::filesystem::path& folder, Progress& progress);

}  // namespace adatom::md
