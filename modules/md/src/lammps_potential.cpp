#include "adatom/md/lammps_potential.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "adatom/base/error.h"
#include "adatom/crystal/element.h"
#include "adatom/energetics/setfl.h"

namespace adatom::md {
namespace {

constexpr std::array<std::string_view, 6> before_atoms = {"newton",      "package",    "plugin",
                                                          "atom_modify", "processors", "suffix"};
constexpr std::array<std::string_view, 10> of_the_script = {
    "units", "atom_style", "boundary", "read_data", "read_restart",
    "run",   "minimize",   "log",      "dump",      "timestep"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Replaces a word that names a file by the file's name in the folder of the run.
std::string take_file(const std::string& word, std::vector<LammpsFile>& files) {
  if (crystal::find_element(word) || !std::filesystem::is_regular_file(word)) return word;
  const std::filesystem::path source = std::filesystem::absolute(word);
  for (const auto& file : files) {
    if (file.source == source) return file.name;
  }
  std::string name = source.filename();
  const auto taken = [&] {
    return std::any_of(files.begin(), files.end(),
                       [&](const LammpsFile& file) { return file.name == name; });
  };
  while (taken()) name = "other-" + name;
  files.push_back({.name = name, .source = source});
  return name;
}

[[noreturn]] void refuse(std::string_view text, const std::string& why, const std::string& remedy) {
  throw InputError({.what = "no potential for LAMMPS",
                    .where = std::string(text),
                    .why = why,
                    .remedy = remedy});
}

}  // namespace

LammpsPotential tabulate_potential(const energetics::EmbeddedAtomPotential& potential) {
  auto setfl = energetics::format_setfl(potential);
  const std::string name =
      setfl.pair_style == "eam/fs" ? "potential.eam.fs" : "potential.eam.alloy";
  return {.early = {},
          .commands = {"pair_style " + setfl.pair_style, "pair_coeff * * " + name + " {elements}"},
          .files = {{.name = name, .source = {}, .text = std::move(setfl.text)}}};
}

LammpsPotential parse_lammps_potential(std::string_view text) {
  LammpsPotential potential;
  constexpr std::string_view mark = "lammps:";
  std::istringstream commands{
      std::string(text.starts_with(mark) ? text.substr(mark.size()) : text)};
  bool has_style = false;
  for (std::string command; std::getline(commands, command, ';');) {
    std::istringstream words(command);
    std::string line;
    std::string name;
    for (std::string word; words >> word;) {
      if (name.empty()) {
        name = word;
        line = word;
      } else {
        line += ' ' + take_file(word, potential.files);
      }
    }
    if (name.empty()) continue;
    if (among(of_the_script, name)) {
      refuse(text, "the script has \"" + name + "\" itself", "leave it out");
    }
    has_style = has_style || name == "pair_style";
    (among(before_atoms, name) ? potential.early : potential.commands).push_back(line);
  }
  if (!has_style) {
    refuse(text, "there is no pair_style",
           "for example: pair_style eam/alloy; pair_coeff * * Au.eam.alloy {elements}");
  }
  return potential;
}

}  // namespace adatom::md
