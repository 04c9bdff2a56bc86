#pragma once
// The files of a LAMMPS run.
#include <filesystem>
#include <string>

#include "adatom/md/lammps_job.h"

namespace adatom::md {

/// @throws InputError or SystemFailure: cannot be read
[[nodiscard]] std::string read_text(const std::filesystem::path& path);

/// Does the folder hold the same job, but for the number of steps?
enum class FolderContent { nothing, same_job, other_job };
[[nodiscard]] FolderContent compare_folder(const LammpsJob& job,
                                           const std::filesystem::path& folder);

/// Removes what a run writes: log, dumps, restart files.
void remove_results(const std::filesystem::path& folder);

}  // namespace adatom::md
