#pragma once
// thermo.csv: energies and temperature of a run.
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/md/dynamics.h"

namespace adatom::pipeline {

[[nodiscard]] std::string thermo_header();
[[nodiscard]] std::string thermo_row(const md::Thermo& thermo);

/// @throws InputError with the line: missing, other columns, cells that are no finite numbers
[[nodiscard]] std::vector<md::Thermo> read_thermo(const std::filesystem::path& path);

}  // namespace adatom::pipeline
