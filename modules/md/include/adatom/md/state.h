#pragma once
// Where a molecular dynamics run stands.
#include <cstdint>
#include <vector>

#include <Eigen/Core>

namespace adatom::md {

/// Everything that the next step depends on. Velocities in angstrom per ps; positions are never
/// wrapped into the box.
struct State {
  std::int64_t step = 0;
  std::vector<Eigen::Vector3d> positions_angstrom = {};
  std::vector<Eigen::Vector3d> velocities_angstrom_per_ps = {};
  /// Of the force field (`ForceField::list_positions`); empty: not begun yet.
  std::vector<Eigen::Vector3d> list_positions_angstrom = {};
  /// Positions and velocities of the thermostat's variables (Nose-Hoover), and what it has
  /// exchanged; the integrator knows what they are.
  std::vector<double> thermostat = {};

  friend bool operator==(const State&, const State&) = default;
};

}  // namespace adatom::md
