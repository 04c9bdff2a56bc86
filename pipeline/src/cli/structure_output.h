#pragma once
// A structure as a file whose name says the format.
#include <filesystem>
#include <string>
#include <string_view>

#include "adatom/crystal/structure.h"

namespace adatom::pipeline {

/// As help texts name them.
constexpr std::string_view structure_output_names =
    ".xyz or .extxyz (extended XYZ), .data or .lmp (LAMMPS data), .dump or .lammpstrj (LAMMPS "
    "dump), .pdb";

/// @throws InputError for another extension
[[nodiscard]] std::string structure_text(const crystal::Structure& structure,
                                         const std::filesystem::path& name);

}  // namespace adatom::pipeline
