#include "adatom/energetics/support.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/springs.h"
#include "adatom/energetics/wall.h"
#include "support/test_structures.h"

namespace adatom::energetics {
namespace {

TEST(Wall, HasTheMinimumOfItsFormula) {
  const double eps = 0.3;
  const double s = 2.5;
  // By hand: slopes of the formulas are zero here.
  const WallShape lj93{WallKind::lj93, eps, s, 100.0};
  EXPECT_NEAR(wall_distance_angstrom(lj93), std::pow(0.4, 1.0 / 6.0) * s, 1e-9);
  EXPECT_NEAR(wall_energy(lj93, std::pow(0.4, 1.0 / 6.0) * s).value, -std::sqrt(10.0) / 3.0 * eps,
              1e-4 * eps);
  const WallShape lj126{WallKind::lj126, eps, s, 100.0};
  EXPECT_NEAR(wall_distance_angstrom(lj126), std::pow(2.0, 1.0 / 6.0) * s, 1e-9);
  EXPECT_NEAR(wall_energy(lj126, std::pow(2.0, 1.0 / 6.0) * s).value, -eps, 1e-8 * eps);
  EXPECT_NEAR(wall_energy(lj126, s).value, 0.0, 1e-8 * eps);
}

TEST(Wall, SlopesAreDerivativesAndTheEnergyEndsAtZero) {
  for (const auto kind : {WallKind::lj93, WallKind::lj126, WallKind::lj1043}) {
    const WallShape shape{kind, 0.3, 2.5, 7.0};
    const double h = 1e-4;
    for (double r = 2.0; r < 6.9; r += 0.3) {
      const double slope =
          (wall_energy(shape, r + h).value - wall_energy(shape, r - h).value) / (2.0 * h);
      // Truncation: the third derivative of the steepest, 2e4, times h^2 / 6.
      EXPECT_NEAR(wall_energy(shape, r).slope, slope, 1e-7 + 1e-5 * std::abs(slope));
    }
    EXPECT_NEAR(wall_energy(shape, 7.0 - 1e-9).value, 0.0, 1e-9);
    EXPECT_EQ(wall_energy(shape, 7.0).value, 0.0);
  }
}

TEST(Wall, PushesAlongItsNormalWhateverItsDirection) {
  const WallShape shape{WallKind::lj93, 0.3, 2.5, 7.0};
  const Eigen::Vector3d normal(1.0, -2.0, 2.0);
  const LennardJonesWall wall(shape, Eigen::Vector3d(5, 5, 5), normal);
  const Eigen::Vector3d along = normal / 3.0;
  const Eigen::Vector3d sideways(2.0, 1.0, 0.0);
  const std::vector<Eigen::Vector3d> atoms = {
      Eigen::Vector3d(5, 5, 5) + 2.0 * along + 3.0 * sideways,
      Eigen::Vector3d(5, 5, 5) + 9.0 * along};
  std::vector<Eigen::Vector3d> forces(2, Eigen::Vector3d::Zero());
  const auto expected = wall_energy(shape, 2.0);
  EXPECT_NEAR(wall.add(atoms, forces), expected.value, 1e-12);
  EXPECT_LT((forces[0] + expected.slope * along).norm(), 1e-12);
  EXPECT_EQ(forces[1], Eigen::Vector3d::Zero());
  const std::vector<Eigen::Vector3d> behind = {Eigen::Vector3d(5, 5, 5) - along};
  EXPECT_THROW(wall.add(behind, forces), InputError);
}

TEST(Wall, RefusesImpossibleShapes) {
  const Eigen::Vector3d zero = Eigen::Vector3d::Zero();
  const Eigen::Vector3d up = Eigen::Vector3d::UnitZ();
  EXPECT_THROW(LennardJonesWall({WallKind::lj93, 0.0, 2.5, 7.0}, zero, up), InputError);
  EXPECT_THROW(LennardJonesWall({WallKind::lj93, 0.1, -2.5, 7.0}, zero, up), InputError);
  EXPECT_THROW(LennardJonesWall({WallKind::lj126, 0.1, 2.5, 2.6}, zero, up), InputError);
  EXPECT_THROW(LennardJonesWall({WallKind::lj93, 0.1, 2.5, 7.0}, zero, zero), InputError);
}

/// A truncated octahedron with layers along z: (001), 4.08 / 2 apart.
crystal::Structure particle() {
  return crystal::build_truncated_octahedron(crystal::fcc_crystal("Au"), 7, 2);
}

TEST(Support, CountsLayersFromBelow) {
  const auto atoms = particle();
  const auto layers = find_layers(atoms, Eigen::Vector3d::UnitZ(), 100);
  std::vector<int> counts(20, 0);
  for (const auto layer : layers) ++counts[layer];
  // 201 atoms in 9 square layers, the same from below and above.
  EXPECT_EQ(counts[0], 9);
  EXPECT_EQ(counts[1], 16);
  EXPECT_EQ(counts[8], 9);
  EXPECT_EQ(counts[9], 0);
  const auto upside_down = find_layers(atoms, -Eigen::Vector3d::UnitZ(), 100);
  for (std::size_t i = 0; i < layers.size(); ++i) EXPECT_EQ(upside_down[i], 8 - layers[i]);
  // Along a direction in which nothing is layered.
  EXPECT_THROW(static_cast<void>(find_layers(atoms, Eigen::Vector3d(1.0, 0.37, 0.21), 2)),
               InputError);
}

TEST(Support, CountsLayersThoughSingleAtomsStandBetweenThem) {
  auto atoms = particle();
  testing::rattle(atoms, 0.1, 3);
  const auto truth = find_layers(atoms, Eigen::Vector3d::UnitZ(), 100);
  const auto height_of = [&](std::size_t layer, auto better) {
    std::vector<double> heights;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      if (truth[i] == layer) heights.push_back(atoms.atoms[i].position_angstrom.z());
    }
    return *std::ranges::min_element(heights, better);
  };
  // Two atoms above the first layer and two above the second leave no gap of 0.7 A there.
  std::vector<double> strays;
  for (const std::size_t layer : {0U, 1U}) {
    const double top = height_of(layer, std::greater<>());
    const double gap = height_of(layer + 1, std::less<>()) - top;
    ASSERT_LT(gap / 3.0, 0.7);
    for (const double share : {1.0 / 3.0, 2.0 / 3.0}) strays.push_back(top + share * gap);
  }
  for (const double height : strays) {
    auto stray = atoms.atoms.front();
    stray.position_angstrom = {20.0, 0.0, height};
    atoms.atoms.push_back(stray);
  }
  const auto layers = find_layers(atoms, Eigen::Vector3d::UnitZ(), 3);
  for (std::size_t i = 0; i < truth.size(); ++i) EXPECT_EQ(layers[i], truth[i]) << i;
  for (std::size_t i = truth.size(); i < layers.size(); ++i) EXPECT_LE(layers[i], 2U);
}

TEST(Support, HoldsLayersByNumberAndByThickness) {
  const auto atoms = particle();
  auto shaken = atoms;
  testing::rattle(shaken, 0.15, 1);
  SupportOptions options;
  options.held_layers = 1;
  options.spring_layers = 2;
  const auto by_number = make_surroundings(options, shaken);
  EXPECT_EQ(std::ranges::count(by_number.held, 1), 9);
  ASSERT_EQ(by_number.fields.size(), 1U);
  EXPECT_EQ(dynamic_cast<const Springs&>(*by_number.fields[0]).springs().size(), 16U);
  EXPECT_EQ(describe_support(options, by_number), "16 atoms on springs, 9 atoms held");
  SupportOptions thick;
  thick.held_angstrom = 2.5;
  EXPECT_EQ(std::ranges::count(make_surroundings(thick, atoms).held, 1), 25);
  EXPECT_TRUE(make_surroundings({}, atoms).held.empty());
  EXPECT_TRUE(make_surroundings({}, atoms).fields.empty());
}

TEST(Support, TheWallHoldsTheLowestAtomInItsMinimum) {
  const auto atoms = particle();
  SupportOptions options;
  options.wall = SupportWall::lj126;
  options.normal = {0.0, 2.0, 0.0};
  const auto surroundings = make_surroundings(options, atoms);
  ASSERT_EQ(surroundings.fields.size(), 1U);
  const auto positions = positions_of(atoms);
  std::vector<Eigen::Vector3d> forces(positions.size(), Eigen::Vector3d::Zero());
  surroundings.fields[0]->add(positions, forces);
  double lowest = 1e9;
  for (const auto& position : positions) lowest = std::min(lowest, position.y());
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (positions[i].y() > lowest + 1e-9) continue;
    EXPECT_LT(forces[i].norm(), 1e-9);
  }
  options.wall_position_angstrom = 0.0;  // through the middle of the particle
  EXPECT_THROW(static_cast<void>(make_surroundings(options, atoms)), InputError);
}

TEST(Support, SpringsPullBack) {
  const Springs springs({{1, Eigen::Vector3d(1, 2, 3)}}, 2.0);
  const std::vector<Eigen::Vector3d> atoms = {Eigen::Vector3d::Zero(),
                                              Eigen::Vector3d(1.1, 2.0, 2.8)};
  std::vector<Eigen::Vector3d> forces(2, Eigen::Vector3d::Ones());
  EXPECT_NEAR(springs.add(atoms, forces), 0.05, 1e-12);
  EXPECT_LT((forces[1] - Eigen::Vector3d(0.8, 1.0, 1.4)).norm(), 1e-12);
  EXPECT_EQ(forces[0], Eigen::Vector3d::Ones());
}

TEST(Support, RefusesBadOptions) {
  const auto refuses = [](const SupportOptions& options) {
    EXPECT_THROW(static_cast<void>(make_surroundings(options, particle())), InputError);
  };
  SupportOptions options;
  options.normal = {0.0, 0.0};
  refuses(options);
  options.normal = {0.0, 0.0, 0.0};
  refuses(options);
  options = {};
  options.wall = SupportWall::lj93;
  options.wall_cutoff_angstrom = 1.0;
  refuses(options);
  options = {};
  options.held_layers = -1;
  refuses(options);
}

}  // namespace
}  // namespace adatom::energetics
