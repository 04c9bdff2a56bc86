#pragma once
// The rectangular cell of a crystal seen along a zone axis.
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/structure.h"
#include "adatom/crystal/zone_axis.h"

namespace adatom::crystal {

/// The smallest cell of an fcc crystal whose edges run along x, y and z of zone_axis_rotation; in
/// it every column along the beam holds one atom.
///
///   zone axis   edges in lattice parameters          atoms
///   100         1, 1, 1                              4
///   110         1/sqrt 2, 1, 1/sqrt 2                2
///   111         1/sqrt 2, sqrt 6/2, sqrt 3           6
///   112         1/sqrt 2, sqrt 3, sqrt 6/2           6
[[nodiscard]] Structure fcc_zone_axis_cell(const FccCrystal& crystal, ZoneAxis axis);

}  // namespace adatom::crystal
