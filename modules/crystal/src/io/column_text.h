#pragma once
// Per-atom columns as words of an atom's line.
#include <string>
#include <string_view>

#include "adatom/crystal/structure.h"

namespace adatom::crystal {

[[nodiscard]] bool has_displacements(const Structure& structure);
[[nodiscard]] bool has_occupancies(const Structure& structure);

/// The word with _ for blanks and control characters, and for nothing.
[[nodiscard]] std::string plain_word(std::string_view word);

/// The same for a header, where colons, equal signs, quotes and commas separate as well.
[[nodiscard]] std::string plain_name(std::string_view name);

/// A blank and each value of one atom.
void append_column(std::string& text, const AtomColumn& column, std::size_t atom);

/// " nan" where it is not known.
void append_displacement(std::string& text, const Atom& atom);

}  // namespace adatom::crystal
