#include "adatom/descriptors/neighbour_vectors.h"

#include <cmath>

#include "adatom/crystal/neighbours.h"

namespace adatom::descriptors {

void find_neighbour_vectors(std::span<const Eigen::Vector3d> positions_angstrom,
                            const crystal::Box& box, double reach_angstrom,
                            NeighbourVectors& neighbours) {
  const crystal::NeighbourList list =
      crystal::find_neighbours(positions_angstrom, box, reach_angstrom);
  const std::size_t entries = list.atom.size();
  neighbours.reach_angstrom = reach_angstrom;
  neighbours.first.assign(list.first.begin(), list.first.end());
  neighbours.atom = list.atom;
  for (auto* values : {&neighbours.x_angstrom, &neighbours.y_angstrom, &neighbours.z_angstrom,
                       &neighbours.distance_angstrom}) {
    values->resize(entries);
  }
  for (std::size_t i = 0; i < positions_angstrom.size(); ++i) {
    for (std::size_t e = list.first[i]; e < list.first[i + 1]; ++e) {
      Eigen::Vector3d to = positions_angstrom[list.atom[e]] - positions_angstrom[i];
      if (!list.shift.empty()) {
        to += box.cell_angstrom.transpose() * list.shift[e].cast<double>();
      }
      neighbours.x_angstrom[e] = to.x();
      neighbours.y_angstrom[e] = to.y();
      neighbours.z_angstrom[e] = to.z();
      neighbours.distance_angstrom[e] = to.norm();
    }
  }
}

NeighbourVectors find_neighbour_vectors(std::span<const Eigen::Vector3d> positions_angstrom,
                                        const crystal::Box& box, double reach_angstrom) {
  NeighbourVectors neighbours;
  find_neighbour_vectors(positions_angstrom, box, reach_angstrom, neighbours);
  return neighbours;
}

}  // namespace adatom::descriptors
