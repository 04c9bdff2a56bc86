#pragma once
// Which atoms are counted.
#include <cstdint>
#include <string>
#include <vector>

#include "adatom/crystal/structure.h"
#include "adatom/pipeline/environments_options.h"

namespace adatom::pipeline {

/// One flag for each atom: 1 is counted. Atoms of other elements are not.
/// @param first_frame of the trajectory
/// @param where names it in messages
/// @throws InputError: no atom is left
[[nodiscard]] std::vector<std::uint8_t> make_atom_mask(const AtomMaskOptions& options,
                                                       const std::string& element,
                                                       const crystal::Structure& first_frame,
                                                       const std::string& where);

}  // namespace adatom::pipeline
