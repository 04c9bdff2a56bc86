#pragma once
// The energy change of moving, adding or removing a few atoms, without looking at the rest.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/energetics/embedded_atom.h"

namespace adatom::energetics {

/// A change of some atoms, all at once.
struct AtomChange {
  std::vector<std::uint32_t> moved = {};
  std::vector<Eigen::Vector3d> to_angstrom = {};  ///< of each moved atom
  std::vector<std::uint32_t> removed = {};
  std::vector<std::size_t> added_elements = {};
  std::vector<Eigen::Vector3d> added_angstrom = {};  ///< of each added atom
};

/// The energy of a set of atoms in open space that changes step by step: a change is tried, then
/// accepted or rejected. Costs depend on the atoms that change, not on how many there are.
///
/// Energies and densities are sums of whole multiples of a tiny quantum, so that what is added is
/// taken away again exactly: after any number of changes the energy is the same, to the bit, as
/// that of the same atoms given anew. It differs from `calculate_energies` by rounding, 1e-10 eV
/// for a thousand atoms.
class LocalEnergy {
 public:
  /// @param elements of each atom, as the potential numbers them
  /// @throws InputError: atoms that overlap, positions that are not finite, a density beyond the
  /// potential's table
  LocalEnergy(std::shared_ptr<const EmbeddedAtomPotential> potential,
              std::span<const std::size_t> elements,
              std::span<const Eigen::Vector3d> positions_angstrom);
  ~LocalEnergy();
  LocalEnergy(LocalEnergy&&) noexcept;
  LocalEnergy& operator=(LocalEnergy&&) noexcept;
  LocalEnergy(const LocalEnergy&) = delete;
  LocalEnergy& operator=(const LocalEnergy&) = delete;

  [[nodiscard]] double energy_ev() const;
  /// Atoms are numbered in the order given, then as they are added; numbers are not used again.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool is_there(std::size_t atom) const;
  [[nodiscard]] const Eigen::Vector3d& position_angstrom(std::size_t atom) const;
  [[nodiscard]] std::size_t element(std::size_t atom) const;

  /// The change of energy, eV; infinite where atoms would overlap or leave the potential's table.
  /// Forgets an earlier change that was not accepted.
  /// @throws InputError: positions that are not finite; std::invalid_argument: atoms that are not
  /// there or named twice, lists of different lengths
  double try_change(const AtomChange& change);
  double try_move(std::span<const std::uint32_t> atoms,
                  std::span<const Eigen::Vector3d> to_angstrom);
  /// Makes the change that was tried last. Added atoms get the numbers from the former `size()` on.
  /// @throws std::logic_error: none was tried, or its energy is infinite
  void accept();
  void reject();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace adatom::energetics
