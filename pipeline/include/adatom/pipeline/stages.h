#pragma once
// The stages of a run, and their work on plain files for the commands that need no run directory.
#include <cstdint>
#include <filesystem>

#include "adatom/base/progress.h"
#include "adatom/image/load.h"
#include "adatom/pipeline/config.h"
#include "adatom/pipeline/input_tables.h"
#include "adatom/pipeline/manifest.h"
#include "adatom/pipeline/plan.h"
#include "adatom/pipeline/say.h"
#include "adatom/preprocess/preprocess.h"

namespace adatom::pipeline {

/// frames, registration (when it is on), columns, counts, models, md, environments, mobility, film
/// (each when enabled), report. Opens the input files to see what frames there are.
/// @throws InputError: input files missing, unreadable or not matching
[[nodiscard]] StageList make_stages(const RunConfig& config);

// ---- preprocess ---------------------------------------------------------------------------------

/// What `adatom preprocess` does: every frame of the series through the steps, in parallel, as
/// `frame_<n>.tif` (`frame.tif` for a single one; 64-bit float with pixel size), `frames.csv` with
/// what was found in each, and with registration `drift.csv`, `average.tif`, `drift.svg`.
Remarks preprocess_series(const image::FrameSeries& series,
                          const preprocess::PreprocessOptions& options,
                          const std::filesystem::path& folder, Progress& progress);

// ---- columns ------------------------------------------------------------------------------------

/// What `adatom fit-columns` does: every frame of the series in parallel. For a single frame
/// columns.csv, model.tif, residual.tif, fit.json, columns.svg; for several these five in
/// `frame_<n>/` each, and columns.csv and fit.csv over all frames.
Remarks fit_series(const image::FrameSeries& series, const ColumnsOptions& options,
                   const std::filesystem::path& folder, Progress& progress);

// ---- counts -------------------------------------------------------------------------------------

/// Is there a library, and does the method look at it?
[[nodiscard]] bool reads_library(const CountingStageOptions& options);

/// What `adatom count-atoms` does: counts.csv, selection.csv (unless there is nothing to select),
/// counting.json, totals.csv, library.csv (what was taken of the library, if one is read),
/// histogram.svg, icl.svg, count_map.svg (`count_map_<n>.svg` for each of at most 50 frames). A
/// shortfall says when the counts are not determined. A library that has to be calculated is, and
/// `say` hears of it.
Remarks count_columns(const MeasuredColumns& columns, const CountingStageOptions& options,
                      std::uint64_t seed, const std::filesystem::path& folder, const Say& say,
                      Progress& progress);

}  // namespace adatom::pipeline
