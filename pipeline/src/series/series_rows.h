#pragma once
// A series seen atom by atom: what lies on disk interval after interval, turned over block by
// block.
#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>

#include "adatom/base/progress.h"

namespace adatom::pipeline {

/// Rows of atoms first to first + count, each `intervals` values.
using TakeRows =
    std::function<void(std::size_t first, std::size_t count, std::span<const double> rows)>;

/// Reads `values` (intervals x atoms, float64) and hands out all atoms in order, some megabytes at
/// a time.
/// @throws InputError: the file cannot be read
void each_rows(const std::filesystem::path& values, std::size_t atoms, std::size_t intervals,
               Progress& progress, const TakeRows& take);

}  // namespace adatom::pipeline
