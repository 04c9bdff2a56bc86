#pragma once
// Reading a structure file of any known format, by its content.
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// The element of each LAMMPS atom type, where the file's masses do not tell it.
using TypeElements = std::map<int, std::string>;

/// The formats, as help texts name them.
constexpr std::string_view structure_format_names =
    "extended XYZ, LAMMPS data or dump, XYZ of Prismatic, CIF";

/// Does it look like one of them? False where it cannot be read.
[[nodiscard]] bool is_structure_file(const std::filesystem::path& path);

/// The first structure of an extended XYZ file or a LAMMPS dump, or that of a LAMMPS data file, an
/// XYZ file of Prismatic or a CIF (all atoms of the cell).
/// @throws InputError with file and line: missing, unknown format, damaged
[[nodiscard]] Structure read_structure(const std::filesystem::path& path,
                                       const TypeElements& elements = {});

}  // namespace adatom::crystal
