#pragma once
// What a perfect measurement would say of a particle: its columns along the beam.
#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <vector>

#include "adatom/crystal/structure.h"
#include "adatom/reconstruct/observed_column.h"

namespace adatom::reconstruct::testing {

/// Which column each atom is in, counted from 0 in the order of their first atoms: atoms are in one
/// column whose projections along z are linked by steps of at most `reach_angstrom`.
inline std::vector<std::size_t> columns_of_atoms(const crystal::Structure& structure,
                                                 double reach_angstrom = 0.5) {
  const auto& atoms = structure.atoms;
  std::vector<std::size_t> root(atoms.size());
  std::iota(root.begin(), root.end(), std::size_t{0});
  const auto find = [&](std::size_t i) {
    while (root[i] != i) i = root[i] = root[root[i]];
    return i;
  };
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Eigen::Vector3d apart = atoms[i].position_angstrom - atoms[j].position_angstrom;
      if (apart.head<2>().squaredNorm() > reach_angstrom * reach_angstrom) continue;
      const std::size_t a = find(i);
      const std::size_t b = find(j);
      root[std::max(a, b)] = std::min(a, b);
    }
  }
  std::map<std::size_t, std::size_t> numbers;  // of roots, which are the columns' first atoms
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (find(i) == i) numbers.emplace(i, numbers.size());
  }
  std::vector<std::size_t> columns(atoms.size());
  for (std::size_t i = 0; i < atoms.size(); ++i) columns[i] = numbers.at(find(i));
  return columns;
}

/// The columns of `columns_of_atoms` with exact positions (the mean of their atoms') and counts;
/// ids 1, 2, 3, ... Standard errors and cross-sections are 0, probabilities 1.
inline std::vector<ObservedColumn> project_columns(const crystal::Structure& structure,
                                                   double reach_angstrom = 0.5) {
  std::vector<ObservedColumn> columns;
  const auto of_atom = columns_of_atoms(structure, reach_angstrom);
  for (std::size_t i = 0; i < of_atom.size(); ++i) {
    if (of_atom[i] >= columns.size()) {
      columns.push_back({.column_id = static_cast<std::int64_t>(of_atom[i]) + 1});
    }
    ObservedColumn& column = columns[of_atom[i]];
    column.x_angstrom += structure.atoms[i].position_angstrom.x();
    column.y_angstrom += structure.atoms[i].position_angstrom.y();
    ++column.atom_count;
  }
  for (ObservedColumn& column : columns) {
    column.x_angstrom /= static_cast<double>(column.atom_count);
    column.y_angstrom /= static_cast<double>(column.atom_count);
  }
  return columns;
}

}  // namespace adatom::reconstruct::testing
