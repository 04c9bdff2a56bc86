#pragma once
// Endless crystals and their surfaces, as periodic cells.
#include <cstdint>

#include "adatom/base/options.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/phase.h"
#include "adatom/crystal/structure.h"
#include "adatom/crystal/zone_axis.h"

namespace adatom::crystal {

/// One cell of a phase, periodic along all three vectors: a along x, b in the xy plane.
/// @throws InputError as require_possible
[[nodiscard]] Structure phase_cell(const Phase& phase);

/// The rectangular cell of zone_axis_cell.h, periodic along all three edges.
[[nodiscard]] Structure bulk_cell(const FccCrystal& crystal, ZoneAxis axis);

/// Which face of an fcc crystal looks along z.
enum class SlabFace { face_100, face_110, face_111 };

struct SlabSize {
  std::int64_t cells_x = 4;
  std::int64_t cells_y = 4;
  std::int64_t layers = 6;
  double vacuum_angstrom = 10.0;  ///< below and above
};

/// Layers of an fcc crystal, periodic along x and y. Cells of the surface are rectangular, with
/// edges along x and y as zone_axis_rotation names them:
///
///   face   edges in lattice parameters   atoms in a layer   layers are apart by
///   100    1, 1                          2                  1/2
///   110    1/sqrt 2, 1                   1                  1/sqrt 8
///   111    1/sqrt 2, sqrt 6/2            2                  1/sqrt 3
///
/// The cell's third vector is as long as layers and vacuum together; the lowest layer is at
/// z = vacuum.
/// @throws InputError: sizes below one, a negative vacuum, more than ten million atoms
[[nodiscard]] Structure build_slab(const FccCrystal& crystal, SlabFace face, const SlabSize& size);

}  // namespace adatom::crystal

namespace adatom {
template <>
struct EnumNames<crystal::SlabFace> {
  static constexpr std::array names = {"100", "110", "111"};
};
}  // namespace adatom
