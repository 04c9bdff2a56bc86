#include "io/atom_table.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "adatom/base/number_text.h"
#include "adatom/base/physical_constants.h"
#include "adatom/crystal/element.h"
#include "io/atom_words.h"

namespace adatom::crystal {
namespace {

/// sqrt(eV / u) in angstrom/ps, 98.23: the unit of velocity of ASE.
double ase_velocity_unit() {
  constexpr double angstrom_per_ps_per_m_per_s = 0.01;
  return angstrom_per_ps_per_m_per_s * std::sqrt(elementary_charge_coulomb / atomic_mass_kg);
}

bool is_not_known(std::string_view word) { return word == "nan" || word == "NaN"; }

std::int64_t logical(std::string_view word, const TextLines& lines) {
  const char c = word.front();
  if (c == 'T' || c == 't' || c == '1') return 1;
  if (c == 'F' || c == 'f' || c == '0') return 0;
  lines.fail("a logical value must be T or F");
}

/// Of a column; may be nan or infinite.
double any_real(std::string_view word, const std::string& name, const TextLines& lines) {
  const auto value = parse_double(word);
  if (!value) (void)lines.number(word, name);  // fails
  return *value;
}

}  // namespace

AtomTable::AtomTable(std::vector<AtomField> fields, std::size_t words) : word_count_(words) {
  for (auto& field : fields) {
    if (field.meaning >= Meaning::real) {
      if (field.name == "masses" && field.words.size() == 1) mass_word_ = field.words.front();
      columns_.push_back({.field = std::move(field)});
      continue;
    }
    auto& known = meanings_[static_cast<std::size_t>(field.meaning)];
    if (known.empty()) known = std::move(field.words);
  }
}

Eigen::Vector3d AtomTable::vector_at(const std::vector<std::size_t>& words, const TextLines& lines,
                                     std::string_view what) const {
  return {lines.number(words_[words[0]], what), lines.number(words_[words[1]], what),
          lines.number(words_[words[2]], what)};
}

double AtomTable::mass_of(const Atom& atom, const TextLines& lines) const {
  double mass_u = 0.0;
  if (mass_word_) {
    mass_u = lines.number(words_[*mass_word_], "a mass");
  } else if (const auto element = find_element(atom.element)) {
    mass_u = element->mass_u;
  }
  if (!(mass_u > 0.0)) lines.fail("a momentum of an atom without mass");
  return mass_u;
}

void AtomTable::read_element(const TextLines& lines, Atom& atom) {
  const auto* words = words_of(Meaning::element);
  if (words == nullptr) return;
  // Mostly the same as before.
  const std::string_view word = words_[words->front()];
  if (word != last_element_word_) {
    last_element_ = element_of_word(word, lines);
    last_element_word_ = word;
  }
  atom.element = last_element_;
}

void AtomTable::read_site(const TextLines& lines, Atom& atom) const {
  if (const auto* words = words_of(Meaning::factor)) {
    const std::string_view word = words_[words->front()];
    if (!is_not_known(word)) {
      const double factor = lines.number(word, "a Debye-Waller factor");
      if (factor < 0.0) lines.fail("a Debye-Waller factor must not be negative");
      atom.rms_displacement_angstrom = checked_displacement(
          std::sqrt(factor / (8.0 * std::numbers::pi * std::numbers::pi)), lines);
    }
  }
  if (const auto* words = words_of(Meaning::displacement)) {
    const std::string_view word = words_[words->front()];
    if (!is_not_known(word)) {
      atom.rms_displacement_angstrom =
          checked_displacement(lines.number(word, "a displacement"), lines);
    }
  }
  if (const auto* words = words_of(Meaning::occupancy)) {
    atom.occupancy = checked_occupancy(lines.number(words_[words->front()], "an occupancy"), lines);
  }
}

void AtomTable::read_motion(const TextLines& lines, Structure& structure) const {
  if (const auto* words = words_of(Meaning::velocity)) {
    structure.velocities_angstrom_per_ps.emplace_back(velocity_unit_ *
                                                      vector_at(*words, lines, "a velocity"));
  } else if (const auto* momentum = words_of(Meaning::momentum)) {
    structure.velocities_angstrom_per_ps.emplace_back(ase_velocity_unit() /
                                                      mass_of(structure.atoms.back(), lines) *
                                                      vector_at(*momentum, lines, "a momentum"));
  }
  if (const auto* words = words_of(Meaning::id)) {
    structure.ids.push_back(lines.integer(words_[words->front()], "an atom's id"));
  }
  if (const auto* words = words_of(Meaning::image)) {
    structure.images.emplace_back(image_number(words_[(*words)[0]], lines),
                                  image_number(words_[(*words)[1]], lines),
                                  image_number(words_[(*words)[2]], lines));
  }
}

void AtomTable::read_column(const TextLines& lines, Column& column) const {
  for (const std::size_t at : column.field.words) {
    const std::string_view word = words_[at];
    switch (column.field.meaning) {
      case Meaning::real:
        column.reals.push_back(any_real(word, column.field.name, lines));
        break;
      case Meaning::whole:
        column.wholes.push_back(lines.integer(word, column.field.name));
        break;
      case Meaning::logical:
        column.wholes.push_back(logical(word, lines));
        break;
      case Meaning::text:
        column.texts.emplace_back(word);
        break;
      default:
        column.undecided.push_back(word);
    }
  }
}

void AtomTable::read(std::string_view line, const TextLines& lines, Structure& structure) {
  split_words(line, words_);
  if (words_.size() < word_count_) {
    lines.fail("an atom needs " + std::to_string(word_count_) + " values",
               std::to_string(words_.size()) + " are there");
  }
  Atom& atom = structure.atoms.emplace_back();
  read_element(lines, atom);
  atom.position_angstrom = vector_at(*words_of(Meaning::position), lines, "a coordinate");
  read_site(lines, atom);
  if (const auto* words = words_of(Meaning::type)) {
    types_.push_back(lines.integer(words_[words->front()], "an atom type"));
  }
  read_motion(lines, structure);
  for (auto& column : columns_) read_column(lines, column);
}

void AtomTable::decide(const TextLines& lines, Column& column) {
  auto& words = column.undecided;
  const auto all = [&](auto parse) {
    return std::ranges::all_of(words,
                               [&](std::string_view word) { return parse(word).has_value(); });
  };
  if (all(parse_integer)) {
    column.field.meaning = Meaning::whole;
    for (const auto word : words) column.wholes.push_back(*parse_integer(word));
  } else if (all(parse_double)) {
    column.field.meaning = Meaning::real;
    for (const auto word : words) {
      column.reals.push_back(any_real(word, column.field.name, lines));
    }
  } else {
    column.field.meaning = Meaning::text;
    column.texts.assign(words.begin(), words.end());
  }
}

void AtomTable::finish(const TextLines& lines, Structure& structure) {
  for (auto& column : columns_) {
    if (column.field.meaning == Meaning::any) decide(lines, column);
    AtomColumn made{.name = std::move(column.field.name), .width = column.field.words.size()};
    if (column.field.meaning == Meaning::real) {
      made.values = std::move(column.reals);
    } else if (column.field.meaning == Meaning::text) {
      made.values = std::move(column.texts);
    } else {
      made.values = std::move(column.wholes);
    }
    structure.columns.push_back(std::move(made));
  }
}

}  // namespace adatom::crystal
