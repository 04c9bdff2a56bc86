#pragma once
// All runs of `adatom md`, and the page about them.
#include <filesystem>
#include <functional>
#include <string>

#include "adatom/base/progress.h"
#include "adatom/pipeline/manifest.h"
#include "md/md_options.h"

namespace adatom::pipeline {

/// Takes a line for the user.
using SayLine = std::function<void(const std::string&)>;

/// Runs every replica in a folder of its own below `folder`, side by side on the cores, and writes
/// summary.csv and report.html beside them. What is there of the same runs is gone on from.
/// @throws InputError, Interrupted: what is finished stays
Remarks run_md(const MdOptions& options, const std::filesystem::path& folder, Progress& progress,
               const SayLine& say);

}  // namespace adatom::pipeline
