#pragma once
// Bond-orientational order (Steinhardt, Nelson and Ronchetti, Phys. Rev. B 28 (1983) 784).
#include <cstddef>
#include <span>
#include <vector>

#include "adatom/descriptors/neighbour_vectors.h"

namespace adatom::descriptors {

/// Atoms x orders, order after order within an atom.
struct BondOrder {
  /// q_l = sqrt(4 pi / (2 l + 1) sum_m |q_lm|^2), q_lm the mean of Y_lm over the bonds; 0 for atoms
  /// without any.
  std::vector<double> q;
  /// The same of q_lm averaged over the atom and its neighbours (Lechner and Dellago, J. Chem.
  /// Phys. 129 (2008) 114707).
  std::vector<double> averaged_q;
};

/// @param r_cut_angstrom bonds are at most so long
/// @param orders l, each 0 to 12
/// @throws InputError: a cut-off beyond the neighbours' reach, an order out of range
[[nodiscard]] BondOrder bond_order(const NeighbourVectors& neighbours, double r_cut_angstrom,
                                   std::span<const std::size_t> orders);

}  // namespace adatom::descriptors
