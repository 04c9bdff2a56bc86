#pragma once
// Modified spherical Bessel functions of the first kind.
#include <cstddef>
#include <span>

namespace adatom::descriptors {

/// exp(-x) i_l(x) for l = 0, 1, ... to values.size() - 1, all digits right for every x >= 0: i_0 is
/// known, and the ratios i_l / i_(l-1) follow from their continued fraction (Numerical Recipes, 3rd
/// ed., 6.6; Amos, Math. Comp. 28 (1974) 239, whose bound starts it).
void scaled_bessel(double x, std::span<double> values);

}  // namespace adatom::descriptors
