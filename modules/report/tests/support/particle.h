#pragma once
// A truncated octahedron of a closely packed metal, every atom coloured by its neighbours.
#include <cstddef>
#include <vector>

#include "adatom/report/figure_atoms.h"

namespace adatom::report::testing {

struct Particle {
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> z;
  std::vector<double> radius;
  std::vector<std::size_t> kind;

  [[nodiscard]] ShownAtoms shown() const { return {x, y, z, radius, kind}; }
};

/// Atoms with i + j + k even, |i| + |j| + |k| <= `octahedron` and no index beyond `cube`.
[[nodiscard]] Particle make_octahedron(int octahedron, int cube, double lattice_angstrom);

}  // namespace adatom::report::testing
