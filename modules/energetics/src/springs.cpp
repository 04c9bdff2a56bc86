#include "adatom/energetics/springs.h"

#include <cmath>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::energetics {

Springs::Springs(std::vector<Spring> springs, double stiffness_ev_per_angstrom2)
    : springs_(std::move(springs)), stiffness_(stiffness_ev_per_angstrom2) {
  if (std::isfinite(stiffness_) && stiffness_ >= 0.0) return;
  throw InputError(Complaint{"a spring's stiffness is negative or no number", "springs",
                             shortest(stiffness_), "give 0 or more eV/angstrom^2"});
}

double Springs::add(std::span<const Eigen::Vector3d> positions_angstrom,
                    std::span<Eigen::Vector3d> forces_ev_per_angstrom) const {
  double total_ev = 0.0;
  for (const auto& spring : springs_) {
    const Eigen::Vector3d stretch = positions_angstrom[spring.atom] - spring.anchor_angstrom;
    total_ev += 0.5 * stiffness_ * stretch.squaredNorm();
    forces_ev_per_angstrom[spring.atom] -= stiffness_ * stretch;
  }
  return total_ev;
}

}  // namespace adatom::energetics
