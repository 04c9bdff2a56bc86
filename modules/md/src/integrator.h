#pragma once
// One step of each ensemble.
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/energetics/force_field.h"
#include "adatom/md/dynamics.h"
#include "adatom/md/state.h"

namespace adatom::md {

/// What the integrators know of the atoms. Held atoms have velocity zero and no inverse mass.
struct Atoms {
  std::vector<double> masses_u;
  std::vector<std::uint8_t> held;  ///< empty: none
  std::int64_t degrees = 0;        ///< of freedom
};

/// Forces at the state's positions go in, those at its new positions come out.
class Integrator {
 public:
  virtual ~Integrator() = default;
  /// Before the forces of the new positions are known.
  virtual void begin_step(State& state, std::span<const Eigen::Vector3d> forces) = 0;
  /// After they are known.
  virtual void end_step(State& state, std::span<const Eigen::Vector3d> forces) = 0;
  /// The energy that the thermostat holds.
  [[nodiscard]] virtual double thermostat_ev(const State& state) const = 0;
};

/// The splitting BAOAB of Leimkuhler and Matthews, Appl. Math. Res. Express 2013, 34. thermostat[0]
/// is the heat taken from the atoms.
[[nodiscard]] std::unique_ptr<Integrator> make_langevin(const Atoms& atoms,
                                                        const DynamicsOptions& options);

/// Chains of Martyna, Tuckerman, Tobias and Klein, Mol. Phys. 87 (1996) 1117, by the fourth-order
/// splitting of Yoshida and Suzuki. thermostat: the chain's positions, then its velocities (1/ps).
/// Masses as in LAMMPS: Q_1 = degrees k T damping^2, others k T damping^2.
[[nodiscard]] std::unique_ptr<Integrator> make_nose_hoover(const Atoms& atoms,
                                                           const DynamicsOptions& options);

/// Velocity Verlet.
[[nodiscard]] std::unique_ptr<Integrator> make_verlet(const Atoms& atoms,
                                                      const DynamicsOptions& options);

/// For every coordinate, what a force in eV/angstrom adds to its velocity in half a step.
[[nodiscard]] std::vector<double> half_kicks(const Atoms& atoms, double timestep_fs);

/// velocity += kick force, coordinate by coordinate.
void kick(std::span<const double> kicks, std::span<const Eigen::Vector3d> forces,
          std::span<Eigen::Vector3d> velocities);
/// position += time velocity.
void drift(double time_ps, std::span<const Eigen::Vector3d> velocities,
           std::span<Eigen::Vector3d> positions);

}  // namespace adatom::md
