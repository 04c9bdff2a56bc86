#pragma once
// Input scripts of LAMMPS.
#include <cstdint>
#include <string>
#include <vector>

#include "adatom/md/lammps_job.h"

namespace adatom::md {

/// Names of the files of a run, all in its folder.
struct LammpsFiles {
  static constexpr const char* script = "run.in";
  static constexpr const char* resume_script = "resume.in";
  static constexpr const char* data = "structure.data";
  static constexpr const char* log = "run.log";
  static constexpr const char* minimised = "minimised.dump";
  static constexpr const char* trajectory = "trajectory.dump";
  static constexpr const char* final_state = "final.dump";
  static constexpr const char* restart_start = "restart.start";
  static constexpr const char* restart_a = "restart.a";
  static constexpr const char* restart_b = "restart.b";
  static constexpr const char* restart_end = "restart.end";
  static constexpr const char* stop = "stop";  ///< made by hand, it ends a run early
};

/// The lines `print`ed into the log where a part begins, and at the end.
struct LammpsMarks {
  static constexpr const char* minimisation = "adatom: minimisation";
  static constexpr const char* thermalisation = "adatom: thermalisation";
  static constexpr const char* dynamics = "adatom: dynamics";
  static constexpr const char* end = "adatom: end at step";
};

/// The whole protocol: `lmp -in run.in` in a folder with the data file and the potential's files
/// runs it, here or on a cluster. Boxes are shrink-wrapped (`boundary s`) in open directions: the
/// box has no influence on open boundaries, and an atom that leaves stretches it instead of being
/// lost. Positions of periodic boxes are dumped unwrapped.
/// @throws InputError as `check_job` says
[[nodiscard]] std::string format_lammps_script(const LammpsJob& job);

/// What goes on from a restart file: `lmp -in resume.in -var from restart.a -var seed 12345`.
[[nodiscard]] std::string format_lammps_resume_script(const LammpsJob& job);

/// The elements of the atom types 1, 2, ... : those of the structure in alphabetical order.
[[nodiscard]] std::vector<std::string> lammps_elements(const LammpsJob& job);

/// LAMMPS's random numbers want seeds of 1 to 9e8. Each purpose its own; what goes on from a step
/// must not repeat the noise that was.
[[nodiscard]] std::int64_t lammps_seed(std::int64_t seed, std::int64_t purpose);

/// A snapshot of the run as the native engine would write it: in the structure's own cell and
/// orientation, with its elements, columns and ids, and the time.
[[nodiscard]] crystal::Structure restore_snapshot(const crystal::Structure& snapshot,
                                                  const LammpsJob& job);

}  // namespace adatom::md
