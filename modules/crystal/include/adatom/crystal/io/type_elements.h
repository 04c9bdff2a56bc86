#pragma once
// Elements of LAMMPS atom types, as options name them.
#include <string>

#include "adatom/crystal/io/structure_file.h"

namespace adatom::crystal {

/// "Pt Ir": of the types 1, 2, ... Whether these are elements is not looked at.
[[nodiscard]] TypeElements parse_type_elements(const std::string& words);

}  // namespace adatom::crystal
