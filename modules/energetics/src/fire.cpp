// FIRE as `min_style fire` of LAMMPS takes it (semi-implicit Euler, half a step back after a turn).
#include <algorithm>
#include <cmath>
#include <optional>

#include "adatom/base/physical_constants.h"
#include "descent.h"

namespace adatom::energetics {
namespace {

/// The acceleration that 1 eV/angstrom gives to 1 u, angstrom/ps^2.
constexpr double acceleration_unit = elementary_charge_coulomb / (atomic_mass_kg * 1e4);

class Fire {
 public:
  Fire(Descent& at, std::span<const double> masses_u, const MinimiseOptions& options)
      : at_(at),
        masses_u_(masses_u),
        options_(options),
        fire_(options.fire),
        velocities_(at.forces.size(), Eigen::Vector3d::Zero()),
        timestep_ps_(1e-3 * fire_.timestep_fs),
        longest_ps_(fire_.tmax * timestep_ps_),
        shortest_ps_(fire_.tmin * timestep_ps_),
        alpha_(fire_.alpha0) {}

  std::optional<StopReason> step() {
    ++at_.iterations;
    const double power = dot(velocities_, at_.forces);
    double keep = 1.0;
    double turn = 0.0;
    if (power > 0.0) {
      uphill_ = 0;
      const double force2 = dot(at_.forces, at_.forces);
      keep = 1.0 - alpha_;
      turn = force2 <= 1e-20 ? 0.0 : alpha_ * std::sqrt(dot(velocities_, velocities_) / force2);
      if (at_.iterations - last_uphill_ > fire_.delaystep) {
        timestep_ps_ = std::min(timestep_ps_ * fire_.dtgrow, longest_ps_);
        alpha_ *= fire_.alphashrink;
      }
    } else if (!turn_back()) {
      return StopReason::stuck;
    }
    const double before_ev = at_.energy_ev;
    move(power > 0.0 ? limited(velocities_) : limited_from_rest(), keep, turn);
    if (at_.evaluations >= options_.max_evaluations) return StopReason::max_evaluations;
    if (at_.iterations - last_uphill_ > fire_.delaystep &&
        energy_settled(options_, before_ev, at_.energy_ev)) {
      return StopReason::energy_tolerance;
    }
    if (forces_settled(options_, at_.forces)) return StopReason::force_tolerance;
    return std::nullopt;
  }

 private:
  [[nodiscard]] double acceleration(std::size_t atom) const {
    return acceleration_unit / (masses_u_.empty() ? 1.0 : masses_u_[atom]);
  }

  /// Went uphill: half a step back, at rest, with shorter steps. False: too often in a row.
  bool turn_back() {
    last_uphill_ = at_.iterations;
    if (at_.iterations >= fire_.delaystep) {  // the first steps settle the velocities
      alpha_ = fire_.alpha0;
      if (timestep_ps_ * fire_.dtshrink >= shortest_ps_) timestep_ps_ *= fire_.dtshrink;
    }
    if (++uphill_ > fire_.max_uphill) return false;
    for (std::size_t i = 0; i < velocities_.size(); ++i) {
      at_.positions[i] -= 0.5 * timestep_ps_ * velocities_[i];
      velocities_[i].setZero();
    }
    at_.evaluate();
    return true;
  }

  /// The time step, shorter if a coordinate would change too much.
  [[nodiscard]] double limited(const Vectors& velocities) const {
    double step_ps = timestep_ps_;
    for (const auto& velocity : velocities) {
      const double fastest = velocity.lpNorm<Eigen::Infinity>();
      if (step_ps * fastest > options_.max_move_angstrom) {
        step_ps = options_.max_move_angstrom / fastest;
      }
    }
    return step_ps;
  }
  [[nodiscard]] double limited_from_rest() const {
    Vectors velocities(at_.forces);
    for (std::size_t i = 0; i < velocities.size(); ++i) {
      velocities[i] *= timestep_ps_ * acceleration(i);
    }
    return limited(velocities);
  }

  void move(double step_ps, double keep, double turn) {
    for (std::size_t i = 0; i < velocities_.size(); ++i) {
      auto& v = velocities_[i];
      v += step_ps * acceleration(i) * at_.forces[i];
      v = keep * v + turn * at_.forces[i];
      at_.positions[i] += step_ps * v;
    }
    at_.evaluate();
  }

  Descent& at_;
  std::span<const double> masses_u_;
  const MinimiseOptions& options_;
  const FireOptions& fire_;
  Vectors velocities_;  // angstrom per ps
  double timestep_ps_;
  double longest_ps_;
  double shortest_ps_;
  double alpha_;
  std::int64_t last_uphill_ = 0;
  std::int64_t uphill_ = 0;  // in a row
};

}  // namespace

StopReason follow_fire(Descent& at, std::span<const double> masses_u,
                       const MinimiseOptions& options, Progress& progress) {
  Fire fire(at, masses_u, options);
  while (at.iterations < options.max_iterations) {
    if (progress.cancelled()) return StopReason::cancelled;
    if (const auto reason = fire.step()) return *reason;
    progress.advance(1);
  }
  return StopReason::max_iterations;
}

}  // namespace adatom::energetics
