#pragma once
// One piece of work from the empty folder to its place among the finished ones.
#include <filesystem>
#include <functional>
#include <string>

#include "adatom/pipeline/run_directory.h"
#include "adatom/pipeline/stage.h"

namespace adatom::pipeline {

/// Calls `compute` on an empty `.partial-<key>` folder (what a killed attempt had saved as its
/// checkpoint is handed over), writes the record beside the files and makes all of it last.
/// @param say where `compute` may say something, from any thread
/// @throws what `compute` throws; Interrupted if the user asked to stop meanwhile
Record compute_piece(const StageFolder& folder, const std::string& key, const Item& item,
                     Progress& progress, const Say& say,
                     const std::function<Remarks(const Work&)>& compute);

/// Moves a computed piece to `target`, in place of what stands there.
void install_piece(const StageFolder& folder, const std::string& key,
                   const std::filesystem::path& target);

/// Removes what no finished piece of `manifest` needs: old items, remains of interrupted ones.
void remove_leftovers(const StageFolder& folder, const Manifest& manifest);

/// Files that differ between two records, by name.
[[nodiscard]] std::vector<std::string> differing_files(const Record& before, const Record& now);

}  // namespace adatom::pipeline
