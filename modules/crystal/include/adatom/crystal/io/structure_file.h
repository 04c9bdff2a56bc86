#pragma once
// Reading a structure file of any known format, by its content.
#include <filesystem>
#include <map>

#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// The element of each LAMMPS atom type, where the file's masses do not tell it.
using TypeElements = std::map<int, std::string>;

/// The first structure of an extended XYZ file or a LAMMPS dump, or that of a LAMMPS data file or
/// an XYZ file of Prismatic.
/// @throws InputError with file and line: missing, unknown format, damaged
[[nodiscard]] Structure read_structure(const std::filesystem::path& path,
                                       const TypeElements& elements = {});

}  // namespace adatom::crystal
