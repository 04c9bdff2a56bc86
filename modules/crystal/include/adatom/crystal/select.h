#pragma once
// Some of a structure's atoms, others beside them, or many times the same.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "adatom/crystal/structure.h"

namespace adatom::crystal {

/// These atoms, in this order, with all that belongs to them (velocities, ids, images, columns).
/// @param atoms indices; an atom may occur several times
/// @throws std::out_of_range for an index that is none
[[nodiscard]] Structure select_atoms(const Structure& structure,
                                     std::span<const std::size_t> atoms);

/// `atoms` behind those of the structure, at rest; where it has ids, with the next ones; where it
/// has columns, with zeros or empty texts.
[[nodiscard]] Structure with_atoms(Structure structure, std::span<const Atom> atoms);

/// `counts` cells along each cell vector, the first index the slowest. Atoms get new ids.
/// @throws InputError: a count below one, no cell vector where it is above one, more than ten
/// million atoms
[[nodiscard]] Structure repeated(const Structure& structure, std::array<std::int64_t, 3> counts);

}  // namespace adatom::crystal
