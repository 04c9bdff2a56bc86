#pragma once
// All of `adatom clusters`.
#include <filesystem>
#include <functional>
#include <string>

#include "adatom/base/progress.h"
#include "adatom/pipeline/manifest.h"
#include "mobility/clusters_options.h"

namespace adatom::pipeline {

/// Follows the clusters of a trajectory and writes clusters.csv, events.csv, sizes.csv,
/// clusters.xyz, pictures and report.html. The first, second and last grow frame by frame with a
/// state beside them: interrupted, killed or called again for a trajectory that became longer, it
/// goes on.
/// @throws InputError, Interrupted
Remarks run_clusters(const ClustersOptions& options, const std::filesystem::path& trajectory,
                     const std::filesystem::path& folder, Progress& progress,
                     const std::function<void(const std::string&)>& say);

}  // namespace adatom::pipeline
