#include <array>
#include <map>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/crystal/element.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/lammps_data.h"
#include "adatom/crystal/io/lammps_dump.h"
#include "adatom/crystal/io/pdb.h"
#include "adatom/crystal/io/type_elements.h"
#include "adatom/crystal/trajectory.h"
#include "adatom/storage/files.h"
#include "cli/atom_columns.h"
#include "cli/frame_choice.h"
#include "cli/structure_files.h"

namespace adatom::pipeline {
namespace {

enum class Target { extended_xyz, dump, data, pdb };

const std::map<std::string, Target, std::less<>>& targets() {
  static const std::map<std::string, Target, std::less<>> all = {
      {".xyz", Target::extended_xyz}, {".extxyz", Target::extended_xyz}, {".dump", Target::dump},
      {".lammpstrj", Target::dump},   {".data", Target::data},           {".lmp", Target::data},
      {".pdb", Target::pdb}};
  return all;
}

Target target_of(const std::filesystem::path& path) {
  const auto found = targets().find(path.extension().string());
  if (found != targets().end()) return found->second;
  throw InputError({.what = "not a structure file that is written here",
                    .where = path.string(),
                    .why = fmt::format("its name ends in \"{}\"", path.extension().string()),
                    .remedy = "extended XYZ ends in .xyz, LAMMPS data in .data, a LAMMPS dump in "
                              ".dump or .lammpstrj, PDB in .pdb"});
}

/// Types 1, 2, ... as the writers take them.
std::vector<std::string> listed(const crystal::TypeElements& elements) {
  std::vector<std::string> list;
  for (const auto& [type, element] : elements) list.push_back(element);
  return list;
}

std::string formatted(Target target, crystal::Structure structure, std::size_t number,
                      std::size_t count, const std::vector<std::string>& elements) {
  switch (target) {
    case Target::extended_xyz:
      break;
    case Target::dump:
      if (!structure.timestep) structure.timestep = static_cast<std::int64_t>(number);
      return crystal::format_dump_snapshot(structure, {.elements = elements});
    case Target::data:
      return crystal::format_lammps_data(structure, {.elements = elements});
    case Target::pdb:
      if (count == 1) return crystal::format_pdb(structure);
      return crystal::format_pdb(structure, {.model = number + 1});
  }
  return crystal::format_extended_xyz({&structure, 1});
}

}  // namespace

crystal::TypeElements type_elements(const std::string& text) {
  auto elements = crystal::parse_type_elements(text);
  for (const auto& [type, word] : elements) {
    if (crystal::find_element(word)) continue;
    throw InputError({.what = fmt::format("\"{}\" is no element's symbol", word),
                      .where = "--type-elements",
                      .why = {},
                      .remedy = "give symbols as \"Pt Ir\""});
  }
  return elements;
}

bool is_structure_name(const std::filesystem::path& path) {
  return targets().contains(path.extension().string());
}

void convert_structures(const StructureConversion& conversion, Console& console) {
  const Target target = target_of(conversion.out);
  const auto elements = type_elements(conversion.type_elements);
  crystal::TrajectoryReader reader(conversion.in, elements);
  const auto [first, last] =
      chosen_frames(conversion.frames, reader.frames().size(), conversion.in);
  if (!conversion.with.empty() && (target == Target::data || target == Target::pdb)) {
    throw InputError({.what = "a file of this kind has no columns for --with",
                      .where = conversion.out,
                      .why = {},
                      .remedy = "write extended XYZ (.xyz) or a LAMMPS dump (.dump)"});
  }
  if (target == Target::data && last - first > 1) {
    throw InputError(
        {.what = fmt::format("{} structures do not fit a LAMMPS data file", last - first),
         .where = conversion.in,
         .why = {},
         .remedy = "choose one with --frames"});
  }
  storage::FileWriter writer(conversion.out);
  console.progress().begin("convert", last - first);
  for (std::size_t frame = first; frame < last; ++frame) {
    stop_if_cancelled(console.progress());
    auto structure = reader.read(frame);
    add_atom_columns(structure, conversion.with, conversion.r_cut_angstrom);
    writer.append(
        formatted(target, std::move(structure), frame - first, last - first, listed(elements)));
    console.progress().advance(1);
  }
  writer.commit();
  for (const auto& complaint : reader.damage()) console.say("warning: " + complaint.text());
}

}  // namespace adatom::pipeline
