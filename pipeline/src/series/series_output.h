#pragma once
// Series as arrays atoms x intervals: NumPy or HDF5.
#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "adatom/base/progress.h"
#include "series/series_run.h"

namespace adatom::pipeline {

enum class SeriesTarget { npy, hdf5, folder };

/// By the name: .npy, .h5 or .hdf5; a name without extension, or a folder that is there, is a
/// folder.
/// @throws InputError: another extension
[[nodiscard]] SeriesTarget series_target(const std::filesystem::path& out);

/// Beside a file, hidden; in a folder hidden inside.
[[nodiscard]] std::filesystem::path series_parts_folder(const std::filesystem::path& out,
                                                        SeriesTarget target);

/// One array that is made from the series.
struct SeriesArray {
  std::string dataset;    ///< "lens"
  std::string suffix;     ///< of its .npy file's name: "" or "_derivative"
  std::string unit;       ///< "1"
  std::size_t fewer = 0;  ///< values that it has fewer for each atom
  std::function<void(std::span<const double> row, std::span<double> made)> make =
      {};  ///< empty: itself
};

struct SeriesAttributes {
  std::vector<std::pair<std::string, std::string>> texts = {};
  std::vector<std::pair<std::string, double>> numbers = {};
};

/// float64, C order. HDF5: a dataset each with attributes `axes`, `unit` and those given, and
/// /time_ps where the trajectory tells it (where each interval begins), /atom_id where it has ids.
void write_series(const SeriesRun& run, const std::vector<SeriesArray>& arrays,
                  const SeriesAttributes& attributes, const std::filesystem::path& out,
                  SeriesTarget target, Progress& progress);

}  // namespace adatom::pipeline
