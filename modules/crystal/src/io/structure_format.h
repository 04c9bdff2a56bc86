#pragma once
// Which format a structure file has, by its content.
#include <filesystem>
#include <string>
#include <string_view>

#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/structure.h"

namespace adatom::crystal {

enum class StructureFormat { extended_xyz, lammps_dump, lammps_data, prismatic, cif };

/// By the beginning of the file.
/// @throws InputError: missing, a folder, unreadable, none of these
[[nodiscard]] StructureFormat find_structure_format(const std::filesystem::path& path);

/// Of a file of one of the other formats than the first two, which hold several.
[[nodiscard]] Structure read_single_structure(const std::filesystem::path& path,
                                              StructureFormat format, const TypeElements& elements);

}  // namespace adatom::crystal
