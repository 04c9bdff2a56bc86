#include <array>
#include <cmath>
#include <memory>

#include "adatom/base/physical_constants.h"
#include "adatom/md/kinetic.h"
#include "integrator.h"

namespace adatom::md {
namespace {

constexpr double ps_per_fs = 1e-3;

class NoseHoover final : public Integrator {
 public:
  NoseHoover(const Atoms& atoms, const DynamicsOptions& options)
      : verlet_(make_verlet(atoms, options)),
        masses_u_(atoms.masses_u),
        degrees_(static_cast<double>(atoms.degrees)),
        thermal_ev_(boltzmann_ev_per_k * options.temperature_k),
        step_ps_(options.timestep_fs * ps_per_fs),
        length_(static_cast<std::size_t>(options.chain_length)),
        inertia_(length_, thermal_ev_ * options.damping_ps * options.damping_ps) {
    inertia_[0] *= degrees_;
  }

  void begin_step(State& state, std::span<const Eigen::Vector3d> forces) override {
    move_chain(state);
    verlet_->begin_step(state, forces);
  }
  void end_step(State& state, std::span<const Eigen::Vector3d> forces) override {
    verlet_->end_step(state, forces);
    move_chain(state);
  }
  [[nodiscard]] double thermostat_ev(const State& state) const override {
    const double* position = state.thermostat.data();
    const double* velocity = position + length_;
    double energy = degrees_ * thermal_ev_ * position[0];
    for (std::size_t k = 0; k < length_; ++k) {
      if (k > 0) energy += thermal_ev_ * position[k];
      energy += 0.5 * inertia_[k] * velocity[k] * velocity[k];
    }
    return energy;
  }

 private:
  /// Half a step of the chain, which scales all velocities (Martyna et al. 1996, section 4).
  void move_chain(State& state) const {
    if (degrees_ == 0.0) return;
    double* position = state.thermostat.data();
    double* velocity = position + length_;
    // Weights of the splitting: 1 / (2 - 2^(1/3)) twice, the rest between.
    const double outer = 1.0 / (2.0 - std::cbrt(2.0));
    double twice_kinetic = 2.0 * kinetic_energy_ev(masses_u_, state.velocities_angstrom_per_ps);
    double scale = 1.0;
    for (const double weight : std::array{outer, 1.0 - 2.0 * outer, outer}) {
      const double half = 0.5 * weight * step_ps_;
      const double quarter = 0.5 * half;
      const double eighth = 0.5 * quarter;
      const auto push = [&](std::size_t k) {
        return k == 0 ? (twice_kinetic - degrees_ * thermal_ev_) / inertia_[0]
                      : (inertia_[k - 1] * velocity[k - 1] * velocity[k - 1] - thermal_ev_) /
                            inertia_[k];
      };
      const auto move = [&](std::size_t k) {
        const double drag = k + 1 < length_ ? std::exp(-eighth * velocity[k + 1]) : 1.0;
        velocity[k] = (velocity[k] * drag + quarter * push(k)) * drag;
      };
      for (std::size_t k = length_; k-- > 0;) move(k);
      const double factor = std::exp(-half * velocity[0]);
      scale *= factor;
      twice_kinetic *= factor * factor;
      for (std::size_t k = 0; k < length_; ++k) position[k] += half * velocity[k];
      for (std::size_t k = 0; k < length_; ++k) move(k);
    }
    for (auto& v : state.velocities_angstrom_per_ps) v *= scale;
  }

  std::unique_ptr<Integrator> verlet_;
  std::vector<double> masses_u_;
  double degrees_;
  double thermal_ev_;
  double step_ps_;
  std::size_t length_;
  std::vector<double> inertia_;
};

}  // namespace

std::unique_ptr<Integrator> make_nose_hoover(const Atoms& atoms, const DynamicsOptions& options) {
  return std::make_unique<NoseHoover>(atoms, options);
}

}  // namespace adatom::md
