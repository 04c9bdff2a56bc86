#pragma once
// How far a run of LAMMPS is.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <ios>
#include <string>

#include "adatom/base/progress.h"
#include "adatom/md/lammps_job.h"
#include "adatom/md/lammps_log.h"

namespace adatom::md {

/// Follows a log while it grows, from where it ends now on, and tells `progress` of it.
class LammpsFollower {
 public:
  /// @param job outlives this object
  /// @param first_step the step that the dynamics goes on from
  LammpsFollower(std::filesystem::path log, const LammpsJob& job, std::int64_t first_step,
                 Progress& progress);
  /// Takes in what was added since the last look.
  void look();
  [[nodiscard]] bool in_dynamics() const { return reader_.part() == "dynamics"; }
  /// What was added since this object was made.
  [[nodiscard]] const LammpsLog& log() const { return reader_.log(); }

 private:
  void tell();
  void begin(const std::string& part);

  std::filesystem::path path_;
  const LammpsJob& job_;
  std::int64_t first_step_;
  Progress& progress_;
  LammpsLogReader reader_;
  std::streamoff read_ = 0;
  std::size_t table_ = 0;  ///< that progress_ is told of
  bool begun_ = false;     ///< it knows that this table has begun
  std::int64_t done_ = 0;
};

}  // namespace adatom::md
