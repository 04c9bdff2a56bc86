#pragma once
// A crystal that repeats along the beam, cut into slices.
#include <cstddef>
#include <string>
#include <vector>

#include "adatom/crystal/structure.h"

namespace adatom::simulate {

struct SlabAtom {
  double x_angstrom = 0.0;
  double y_angstrom = 0.0;
  std::string element;
};

/// One period along the beam of a crystal in a box that repeats sideways.
struct Slab {
  double length_x_angstrom = 0.0;
  double length_y_angstrom = 0.0;
  double slice_thickness_angstrom = 0.0;
  std::size_t columns = 0;                    ///< each holds one atom a period
  std::vector<std::vector<SlabAtom>> slices;  ///< of one period, all of one thickness
};

/// A cell repeated sideways until each side is at least `smallest_box_angstrom`, cut along z into
/// equal slices of at most `thickest_slice_angstrom`. Where the atoms lie in layers of equal
/// spacing every slice holds the same number of layers, or every layer the same number of slices.
/// @throws InputError: a cell that is not rectangular, no atoms, a column that holds more than one
/// atom a period
[[nodiscard]] Slab cut_slab(const crystal::Structure& cell, double smallest_box_angstrom,
                            double thickest_slice_angstrom);

}  // namespace adatom::simulate
