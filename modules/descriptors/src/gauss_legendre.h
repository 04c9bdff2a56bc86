#pragma once
// Points and weights of the Gauss-Legendre quadrature.
#include <cstddef>
#include <vector>

namespace adatom::descriptors {

struct Quadrature {
  std::vector<long double> x;
  std::vector<long double> weight;
};

/// `points` of them between 0 and `end`, in rising order.
[[nodiscard]] Quadrature gauss_legendre(std::size_t points, long double end);

}  // namespace adatom::descriptors
