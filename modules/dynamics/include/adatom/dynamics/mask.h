#pragma once
// Which atoms are looked at, told from where they are in one frame.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "adatom/crystal/structure.h"

namespace adatom::dynamics {

enum class Axis { x, y, z };

/// 1 for each atom with low < coordinate < high along the axis, else 0.
/// @throws InputError: limits that leave no room between them
[[nodiscard]] std::vector<std::uint8_t> mask_by_height(
    const crystal::Structure& frame, Axis axis, double low_angstrom,
    double high_angstrom = std::numeric_limits<double>::infinity());

/// The layer of each atom along the axis, 0 the lowest: a new layer starts where no atom is for
/// more than `gap_angstrom`.
/// @throws InputError: a gap that is not above zero
[[nodiscard]] std::vector<std::size_t> layers_along(const crystal::Structure& frame, Axis axis,
                                                    double gap_angstrom = 0.8);

/// 1 for each atom above the `left_out` lowest layers (those next to a support), else 0.
[[nodiscard]] std::vector<std::uint8_t> mask_above_layers(const crystal::Structure& frame,
                                                          Axis axis, std::size_t left_out,
                                                          double gap_angstrom = 0.8);

}  // namespace adatom::dynamics
