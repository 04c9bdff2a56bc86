#pragma once
// A specimen at one instant: every atom displaced by heat, sorted into slices.
#include <cstddef>
#include <string>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/crystal/structure.h"
#include "adatom/simulate/stem.h"
#include "transmission.h"

namespace adatom::simulate {

/// A rectangle of the image, angstrom.
struct Area {
  double left = 0.0;
  double top = 0.0;
  double right = 0.0;
  double bottom = 0.0;
};

/// @throws InputError: no atoms, a position that is not finite
void require_atoms(const crystal::Structure& structure);

/// The atoms at rest, and how far each moves.
class Specimen {
 public:
  /// Atoms outside `area` are left out; where the cell repeats its images fill the area.
  /// @param elements sorted; SliceAtom::element counts in it
  /// @throws InputError: no atoms, a position that is not finite, an element without
  /// displacement, a cell that is not rectangular
  Specimen(const crystal::Structure& structure, SidewaysCell cell, const Area& area,
           const ThermalOptions& thermal, double slice_thickness_angstrom,
           const std::vector<std::string>& elements);

  [[nodiscard]] std::size_t slices() const { return slices_.size(); }
  [[nodiscard]] double slice_thickness() const { return thickness_; }
  /// Where the atoms of each slice act: their mean distance from the uppermost atom. With the
  /// slice's own edge instead a crystal whose layers are slices would be thinner by a layer, and
  /// its rings of higher Laue zones elsewhere.
  [[nodiscard]] const std::vector<double>& depths() const { return depths_; }
  /// The atoms of each slice, displaced along x and y; sites that are partly occupied hold an atom
  /// or not.
  [[nodiscard]] std::vector<std::vector<SliceAtom>> frozen(const RandomStream& random) const;

 private:
  struct Site {
    SliceAtom atom;
    double rms_angstrom = 0.0;
    double occupancy = 1.0;
  };
  double thickness_ = 0.0;
  std::vector<double> depths_;
  std::vector<std::vector<Site>> slices_;
};

}  // namespace adatom::simulate
