#pragma once
// What both minimisers share: where they are, what they count, when they stop.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/progress.h"
#include "adatom/energetics/minimise.h"

namespace adatom::energetics {

using Vectors = std::vector<Eigen::Vector3d>;

struct Descent {
  EnergyFunction& function;
  std::span<Eigen::Vector3d> positions;
  Vectors forces = {};
  double energy_ev = 0.0;
  std::int64_t iterations = 0;
  std::int64_t evaluations = 0;

  /// At the positions.
  void evaluate() {
    energy_ev = function.evaluate(positions, forces);
    ++evaluations;
  }
};

/// Summed in the order of the atoms.
[[nodiscard]] double dot(std::span<const Eigen::Vector3d> a, std::span<const Eigen::Vector3d> b);

[[nodiscard]] double force_norm(ForceNorm norm, std::span<const Eigen::Vector3d> forces);

[[nodiscard]] bool energy_settled(const MinimiseOptions& options, double before_ev,
                                  double after_ev);
[[nodiscard]] bool forces_settled(const MinimiseOptions& options,
                                  std::span<const Eigen::Vector3d> forces);

[[nodiscard]] StopReason follow_conjugate_gradients(Descent& at, const MinimiseOptions& options,
                                                    Progress& progress);
[[nodiscard]] StopReason follow_fire(Descent& at, std::span<const double> masses_u,
                                     const MinimiseOptions& options, Progress& progress);

}  // namespace adatom::energetics
