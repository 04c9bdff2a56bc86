#pragma once
// What a row of a pair table holds of an atom of element a with a neighbour of element b.
#include <cstddef>

namespace adatom::energetics {

/// The density at a; as factors of the vector between the atoms the derivatives of that density and
/// of the pair energy, that is f'(r) / r; the pair energy.
enum RowValue : std::size_t { density, density_slope, pair_slope, pair_energy };
inline constexpr std::size_t row_width = 4;

}  // namespace adatom::energetics
