#pragma once
// All of `adatom lindemann`.
#include <filesystem>
#include <functional>
#include <string>

#include "adatom/base/progress.h"
#include "adatom/pipeline/manifest.h"
#include "mobility/lindemann_options.h"

namespace adatom::pipeline {

/// Measures every trajectory, with a state file in `folder`/state for each, and writes tables,
/// pictures and report.html. What an earlier call read of the same trajectories is not read again.
/// @throws InputError, Interrupted: states stay
Remarks run_lindemann(const LindemannOptions& options, const std::filesystem::path& folder,
                      Progress& progress, const std::function<void(const std::string&)>& say);

}  // namespace adatom::pipeline
