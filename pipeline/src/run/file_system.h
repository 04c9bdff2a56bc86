#pragma once
// Changes to folders that survive a loss of power, with messages for the user when they fail.
#include <filesystem>
#include <string>
#include <vector>

namespace adatom::pipeline {

/// All throw InputError when the file system refuses.
void create_folder(const std::filesystem::path& folder);
void remove_tree(const std::filesystem::path& path);
/// Renames a folder and makes that last; nothing may stand at `to`.
void move_folder(const std::filesystem::path& from, const std::filesystem::path& to);
/// Waits until a file's or folder's content is on the disk.
void sync(const std::filesystem::path& path);

/// Regular files below `folder`, relative to it with '/' between the parts, sorted.
[[nodiscard]] std::vector<std::string> list_files(const std::filesystem::path& folder);
/// Names of the entries of `folder`, sorted; none if it is absent.
[[nodiscard]] std::vector<std::string> list_entries(const std::filesystem::path& folder);

}  // namespace adatom::pipeline
