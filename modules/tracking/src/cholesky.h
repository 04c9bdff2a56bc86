#pragma once
// Small symmetric systems, lower triangles.
#include <array>
#include <cmath>
#include <cstddef>

#include "disc_kernel.h"

namespace adatom::tracking {

using SmallMatrix = std::array<std::array<double, shape_parameters>, shape_parameters>;

/// L of m = L L' in the place of its lower triangle. @return false if m is not positive definite
inline bool factorise(SmallMatrix& m) {
  for (std::size_t a = 0; a < shape_parameters; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      double sum = m[a][b];
      for (std::size_t k = 0; k < b; ++k) sum -= m[a][k] * m[b][k];
      if (b < a) {
        m[a][b] = sum / m[b][b];
      } else if (sum > 0.0) {
        m[a][a] = std::sqrt(sum);
      } else {
        return false;
      }
    }
  }
  return true;
}

inline void solve_factorised(const SmallMatrix& m, std::array<double, shape_parameters>& v) {
  for (std::size_t a = 0; a < shape_parameters; ++a) {
    for (std::size_t k = 0; k < a; ++k) v[a] -= m[a][k] * v[k];
    v[a] /= m[a][a];
  }
  for (std::size_t a = shape_parameters; a-- > 0;) {
    for (std::size_t k = a + 1; k < shape_parameters; ++k) v[a] -= m[k][a] * v[k];
    v[a] /= m[a][a];
  }
}

}  // namespace adatom::tracking
