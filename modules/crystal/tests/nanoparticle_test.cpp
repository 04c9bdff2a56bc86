#include "adatom/crystal/nanoparticle.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <gtest/gtest.h>
#include <Eigen/LU>

#include "adatom/base/error.h"
#include "adatom/crystal/zone_axis.h"

namespace adatom::crystal {
namespace {

const FccCrystal gold = fcc_crystal("Au");

/// How many neighbours each atom has at the nearest-neighbour distance a / sqrt 2.
std::vector<int> coordination(const Structure& structure, double lattice_parameter) {
  const double bond = lattice_parameter / std::sqrt(2.0);
  std::vector<int> numbers(structure.atoms.size(), 0);
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    for (std::size_t j = 0; j < structure.atoms.size(); ++j) {
      if (i == j) continue;
      const double distance =
          (structure.atoms[i].position_angstrom - structure.atoms[j].position_angstrom).norm();
      EXPECT_GT(distance, bond * (1.0 - 1e-9));
      if (distance < 1.1 * bond) ++numbers[i];
    }
  }
  return numbers;
}

TEST(TruncatedOctahedron, HoldsTheNumbersOfAtomsKnownFromTheLiterature) {
  const auto atoms = [](std::int64_t length, std::int64_t cutoff) {
    return build_truncated_octahedron(gold, length, cutoff).atoms.size();
  };
  // Regular truncated octahedra (Martin, Phys. Rep. 273 (1996) 199, table 3).
  EXPECT_EQ(atoms(4, 1), 38U);
  EXPECT_EQ(atoms(7, 2), 201U);
  EXPECT_EQ(atoms(10, 3), 586U);
  EXPECT_EQ(atoms(13, 4), 1289U);
  // Names in use for gold: to309_9_4, to807_11_3, to976_12_4; cuboctahedra 13, 55, 147; octahedra.
  EXPECT_EQ(atoms(9, 4), 309U);
  EXPECT_EQ(atoms(11, 3), 807U);
  EXPECT_EQ(atoms(12, 4), 976U);
  EXPECT_EQ(atoms(3, 1), 13U);
  EXPECT_EQ(atoms(5, 2), 55U);
  EXPECT_EQ(atoms(7, 3), 147U);
  EXPECT_EQ(atoms(1, 0), 1U);
  EXPECT_EQ(atoms(2, 0), 6U);
  EXPECT_EQ(atoms(5, 0), 85U);
}

TEST(TruncatedOctahedron, SurfaceAtomsHaveTheCoordinationOfTheirFacets) {
  const auto numbers =
      coordination(build_truncated_octahedron(gold, 4, 1), gold.lattice_parameter_angstrom);
  std::map<int, int> histogram;
  for (const int n : numbers) ++histogram[n];
  // The 38-atom particle: 24 corners with 6 neighbours, 8 centres of {111} facets with 9, 6 inside.
  EXPECT_EQ(histogram, (std::map<int, int>{{6, 24}, {9, 8}, {12, 6}}));
}

TEST(TruncatedOctahedron, IsCentred) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const auto& atom : build_truncated_octahedron(gold, 12, 4).atoms) {
    sum += atom.position_angstrom;
  }
  EXPECT_LT(sum.norm(), 1e-9);  // rounding of a sum of 976 numbers below 20
}

TEST(TruncatedOctahedron, RefusesWhatIsNone) {
  EXPECT_THROW((void)build_truncated_octahedron(gold, 0, 0), InputError);
  EXPECT_THROW((void)build_truncated_octahedron(gold, 9, 5), InputError);
  EXPECT_THROW((void)build_truncated_octahedron(gold, 9, -1), InputError);
  EXPECT_THROW((void)build_truncated_octahedron(gold, 100000, 0), InputError);
  EXPECT_THROW((void)build_truncated_octahedron({"Au", 0.0}, 9, 4), InputError);
}

TEST(Sphere, ShellsOfTheFccLattice) {
  // Atoms within the n-th shell: 1, 12, 6, 24, 12, 24 more at a sqrt(n/2) (Kittel, any edition).
  const double a = gold.lattice_parameter_angstrom;
  const std::array<std::size_t, 6> total = {1, 13, 19, 43, 55, 79};
  for (std::size_t shell = 0; shell < total.size(); ++shell) {
    const double radius = a * std::sqrt(static_cast<double>(shell) / 2.0);
    EXPECT_EQ(build_sphere(gold, std::max(radius, 0.1)).atoms.size(), total[shell]);
    EXPECT_EQ(build_sphere(gold, radius + 0.01).atoms.size(), total[shell]);
  }
}

TEST(Sphere, HoldsEverySiteWithinItsRadius) {
  const double a = gold.lattice_parameter_angstrom;
  const double radius = 15.3;
  std::size_t count = 0;
  for (int i = -10; i <= 10; ++i) {
    for (int j = -10; j <= 10; ++j) {
      for (int k = -10; k <= 10; ++k) {
        for (const Eigen::Vector3d& basis :
             {Eigen::Vector3d(0, 0, 0), Eigen::Vector3d(0, .5, .5), Eigen::Vector3d(.5, 0, .5),
              Eigen::Vector3d(.5, .5, 0)}) {
          if ((a * (Eigen::Vector3d(i, j, k) + basis)).norm() <= radius) ++count;
        }
      }
    }
  }
  EXPECT_EQ(build_sphere(gold, radius).atoms.size(), count);
  EXPECT_THROW((void)build_sphere(gold, -1.0), InputError);
  EXPECT_THROW((void)build_sphere(gold, 1e9), InputError);
}

TEST(ZoneAxis, RowsAreARightHandedFrame) {
  for (const auto axis :
       {ZoneAxis::axis_100, ZoneAxis::axis_110, ZoneAxis::axis_111, ZoneAxis::axis_112}) {
    const Eigen::Matrix3d r = zone_axis_rotation(axis);
    EXPECT_LT((r * r.transpose() - Eigen::Matrix3d::Identity()).norm(), 1e-14);
    EXPECT_NEAR(r.determinant(), 1.0, 1e-14);
  }
  const Eigen::Vector3d beam(1, 1, 0);
  EXPECT_LT((zone_axis_rotation(ZoneAxis::axis_110) * beam.normalized() - Eigen::Vector3d::UnitZ())
                .norm(),
            1e-14);
  // The directions along y that the header promises.
  EXPECT_LT((zone_axis_rotation(ZoneAxis::axis_110) * Eigen::Vector3d(0, 0, -1) -
             Eigen::Vector3d::UnitY())
                .norm(),
            1e-14);
  EXPECT_LT((zone_axis_rotation(ZoneAxis::axis_111) * Eigen::Vector3d(1, 1, -2).normalized() -
             Eigen::Vector3d::UnitY())
                .norm(),
            1e-14);
  EXPECT_LT((zone_axis_rotation(ZoneAxis::axis_112) * Eigen::Vector3d(1, 1, -1).normalized() -
             Eigen::Vector3d::UnitY())
                .norm(),
            1e-14);
}

TEST(ZoneAxis, TurningTakesXTowardsY) {
  const Eigen::Vector3d x = rotation_about_beam(std::acos(-1.0) / 2.0) * Eigen::Vector3d::UnitX();
  EXPECT_LT((x - Eigen::Vector3d::UnitY()).norm(), 1e-14);
}

TEST(ZoneAxis, CellTurnsWithTheAtoms) {
  Structure structure{{{"Au", {1, 2, 3}}}, Eigen::Matrix3d::Identity(), {}};
  structure.cell_angstrom.row(1) = Eigen::RowVector3d(1, 2, 3);
  const Structure turned = rotated(structure, zone_axis_rotation(ZoneAxis::axis_111));
  EXPECT_LT((turned.cell_angstrom.row(1).transpose() - turned.atoms[0].position_angstrom).norm(),
            1e-14);
}

TEST(Wedge, GrowsFromOneAtomToItsThickness) {
  const auto rotation = zone_axis_rotation(ZoneAxis::axis_110);
  const Structure wedge = build_wedge(
      gold, {.width_angstrom = 40.0, .height_angstrom = 20.0, .thickness_angstrom = 30.0},
      rotation);
  // Along [110] a column has an atom every a / sqrt 2; columns of one x share one thickness.
  const double spacing = gold.lattice_parameter_angstrom / std::sqrt(2.0);
  std::map<std::pair<long, long>, int> columns;
  for (const auto& atom : wedge.atoms) {
    const auto& p = atom.position_angstrom;
    EXPECT_GE(p.z(), -1e-9);
    EXPECT_LE(p.z(), 30.0 / 40.0 * p.x() + 1e-6);
    ++columns[{std::lround(p.x() * 100), std::lround(p.y() * 100)}];
  }
  for (const auto& [at, count] : columns) {
    const double thickness = 30.0 / 40.0 * static_cast<double>(at.first) / 100.0;
    // The lowest atom stands at 0 (floor(t / s) + 1 atoms) or half a spacing (floor(t / s + 1/2)).
    EXPECT_NEAR(count, thickness / spacing + 0.25, 0.75 + 0.01);  // 0.01: columns rounded above
  }
  // Volume over atomic volume, a^3 / 4, within the atoms of the surface layers.
  const double expected =
      0.5 * 40.0 * 20.0 * 30.0 * 4.0 / std::pow(gold.lattice_parameter_angstrom, 3);
  EXPECT_NEAR(static_cast<double>(wedge.atoms.size()), expected, 0.2 * expected);
}

TEST(FccCrystal, UnknownElementsAreRefused) {
  EXPECT_THROW((void)fcc_crystal("Fe"), InputError);
  EXPECT_DOUBLE_EQ(fcc_crystal("Pt").lattice_parameter_angstrom, 3.9231);
}

}  // namespace
}  // namespace adatom::crystal
