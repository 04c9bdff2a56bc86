#pragma once
// `adatom saed`: diffraction patterns to rings and phase fractions.
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/pipeline/manifest.h"
#include "saed/saed_options.h"

namespace adatom::pipeline {

/// Writes rings.csv, phase_fraction.csv, lattices.csv and fits.csv while frames are read, then
/// profiles.csv or profiles.h5, geometry.json, summary.json and report.html. What was interrupted
/// goes on, of a series that has become longer the new frames are read.
/// @throws InputError: as SaedPattern; a frame that cannot be read (the files then hold the frames
/// before it); Interrupted
Remarks run_saed(const SaedOptions& options, const std::vector<std::filesystem::path>& files,
                 const std::filesystem::path& folder, Progress& progress,
                 const std::function<void(const std::string&)>& say);

}  // namespace adatom::pipeline
