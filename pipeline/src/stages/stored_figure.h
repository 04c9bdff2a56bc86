#pragma once
// Figures that an earlier stage has written, for the report.
#include <filesystem>

#include "adatom/report/figure.h"

namespace adatom::pipeline {

/// The figure of an .svg file that `report::svg_file` wrote.
/// @throws InputError: missing, or no such file
[[nodiscard]] report::Figure read_figure(const std::filesystem::path& svg);

}  // namespace adatom::pipeline
