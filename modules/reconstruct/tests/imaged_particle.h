#pragma once
// A particle, its columns, and where they are in a frame.
#include <cstdint>
#include <vector>

#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/zone_axis.h"
#include "adatom/reconstruct/misfit.h"
#include "project_columns.h"

namespace adatom::reconstruct::testing {

/// A truncated octahedron along [110] whose middle is at (`middle`, `middle`).
struct ImagedParticle {
  ImagedParticle(std::int64_t length, std::int64_t cutoff, double middle_angstrom)
      : structure(
            crystal::rotated(crystal::build_truncated_octahedron({"Au", 4.0786}, length, cutoff),
                             crystal::zone_axis_rotation(crystal::ZoneAxis::axis_110))) {
    for (auto& atom : structure.atoms) {
      atom.position_angstrom += Eigen::Vector3d(middle_angstrom, middle_angstrom, 0.0);
    }
    columns = project_columns(structure);
  }
  crystal::Structure structure;
  std::vector<ObservedColumn> columns;
};

/// The structure less the first atom of the column with most atoms, whose index comes back.
inline std::size_t take_one_atom(crystal::Structure& structure,
                                 const std::vector<ObservedColumn>& columns) {
  const auto of_atom = columns_of_atoms(structure);
  std::size_t fullest = 0;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].atom_count > columns[fullest].atom_count) fullest = c;
  }
  for (std::size_t i = 0; i < of_atom.size(); ++i) {
    if (of_atom[i] != fullest) continue;
    structure.atoms.erase(structure.atoms.begin() + static_cast<std::ptrdiff_t>(i));
    break;
  }
  return fullest;
}

}  // namespace adatom::reconstruct::testing
