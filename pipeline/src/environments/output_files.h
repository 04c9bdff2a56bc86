#pragma once
// The files of `adatom environments` that a reader sees.
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/report/figure.h"
#include "environments/results.h"

namespace adatom::pipeline {

inline constexpr const char* summary_name = "environments.json";

/// Where a trajectory's own files are: the folder itself if it is the only one.
[[nodiscard]] std::filesystem::path home_of(const EnvironmentsResult& result,
                                            const TrajectoryResult& trajectory);

/// Writes labels, tables, figures, summary and page.
/// @param parts the folder of the label files
/// @param configuration all options as YAML
/// @param warnings of the run as a whole
/// @throws InputError: cannot be written; Interrupted
void write_outputs(const EnvironmentsResult& result, const EnvironmentsOptions& options,
                   const std::filesystem::path& parts, const std::filesystem::path& folder,
                   const std::string& configuration, const std::vector<std::string>& warnings,
                   Progress& progress);

/// What an earlier call left in the folder, as its summary says; nothing without one.
[[nodiscard]] std::vector<std::filesystem::path> earlier_outputs(
    const std::filesystem::path& folder);

/// The file of a trajectory's labels.
[[nodiscard]] std::filesystem::path labels_path(const std::filesystem::path& parts,
                                                const TrajectoryPlan& plan);

}  // namespace adatom::pipeline
