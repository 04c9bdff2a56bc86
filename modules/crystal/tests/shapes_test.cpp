// Particles by their names, against the numbers of atoms that the literature gives.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/crystal/neighbours.h"
#include "adatom/crystal/twinned.h"
#include "adatom/crystal/wulff.h"

namespace adatom::crystal {
namespace {

const FccCrystal gold = fcc_crystal("Au");
const double bond = gold.lattice_parameter_angstrom / std::numbers::sqrt2;

std::vector<Eigen::Vector3d> positions_of(const Structure& structure) {
  std::vector<Eigen::Vector3d> positions;
  for (const auto& atom : structure.atoms) positions.push_back(atom.position_angstrom);
  return positions;
}

/// How many atoms have how many neighbours, and the shortest and longest bond.
struct Bonds {
  std::map<std::uint32_t, int> coordination;
  double shortest = 1e9;
  double longest = 0.0;
};

Bonds bonds_of(const Structure& structure) {
  const auto positions = positions_of(structure);
  const auto list = find_neighbours(positions, {}, 1.2 * bond);
  Bonds bonds;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    ++bonds.coordination[list.first[i + 1] - list.first[i]];
    for (auto e = list.first[i]; e < list.first[i + 1]; ++e) {
      const double length = (positions[list.atom[e]] - positions[i]).norm();
      bonds.shortest = std::min(bonds.shortest, length);
      bonds.longest = std::max(bonds.longest, length);
    }
  }
  return bonds;
}

double distance_of_centre(const Structure& structure) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const auto& atom : structure.atoms) sum += atom.position_angstrom;
  return sum.norm() / static_cast<double>(structure.atoms.size());
}

TEST(Icosahedron, HoldsTheMagicNumbers) {
  // Mackay 1962; Martin, Phys. Rep. 273 (1996) 199, table 1.
  const std::vector<std::size_t> numbers = {1, 13, 55, 147, 309, 561, 923, 1415};
  for (std::size_t shells = 0; shells < numbers.size(); ++shells) {
    const auto structure = build_icosahedron(gold, static_cast<std::int64_t>(shells));
    EXPECT_EQ(structure.atoms.size(), numbers[shells]);
    EXPECT_LT(distance_of_centre(structure), 1e-12);  // rounding
    EXPECT_EQ(build_cuboctahedron(gold, static_cast<std::int64_t>(shells)).atoms.size(),
              numbers[shells]);
  }
}

TEST(Icosahedron, BondsAndFacetsAreMackays) {
  // 12 corners with 6 neighbours, 30 edges of 3 atoms with 8, 20 faces of 3 atoms with 9.
  const auto bonds = bonds_of(build_icosahedron(gold, 4));
  EXPECT_EQ(bonds.coordination,
            (std::map<std::uint32_t, int>{{6, 12}, {8, 90}, {9, 60}, {12, 147}}));
  EXPECT_NEAR(bonds.shortest, bond, 1e-12);
  // The edge of an icosahedron over its radius, 1 / sin(72 degrees).
  EXPECT_NEAR(bonds.longest, bond / std::sin(0.4 * std::numbers::pi), 1e-12);
}

TEST(Icosahedron, AtItsAxesColumnsLineUp) {
  // Along z the atoms of an axis stand in one column: along a five-fold one 2 n + 1 of n shells,
  // along a three-fold one those of every third shell, along a two-fold one of every second.
  const auto on_axis = [](IcosahedronAxis axis) {
    std::size_t count = 0;
    for (const auto& atom : build_icosahedron(gold, 6, axis).atoms) {
      count += atom.position_angstrom.head<2>().norm() < 1e-9 ? 1U : 0U;
    }
    return count;
  };
  EXPECT_EQ(on_axis(IcosahedronAxis::five_fold), 13U);
  EXPECT_EQ(on_axis(IcosahedronAxis::three_fold), 5U);
  EXPECT_EQ(on_axis(IcosahedronAxis::two_fold), 7U);
  EXPECT_THROW((void)build_icosahedron(gold, -1), InputError);
  EXPECT_THROW((void)build_icosahedron(gold, 1000000), InputError);
}

TEST(Decahedron, HoldsTheMagicNumbers) {
  const auto atoms = [](std::int64_t m, std::int64_t n, std::int64_t p) {
    return build_decahedron(gold, {m, n, p}).atoms.size();
  };
  // Marks decahedra: Cleveland et al., Phys. Rev. Lett. 79 (1997) 1873 and Doye and Calvo,
  // J. Chem. Phys. 116 (2002) 8307; Au1086 and Au1734 are names in use.
  EXPECT_EQ(atoms(2, 2, 2), 75U);
  EXPECT_EQ(atoms(2, 3, 2), 101U);
  EXPECT_EQ(atoms(3, 2, 2), 146U);
  EXPECT_EQ(atoms(3, 3, 2), 192U);
  EXPECT_EQ(atoms(7, 1, 3), 1086U);
  EXPECT_EQ(atoms(5, 4, 4), 1734U);
  // Pentagonal bipyramids and Ino's decahedra (Martin 1996, table 4).
  EXPECT_EQ(atoms(2, 1, 1), 7U);
  EXPECT_EQ(atoms(3, 1, 1), 23U);
  EXPECT_EQ(atoms(4, 1, 1), 54U);
  EXPECT_EQ(atoms(2, 2, 1), 13U);
  EXPECT_EQ(atoms(3, 3, 1), 55U);
  EXPECT_EQ(atoms(4, 4, 1), 147U);
  EXPECT_EQ(atoms(1, 1, 1), 1U);
}

TEST(Decahedron, IsStrainedAroundItsAxisOnly) {
  const auto structure = build_decahedron(gold, {2, 2, 2});
  const auto bonds = bonds_of(structure);
  EXPECT_LT(distance_of_centre(structure), 1e-12);
  EXPECT_NEAR(bonds.shortest, bond, 1e-12);
  // Five wedges of 70.53 degrees opened to 72.
  EXPECT_NEAR(bonds.longest, std::numbers::sqrt3 * bond * std::sin(0.2 * std::numbers::pi), 1e-12);
  EXPECT_THROW((void)build_decahedron(gold, {0, 1, 1}), InputError);
  EXPECT_THROW((void)build_decahedron(gold, {1, 1, 0}), InputError);
  EXPECT_THROW((void)build_decahedron(gold, {900, 900, 900}), InputError);
}

TEST(Wulff, OfOneKindOfFacetIsThatPolyhedron) {
  const std::vector<FacetEnergy> octahedron = {{{1, 1, 1}, 0.7}};
  const std::vector<FacetEnergy> cube = {{{1, 0, 0}, 3.0}};
  const std::vector<FacetEnergy> cube_in_other_words = {{{0, -2, 0}, 3.0}};
  // Octahedra with an odd edge have an atom in the centre, those with an even one a hole.
  EXPECT_EQ(build_wulff(gold, octahedron, 85).atoms.size(), 85U);
  EXPECT_EQ(build_wulff(gold, octahedron, 44, {.centre = WulffCentre::hole}).atoms.size(), 44U);
  // A cube of n cells along an edge with atoms at its corners, (n + 1)^3 of them and n^2 (n + 1) 3
  // in faces; its centre is an atom for even n.
  for (const std::int64_t n : {1, 2, 3, 4, 6}) {
    const std::int64_t atoms = (n + 1) * (n + 1) * (n + 1) + 3 * n * n * (n + 1);
    const auto centre = n % 2 == 0 ? WulffCentre::atom : WulffCentre::hole;
    const auto& facets = n == 4 ? cube_in_other_words : cube;
    EXPECT_EQ(build_wulff(gold, facets, atoms, {.centre = centre}).atoms.size(),
              static_cast<std::size_t>(atoms));
  }
}

TEST(Wulff, RoundsToShapesThatExist) {
  const std::vector<FacetEnergy> facets = {{{1, 1, 1}, 1.0}, {{1, 0, 0}, 1.15}};
  const auto atoms = [&](std::int64_t wanted, WulffRounding rounding) {
    return build_wulff(gold, facets, wanted, {.rounding = rounding}).atoms.size();
  };
  // ASE 3.22.1, wulff_construction('Au', [(1,1,1), (1,0,0)], [1, 1.15], size, 'fcc', rounding).
  EXPECT_EQ(atoms(200, WulffRounding::closest), 201U);
  EXPECT_EQ(atoms(500, WulffRounding::closest), 459U);
  EXPECT_EQ(atoms(1000, WulffRounding::closest), 1139U);
  EXPECT_EQ(atoms(1000, WulffRounding::above), 1139U);
  EXPECT_EQ(atoms(1139, WulffRounding::below), 1139U);
  const std::vector<FacetEnergy> three = {{{1, 1, 1}, 1.0}, {{1, 0, 0}, 1.15}, {{1, 1, 0}, 1.2}};
  EXPECT_EQ(build_wulff(gold, three, 1000).atoms.size(), 1103U);
  EXPECT_EQ(build_wulff(gold, three, 2000).atoms.size(), 1925U);
  // Two that tell half a plane from none.
  const std::vector<FacetEnergy> four = {
      {{1, 1, 0}, 2.0}, {{1, 1, 1}, 1.9}, {{1, 0, 0}, 2.1}, {{3, 1, 1}, 2.05}};
  EXPECT_EQ(build_wulff(gold, four, 800).atoms.size(), 815U);
  EXPECT_EQ(build_wulff(gold, four, 1500).atoms.size(), 1529U);
  EXPECT_LT(atoms(1138, WulffRounding::below), 1138U);
}

TEST(Wulff, RefusesWhatHasNoShape) {
  const std::vector<FacetEnergy> octahedron = {{{1, 1, 1}, 0.7}};
  const std::vector<FacetEnergy> nothing = {{{0, 0, 0}, 1.0}};
  const std::vector<FacetEnergy> negative = {{{1, 1, 1}, 1.0}, {{1, 0, 0}, -1.0}};
  EXPECT_THROW((void)build_wulff(gold, {}, 100), InputError);
  EXPECT_THROW((void)build_wulff(gold, nothing, 100), InputError);
  EXPECT_THROW((void)build_wulff(gold, negative, 100), InputError);
  EXPECT_THROW((void)build_wulff(gold, octahedron, 0), InputError);
  EXPECT_THROW((void)build_wulff(gold, octahedron, 100000000), InputError);
  EXPECT_THROW((void)build_wulff(gold, octahedron, 5,
                                 {.rounding = WulffRounding::below, .centre = WulffCentre::hole}),
               InputError);
}

TEST(Wulff, ADiameterIsAVolume) {
  // 4 atoms in a^3.
  const double a = gold.lattice_parameter_angstrom;
  EXPECT_EQ(atoms_in_sphere(gold, a * std::cbrt(6.0 / std::numbers::pi * 250.0)), 1000);
  EXPECT_EQ(atoms_in_sphere(gold, 0.1), 1);
  EXPECT_THROW((void)atoms_in_sphere(gold, -1.0), InputError);
}

}  // namespace
}  // namespace adatom::crystal
