#pragma once
// Kinetic energy and temperature: velocities in angstrom per ps, masses in u, energies in eV.
#include <cstddef>
#include <cstdint>
#include <span>

#include <Eigen/Core>

#include "adatom/base/physical_constants.h"

namespace adatom::md {

/// 1 u (angstrom/ps)^2 in eV, 1.0364269656e-4; 1 angstrom/ps is 100 m/s.
constexpr double ev_per_u_angstrom2_per_ps2 = atomic_mass_kg * 1e4 / elementary_charge_coulomb;
/// The acceleration that 1 eV/angstrom gives to 1 u, in angstrom/ps^2.
constexpr double angstrom_per_ps2_per_ev_per_angstrom_u = 1.0 / ev_per_u_angstrom2_per_ps2;

/// How many squares the kinetic energy has at a temperature: 3 N - 3 where every atom may move,
/// as the compute temp of LAMMPS counts, whether or not the momentum is kept; 3 for each moving
/// atom where some are held.
/// @param held empty (none), or one flag for each atom
[[nodiscard]] std::int64_t degrees_of_freedom(std::size_t atoms,
                                              std::span<const std::uint8_t> held);

/// sum m v^2 / 2 in eV, summed in the order of the atoms.
[[nodiscard]] double kinetic_energy_ev(std::span<const double> masses_u,
                                       std::span<const Eigen::Vector3d> velocities_angstrom_per_ps);

/// 2 E / (degrees k); 0 without degrees of freedom. Held atoms have velocity zero.
[[nodiscard]] double temperature_k(double kinetic_ev, std::int64_t degrees);
[[nodiscard]] double temperature_k(std::span<const double> masses_u,
                                   std::span<const Eigen::Vector3d> velocities_angstrom_per_ps,
                                   std::int64_t degrees);

}  // namespace adatom::md
