#pragma once
// All that `adatom environments` does.
#include <filesystem>

#include "adatom/base/progress.h"
#include "adatom/pipeline/environments_options.h"
#include "adatom/pipeline/manifest.h"
#include "adatom/pipeline/say.h"

namespace adatom::pipeline {

/// Labels the trajectories' frames that have no labels yet, and writes tables, figures and page
/// anew. Labels stay in `folder`/parts, frame by frame as they are found.
/// @throws InputError, Interrupted: labels that are there stay
Remarks run_environments(const EnvironmentsOptions& options, const std::filesystem::path& folder,
                         Progress& progress, const Say& say);

}  // namespace adatom::pipeline
