#pragma once
// Structures and trajectories, as `convert` and `info` see them.
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "adatom/crystal/io/structure_file.h"
#include "cli/command.h"

namespace adatom::pipeline {

constexpr std::string_view type_elements_help =
    "structures: symbols of the atom types 1, 2, ... of LAMMPS files, for instance \"Pt Ir\"; not "
    "given: read as the file's masses or elements say, written in alphabetical order";

/// @throws InputError: a word that is no element
[[nodiscard]] crystal::TypeElements type_elements(const std::string& words);

/// Does the extension say so? .xyz .extxyz .dump .lammpstrj .data .lmp .pdb
[[nodiscard]] bool is_structure_name(const std::filesystem::path& path);

struct StructureConversion {
  std::string in;
  std::string out;
  std::string frames;
  std::string type_elements;
  std::string with = {};  ///< columns to add
  std::optional<double> r_cut_angstrom = {};
};

/// Frame after frame; `out` appears when all are there.
/// @throws InputError: an extension that is not written, several frames where one fits
void convert_structures(const StructureConversion& conversion, Console& console);

enum class InfoFormat { text, json };

/// What a structure file holds. One pass over the file, of which the first and last frames are
/// read.
[[nodiscard]] std::string structure_info(const std::string& file, const std::string& type_elements,
                                         InfoFormat format);

}  // namespace adatom::pipeline
