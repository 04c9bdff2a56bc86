#pragma once
// `adatom track-conditions`: many videos tracked, then compared.
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "adatom/base/progress.h"
#include "adatom/pipeline/manifest.h"
#include "adatom/pipeline/yaml_options.h"

namespace adatom::pipeline {

/// Tracks every video of the table into folder/videos/<name> and writes the comparison into
/// `folder`. A video that is done with the same options and frames is not read again. One that
/// fails is told, the others go on.
/// @param given options of the command line
/// @throws InputError: the table is none; at the end, with all that is written, videos that failed;
/// Interrupted
Remarks run_track_conditions(const std::filesystem::path& table, std::span<const GivenOption> given,
                             const std::filesystem::path& folder, Progress& progress,
                             const std::function<void(const std::string&)>& say);

}  // namespace adatom::pipeline
