#pragma once
// Forces on single atoms from outside: walls, springs.
#include <span>

#include <Eigen/Core>

namespace adatom::energetics {

/// Immutable, so threads may share one.
class ExternalField {
 public:
  virtual ~ExternalField() = default;
  /// Adds each atom's force to `forces` and returns the energy of all, eV.
  virtual double add(std::span<const Eigen::Vector3d> positions_angstrom,
                     std::span<Eigen::Vector3d> forces_ev_per_angstrom) const = 0;
};

}  // namespace adatom::energetics
