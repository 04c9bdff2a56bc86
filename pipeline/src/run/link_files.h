#pragma once
// Files of one folder in another.
#include <filesystem>
#include <span>
#include <string>

namespace adatom::pipeline {

/// The file `from` as `to`, by a hard link where the file system has such: neither may be changed
/// afterwards. Folders are made. @throws InputError
void link_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// All files below `from` that are not hidden, as link_file does. @throws InputError
void link_files(const std::filesystem::path& from, const std::filesystem::path& to);

/// A copy that may be changed. @throws InputError
void duplicate_file(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace adatom::pipeline
