#include "compare/surface_kinds.h"

namespace adatom::pipeline {

std::vector<report::AtomKind> surface_kinds() {
  const auto neighbours = report::coordination_kinds();
  const auto as = [&](const char* label, std::size_t number) {
    return report::AtomKind{label, neighbours[report::coordination_kind(number)].colour};
  };
  return {as("bulk", 12), as("concave", 10), as("facet {111}", 9), as("facet {100}", 8),
          as("edge", 7),  as("vertex", 6),   as("adatom", 4)};
}

std::vector<std::size_t> kinds_of(const reconstruct::SurfaceClasses& classes) {
  std::vector<std::size_t> kinds;
  for (const auto one : classes.classes) kinds.push_back(static_cast<std::size_t>(one));
  return kinds;
}

void DrawnAtoms::add(const crystal::Atom& atom, double radius_angstrom, std::size_t of_kind) {
  x.push_back(atom.position_angstrom.x());
  y.push_back(atom.position_angstrom.y());
  z.push_back(atom.position_angstrom.z());
  radius.push_back(radius_angstrom);
  kind.push_back(of_kind);
}

DrawnAtoms drawn_atoms(const crystal::Structure& structure, double radius_angstrom,
                       const std::vector<std::size_t>& kinds) {
  DrawnAtoms drawn;
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    drawn.add(structure.atoms[i], radius_angstrom, kinds[i]);
  }
  return drawn;
}

}  // namespace adatom::pipeline
