#pragma once
// Lists of neighbours that reach far enough.
#include "adatom/descriptors/neighbour_vectors.h"

namespace adatom::descriptors {

/// @throws InputError: the cut-off is not positive, or neighbours so far away were not looked for
void require_reach(const NeighbourVectors& neighbours, double r_cut_angstrom);

}  // namespace adatom::descriptors
