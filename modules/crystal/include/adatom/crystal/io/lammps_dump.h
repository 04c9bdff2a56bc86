#pragma once
// LAMMPS dump files in text form.
#include <string>
#include <string_view>

#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// The first snapshot. Positions are x y z, unwrapped xu yu zu, or shares of the box xs ys zs
/// (xsu ysu zsu), in this order of preference; with a column id atoms come in its order. The column
/// element names them, else `elements` their types. In angstrom (units metal or real).
/// @throws InputError naming `source` and line; names the types whose element is not known
[[nodiscard]] Structure parse_lammps_dump(std::string_view text, const std::string& source,
                                          const TypeElements& elements = {});

}  // namespace adatom::crystal
