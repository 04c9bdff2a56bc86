#pragma once
// Structures that several tests use.
#include <array>
#include <string>
#include <vector>

#include "adatom/crystal/structure.h"
#include "adatom/energetics/energies.h"

namespace adatom::energetics::testing {

/// A periodic block of a perfect fcc crystal, of cubic cells.
crystal::Structure fcc_block(const std::string& element, double lattice_angstrom,
                             std::array<int, 3> cells);

/// 13 atoms: one in the middle, first in the list, twelve at the distance `radius`.
crystal::Structure icosahedron_13(const std::string& element, double radius_angstrom);

/// A truncated octahedron of 38 atoms of the elements in turn, each moved at random along each
/// axis by up to `rattle_angstrom`.
crystal::Structure rattled_cluster(const std::vector<std::string>& elements,
                                   double lattice_angstrom, double rattle_angstrom,
                                   std::uint64_t seed);

/// Moves every atom at random along each axis by up to `rattle_angstrom`.
void rattle(crystal::Structure& structure, double rattle_angstrom, std::uint64_t seed);

Energies energies_of(const EmbeddedAtomPotential& potential, const crystal::Structure& structure);

}  // namespace adatom::energetics::testing
