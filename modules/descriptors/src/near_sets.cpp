#include "adatom/descriptors/near_sets.h"

#include "adatom/crystal/neighbours.h"

namespace adatom::descriptors {

NearSets find_near_sets(std::span<const Eigen::Vector3d> positions_angstrom,
                        const crystal::Box& box, double r_cut_angstrom) {
  crystal::NeighbourList list = crystal::find_neighbours(positions_angstrom, box, r_cut_angstrom);
  NearSets sets{.first = std::move(list.first), .atom = std::move(list.atom)};
  if (list.shift.empty()) return sets;
  // Images of one atom stand side by side.
  std::uint32_t kept = 0;
  std::uint32_t begin = 0;
  for (std::uint32_t i = 0; i < sets.atoms(); ++i) {
    const std::uint32_t end = sets.first[i + 1];
    const std::uint32_t row = kept;
    for (std::uint32_t e = begin; e < end; ++e) {
      const std::uint32_t atom = sets.atom[e];
      if (atom == i || (kept > row && sets.atom[kept - 1] == atom)) continue;
      sets.atom[kept++] = atom;
    }
    begin = end;
    sets.first[i + 1] = kept;
  }
  sets.atom.resize(kept);
  return sets;
}

}  // namespace adatom::descriptors
