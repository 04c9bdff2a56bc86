#include "adatom/descriptors/coordination.h"

#include <algorithm>
#include <numbers>

#include "adatom/base/error.h"
#include "adatom/numeric/statistics.h"
#include "within_reach.h"

namespace adatom::descriptors {

std::vector<std::uint32_t> coordination_numbers(const NeighbourVectors& neighbours,
                                                double r_cut_angstrom) {
  require_reach(neighbours, r_cut_angstrom);
  std::vector<std::uint32_t> numbers(neighbours.atoms(), 0);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    for (std::size_t e = neighbours.begin(i); e < neighbours.end(i); ++e) {
      numbers[i] += neighbours.distance_angstrom[e] <= r_cut_angstrom ? 1U : 0U;
    }
  }
  return numbers;
}

double nearest_neighbour_angstrom(const NeighbourVectors& neighbours) {
  std::vector<double> nearest;
  for (std::size_t i = 0; i < neighbours.atoms(); ++i) {
    const auto from =
        neighbours.distance_angstrom.begin() + static_cast<std::ptrdiff_t>(neighbours.begin(i));
    const auto to =
        neighbours.distance_angstrom.begin() + static_cast<std::ptrdiff_t>(neighbours.end(i));
    if (from != to) nearest.push_back(*std::min_element(from, to));
  }
  if (nearest.empty()) {
    throw InputError({.what = "no atom has a neighbour",
                      .where = "neighbours",
                      .why = {},
                      .remedy = "look for them farther away, or check the positions' unit"});
  }
  return numeric::median(nearest);
}

double first_shell_cut_angstrom(double nearest_neighbour_angstrom) {
  return 0.5 * (1.0 + std::numbers::sqrt2) * nearest_neighbour_angstrom;
}

}  // namespace adatom::descriptors
