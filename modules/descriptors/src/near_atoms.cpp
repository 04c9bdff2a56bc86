#include "near_atoms.h"

#include <array>

#include "adatom/base/cpu_clones.h"

namespace adatom::descriptors {
namespace {

constexpr std::size_t chunk = 512;

ADATOM_CLONES void square_distances(const AtomCoordinates& atoms, std::size_t from,
                                    std::size_t first, std::size_t count, double* squares) {
  const double x = atoms.x[from];
  const double y = atoms.y[from];
  const double z = atoms.z[from];
  for (std::size_t j = 0; j < count; ++j) {
    const double dx = atoms.x[first + j] - x;
    const double dy = atoms.y[first + j] - y;
    const double dz = atoms.z[first + j] - z;
    squares[j] = dx * dx + dy * dy + dz * dz;
  }
}

}  // namespace

std::size_t find_near_portable(const AtomCoordinates& atoms, std::size_t from,
                               double square_of_reach, std::uint32_t* near) {
  std::array<double, chunk> squares;
  std::size_t found = 0;
  for (std::size_t first = 0; first < atoms.count; first += chunk) {
    const std::size_t count = atoms.count - first < chunk ? atoms.count - first : chunk;
    square_distances(atoms, from, first, count, squares.data());
    // Without branches that cannot be foreseen.
    for (std::size_t j = 0; j < count; ++j) {
      near[found] = static_cast<std::uint32_t>(first + j);
      found += squares[j] <= square_of_reach && first + j != from ? 1 : 0;
    }
  }
  return found;
}

}  // namespace adatom::descriptors
