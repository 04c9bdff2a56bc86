#pragma once
// What the energy of a set of atoms consists of, straight from the definition.
#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/box.h"
#include "adatom/crystal/structure.h"
#include "adatom/energetics/embedded_atom.h"

namespace adatom::energetics {

struct Energies {
  double total_ev = 0.0;
  std::vector<double> per_atom_ev;  ///< half of each pair's energy to each
  std::vector<Eigen::Vector3d> forces_ev_per_angstrom;
  /// sum over pairs of r_ij (x) f_ij, eV: positive when compressed; pressure = trace / (3 volume).
  Eigen::Matrix3d virial_ev = Eigen::Matrix3d::Zero();
};

/// The reference that faster kernels are tested against: exact functions, pairs in order.
/// @param elements of each atom, as the potential numbers them
/// @throws InputError: atoms that overlap (which, how far apart), a density beyond the potential's
[[nodiscard]] Energies calculate_energies(const EmbeddedAtomPotential& potential,
                                          std::span<const std::size_t> elements,
                                          std::span<const Eigen::Vector3d> positions_angstrom,
                                          const crystal::Box& box);

/// The potential's number for every atom's element.
/// @throws InputError naming the elements that the potential lacks
[[nodiscard]] std::vector<std::size_t> element_numbers(const EmbeddedAtomPotential& potential,
                                                       const crystal::Structure& structure);

[[nodiscard]] std::vector<Eigen::Vector3d> positions_of(const crystal::Structure& structure);

}  // namespace adatom::energetics
