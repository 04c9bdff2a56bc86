#include "support/particle.h"

#include <array>
#include <cmath>
#include <cstdlib>

namespace adatom::report::testing {

Particle make_octahedron(int octahedron, int cube, double lattice_angstrom) {
  std::vector<std::array<int, 3>> sites;
  for (int i = -cube; i <= cube; ++i) {
    for (int j = -cube; j <= cube; ++j) {
      for (int k = -cube; k <= cube; ++k) {
        const bool inside = std::abs(i) + std::abs(j) + std::abs(k) <= octahedron;
        if (inside && (i + j + k) % 2 == 0) sites.push_back({i, j, k});
      }
    }
  }
  Particle out;
  const double half = lattice_angstrom / 2;
  for (const auto& site : sites) {
    std::size_t neighbours = 0;
    for (const auto& other : sites) {
      const int dx = site[0] - other[0];
      const int dy = site[1] - other[1];
      const int dz = site[2] - other[2];
      if (dx * dx + dy * dy + dz * dz == 2) ++neighbours;
    }
    out.x.push_back(half * site[0]);
    out.y.push_back(half * site[1]);
    out.z.push_back(half * site[2]);
    out.radius.push_back(half / std::sqrt(2.0));
    out.kind.push_back(coordination_kind(neighbours));
  }
  return out;
}

}  // namespace adatom::report::testing
