#include "adatom/crystal/io/extended_xyz.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numbers>
#include <optional>

#include "adatom/base/number_text.h"
#include "io/atom_words.h"
#include "io/text_lines.h"

namespace adatom::crystal {
namespace {

/// Where an atom's properties stand among its line's words.
struct Columns {
  std::size_t species = 0;
  std::size_t position = 1;
  std::size_t needed = 4;  ///< words a line must have
  std::optional<std::size_t> displacement = {};
  std::optional<std::size_t> factor = {};  ///< B = 8 pi^2 u^2
  std::optional<std::size_t> occupancy = {};
};

struct KeyValue {
  std::string_view key;
  std::string_view value;
};

/// key=value, key="value with blanks", key={...}, or a bare key (value empty).
std::vector<KeyValue> split_keys(std::string_view line) {
  std::vector<KeyValue> pairs;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(" \t", at)) != std::string_view::npos) {
    const std::size_t key_end = std::min(line.find_first_of("= \t", at), line.size());
    KeyValue pair{line.substr(at, key_end - at), {}};
    at = key_end;
    if (at < line.size() && line[at] == '=') {
      ++at;
      const char open = at < line.size() ? line[at] : ' ';
      const char close = open == '"' || open == '\'' ? open : open == '{' ? '}' : '\0';
      const std::size_t from = close ? at + 1 : at;
      const std::size_t end =
          std::min(close ? line.find(close, from) : line.find_first_of(" \t", from), line.size());
      pair.value = line.substr(std::min(from, line.size()), end - std::min(from, line.size()));
      at = close ? std::min(end + 1, line.size()) : end;
    }
    pairs.push_back(pair);
  }
  return pairs;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

Columns parse_properties(std::string_view value, const TextLines& lines) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t end = std::min(value.find(':', at), value.size());
    parts.push_back(value.substr(at, end - at));
    at = end + 1;
  }
  if (parts.size() % 3 != 0) {
    lines.fail("Properties must be a list of name:type:columns", {},
               "for instance Properties=species:S:1:pos:R:3");
  }
  std::optional<std::size_t> species;
  std::optional<std::size_t> position;
  Columns columns;
  std::size_t word = 0;
  for (std::size_t i = 0; i < parts.size(); i += 3) {
    const long long count = lines.integer(parts[i + 2], "a property's number of columns");
    if (count < 1 || count > 1000) lines.fail("a property has 1 to 1000 columns");
    if ((parts[i] == "species" || parts[i] == "element" || parts[i] == "Z") && !species) {
      species = word;
    }
    if ((parts[i] == "pos" || parts[i] == "position") && count == 3) position = word;
    const auto take = [&](std::optional<std::size_t>& place) {
      if (count == 1) place = word;
    };
    if (parts[i] == "rms_displacement" || parts[i] == "thermal_sigma") take(columns.displacement);
    if (parts[i] == "debye_waller_factors") take(columns.factor);
    if (parts[i] == "occupancy" || parts[i] == "occupancies") take(columns.occupancy);
    word += static_cast<std::size_t>(count);
  }
  if (!species || !position) {
    lines.fail("Properties must name species and pos", {},
               "for instance Properties=species:S:1:pos:R:3");
  }
  columns.species = *species;
  columns.position = *position;
  columns.needed = word;
  return columns;
}

Eigen::Matrix3d parse_lattice(std::string_view value, const TextLines& lines) {
  std::vector<std::string_view> words;
  split_words(value, words);
  if (words.size() != 9) {
    lines.fail("Lattice must hold nine numbers", std::to_string(words.size()) + " are there");
  }
  Eigen::Matrix3d cell;
  for (int i = 0; i < 9; ++i) {
    cell(i / 3, i % 3) = lines.number(words[static_cast<std::size_t>(i)], "Lattice");
  }
  return cell;
}

Columns parse_header(std::string_view line, const TextLines& lines, Structure& structure) {
  const auto pairs = split_keys(line);
  std::optional<Columns> columns;
  std::string_view comment;
  bool extended = false;
  for (const auto& [key, value] : pairs) {
    if (equals_ignoring_case(key, "Properties")) {
      columns = parse_properties(value, lines);
      extended = true;
    } else if (equals_ignoring_case(key, "Lattice")) {
      structure.cell_angstrom = parse_lattice(value, lines);
      extended = true;
    } else if (equals_ignoring_case(key, "comment")) {
      comment = value;
    }
  }
  structure.comment = std::string(extended ? comment : line);
  return columns.value_or(Columns{});
}

/// Displacement and occupancy, where there are columns of them.
void parse_site(const Columns& columns, const std::vector<std::string_view>& words,
                const TextLines& lines, Atom& atom) {
  const auto known = [&](const std::optional<std::size_t>& place) {
    return place && words[*place] != "nan" && words[*place] != "NaN";
  };
  if (known(columns.factor)) {
    const double factor = lines.number(words[*columns.factor], "a Debye-Waller factor");
    if (factor < 0.0) lines.fail("a Debye-Waller factor must not be negative");
    atom.rms_displacement_angstrom = checked_displacement(
        std::sqrt(factor / (8.0 * std::numbers::pi * std::numbers::pi)), lines);
  }
  if (known(columns.displacement)) {
    atom.rms_displacement_angstrom =
        checked_displacement(lines.number(words[*columns.displacement], "a displacement"), lines);
  }
  if (columns.occupancy) {
    atom.occupancy =
        checked_occupancy(lines.number(words[*columns.occupancy], "an occupancy"), lines);
  }
}

}  // namespace

std::vector<Structure> parse_extended_xyz(std::string_view text, const std::string& source) {
  TextLines lines(text, source);
  std::vector<Structure> structures;
  std::vector<std::string_view> words;
  std::string_view line;
  while (lines.next(line)) {
    split_words(line, words);
    if (words.empty()) {  // blank lines between or behind structures
      continue;
    }
    const long long count = words.size() == 1 ? lines.integer(words[0], "the number of atoms") : -1;
    if (count < 0) lines.fail("the number of atoms is missing");
    Structure structure;
    if (!lines.next(line)) lines.fail("the file ends before the second line of a structure");
    const Columns columns = parse_header(line, lines, structure);
    // An atom takes at least eight bytes ("H 0 0 0\n"), whatever number the file declares.
    structure.atoms.reserve(std::min(static_cast<std::size_t>(count), lines.bytes_left() / 8 + 1));
    for (long long i = 0; i < count; ++i) {
      if (!lines.next(line)) {
        lines.fail(
            "the file ends inside a structure",
            std::to_string(count) + " atoms are declared, " + std::to_string(i) + " are there");
      }
      split_words(line, words);
      if (words.size() < columns.needed) {
        lines.fail("an atom needs " + std::to_string(columns.needed) + " values",
                   std::to_string(words.size()) + " are there");
      }
      Atom atom;
      atom.element = element_of_word(words[columns.species], lines);
      for (std::size_t k = 0; k < 3; ++k) {
        atom.position_angstrom(static_cast<Eigen::Index>(k)) =
            lines.number(words[columns.position + k], "a coordinate");
      }
      parse_site(columns, words, lines, atom);
      structure.atoms.push_back(std::move(atom));
    }
    structures.push_back(std::move(structure));
  }
  if (structures.empty()) lines.fail("no structure in the file");
  return structures;
}

std::string format_extended_xyz(std::span<const Structure> structures) {
  std::string text;
  for (const auto& structure : structures) {
    text += std::to_string(structure.atoms.size()) + '\n';
    const bool has_cell = !structure.cell_angstrom.isZero(0.0);
    if (has_cell) {
      text += "Lattice=\"";
      for (int i = 0; i < 9; ++i) {
        if (i > 0) text += ' ';
        text += shortest(structure.cell_angstrom(i / 3, i % 3));
      }
      text += "\" ";
    }
    const bool has_displacements = std::ranges::any_of(structure.atoms, [](const Atom& atom) {
      return atom.rms_displacement_angstrom.has_value();
    });
    const bool has_occupancies = std::ranges::any_of(
        structure.atoms, [](const Atom& atom) { return atom.occupancy != 1.0; });
    text += "Properties=species:S:1:pos:R:3";
    if (has_displacements) text += ":rms_displacement:R:1";
    if (has_occupancies) text += ":occupancy:R:1";
    text += " pbc=";
    text += has_cell ? "\"T T T\"" : "\"F F F\"";
    if (!structure.comment.empty()) {
      std::string comment = structure.comment;
      for (char& c : comment) {
        if (c == '"') c = '\'';
        if (c == '\n' || c == '\r') c = ' ';
      }
      text += " comment=\"" + comment + '"';
    }
    text += '\n';
    for (const auto& atom : structure.atoms) {
      text += atom.element;
      for (int k = 0; k < 3; ++k) {
        text += ' ';
        text += shortest(atom.position_angstrom(k));
      }
      if (has_displacements) {
        text += ' ';
        text += atom.rms_displacement_angstrom ? shortest(*atom.rms_displacement_angstrom) : "nan";
      }
      if (has_occupancies) text += ' ' + shortest(atom.occupancy);
      text += '\n';
    }
  }
  return text;
}

}  // namespace adatom::crystal
