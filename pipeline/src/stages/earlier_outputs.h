#pragma once
// What an earlier call of a stand-alone command left in a folder: all that a new call may remove.
// A file counts only if a table or summary of that call stands beside it and speaks of it, so that
// nobody's own frame_0000.tif is taken for one.
#include <filesystem>
#include <vector>

namespace adatom::pipeline {

/// All give paths relative to `folder`, whether the files are there or not; never throw for what
/// stands in the folder.
[[nodiscard]] std::vector<std::filesystem::path> earlier_preprocess_files(
    const std::filesystem::path& folder);
[[nodiscard]] std::vector<std::filesystem::path> earlier_stem_files(
    const std::filesystem::path& folder);
[[nodiscard]] std::vector<std::filesystem::path> earlier_library_files(
    const std::filesystem::path& folder);
[[nodiscard]] std::vector<std::filesystem::path> earlier_fit_files(
    const std::filesystem::path& folder);
[[nodiscard]] std::vector<std::filesystem::path> earlier_count_files(
    const std::filesystem::path& folder);

}  // namespace adatom::pipeline
