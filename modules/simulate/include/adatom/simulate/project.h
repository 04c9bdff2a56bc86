#pragma once
// From atoms to the columns seen along the beam.
#include <vector>

#include "adatom/crystal/structure.h"
#include "adatom/simulate/incoherent.h"
#include "adatom/simulate/scs_library.h"

namespace adatom::simulate {

/// Groups the atoms whose projections along z lie within `tolerance_angstrom` of each other
/// (chains count as one group) into columns at their mean position, sorted by y, then x (y within
/// the tolerance counts as equal); ids in that order. Every atom counts alike, whatever its
/// element.
/// @throws InputError: no atoms, a position that is not finite, tolerance not positive
[[nodiscard]] std::vector<TrueColumn> project_columns(const crystal::Structure& structure,
                                                      double tolerance_angstrom,
                                                      const ScsLibrary& library);

}  // namespace adatom::simulate
