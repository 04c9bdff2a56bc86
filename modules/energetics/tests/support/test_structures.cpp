#include "support/test_structures.h"

#include <cmath>
#include <numbers>

#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"

namespace adatom::energetics::testing {

crystal::Structure fcc_block(const std::string& element, double lattice_angstrom,
                             std::array<int, 3> cells) {
  crystal::Structure block;
  block.periodic = {true, true, true};
  for (int axis = 0; axis < 3; ++axis) {
    block.cell_angstrom(axis, axis) = lattice_angstrom * cells[static_cast<std::size_t>(axis)];
  }
  for (int x = 0; x < 2 * cells[0]; ++x) {
    for (int y = 0; y < 2 * cells[1]; ++y) {
      for (int z = 0; z < 2 * cells[2]; ++z) {
        if ((x + y + z) % 2 != 0) continue;
        block.atoms.push_back(
            {.element = element,
             .position_angstrom = Eigen::Vector3d(x, y, z) * lattice_angstrom / 2.0});
      }
    }
  }
  return block;
}

crystal::Structure icosahedron_13(const std::string& element, double radius_angstrom) {
  crystal::Structure cluster;
  cluster.atoms.push_back({.element = element});
  const double golden = std::numbers::phi;
  for (int axis = 0; axis < 3; ++axis) {
    for (const double one : {-1.0, 1.0}) {
      for (const double other : {-golden, golden}) {
        Eigen::Vector3d corner = Eigen::Vector3d::Zero();
        corner[axis] = one;
        corner[(axis + 1) % 3] = other;
        cluster.atoms.push_back(
            {.element = element, .position_angstrom = radius_angstrom * corner.normalized()});
      }
    }
  }
  return cluster;
}

void rattle(crystal::Structure& structure, double rattle_angstrom, std::uint64_t seed) {
  RandomStream random(seed);
  for (auto& atom : structure.atoms) {
    for (int axis = 0; axis < 3; ++axis) {
      atom.position_angstrom[axis] += rattle_angstrom * (2.0 * random.uniform() - 1.0);
    }
  }
}

crystal::Structure rattled_cluster(const std::vector<std::string>& elements,
                                   double lattice_angstrom, double rattle_angstrom,
                                   std::uint64_t seed) {
  auto gold = crystal::fcc_crystal("Au");
  auto cluster = crystal::build_truncated_octahedron(gold, 4, 1);
  for (std::size_t i = 0; i < cluster.atoms.size(); ++i) {
    cluster.atoms[i].element = elements[i % elements.size()];
    cluster.atoms[i].position_angstrom *= lattice_angstrom / gold.lattice_parameter_angstrom;
  }
  rattle(cluster, rattle_angstrom, seed);
  return cluster;
}

Energies energies_of(const EmbeddedAtomPotential& potential, const crystal::Structure& structure) {
  return calculate_energies(potential, element_numbers(potential, structure),
                            positions_of(structure), crystal::box_of(structure));
}

}  // namespace adatom::energetics::testing
