#pragma once
// A cluster whose minima are published: the Cambridge Cluster Database.
#include <cmath>
#include <cstddef>
#include <span>

#include <Eigen/Core>

#include "adatom/energetics/energy_function.h"

namespace adatom::energetics::testing {

/// All pairs, without cut-off.
class LennardJonesCluster final : public EnergyFunction {
 public:
  LennardJonesCluster(std::size_t size, double epsilon_ev, double sigma_angstrom)
      : size_(size), epsilon_(epsilon_ev), sigma_(sigma_angstrom) {}
  [[nodiscard]] std::size_t size() const override { return size_; }
  double evaluate(std::span<const Eigen::Vector3d> x, std::span<Eigen::Vector3d> forces) override {
    double energy = 0.0;
    for (auto& force : forces) force.setZero();
    for (std::size_t i = 0; i < size_; ++i) {
      for (std::size_t j = i + 1; j < size_; ++j) {
        const Eigen::Vector3d d = x[i] - x[j];
        const double s6 = std::pow(sigma_ * sigma_ / d.squaredNorm(), 3);
        energy += 4.0 * epsilon_ * (s6 * s6 - s6);
        const Eigen::Vector3d force = 24.0 * epsilon_ * (2.0 * s6 * s6 - s6) / d.squaredNorm() * d;
        forces[i] += force;
        forces[j] -= force;
      }
    }
    return energy;
  }

 private:
  std::size_t size_;
  double epsilon_;
  double sigma_;
};

}  // namespace adatom::energetics::testing
