#pragma once
// What kind of place on a particle of a close-packed metal every atom has.
#include <array>
#include <cstdint>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/structure.h"

namespace adatom::reconstruct {

/// From the inside outwards. concave: the foot of a step, or beside a re-entrant edge.
enum class SurfaceClass : std::uint8_t {
  bulk,
  concave,
  facet_111,
  facet_100,
  edge,
  vertex,
  adatom
};

struct SurfaceClasses {
  double reach_angstrom = 0.0;  ///< neighbours are this near
  std::vector<std::uint32_t> coordination = {};
  std::vector<SurfaceClass> classes = {};  ///< of each atom

  /// All but bulk.
  [[nodiscard]] std::size_t surface_atoms() const;
};

/// How near neighbours are: 3.4 angstrom in gold, between the first shell and the second; in other
/// fcc metals in the ratio of the lattice parameters (of mixed atoms their mean), of elements that
/// are not in the table in that of the typical bonds.
/// @throws InputError: no atoms; an element that is not in the table where no two atoms are near
[[nodiscard]] double surface_reach_angstrom(const crystal::Structure& structure);

/// By the number of neighbours n and, on facets, of pairs of them that are neighbours, p:
///   bulk        n >= 11 (a vacancy's neighbours inside keep 11)
///   facet_111   n = 9, p = 15: a ring of six, three below
///   facet_100   n = 8, p = 12: a square of four, four below
///   concave     n = 10 (the foot of a step); 9 that are no {111} facet (beside an adatom on {100})
///   edge        n = 7; 8 that are no {100} facet (edges of icosahedra)
///   vertex      n = 5 or 6, kinks included
///   adatom      n <= 4: on a facet, or the tip of a whole octahedron
/// Holds for atoms on their lattice and relaxed ones: in gold no bond is longer than 3.2 and no
/// second neighbour nearer than 3.6 angstrom then. What occupancies below 1 mean is not asked.
/// @throws InputError: as above; a position that is not finite
[[nodiscard]] SurfaceClasses classify_surface(const crystal::Structure& structure);

}  // namespace adatom::reconstruct

namespace adatom {
template <>
struct EnumNames<reconstruct::SurfaceClass> {
  static constexpr std::array names = {"bulk", "concave", "facet_111", "facet_100",
                                       "edge", "vertex",  "adatom"};
};
}  // namespace adatom
