#include "adatom/md/kinetic.h"

#include <algorithm>

namespace adatom::md {

std::int64_t degrees_of_freedom(std::size_t atoms, std::span<const std::uint8_t> held) {
  const auto still = std::count_if(held.begin(), held.end(), [](std::uint8_t h) { return h != 0; });
  const std::int64_t moving = static_cast<std::int64_t>(atoms) - still;
  if (still > 0) return 3 * moving;
  return std::max<std::int64_t>(0, 3 * moving - 3);
}

double kinetic_energy_ev(std::span<const double> masses_u,
                         std::span<const Eigen::Vector3d> velocities_angstrom_per_ps) {
  double sum = 0.0;
  for (std::size_t i = 0; i < velocities_angstrom_per_ps.size(); ++i) {
    sum += masses_u[i] * velocities_angstrom_per_ps[i].squaredNorm();
  }
  return 0.5 * ev_per_u_angstrom2_per_ps2 * sum;
}

double temperature_k(double kinetic_ev, std::int64_t degrees) {
  if (degrees <= 0) return 0.0;
  return 2.0 * kinetic_ev / (static_cast<double>(degrees) * boltzmann_ev_per_k);
}

double temperature_k(std::span<const double> masses_u,
                     std::span<const Eigen::Vector3d> velocities_angstrom_per_ps,
                     std::int64_t degrees) {
  return temperature_k(kinetic_energy_ev(masses_u, velocities_angstrom_per_ps), degrees);
}

}  // namespace adatom::md
