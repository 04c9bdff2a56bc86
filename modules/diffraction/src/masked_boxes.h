#pragma once
// Means over squares and blocks in which only unmasked pixels count.
#include <cstddef>
#include <cstdint>

#include "adatom/base/grid.h"
#include "adatom/diffraction/geometry.h"

namespace adatom::diffraction {

struct MaskedGrid {
  Grid<double> values;
  Mask counts;             ///< 1 where there is a value; never empty
  std::size_t factor = 1;  ///< pixels of the frame along the side of one of these
};

/// Means of blocks of factor x factor pixels; one of which half is masked does not count. What is
/// left over at the right and lower edge is left out.
[[nodiscard]] MaskedGrid reduce(const Grid<double>& frame, const Mask& mask, std::size_t factor);

/// The mean over squares of 2 radius + 1 pixels; 0 where nothing counts.
[[nodiscard]] Grid<double> box_mean(const Grid<double>& values, const Mask& counts,
                                    std::size_t radius);

}  // namespace adatom::diffraction
