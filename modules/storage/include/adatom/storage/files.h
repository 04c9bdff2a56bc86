#pragma once
// Whole files: read, and written so that they are either complete or absent.
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace adatom::storage {

/// @throws InputError: missing, a folder, unreadable
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// Writes beside the target, fsyncs, renames, fsyncs the folder. Creates missing folders. A target
/// that exists and is no ordinary file (a pipe, /dev/stdout) is written to as it is.
/// @throws InputError if the folder cannot be written
void write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace adatom::storage
