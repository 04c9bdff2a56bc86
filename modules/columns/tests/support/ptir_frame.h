#pragma once
// The real Pt-Ir frame and the tables beside it, outside the repository.
#include <filesystem>
#include <vector>

#include "adatom/base/grid.h"

namespace adatom::columns::testing {

constexpr double ptir_pixel_size = 0.1211;  // A, as published with the frame

/// An uncompressed float TIFF; empty if it cannot be read.
[[nodiscard]] Grid<double> read_float_tiff(const std::filesystem::path& path);
/// Rows of a CSV file of numbers, without its header.
[[nodiscard]] std::vector<std::vector<double>> read_numbers(const std::filesystem::path& path);

}  // namespace adatom::columns::testing
