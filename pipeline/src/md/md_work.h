#pragma once
// All runs of `adatom md`, and the page about them.
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "adatom/base/progress.h"
#include "adatom/pipeline/manifest.h"
#include "adatom/pipeline/md_options.h"
#include "md/md_report.h"
#include "md/replica.h"

namespace adatom::pipeline {

/// Takes a line for the user.
using SayLine = std::function<void(const std::string&)>;

/// Runs every replica in a folder of its own below `folder`, side by side on the cores, and writes
/// summary.csv and report.html beside them. What is there of the same runs is gone on from.
/// @throws InputError, Interrupted: what is finished stays
Remarks run_md(const MdOptions& options, const std::filesystem::path& folder, Progress& progress,
               const SayLine& say);

/// What the files of a finished run in `folder` tell.
/// @throws InputError: files that were changed, or of another run
[[nodiscard]] ShownReplica read_replica(const Replica& replica, const MdOptions& options,
                                        const std::filesystem::path& folder);

/// Nothing where the options name commands of LAMMPS.
/// @param say takes warnings
/// @throws InputError: no such potential
[[nodiscard]] std::shared_ptr<const energetics::EmbeddedAtomPotential> potential_of(
    const MdOptions& options, const SayLine& say);

}  // namespace adatom::pipeline
