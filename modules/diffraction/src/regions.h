#pragma once
// Connected regions of a map.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "adatom/base/grid.h"

namespace adatom::diffraction {

enum class Neighbours { four, eight };

struct Regions {
  Grid<std::int32_t> number;       ///< 1, 2, ... in the order of their first pixels; 0: none
  std::vector<std::size_t> sizes;  ///< of region 1, 2, ...
};

/// Pixels of equal value above 0 that touch.
[[nodiscard]] Regions find_regions(const Grid<std::uint8_t>& values, Neighbours neighbours);

/// Sets regions of fewer points than `least` to 0. @returns how many regions of each value stay,
/// from value 1 on
std::vector<std::size_t> drop_small(Grid<std::uint8_t>& values, double least,
                                    std::size_t largest_value);

}  // namespace adatom::diffraction
