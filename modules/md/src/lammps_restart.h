#pragma once
// What an interrupted run of LAMMPS left behind.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace adatom::md {

/// The step that a binary restart file was written at. Nothing: there is none, or it is not whole
/// (the file begins and ends with the same word since 2013, and says its step early).
[[nodiscard]] std::optional<std::int64_t> restart_step(const std::filesystem::path& path);

struct RestartFile {
  std::string name;
  std::int64_t step = 0;
};

/// The one with the latest step of those in a folder.
[[nodiscard]] std::optional<RestartFile> newest_restart(const std::filesystem::path& folder);

/// Cuts a dump in text form at its first snapshot that is not whole, or whose step is `step` or
/// later: LAMMPS writes that of the step it begins with. Nothing happens without a file.
void cut_dump(const std::filesystem::path& path, std::int64_t step);

}  // namespace adatom::md
