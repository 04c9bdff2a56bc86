#include "adatom/crystal/io/lammps_dump.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include "adatom/base/error.h"
#include "io/atom_table.h"
#include "io/atom_words.h"
#include "io/dump_columns.h"
#include "io/dump_frame.h"

namespace adatom::crystal {
namespace {

constexpr std::string_view item = "ITEM: ";

bool has_word(const std::vector<std::string_view>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// The letters of the boundaries come last; without any, LAMMPS's own default holds.
std::array<bool, 3> read_periodic(const std::vector<std::string_view>& header) {
  std::array periodic = {true, true, true};
  constexpr std::size_t before = 3;  // ITEM: BOX BOUNDS
  if (header.size() < before + 3) return periodic;
  for (std::size_t k = 0; k < 3; ++k) {
    const std::string_view letters = header[header.size() - 3 + k];
    const bool is_boundary =
        letters.size() == 2 && letters.find_first_not_of("pfsm") == std::string_view::npos;
    periodic[k] = !is_boundary || letters == "pp";
  }
  return periodic;
}

/// Of a tilted box LAMMPS writes the bounds of what encloses it (manual, "Howto triclinic").
void set_box(const std::array<double, 3>& lows, const std::array<double, 3>& highs,
             const std::array<double, 3>& tilt, Structure& structure) {
  const auto [xy, xz, yz] = tilt;
  const double x = lows[0] - std::min({0.0, xy, xz, xy + xz});
  const double y = lows[1] - std::min(0.0, yz);
  structure.origin_angstrom << x, y, lows[2];
  structure.cell_angstrom << highs[0] - std::max({0.0, xy, xz, xy + xz}) - x, 0, 0, xy,
      highs[1] - std::max(0.0, yz) - y, 0, xz, yz, highs[2] - lows[2];
}

void read_box(std::string_view header, TextLines& lines, Structure& structure) {
  std::vector<std::string_view> words;
  split_words(header, words);
  structure.periodic = read_periodic(words);
  const bool tilted = has_word(words, "xy");
  const bool general = has_word(words, "abc");  // vectors in rows, the corner in the last column
  const std::size_t values = general ? 4 : tilted ? 3 : 2;
  std::array<std::array<double, 3>, 4> columns{};
  for (std::size_t k = 0; k < 3; ++k) {
    std::string_view line;
    if (!lines.next(line)) lines.fail("the box is cut short");
    split_words(line, words);
    if (words.size() != values) lines.fail("a line of the box has another length");
    for (std::size_t i = 0; i < values; ++i) columns[i][k] = lines.number(words[i], "the box");
  }
  if (!general) return set_box(columns[0], columns[1], columns[2], structure);
  for (Eigen::Index k = 0; k < 3; ++k) {
    const auto at = static_cast<std::size_t>(k);
    structure.cell_angstrom.row(k) << columns[0][at], columns[1][at], columns[2][at];
    structure.origin_angstrom(k) = columns[3][at];
  }
}

template <class List>
void permute(const std::vector<std::size_t>& order, std::size_t width, List& list) {
  if (list.empty()) return;
  List sorted;
  sorted.reserve(list.size());
  for (const std::size_t from : order) {
    for (std::size_t k = from * width; k < (from + 1) * width; ++k) {
      sorted.push_back(std::move(list[k]));
    }
  }
  list = std::move(sorted);
}

void sort_by_ids(const TextLines& lines, Structure& structure, std::vector<std::int64_t>& types) {
  const auto& ids = structure.ids;
  if (!std::ranges::is_sorted(ids)) {
    std::vector<std::size_t> order(ids.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return ids[i]; });
    permute(order, 1, structure.atoms);
    permute(order, 1, structure.velocities_angstrom_per_ps);
    permute(order, 1, structure.images);
    permute(order, 1, types);
    for (auto& column : structure.columns) {
      std::visit([&](auto& values) { permute(order, column.width, values); }, column.values);
    }
    permute(order, 1, structure.ids);
  }
  const auto twice = std::ranges::adjacent_find(ids);
  if (twice != ids.end()) {
    lines.fail("two atoms of the snapshot have the id " + std::to_string(*twice));
  }
}

/// Where the dump has no elements.
void name_atoms(const TextLines& lines, const TypeElements& elements,
                const std::vector<std::int64_t>& types, Structure& structure) {
  std::set<std::int64_t> unknown;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto named = types[i] >= 1 && types[i] <= 1'000'000
                           ? elements.find(static_cast<int>(types[i]))
                           : elements.end();
    if (named != elements.end()) {
      structure.atoms[i].element = named->second;
    } else {
      unknown.insert(types[i]);
    }
  }
  std::vector<Complaint> complaints;
  for (const auto type : unknown) {
    complaints.push_back(
        {.what = "the element of atom type " + std::to_string(type) + " is not known",
         .where = lines.source(),
         .why = "the dump has no column element",
         .remedy = "name the element of each type, as option type_elements where there is one"});
    constexpr std::size_t enough = 10;
    if (complaints.size() == enough) break;
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
}

void read_atoms(std::string_view header, long long declared, const DumpUnits& units,
                const TypeElements& elements, TextLines& lines, Structure& structure) {
  std::vector<std::string_view> names;
  split_words(header, names);
  names.erase(names.begin(), names.begin() + 2);  // "ITEM: ATOMS"
  auto columns = find_dump_columns(names, lines);
  AtomTable table(std::move(columns.fields), columns.count);
  table.set_velocity_unit(units.velocity_angstrom_per_ps);
  // An atom takes at least two bytes for each value.
  const std::size_t most = lines.bytes_left() / (2 * columns.count) + 1;
  structure.atoms.reserve(std::min(static_cast<std::size_t>(declared), most));
  std::string_view line;
  for (long long i = 0; i < declared; ++i) {
    if (!lines.next(line) || line.starts_with(item)) {
      lines.fail(
          "the snapshot is cut short",
          std::to_string(declared) + " atoms are declared, " + std::to_string(i) + " are there",
          "copy the file again");
    }
    table.read(line, lines, structure);
  }
  table.finish(lines, structure);
  if (columns.shares) {
    for (auto& atom : structure.atoms) {
      atom.position_angstrom =
          (structure.origin_angstrom + structure.cell_angstrom.transpose() * atom.position_angstrom)
              .eval();
    }
  }
  if (!table.has(Meaning::element)) name_atoms(lines, elements, table.types(), structure);
  sort_by_ids(lines, structure, table.types());
  drop_usual_lists(structure);
  keep_types(std::move(table.types()), structure);
}

}  // namespace

std::optional<DumpUnits> find_dump_units(std::string_view name) {
  if (name == "metal") return DumpUnits{};
  if (name == "real") return DumpUnits{.velocity_angstrom_per_ps = 1e3, .time_ps = 1e-3};
  return std::nullopt;
}

std::optional<Structure> next_dump_frame(TextLines& lines, const TypeElements& elements,
                                         DumpUnits& units) {
  Structure structure;
  std::optional<long long> declared;
  std::optional<double> time;
  bool is_empty = true;
  std::string_view line;
  const auto value = [&] {
    if (!lines.next(line)) lines.fail("the file ends inside a snapshot");
    return line;
  };
  while (lines.next(line)) {
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    is_empty = false;
    if (line.starts_with("ITEM: TIMESTEP")) {
      structure.timestep = lines.integer(value(), "the timestep");
      structure.comment = "timestep " + std::to_string(*structure.timestep);
    } else if (line.starts_with("ITEM: TIME")) {
      time = lines.number(value(), "the time");
    } else if (line.starts_with("ITEM: UNITS")) {
      const auto found = find_dump_units(value());
      if (!found) {
        lines.fail("these units are not read here", "they have no angstrom",
                   "dump with units metal or real");
      }
      units = *found;
    } else if (line.starts_with("ITEM: NUMBER OF ATOMS")) {
      declared = lines.integer(value(), "the number of atoms");
      if (*declared < 0) lines.fail("the number of atoms must not be negative");
    } else if (line.starts_with("ITEM: BOX BOUNDS")) {
      read_box(line, lines, structure);
    } else if (line.starts_with("ITEM: ATOMS")) {
      if (!declared) lines.fail("ITEM: NUMBER OF ATOMS is missing before the atoms");
      read_atoms(line, *declared, units, elements, lines, structure);
      if (time) structure.time_ps = *time * units.time_ps;
      return structure;
    }
  }
  if (is_empty) return std::nullopt;
  lines.fail("no atoms in the snapshot", "a LAMMPS dump has them behind ITEM: ATOMS",
             "copy the file again");
}

Structure parse_lammps_dump(std::string_view text, const std::string& source,
                            const TypeElements& elements) {
  TextLines lines(text, source);
  DumpUnits units;
  auto structure = next_dump_frame(lines, elements, units);
  if (!structure || structure->atoms.empty()) {
    throw InputError({.what = "no atoms in the file", .where = source, .why = {}, .remedy = {}});
  }
  return std::move(*structure);
}

}  // namespace adatom::crystal
