#pragma once
// Per-atom columns as words of an atom's line.
#include <string>
#include <string_view>

#include "adatom/crystal/structure.h"

namespace adatom::crystal {

[[nodiscard]] bool has_displacements(const Structure& structure);
[[nodiscard]] bool has_occupancies(const Structure& structure);

/// The word with _ for blanks, control characters and what separates words of a header (colons,
/// equal signs, quotes); _ for nothing.
[[nodiscard]] std::string plain_word(std::string_view word);

/// A blank and each value of one atom.
void append_column(std::string& text, const AtomColumn& column, std::size_t atom);

/// " nan" where it is not known.
void append_displacement(std::string& text, const Atom& atom);

}  // namespace adatom::crystal
