#include <cmath>
#include <memory>

#include "adatom/base/cpu_clones.h"
#include "adatom/base/physical_constants.h"
#include "adatom/md/kinetic.h"
#include "integrator.h"
#include "noise.h"

namespace adatom::md {
namespace {

constexpr double ps_per_fs = 1e-3;

struct Coordinates {
  std::size_t count;
  const double* force;
  const double* kick;
  const double* noise_scale;
  const double* energy_scale;  ///< half of each mass, eV / (angstrom/ps)^2
  const float* noise;
  double* position;
  double* velocity;
};

/// B, A, O, A of one step. Returns the energy that the noise and the friction gave to the atoms, in
/// eight sums so that the loop can be done many at a time.
ADATOM_CLONES double kick_drift_and_shake(const Coordinates& c, double half_step_ps, double keep) {
  constexpr std::size_t sums = 8;
  double gained[sums] = {};
  const std::size_t whole = c.count / sums * sums;
  const auto one = [&](std::size_t i, double& sum) __attribute__((always_inline)) {
    const double before = c.velocity[i] + c.kick[i] * c.force[i];
    const double after = keep * before + c.noise_scale[i] * static_cast<double>(c.noise[i]);
    c.position[i] += half_step_ps * (before + after);
    c.velocity[i] = after;
    sum += c.energy_scale[i] * (after * after - before * before);
  };
  for (std::size_t i = 0; i < whole; i += sums) {
    for (std::size_t l = 0; l < sums; ++l) one(i + l, gained[l]);
  }
  for (std::size_t i = whole; i < c.count; ++i) one(i, gained[i - whole]);
  double total = 0.0;
  for (const double sum : gained) total += sum;
  return total;
}

class Langevin final : public Integrator {
 public:
  Langevin(const Atoms& atoms, const DynamicsOptions& options)
      : kicks_(half_kicks(atoms, options.timestep_fs)),
        half_step_ps_(0.5 * options.timestep_fs * ps_per_fs),
        keep_(std::exp(-options.timestep_fs * ps_per_fs / options.damping_ps)),
        seed_(static_cast<std::uint64_t>(options.seed)) {
    // Of v = sqrt(k T / m) sqrt(1 - keep^2); expm1 because friction is weak.
    const double lost = -std::expm1(-2.0 * options.timestep_fs * ps_per_fs / options.damping_ps);
    for (std::size_t i = 0; i < atoms.masses_u.size(); ++i) {
      const bool held = !atoms.held.empty() && atoms.held[i] != 0;
      const double mass = atoms.masses_u[i] * ev_per_u_angstrom2_per_ps2;
      const double width = std::sqrt(boltzmann_ev_per_k * options.temperature_k * lost / mass);
      noise_scales_.insert(noise_scales_.end(), 3, held ? 0.0 : width);
      energy_scales_.insert(energy_scales_.end(), 3, held ? 0.0 : 0.5 * mass);
    }
    constexpr std::size_t block = 256;
    noise_.resize((kicks_.size() + block - 1) / block * block);
  }

  void begin_step(State& state, std::span<const Eigen::Vector3d> forces) override {
    if (forces.empty()) return;
    fill_normal(seed_, state.step, noise_);
    state.thermostat[0] -=
        kick_drift_and_shake({.count = kicks_.size(),
                              .force = forces.data()->data(),
                              .kick = kicks_.data(),
                              .noise_scale = noise_scales_.data(),
                              .energy_scale = energy_scales_.data(),
                              .noise = noise_.data(),
                              .position = state.positions_angstrom.data()->data(),
                              .velocity = state.velocities_angstrom_per_ps.data()->data()},
                             half_step_ps_, keep_);
  }
  void end_step(State& state, std::span<const Eigen::Vector3d> forces) override {
    kick(kicks_, forces, state.velocities_angstrom_per_ps);
  }
  [[nodiscard]] double thermostat_ev(const State& state) const override {
    return state.thermostat[0];
  }

 private:
  std::vector<double> kicks_;
  std::vector<double> noise_scales_;
  std::vector<double> energy_scales_;
  std::vector<float> noise_;
  double half_step_ps_;
  double keep_;
  std::uint64_t seed_;
};

}  // namespace

std::unique_ptr<Integrator> make_langevin(const Atoms& atoms, const DynamicsOptions& options) {
  return std::make_unique<Langevin>(atoms, options);
}

}  // namespace adatom::md
