#pragma once
// A potential from the text that a user gives.
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/energetics/embedded_atom.h"

namespace adatom::energetics {

/// Told of what the user should know, such as parameters that were mixed.
using PotentialWarning = std::function<void(const std::string&)>;

/// `smatb:Au`, `smatb:Au:cleri-rosato`, `smatb:Ag,Cu` (alloy; pairs that the set lacks are mixed,
/// with a warning), `smatb:FILE.csv` (columns as in `data/smatb.csv`, without set and source),
/// `eam:FILE` (see eam_file.h), `eam:FILE,FILE` (funcfl files mixed). Of the sets the first that
/// holds all elements is taken.
/// @throws InputError: none of these; an element or a set that is not there; a damaged file
[[nodiscard]] std::shared_ptr<const EmbeddedAtomPotential> make_potential(
    std::string_view spec, const PotentialWarning& warn = {});

/// The files that a text names, for those that keep track of inputs; they need not exist.
[[nodiscard]] std::vector<std::filesystem::path> potential_files(std::string_view spec);

/// What can be given, a line each, for --help and messages.
[[nodiscard]] std::string potential_help();

}  // namespace adatom::energetics
