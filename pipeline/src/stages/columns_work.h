#pragma once
// One frame to fitted columns, and the files they become.
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/columns/fit.h"
#include "adatom/image/frame.h"
#include "adatom/pipeline/config.h"
#include "adatom/pipeline/manifest.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {

struct FittedFrame {
  /// Its number in the series; nothing where it shall not stand in the files.
  std::optional<std::size_t> frame;
  double pixel_size_angstrom = 0.0;
  image::Image image;
  columns::FitResult fit;
  Remarks remarks;
};

/// Fits the columns that `start` gives, or those detected. A frame without columns is a shortfall,
/// no error.
[[nodiscard]] FittedFrame fit_frame(std::optional<std::size_t> index, image::Image image,
                                    double pixel_size_angstrom,
                                    const std::optional<std::vector<columns::Position>>& start,
                                    const ColumnsOptions& options, Progress& progress);

/// columns.csv, model.tif, residual.tif, fit.json, columns.svg. A frame without a number is
/// number 0 in columns.csv: the only one of its file.
void write_fit(const std::filesystem::path& folder, const FittedFrame& frame,
               const columns::FitOptions& options);

/// An empty columns.csv.
[[nodiscard]] storage::Table columns_table();
/// An empty fit.csv.
[[nodiscard]] storage::Table fits_table();

/// Puts the tables of several frames (their columns.csv) below one another, numbered by their
/// places: columns.csv.
void write_all_columns(const std::filesystem::path& folder,
                       const std::vector<std::filesystem::path>& columns_csv);
/// One row for each fit.json, numbered by their places: fit.csv.
void write_all_fits(const std::filesystem::path& folder,
                    const std::vector<std::filesystem::path>& fit_json);

}  // namespace adatom::pipeline
