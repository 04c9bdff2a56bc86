#include <memory>

#include "adatom/base/cpu_clones.h"
#include "adatom/md/kinetic.h"
#include "integrator.h"

namespace adatom::md {
namespace {

constexpr double ps_per_fs = 1e-3;

static_assert(sizeof(Eigen::Vector3d) == 3 * sizeof(double));

ADATOM_CLONES void add_products(std::size_t count, const double* factors, const double* values,
                                double* sums) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += factors[i] * values[i];
}

ADATOM_CLONES void add_scaled(std::size_t count, double factor, const double* values,
                              double* sums) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += factor * values[i];
}

class Verlet final : public Integrator {
 public:
  Verlet(const Atoms& atoms, const DynamicsOptions& options)
      : kicks_(half_kicks(atoms, options.timestep_fs)), step_ps_(options.timestep_fs * ps_per_fs) {}
  void begin_step(State& state, std::span<const Eigen::Vector3d> forces) override {
    kick(kicks_, forces, state.velocities_angstrom_per_ps);
    drift(step_ps_, state.velocities_angstrom_per_ps, state.positions_angstrom);
  }
  void end_step(State& state, std::span<const Eigen::Vector3d> forces) override {
    kick(kicks_, forces, state.velocities_angstrom_per_ps);
  }
  [[nodiscard]] double thermostat_ev(const State& /*state*/) const override { return 0.0; }

 private:
  std::vector<double> kicks_;
  double step_ps_;
};

}  // namespace

std::vector<double> half_kicks(const Atoms& atoms, double timestep_fs) {
  std::vector<double> kicks;
  kicks.reserve(3 * atoms.masses_u.size());
  for (std::size_t i = 0; i < atoms.masses_u.size(); ++i) {
    const bool held = !atoms.held.empty() && atoms.held[i] != 0;
    const double value = held ? 0.0
                              : 0.5 * timestep_fs * ps_per_fs *
                                    angstrom_per_ps2_per_ev_per_angstrom_u / atoms.masses_u[i];
    kicks.insert(kicks.end(), 3, value);
  }
  return kicks;
}

void kick(std::span<const double> kicks, std::span<const Eigen::Vector3d> forces,
          std::span<Eigen::Vector3d> velocities) {
  if (forces.empty()) return;
  add_products(3 * forces.size(), kicks.data(), forces.data()->data(), velocities.data()->data());
}

void drift(double time_ps, std::span<const Eigen::Vector3d> velocities,
           std::span<Eigen::Vector3d> positions) {
  if (velocities.empty()) return;
  add_scaled(3 * velocities.size(), time_ps, velocities.data()->data(), positions.data()->data());
}

std::unique_ptr<Integrator> make_verlet(const Atoms& atoms, const DynamicsOptions& options) {
  return std::make_unique<Verlet>(atoms, options);
}

}  // namespace adatom::md
