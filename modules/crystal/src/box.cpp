#include "adatom/crystal/box.h"

#include <cmath>

#include <Eigen/Dense>

#include "adatom/base/error.h"

namespace adatom::crystal {

Box box_of(const Structure& structure) {
  Box box{structure.cell_angstrom, structure.origin_angstrom, structure.periodic};
  // Smaller than any atom.
  constexpr double least_volume_angstrom3 = 1e-3;
  if (!box.open() && !(std::abs(box.cell_angstrom.determinant()) > least_volume_angstrom3)) {
    throw InputError({.what = "a periodic structure needs a cell",
                      .where = "Lattice",
                      .why = "the three cell vectors span no volume",
                      .remedy = "give three cell vectors, or say that no direction is periodic"});
  }
  return box;
}

}  // namespace adatom::crystal
