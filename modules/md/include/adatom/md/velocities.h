#pragma once
// Velocities to start from.
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/random.h"
#include "adatom/crystal/box.h"

namespace adatom::md {

/// What is taken off velocities as they were drawn.
enum class DriftRemoval {
  momentum_and_rotation,  ///< for an open cluster
  momentum,               ///< for a periodic box, in which rotation means nothing
  nothing                 ///< for atoms some of which are held: they keep neither
};

/// nothing where atoms are held; momentum alone where atoms meet copies of others across the
/// boundary of a periodic box (6 angstrom, beyond the second neighbours of any metal); else, as for
/// a particle in a box of vacuum, rotation too.
[[nodiscard]] DriftRemoval choose_drift_removal(std::span<const Eigen::Vector3d> positions_angstrom,
                                                const crystal::Box& box,
                                                std::span<const std::uint8_t> held);

/// Maxwell's distribution at `temperature_k`: each component normal with variance k T / m, less the
/// drift, then scaled to the temperature exactly, by `degrees_of_freedom` (kinetic.h). Atom i draws
/// from substream i, so that what it draws does not depend on the other atoms. Held atoms stand
/// still and take no part. A single atom, which cannot move without momentum, stands still too.
/// @param held empty (none), or one flag for each atom
/// @throws InputError: a temperature below zero or not finite, masses that are not positive
[[nodiscard]] std::vector<Eigen::Vector3d> create_velocities(
    std::span<const Eigen::Vector3d> positions_angstrom, std::span<const double> masses_u,
    std::span<const std::uint8_t> held, double temperature_k, DriftRemoval removal,
    const RandomStream& random);

/// sum m (r - centre of mass) x v, u angstrom^2 / ps.
[[nodiscard]] Eigen::Vector3d angular_momentum(
    std::span<const Eigen::Vector3d> positions_angstrom, std::span<const double> masses_u,
    std::span<const Eigen::Vector3d> velocities_angstrom_per_ps);

}  // namespace adatom::md
