#pragma once
// Springs that hold atoms near where they began, as the fix spring/self of LAMMPS.
#include <cstddef>
#include <vector>

#include <Eigen/Core>

#include "adatom/energetics/external_field.h"

namespace adatom::energetics {

struct Spring {
  std::size_t atom = 0;
  Eigen::Vector3d anchor_angstrom = Eigen::Vector3d::Zero();
};

/// Energy 1/2 k |x - anchor|^2 each.
class Springs final : public ExternalField {
 public:
  /// @throws InputError: a stiffness that is negative or not finite
  Springs(std::vector<Spring> springs, double stiffness_ev_per_angstrom2);
  double add(std::span<const Eigen::Vector3d> positions_angstrom,
             std::span<Eigen::Vector3d> forces_ev_per_angstrom) const override;
  [[nodiscard]] const std::vector<Spring>& springs() const { return springs_; }

 private:
  std::vector<Spring> springs_;
  double stiffness_;
};

}  // namespace adatom::energetics
