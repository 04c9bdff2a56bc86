#pragma once
// Potentials as LAMMPS takes them.
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/energetics/embedded_atom.h"

namespace adatom::md {

/// A file that the script names, and where it is to be had.
struct LammpsFile {
  std::string name;              ///< in the folder of the run
  std::filesystem::path source;  ///< copied from there; empty: `text` is its content
  std::string text = {};
};

/// Commands of a script. "{elements}" stands for the elements of the atom types.
struct LammpsPotential {
  std::vector<std::string> early = {};     ///< before the atoms are read: newton, package, plugin
  std::vector<std::string> commands = {};  ///< pair_style, pair_coeff and others
  std::vector<LammpsFile> files = {};
};

/// Of tabulated functions: pair_style eam/fs, or eam/alloy where the density that an atom makes
/// does not depend on whose place it is.
/// @throws InputError: what the table cannot hold
[[nodiscard]] LammpsPotential tabulate_potential(
    const energetics::EmbeddedAtomPotential& potential);

/// Any potential that the user's LAMMPS has, as its commands separated by semicolons, "lammps:"
/// before them or not:
///
///   pair_style eam/alloy; pair_coeff * * Au.eam.alloy {elements}
///
/// The types are the structure's elements in alphabetical order. Words that name a file become
/// files of the run, so that its folder can go elsewhere as a whole; element symbols never do.
/// @throws InputError: no pair_style; commands that the script has itself (units, read_data, run)
[[nodiscard]] LammpsPotential parse_lammps_potential(std::string_view text);

}  // namespace adatom::md
