#include "adatom/crystal/io/lammps_data.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "adatom/base/error.h"
#include "adatom/crystal/element.h"
#include "io/atom_words.h"
#include "io/text_lines.h"

namespace adatom::crystal {
namespace {

enum class AtomStyle { atomic, charge, full };

struct NumberedAtom {
  long long id = 0;
  int type = 0;
  Eigen::Vector3d position = Eigen::Vector3d::Zero();
  Eigen::Vector3i image = Eigen::Vector3i::Zero();
};

struct NumberedVelocity {
  long long id = 0;
  Eigen::Vector3d value = Eigen::Vector3d::Zero();
  std::size_t line = 0;
};

/// What the file holds, before types have become elements.
struct DataFile {
  std::string title;
  std::optional<long long> declared_atoms;
  std::array<double, 6> box{};   ///< xlo xhi ylo yhi zlo zhi
  std::array<double, 3> tilt{};  ///< xy xz yz
  std::map<int, std::string> type_elements;
  std::vector<NumberedAtom> atoms;
  std::vector<NumberedVelocity> velocities;
  bool has_atoms_section = false;
  bool has_velocities_section = false;
};

std::string_view without_comment(std::string_view line) { return line.substr(0, line.find('#')); }

std::string_view comment_of(std::string_view line) {
  const std::size_t hash = line.find('#');
  return hash == std::string_view::npos ? std::string_view{} : line.substr(hash + 1);
}

bool is_section(const std::vector<std::string_view>& words) {
  // Section names start with a capital letter; values are numbers.
  return !words.empty() && words[0][0] >= 'A' && words[0][0] <= 'Z';
}

int type_number(std::string_view word, const TextLines& lines) {
  const long long type = lines.integer(word, "an atom type");
  if (type < 1 || type > 1'000'000) lines.fail("an atom type must be between 1 and 1000000");
  return static_cast<int>(type);
}

void read_header_line(const std::vector<std::string_view>& words, const TextLines& lines,
                      DataFile& file) {
  const auto ends = [&](std::initializer_list<std::string_view> tail) {
    return words.size() >= tail.size() &&
           std::equal(tail.begin(), tail.end(), words.end() - static_cast<long>(tail.size()));
  };
  constexpr std::array<std::array<std::string_view, 2>, 3> sides = {
      {{"xlo", "xhi"}, {"ylo", "yhi"}, {"zlo", "zhi"}}};
  for (std::size_t k = 0; k < 3; ++k) {
    if (words.size() == 4 && ends({sides[k][0], sides[k][1]})) {
      file.box[2 * k] = lines.number(words[0], "the box");
      file.box[2 * k + 1] = lines.number(words[1], "the box");
      return;
    }
  }
  if (words.size() == 6 && ends({"xy", "xz", "yz"})) {
    for (std::size_t k = 0; k < 3; ++k) file.tilt[k] = lines.number(words[k], "the tilt");
  } else if (words.size() == 2 && words[1] == "atoms") {
    file.declared_atoms = lines.integer(words[0], "the number of atoms");
  }
}

AtomStyle style_of(std::string_view hint, std::size_t values, const TextLines& lines) {
  const bool flags = values >= 8;  // three image flags follow the position
  const std::size_t plain = flags ? values - 3 : values;
  std::vector<std::string_view> words;
  split_words(hint, words);
  const std::string_view name = words.empty() ? std::string_view{} : words[0];
  if (name == "atomic" && plain == 5) return AtomStyle::atomic;
  if (name == "charge" && plain == 6) return AtomStyle::charge;
  if (name == "full" && plain == 7) return AtomStyle::full;
  if (name.empty()) {
    if (plain == 5) return AtomStyle::atomic;
    if (plain == 6) return AtomStyle::charge;
    if (plain == 7) return AtomStyle::full;
    lines.fail("the atom style is not known", std::to_string(values) + " values stand in the line",
               "atomic has 5 (8 with image flags), charge 6 (9), full 7 (10)");
  }
  if (name == "atomic" || name == "charge" || name == "full") {
    lines.fail("an atom of style " + std::string(name) + " cannot have " + std::to_string(values) +
               " values");
  }
  lines.fail("atom style \"" + std::string(name.substr(0, 20)) + "\" is not read here", {},
             "write the file with atom_style atomic, charge or full");
}

NumberedAtom read_atom(const std::vector<std::string_view>& words, AtomStyle style,
                       const TextLines& lines) {
  const std::size_t type_at = style == AtomStyle::full ? 2 : 1;
  const std::size_t position_at = style == AtomStyle::atomic   ? 2
                                  : style == AtomStyle::charge ? 3
                                                               : 4;
  NumberedAtom atom;
  atom.id = lines.integer(words[0], "an atom's id");
  atom.type = type_number(words[type_at], lines);
  for (std::size_t k = 0; k < 3; ++k) {
    atom.position(static_cast<Eigen::Index>(k)) =
        lines.number(words[position_at + k], "a coordinate");
  }
  if (words.size() == position_at + 6) {
    for (std::size_t k = 0; k < 3; ++k) {
      atom.image(static_cast<Eigen::Index>(k)) = image_number(words[position_at + 3 + k], lines);
    }
  }
  return atom;
}

/// Behind the three values of styles with a spin or a radius come more.
NumberedVelocity read_velocity(const std::vector<std::string_view>& words, const TextLines& lines) {
  if (words.size() < 4) lines.fail("a line of Velocities holds an atom's id and three values");
  NumberedVelocity velocity;
  velocity.id = lines.integer(words[0], "an atom's id");
  for (std::size_t k = 0; k < 3; ++k) {
    velocity.value(static_cast<Eigen::Index>(k)) = lines.number(words[1 + k], "a velocity");
  }
  velocity.line = lines.line_number();
  return velocity;
}

void read_mass(const std::vector<std::string_view>& words, std::string_view comment,
               const TextLines& lines, DataFile& file) {
  if (words.size() != 2) lines.fail("a line of Masses holds an atom type and a mass");
  const int type = type_number(words[0], lines);
  const double mass = lines.number(words[1], "a mass");
  std::vector<std::string_view> names;
  split_words(comment, names);
  const auto named = names.empty() ? std::nullopt : find_element(names[0]);
  const auto element = named ? named : find_element_by_mass(mass);
  if (element) file.type_elements[type] = std::string(element->symbol);
}

DataFile read_data_file(TextLines& lines) {
  DataFile file;
  std::string_view line;
  if (lines.next(line)) file.title = std::string(line);
  enum class Section { header, masses, atoms, velocities, other } section = Section::header;
  std::string_view hint;
  std::optional<AtomStyle> style;
  std::size_t values = 0;
  std::vector<std::string_view> words;
  while (lines.next(line)) {
    split_words(without_comment(line), words);
    if (words.empty()) continue;
    if (is_section(words)) {
      section = Section::other;
      if (words.size() == 1 && words[0] == "Masses") section = Section::masses;
      if (words.size() == 1 && words[0] == "Atoms") {
        section = Section::atoms;
        hint = comment_of(line);
        file.has_atoms_section = true;
      }
      if (words.size() == 1 && words[0] == "Velocities") {
        section = Section::velocities;
        file.has_velocities_section = true;
      }
    } else if (section == Section::header) {
      read_header_line(words, lines, file);
    } else if (section == Section::masses) {
      read_mass(words, comment_of(line), lines, file);
    } else if (section == Section::atoms) {
      if (!style || words.size() != values) {
        if (style && words.size() != values) {
          lines.fail("an atom line of another length",
                     std::to_string(words.size()) + " values instead of " + std::to_string(values));
        }
        style = style_of(hint, words.size(), lines);
        values = words.size();
      }
      file.atoms.push_back(read_atom(words, *style, lines));
    } else if (section == Section::velocities) {
      file.velocities.push_back(read_velocity(words, lines));
    }
  }
  return file;
}

void check_atoms(const DataFile& file, const std::string& source) {
  if (!file.has_atoms_section || file.atoms.empty()) {
    throw InputError({.what = "no atoms in the file",
                      .where = source,
                      .why = "a LAMMPS data file has them in its Atoms section",
                      .remedy = {}});
  }
  if (file.declared_atoms && *file.declared_atoms != static_cast<long long>(file.atoms.size())) {
    throw InputError({.what = "the number of atoms is wrong",
                      .where = source,
                      .why = std::to_string(*file.declared_atoms) + " are declared, " +
                             std::to_string(file.atoms.size()) + " are there",
                      .remedy = "copy the file again"});
  }
  for (std::size_t i = 1; i < file.atoms.size(); ++i) {
    if (file.atoms[i].id == file.atoms[i - 1].id) {
      throw InputError({.what = "two atoms have the id " + std::to_string(file.atoms[i].id),
                        .where = source,
                        .why = {},
                        .remedy = {}});
    }
  }
}

/// Each atom's velocity; they come in any order.
std::vector<Eigen::Vector3d> sorted_velocities(DataFile& file, const std::string& source) {
  if (!file.has_velocities_section) return {};
  std::stable_sort(
      file.velocities.begin(), file.velocities.end(),
      [](const NumberedVelocity& a, const NumberedVelocity& b) { return a.id < b.id; });
  std::vector<Eigen::Vector3d> velocities;
  velocities.reserve(file.atoms.size());
  for (const auto& [id, value, line] : file.velocities) {
    const bool fits =
        velocities.size() < file.atoms.size() && file.atoms[velocities.size()].id == id;
    if (!fits) {
      throw InputError({.what = "a velocity of atom " + std::to_string(id) +
                                ", which is not there or has one already",
                        .where = source + ':' + std::to_string(line),
                        .why = {},
                        .remedy = "copy the file again"});
    }
    velocities.push_back(value);
  }
  if (velocities.size() != file.atoms.size()) {
    throw InputError({.what = "atoms without velocity",
                      .where = source,
                      .why = std::to_string(velocities.size()) + " velocities, " +
                             std::to_string(file.atoms.size()) + " atoms",
                      .remedy = "copy the file again"});
  }
  return velocities;
}

void set_box(const DataFile& file, Structure& structure) {
  structure.cell_angstrom << file.box[1] - file.box[0], 0, 0, file.tilt[0],
      file.box[3] - file.box[2], 0, file.tilt[1], file.tilt[2], file.box[5] - file.box[4];
  structure.origin_angstrom << file.box[0], file.box[2], file.box[4];
  structure.periodic.fill((structure.cell_angstrom.diagonal().array() > 0.0).all());
}

void set_atoms(const DataFile& file, const std::string& source, Structure& structure) {
  structure.atoms.reserve(file.atoms.size());
  std::vector<Complaint> complaints;
  std::map<int, int> reported;
  std::vector<std::int64_t> types;
  for (const auto& atom : file.atoms) {
    structure.ids.push_back(atom.id);
    structure.images.push_back(atom.image);
    types.push_back(atom.type);
    const auto found = file.type_elements.find(atom.type);
    if (found != file.type_elements.end()) {
      structure.atoms.push_back({found->second, atom.position});
    } else if (reported[atom.type]++ == 0) {
      complaints.push_back(
          {.what = "the element of atom type " + std::to_string(atom.type) + " is not known",
           .where = source,
           .why = "no mass in the file tells it",
           .remedy = "name the element of each type, as option type_elements where there is one"});
    }
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
  drop_usual_lists(structure);
  keep_types(std::move(types), structure);
}

}  // namespace

Structure parse_lammps_data(std::string_view text, const std::string& source,
                            const TypeElements& elements) {
  TextLines lines(text, source);
  DataFile file = read_data_file(lines);
  std::stable_sort(file.atoms.begin(), file.atoms.end(),
                   [](const NumberedAtom& a, const NumberedAtom& b) { return a.id < b.id; });
  check_atoms(file, source);
  for (const auto& [type, element] : elements) file.type_elements[type] = element;
  Structure structure;
  structure.comment = file.title;
  set_box(file, structure);
  set_atoms(file, source, structure);
  structure.velocities_angstrom_per_ps = sorted_velocities(file, source);
  return structure;
}

}  // namespace adatom::crystal
