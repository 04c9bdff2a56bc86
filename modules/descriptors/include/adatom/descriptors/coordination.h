#pragma once
// How many neighbours atoms have.
#include <cstdint>
#include <vector>

#include "adatom/descriptors/neighbour_vectors.h"

namespace adatom::descriptors {

/// Neighbours (images count each) at most `r_cut_angstrom` away, one number for each atom.
/// @throws InputError: a cut-off beyond the neighbours' reach
[[nodiscard]] std::vector<std::uint32_t> coordination_numbers(const NeighbourVectors& neighbours,
                                                              double r_cut_angstrom);

/// The median over the atoms of the distance of the nearest neighbour; atoms without any are left
/// out.
/// @throws InputError: no atom has a neighbour
[[nodiscard]] double nearest_neighbour_angstrom(const NeighbourVectors& neighbours);

/// Midway between the first and second neighbours of a close-packed crystal: (1 + sqrt(2)) / 2 =
/// 1.207 of the nearest neighbours' distance. In bcc it is beyond the second shell (1.155), which
/// counts with the first.
[[nodiscard]] double first_shell_cut_angstrom(double nearest_neighbour_angstrom);

}  // namespace adatom::descriptors
