#include "adatom/energetics/quench.h"

#include <utility>

#include "adatom/energetics/energies.h"

namespace adatom::energetics {

Quenched quench(const crystal::Structure& structure,
                std::shared_ptr<const EmbeddedAtomPotential> potential,
                const Surroundings& surroundings, const ForceFieldOptions& field,
                const MinimiseOptions& options, Progress& progress) {
  const auto elements = element_numbers(*potential, structure);
  std::vector<double> masses_u;
  masses_u.reserve(elements.size());
  for (const std::size_t element : elements) masses_u.push_back(potential->mass_u(element));
  ForceField energy(std::move(potential), elements, crystal::box_of(structure), surroundings,
                    field);
  auto positions = positions_of(structure);
  Quenched quenched{.structure = structure,
                    .minimum = minimise(energy, positions, masses_u, options, progress)};
  for (std::size_t i = 0; i < positions.size(); ++i) {
    quenched.structure.atoms[i].position_angstrom = positions[i];
  }
  quenched.structure.velocities_angstrom_per_ps.clear();
  return quenched;
}

}  // namespace adatom::energetics
