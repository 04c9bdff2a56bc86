#pragma once
// Columns counted in all frames of a series together, and the files they become.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/counting/time_series.h"
#include "adatom/pipeline/config.h"
#include "adatom/pipeline/input_tables.h"
#include "adatom/report/figure.h"
#include "stages/json_text.h"

namespace adatom::pipeline {

struct FrameTotal {
  std::int64_t frame = 0;
  std::size_t columns = 0;
  counting::Total atoms;
};

struct SeriesCounts {
  std::vector<std::int64_t> frames;  ///< their numbers, increasing
  std::vector<counting::FrameColumns> seen;
  counting::MatchResult matched;
  counting::TimeSeriesResult history;
  std::vector<counting::Total> independent_totals;  ///< of each frame, counted by itself
  std::vector<FrameTotal> totals;
  /// What counts.csv holds: the columns of every usable frame with the numbers of the series. One
  /// that holds atoms but was not found stands where it should be, with the cross-section expected.
  MeasuredColumns columns;
  counting::CountingResult result;  ///< counts of these, components 0, 1, ... atoms
};

/// @throws InputError: columns without positions or frames
void check_series(const MeasuredColumns& columns);

/// @param independent counts of `columns`, in their order
/// @throws InputError: columns without positions or frames, or too few to be followed
[[nodiscard]] SeriesCounts count_series(const MeasuredColumns& columns,
                                        const counting::CountingResult& independent,
                                        const std::optional<counting::Library>& library,
                                        const CountingStageOptions& options, Progress& progress);

/// series.csv, changes.csv, series_frames.csv, series_totals.svg, series_changes.svg, and
/// series_counts.svg where a column changes.
void write_series(const std::filesystem::path& folder, const SeriesCounts& series);

/// What counting.json says of it.
[[nodiscard]] nlohmann::ordered_json series_json(const SeriesCounts& series);

/// What the figures show: read back from the files by the report.
struct SeriesFigureData {
  struct Column {
    std::int64_t id = 0;
    double x_angstrom = 0.0;
    double y_angstrom = 0.0;
    std::vector<double> frame;
    std::vector<double> atom_count;
    std::int64_t changes = 0;
  };
  std::vector<Column> columns;
  std::vector<double> frame;
  std::vector<double> atoms_mean;
  std::vector<double> atoms_stderr;
  std::vector<double> independent_atoms;
};
/// @throws InputError: files that write_series did not write
[[nodiscard]] SeriesFigureData read_series_data(const std::filesystem::path& folder);

/// Atoms in the particle against time, beside those of every frame counted by itself.
[[nodiscard]] report::Figure draw_series_totals(const SeriesFigureData& data);
/// Counts of the columns that change most often against time.
[[nodiscard]] report::Figure draw_series_counts(const SeriesFigureData& data);
/// How often every column changes, where it is.
[[nodiscard]] report::Figure draw_series_changes(const SeriesFigureData& data);

}  // namespace adatom::pipeline
