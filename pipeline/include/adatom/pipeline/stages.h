#pragma once
// The stages of a run, and their work on plain files for the commands that need no run directory.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/columns/fit.h"
#include "adatom/counting/count.h"
#include "adatom/image/load.h"
#include "adatom/pipeline/config.h"
#include "adatom/pipeline/manifest.h"
#include "adatom/pipeline/plan.h"
#include "adatom/preprocess/preprocess.h"

namespace adatom::pipeline {

/// frames, registration (when it is on), columns, counts (when enabled), report. Opens the input
/// files to see what frames there are.
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

/// Where columns are, for every frame or for one.
struct StartPosition {
  std::optional<std::int64_t> frame;  ///< empty: in every frame
  columns::Position position;
};
/// A CSV with x_angstrom,y_angstrom and, if the positions differ by frame, frame.
/// @throws InputError: missing, no such columns, not a number, no rows
[[nodiscard]] std::vector<StartPosition> read_start_positions(const std::filesystem::path& path);

/// What `adatom fit-columns` does: every frame of the series in parallel. For a single frame
/// columns.csv, model.tif, residual.tif, fit.json, columns.svg; for several these five in
/// `frame_<n>/` each, and columns.csv and fit.csv over all frames.
Remarks fit_series(const image::FrameSeries& series, const ColumnsOptions& options,
                   const std::filesystem::path& folder, Progress& progress);

// ---- counts -------------------------------------------------------------------------------------

/// The part of columns.csv that counting reads.
struct ColumnsTable {
  std::vector<std::int64_t> frame;
  std::vector<std::int64_t> column_id;
  std::vector<double> x_angstrom;
  std::vector<double> y_angstrom;
  std::vector<double> scs_angstrom2;
  std::vector<double> scs_stderr_angstrom2;  ///< empty if the file has none
};
/// `frame` and `column_id` may be absent: one frame, rows counted from 0.
/// @throws InputError: missing, no such columns, not a number, no rows
[[nodiscard]] ColumnsTable read_columns(const std::filesystem::path& path);

/// A CSV with scs_angstrom2 and, if the rows are not 1, 2, ... atoms, atom_count.
[[nodiscard]] counting::Library read_library(const std::filesystem::path& path);

/// What `adatom count-atoms` does: counts.csv, selection.csv (unless there is nothing to select),
/// counting.json, totals.csv, histogram.svg, icl.svg, count_map.svg (`count_map_<n>.svg` for each
/// of at most 50 frames). A shortfall says when the counts are not determined.
Remarks count_columns(const ColumnsTable& columns, const CountingStageOptions& options,
                      std::uint64_t seed, const std::filesystem::path& folder, Progress& progress);

}  // namespace adatom::pipeline
