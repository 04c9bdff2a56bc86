#include "adatom/crystal/io/extended_xyz.h"

#include <algorithm>
#include <utility>

#include "io/append_number.h"
#include "io/atom_table.h"
#include "io/atom_words.h"
#include "io/check_lists.h"
#include "io/column_text.h"
#include "io/xyz_frame.h"
#include "io/xyz_header.h"

namespace adatom::crystal {
namespace {

void append_column_name(std::string& text, const AtomColumn& column) {
  constexpr std::array types = {'R', 'I', 'S'};  // in the order of the variant
  text += ':' + plain_name(column.name) + ':' + types[column.values.index()] + ':' +
          std::to_string(column.width);
}

void append_properties(std::string& text, const Structure& structure) {
  text += "Properties=species:S:1:pos:R:3";
  if (!structure.velocities_angstrom_per_ps.empty()) text += ":velo:R:3";
  if (!structure.ids.empty()) text += ":id:I:1";
  if (!structure.images.empty()) text += ":images:I:3";
  if (has_displacements(structure)) text += ":rms_displacement:R:1";
  if (has_occupancies(structure)) text += ":occupancy:R:1";
  for (const auto& column : structure.columns) append_column_name(text, column);
}

void append_header(std::string& text, const Structure& structure) {
  if (!structure.cell_angstrom.isZero(0.0)) {
    text += "Lattice=\"";
    for (int i = 0; i < 9; ++i) {
      if (i > 0) text += ' ';
      append_number(text, structure.cell_angstrom(i / 3, i % 3));
    }
    text += "\" ";
  }
  if (!structure.origin_angstrom.isZero(0.0)) {
    text += "Origin=\"";
    for (int k = 0; k < 3; ++k) {
      if (k > 0) text += ' ';
      append_number(text, structure.origin_angstrom(k));
    }
    text += "\" ";
  }
  append_properties(text, structure);
  text += " pbc=\"";
  for (std::size_t k = 0; k < 3; ++k) {
    if (k > 0) text += ' ';
    text += structure.periodic[k] ? 'T' : 'F';
  }
  text += '"';
  if (structure.timestep) text += " Timestep=" + std::to_string(*structure.timestep);
  if (structure.time_ps) {
    text += " Time=";
    append_number(text, *structure.time_ps);
  }
  if (structure.comment.empty()) return;
  text += " comment=\"";
  for (const char c : structure.comment) {
    if (c == '\\') text += '\\';
    text += c == '"' ? '\'' : c == '\n' || c == '\r' ? ' ' : c;
  }
  text += '"';
}

}  // namespace

std::optional<Structure> next_xyz_frame(TextLines& lines) {
  std::string_view line;
  std::vector<std::string_view> words;
  while (words.empty()) {  // blank lines between or behind structures
    if (!lines.next(line)) return std::nullopt;
    split_words(line, words);
  }
  const long long count = words.size() == 1 ? lines.integer(words[0], "the number of atoms") : -1;
  if (count < 0) lines.fail("the number of atoms is missing");
  if (!lines.next(line)) lines.fail("the file ends before the second line of a structure");
  XyzHeader header = parse_xyz_header(line, lines);
  Structure structure = std::move(header.structure);
  AtomTable table(std::move(header.fields), header.words);
  // An atom takes at least eight bytes ("H 0 0 0\n"), whatever number the file declares.
  structure.atoms.reserve(std::min(static_cast<std::size_t>(count), lines.bytes_left() / 8 + 1));
  for (long long i = 0; i < count; ++i) {
    if (!lines.next(line)) {
      lines.fail(
          "the file ends inside a structure",
          std::to_string(count) + " atoms are declared, " + std::to_string(i) + " are there");
    }
    table.read(line, lines, structure);
  }
  table.finish(lines, structure);
  drop_usual_lists(structure);
  return structure;
}

std::vector<Structure> parse_extended_xyz(std::string_view text, const std::string& source) {
  TextLines lines(text, source);
  std::vector<Structure> structures;
  while (auto structure = next_xyz_frame(lines)) structures.push_back(std::move(*structure));
  if (structures.empty()) lines.fail("no structure in the file");
  return structures;
}

std::string format_extended_xyz(std::span<const Structure> structures) {
  std::string text;
  for (const auto& structure : structures) {
    check_lists(structure);
    append_number(text, structure.atoms.size());
    text += '\n';
    append_header(text, structure);
    text += '\n';
    const bool displacements = has_displacements(structure);
    const bool occupancies = has_occupancies(structure);
    for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
      const Atom& atom = structure.atoms[i];
      text += atom.element;
      append_vector(text, atom.position_angstrom);
      if (!structure.velocities_angstrom_per_ps.empty()) {
        append_vector(text, structure.velocities_angstrom_per_ps[i]);
      }
      if (!structure.ids.empty()) append_vector(text, std::array{structure.ids[i]});
      if (!structure.images.empty()) append_vector(text, structure.images[i]);
      if (displacements) append_displacement(text, atom);
      if (occupancies) append_vector(text, std::array{atom.occupancy});
      for (const auto& column : structure.columns) append_column(text, column, i);
      text += '\n';
    }
  }
  return text;
}

}  // namespace adatom::crystal
