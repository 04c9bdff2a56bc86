#include "adatom/energetics/reference_energy.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "adatom/energetics/energies.h"

namespace adatom::energetics {

ReferenceEnergy::ReferenceEnergy(std::shared_ptr<const EmbeddedAtomPotential> potential,
                                 std::vector<std::size_t> elements, crystal::Box box,
                                 Surroundings surroundings)
    : potential_(std::move(potential)),
      elements_(std::move(elements)),
      box_(std::move(box)),
      surroundings_(std::move(surroundings)) {
  if (!surroundings_.held.empty() && surroundings_.held.size() != elements_.size()) {
    throw std::invalid_argument("reference energy: one flag for each atom, or none");
  }
}

double ReferenceEnergy::evaluate(std::span<const Eigen::Vector3d> positions_angstrom,
                                 std::span<Eigen::Vector3d> forces_ev_per_angstrom) {
  const auto energies = calculate_energies(*potential_, elements_, positions_angstrom, box_);
  std::ranges::copy(energies.forces_ev_per_angstrom, forces_ev_per_angstrom.begin());
  double total_ev = energies.total_ev;
  for (const auto& field : surroundings_.fields) {
    total_ev += field->add(positions_angstrom, forces_ev_per_angstrom);
  }
  for (std::size_t i = 0; i < surroundings_.held.size(); ++i) {
    if (surroundings_.held[i] != 0) forces_ev_per_angstrom[i].setZero();
  }
  return total_ev;
}

}  // namespace adatom::energetics
