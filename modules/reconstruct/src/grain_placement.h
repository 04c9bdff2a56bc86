#pragma once
// Where the grains' columns stand without the image's distortion.
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "adatom/reconstruct/column_lattice.h"

namespace adatom::reconstruct::detail {

struct ColumnPlace {
  std::size_t column = 0;  ///< index of the observed column
  Eigen::Vector2d at_angstrom = Eigen::Vector2d::Zero();
};

/// Of every column in a lattice, in the order of the columns.
[[nodiscard]] std::vector<ColumnPlace> place_columns(const ColumnLattice& lattice);

}  // namespace adatom::reconstruct::detail
