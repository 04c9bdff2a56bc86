#pragma once
// An energy that can be followed downhill.
#include <cstddef>
#include <span>

#include <Eigen/Core>

namespace adatom::energetics {

class EnergyFunction {
 public:
  virtual ~EnergyFunction() = default;
  [[nodiscard]] virtual std::size_t size() const = 0;
  /// The energy in eV; overwrites `forces` (minus its gradient). Atoms that are held have force
  /// zero.
  virtual double evaluate(std::span<const Eigen::Vector3d> positions_angstrom,
                          std::span<Eigen::Vector3d> forces_ev_per_angstrom) = 0;
};

}  // namespace adatom::energetics
