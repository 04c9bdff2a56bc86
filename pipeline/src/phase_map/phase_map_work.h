#pragma once
// `adatom phase-map`: images to maps of phases, tables and a page.
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/pipeline/manifest.h"
#include "phase_map/phase_map_options.h"

namespace adatom::pipeline {

/// Maps frame by frame; what an interrupted call had finished is taken up again. Writes
/// phase_map.tif (labels), amplitudes.tif (of each frame one page for each phase), phase_map.csv,
/// fringes.csv, asymmetry.csv, strain maps where they are asked for, summary.json, phase_map.yaml
/// and report.html.
/// @throws InputError: as FrameSeries, wrong options, images without any fringe of the phases;
/// Interrupted
Remarks run_phase_map(const PhaseMapCommandOptions& options,
                      const std::vector<std::filesystem::path>& images,
                      const std::filesystem::path& folder, Progress& progress,
                      const std::function<void(const std::string&)>& say);

}  // namespace adatom::pipeline
