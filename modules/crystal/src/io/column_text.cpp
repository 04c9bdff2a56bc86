#include "io/column_text.h"

#include <algorithm>
#include <type_traits>

#include "io/append_number.h"

namespace adatom::crystal {

bool has_displacements(const Structure& structure) {
  return std::ranges::any_of(
      structure.atoms, [](const Atom& atom) { return atom.rms_displacement_angstrom.has_value(); });
}

bool has_occupancies(const Structure& structure) {
  return std::ranges::any_of(structure.atoms,
                             [](const Atom& atom) { return atom.occupancy != 1.0; });
}

std::string plain_word(std::string_view word) {
  if (word.empty()) return "_";
  std::string plain(word);
  std::ranges::replace_if(
      plain, [](char c) { return (c >= 0 && c <= ' ') || c == 127; }, '_');
  return plain;
}

std::string plain_name(std::string_view name) {
  std::string plain = plain_word(name);
  std::ranges::replace_if(
      plain, [](char c) { return std::string_view(":='\",\\").find(c) != std::string_view::npos; },
      '_');
  return plain;
}

void append_column(std::string& text, const AtomColumn& column, std::size_t atom) {
  std::visit(
      [&](const auto& values) {
        for (std::size_t k = atom * column.width; k < (atom + 1) * column.width; ++k) {
          text += ' ';
          if constexpr (std::is_same_v<std::decay_t<decltype(values[k])>, std::string>) {
            text += plain_word(values[k]);
          } else {
            append_number(text, values[k]);
          }
        }
      },
      column.values);
}

void append_displacement(std::string& text, const Atom& atom) {
  text += ' ';
  if (atom.rms_displacement_angstrom) {
    append_number(text, *atom.rms_displacement_angstrom);
  } else {
    text += "nan";
  }
}

}  // namespace adatom::crystal
