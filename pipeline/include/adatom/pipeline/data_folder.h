#pragma once
// The tables that ship with the program.
#include <filesystem>

namespace adatom::pipeline {

/// The folder that the environment variable ADATOM_DATA names, or else ../share/adatom as seen from
/// the executable's folder (in a build tree a link to the source's data).
/// @throws InputError: neither is a folder
[[nodiscard]] std::filesystem::path data_folder();

/// The same from what it depends on.
/// @param named the variable's value; null or empty: not set
[[nodiscard]] std::filesystem::path find_data_folder(const char* named,
                                                     const std::filesystem::path& executable);

}  // namespace adatom::pipeline
