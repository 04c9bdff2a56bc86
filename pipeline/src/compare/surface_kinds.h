#pragma once
// The colours of surface classes, and atoms as figures and models take them.
#include <cstddef>
#include <vector>

#include "adatom/crystal/structure.h"
#include "adatom/reconstruct/surface_class.h"
#include "adatom/report/atom_kinds.h"
#include "adatom/report/figure_atoms.h"

namespace adatom::pipeline {

/// One for each class in their order, in the colours of the numbers of neighbours that they have.
[[nodiscard]] std::vector<report::AtomKind> surface_kinds();

[[nodiscard]] std::vector<std::size_t> kinds_of(const reconstruct::SurfaceClasses& classes);

/// Positions, and spheres that touch their nearest neighbours.
struct DrawnAtoms {
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> z;
  std::vector<double> radius;
  std::vector<std::size_t> kind;

  void add(const crystal::Atom& atom, double radius_angstrom, std::size_t of_kind);
  [[nodiscard]] report::ShownAtoms shown() const { return {x, y, z, radius, kind}; }
};

/// Every atom of the structure with its kind.
[[nodiscard]] DrawnAtoms drawn_atoms(const crystal::Structure& structure, double radius_angstrom,
                                     const std::vector<std::size_t>& kinds);

}  // namespace adatom::pipeline
