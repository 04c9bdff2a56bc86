#include "adatom/md/velocities.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/neighbours.h"
#include "adatom/md/kinetic.h"

namespace adatom::md {
namespace {

using Vectors = std::vector<Eigen::Vector3d>;

void require_sense(std::span<const double> masses_u, double temperature_k) {
  if (!std::isfinite(temperature_k) || temperature_k < 0.0) {
    throw InputError({.what = "velocities at no temperature",
                      .where = "temperature_k",
                      .why = shortest(temperature_k) + " K",
                      .remedy = "give a temperature of 0 K or above"});
  }
  for (std::size_t i = 0; i < masses_u.size(); ++i) {
    if (std::isfinite(masses_u[i]) && masses_u[i] > 0.0) continue;
    throw InputError({.what = "an atom has no mass",
                      .where = "atom " + std::to_string(i + 1),
                      .why = shortest(masses_u[i]) + " u",
                      .remedy = "give the mass of its element"});
  }
}

/// Masses that count: those of atoms that may move.
std::vector<double> moving_masses(std::span<const double> masses_u,
                                  std::span<const std::uint8_t> held) {
  std::vector<double> masses(masses_u.begin(), masses_u.end());
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (held[i] != 0) masses[i] = 0.0;
  }
  return masses;
}

Eigen::Vector3d mean(std::span<const Eigen::Vector3d> vectors, std::span<const double> weights) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  double weight = 0.0;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    sum += weights[i] * vectors[i];
    weight += weights[i];
  }
  return weight > 0.0 ? Eigen::Vector3d(sum / weight) : Eigen::Vector3d::Zero();
}

void remove_momentum(std::span<const double> masses_u, Vectors& velocities) {
  const Eigen::Vector3d drift = mean(velocities, masses_u);
  for (std::size_t i = 0; i < velocities.size(); ++i) {
    if (masses_u[i] > 0.0) velocities[i] -= drift;
  }
}

/// The angular velocity that carries `momentum`. Atoms on one line cannot turn about it: that axis,
/// whose moment of inertia is zero, is left out.
Eigen::Vector3d angular_velocity(const Eigen::Matrix3d& inertia, const Eigen::Vector3d& momentum) {
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> axes(inertia);
  constexpr double zero = 1e-10;  // of the largest: rounding leaves about 1e-15
  Eigen::Vector3d result = Eigen::Vector3d::Zero();
  for (int k = 0; k < 3; ++k) {
    const double moment = axes.eigenvalues()(k);
    if (moment <= zero * axes.eigenvalues()(2)) continue;
    const Eigen::Vector3d axis = axes.eigenvectors().col(k);
    result += axis * (axis.dot(momentum) / moment);
  }
  return result;
}

void remove_rotation(std::span<const Eigen::Vector3d> positions, std::span<const double> masses_u,
                     Vectors& velocities) {
  const Eigen::Vector3d centre = mean(positions, masses_u);
  Eigen::Matrix3d inertia = Eigen::Matrix3d::Zero();
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const Eigen::Vector3d r = positions[i] - centre;
    inertia += masses_u[i] * (r.squaredNorm() * Eigen::Matrix3d::Identity() - r * r.transpose());
  }
  const Eigen::Vector3d spin =
      angular_velocity(inertia, angular_momentum(positions, masses_u, velocities));
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (masses_u[i] > 0.0) velocities[i] -= spin.cross(positions[i] - centre);
  }
}

}  // namespace

DriftRemoval choose_drift_removal(std::span<const Eigen::Vector3d> positions_angstrom,
                                  const crystal::Box& box, std::span<const std::uint8_t> held) {
  if (std::any_of(held.begin(), held.end(), [](std::uint8_t flag) { return flag != 0; })) {
    return DriftRemoval::nothing;
  }
  if (box.open()) return DriftRemoval::momentum_and_rotation;
  constexpr double reach_angstrom = 6.0;
  const auto list = crystal::find_half_neighbours(positions_angstrom, box, reach_angstrom);
  const bool meets = std::any_of(list.shift.begin(), list.shift.end(),
                                 [](const Eigen::Vector3i& shift) { return !shift.isZero(); });
  return meets ? DriftRemoval::momentum : DriftRemoval::momentum_and_rotation;
}

Vectors create_velocities(std::span<const Eigen::Vector3d> positions_angstrom,
                          std::span<const double> masses_u, std::span<const std::uint8_t> held,
                          double temperature, DriftRemoval removal, const RandomStream& random) {
  require_sense(masses_u, temperature);
  const std::vector<double> masses = moving_masses(masses_u, held);
  Vectors velocities(positions_angstrom.size(), Eigen::Vector3d::Zero());
  const std::int64_t degrees = degrees_of_freedom(velocities.size(), held);
  if (degrees == 0 || temperature == 0.0) return velocities;
  for (std::size_t i = 0; i < velocities.size(); ++i) {
    if (masses[i] == 0.0) continue;
    const double width =
        std::sqrt(boltzmann_ev_per_k * temperature / (masses[i] * ev_per_u_angstrom2_per_ps2));
    RandomStream own = random.substream(i);
    for (int k = 0; k < 3; ++k) velocities[i](k) = width * own.normal();
  }
  if (removal != DriftRemoval::nothing) remove_momentum(masses, velocities);
  if (removal == DriftRemoval::momentum_and_rotation) {
    remove_rotation(positions_angstrom, masses, velocities);
  }
  const double drawn = temperature_k(masses, velocities, degrees);
  if (!(drawn > 0.0)) return velocities;
  const double scale = std::sqrt(temperature / drawn);
  for (auto& velocity : velocities) velocity *= scale;
  return velocities;
}

Eigen::Vector3d angular_momentum(std::span<const Eigen::Vector3d> positions_angstrom,
                                 std::span<const double> masses_u,
                                 std::span<const Eigen::Vector3d> velocities_angstrom_per_ps) {
  const Eigen::Vector3d centre = mean(positions_angstrom, masses_u);
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < positions_angstrom.size(); ++i) {
    sum += masses_u[i] * (positions_angstrom[i] - centre).cross(velocities_angstrom_per_ps[i]);
  }
  return sum;
}

}  // namespace adatom::md
