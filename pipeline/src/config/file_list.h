#pragma once
// Files named by patterns.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace adatom::pipeline {

/// Does `path` contain * or ? and is no file of that very name?
[[nodiscard]] bool is_pattern(const std::filesystem::path& path);

/// The regular files whose name matches the last part of `pattern`, in natural order.
[[nodiscard]] std::vector<std::filesystem::path> match_files(const std::filesystem::path& pattern);

/// frame2 before frame10: runs of digits compare as numbers.
[[nodiscard]] bool natural_less(std::string_view a, std::string_view b);

}  // namespace adatom::pipeline
