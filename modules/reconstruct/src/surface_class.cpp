#include "adatom/reconstruct/surface_class.h"

#include <algorithm>

#include "adatom/base/error.h"
#include "adatom/crystal/box.h"
#include "adatom/crystal/element.h"
#include "adatom/crystal/neighbours.h"
#include "adatom/crystal/surface_sites.h"

namespace adatom::reconstruct {
namespace {

// Of gold, as in published scores of reconstructed surfaces.
constexpr double gold_reach_angstrom = 3.4;
constexpr double gold_bond_shares = 1.41421356237309505;  ///< bonds in a lattice parameter

/// Pairs among the neighbours of `atom` that are neighbours of each other, images apart.
std::size_t bonded_pairs(const crystal::NeighbourList& list, std::size_t atom) {
  std::size_t pairs = 0;
  const auto none = Eigen::Vector3i::Zero().eval();
  const auto shift = [&](std::size_t entry) {
    return list.shift.empty() ? none : list.shift[entry];
  };
  for (auto k = list.first[atom]; k < list.first[atom + 1]; ++k) {
    const std::uint32_t one = list.atom[k];
    for (auto l = list.first[one]; l < list.first[one + 1]; ++l) {
      for (auto m = k + 1; m < list.first[atom + 1]; ++m) {
        if (list.atom[m] == list.atom[l] && shift(m) == shift(k) + shift(l)) ++pairs;
      }
    }
  }
  return pairs;
}

SurfaceClass class_of(std::uint32_t neighbours, std::size_t pairs) {
  constexpr std::size_t pairs_111 = 15;
  constexpr std::size_t pairs_100 = 12;
  if (neighbours >= 11) return SurfaceClass::bulk;
  if (neighbours == 10) return SurfaceClass::concave;
  if (neighbours == 9) return pairs == pairs_111 ? SurfaceClass::facet_111 : SurfaceClass::concave;
  if (neighbours == 8) return pairs == pairs_100 ? SurfaceClass::facet_100 : SurfaceClass::edge;
  if (neighbours == 7) return SurfaceClass::edge;
  return neighbours >= 5 ? SurfaceClass::vertex : SurfaceClass::adatom;
}

}  // namespace

std::size_t SurfaceClasses::surface_atoms() const {
  return classes.size() - static_cast<std::size_t>(std::ranges::count(classes, SurfaceClass::bulk));
}

double surface_reach_angstrom(const crystal::Structure& structure) {
  if (structure.atoms.empty())
    throw InputError({.what = "no atoms", .where = {}, .why = {}, .remedy = {}});
  const double gold = crystal::fcc_lattice_parameter_angstrom("Au").value();
  double sum = 0.0;
  for (const auto& atom : structure.atoms) {
    const auto lattice = crystal::fcc_lattice_parameter_angstrom(atom.element);
    if (!lattice) {
      return gold_reach_angstrom / (gold / gold_bond_shares) *
             crystal::typical_bond_angstrom(structure);
    }
    sum += *lattice;
  }
  return gold_reach_angstrom / gold * sum / static_cast<double>(structure.atoms.size());
}

SurfaceClasses classify_surface(const crystal::Structure& structure) {
  SurfaceClasses result{.reach_angstrom = surface_reach_angstrom(structure)};
  std::vector<Eigen::Vector3d> positions;
  for (const auto& atom : structure.atoms) positions.push_back(atom.position_angstrom);
  const auto list =
      crystal::find_neighbours(positions, crystal::box_of(structure), result.reach_angstrom);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const std::uint32_t neighbours = list.first[i + 1] - list.first[i];
    const bool facet = neighbours == 8 || neighbours == 9;
    result.coordination.push_back(neighbours);
    result.classes.push_back(class_of(neighbours, facet ? bonded_pairs(list, i) : 0));
  }
  return result;
}

}  // namespace adatom::reconstruct
