#include "components.h"

#include <algorithm>
#include <limits>

#include "adatom/crystal/neighbours.h"

namespace adatom::dynamics {

Clusters number_clusters(UnionFind& sets, std::size_t atoms) {
  std::vector<std::uint32_t> size(atoms, 0);
  std::vector<std::uint32_t> roots;
  for (std::uint32_t i = 0; i < atoms; ++i) {
    const std::uint32_t root = sets.find(i);
    if (size[root]++ == 0) roots.push_back(root);
  }
  // Roots are the lowest atoms of their sets, and so in ascending order already.
  std::ranges::stable_sort(roots,
                           [&](std::uint32_t a, std::uint32_t b) { return size[a] > size[b]; });
  std::vector<std::uint32_t> number(atoms, 0);
  Clusters clusters;
  for (std::uint32_t k = 0; k < roots.size(); ++k) {
    number[roots[k]] = k;
    clusters.sizes.push_back(size[roots[k]]);
  }
  clusters.of_atoms.resize(atoms);
  for (std::uint32_t i = 0; i < atoms; ++i) clusters.of_atoms[i] = number[sets.find(i)];
  return clusters;
}

std::vector<std::uint32_t> lowest_atoms(const Clusters& clusters) {
  constexpr auto none = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> lowest(clusters.sizes.size(), none);
  std::vector<std::uint32_t> of_atoms;
  of_atoms.reserve(clusters.of_atoms.size());
  for (std::uint32_t i = 0; i < clusters.of_atoms.size(); ++i) {
    std::uint32_t& first = lowest[clusters.of_atoms[i]];
    first = std::min(first, i);
    of_atoms.push_back(first);
  }
  return of_atoms;
}

Clusters find_clusters(std::span<const Eigen::Vector3d> positions, const crystal::Box& box,
                       double cut_off) {
  const auto list = crystal::find_half_neighbours(positions, box, cut_off);
  UnionFind sets(positions.size());
  for (std::uint32_t i = 0; i < positions.size(); ++i) {
    for (std::uint32_t k = list.first[i]; k < list.first[i + 1]; ++k) sets.join(i, list.atom[k]);
  }
  return number_clusters(sets, positions.size());
}

}  // namespace adatom::dynamics
