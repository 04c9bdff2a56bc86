// Coordination numbers, common neighbours and bond order of crystals whose values are known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/descriptors/common_neighbours.h"
#include "adatom/descriptors/coordination.h"
#include "adatom/descriptors/steinhardt.h"

namespace adatom::descriptors {
namespace {

struct Crystal {
  std::vector<Eigen::Vector3d> positions;
  crystal::Box box;
};

/// Cells side by side, periodic, with sites given in fractions of a rectangular cell.
Crystal repeat(const Eigen::Vector3d& cell, const std::vector<Eigen::Vector3d>& sites, int times) {
  Crystal made;
  made.box.cell_angstrom = Eigen::Vector3d(cell * times).asDiagonal();
  made.box.periodic = {true, true, true};
  for (int u = 0; u < times; ++u) {
    for (int v = 0; v < times; ++v) {
      for (int w = 0; w < times; ++w) {
        for (const auto& site : sites) {
          made.positions.emplace_back(cell.cwiseProduct(site + Eigen::Vector3d(u, v, w)));
        }
      }
    }
  }
  return made;
}

// All with nearest neighbours at about 2.88.
Crystal fcc() {
  return repeat(Eigen::Vector3d::Constant(2.88 * std::numbers::sqrt2),
                {{0, 0, 0}, {0, .5, .5}, {.5, 0, .5}, {.5, .5, 0}}, 3);
}
Crystal hcp() {
  return repeat({2.88, 2.88 * std::numbers::sqrt3, 2.88 * std::sqrt(8.0 / 3.0)},
                {{0, 0, 0}, {.5, .5, 0}, {.5, 5.0 / 6, .5}, {0, 1.0 / 3, .5}}, 4);
}
Crystal bcc() {
  return repeat(Eigen::Vector3d::Constant(2.88 * 2.0 / std::numbers::sqrt3),
                {{0, 0, 0}, {.5, .5, .5}}, 4);
}
/// An atom and its twelve neighbours; bonds along edges are 5 % longer than to the middle.
Crystal icosahedron() {
  const double g = std::numbers::phi;
  Crystal made{.positions = {{0, 0, 0}}, .box = {}};
  for (const double a : {-1.0, 1.0}) {
    for (const double b : {-g, g}) {
      for (const Eigen::Vector3d& corner :
           {Eigen::Vector3d(0, a, b), Eigen::Vector3d(a, b, 0), Eigen::Vector3d(b, 0, a)}) {
        made.positions.emplace_back(2.88 * corner.normalized());
      }
    }
  }
  return made;
}

void shake(Crystal& crystal, double by) {
  RandomStream random(5);
  for (auto& position : crystal.positions) {
    for (double& coordinate : position) coordinate += by * random.normal();
  }
}

NeighbourVectors neighbours_of(const Crystal& crystal) {
  return find_neighbour_vectors(crystal.positions, crystal.box, 5.2);
}

TEST(Coordination, OfKnownCrystals) {
  const auto list = neighbours_of(fcc());
  EXPECT_NEAR(nearest_neighbour_angstrom(list), 2.88, 1e-12);
  const double cut = first_shell_cut_angstrom(2.88);
  EXPECT_NEAR(cut, 0.5 * (2.88 + 2.88 * std::numbers::sqrt2), 1e-12);
  for (const auto n : coordination_numbers(list, cut)) EXPECT_EQ(n, 12U);
  for (const auto n : coordination_numbers(list, 4.2)) EXPECT_EQ(n, 18U);
  for (const auto n : coordination_numbers(neighbours_of(hcp()), cut)) EXPECT_EQ(n, 12U);
  for (const auto n : coordination_numbers(neighbours_of(bcc()), cut)) EXPECT_EQ(n, 14U);
  for (const auto n : coordination_numbers(neighbours_of(bcc()), 3.0)) EXPECT_EQ(n, 8U);
  const auto few = coordination_numbers(neighbours_of(icosahedron()), cut);
  EXPECT_EQ(few[0], 12U);
  for (std::size_t i = 1; i < few.size(); ++i) EXPECT_EQ(few[i], 6U);
  EXPECT_THROW((void)coordination_numbers(list, 5.3), InputError);
  EXPECT_THROW((void)nearest_neighbour_angstrom(neighbours_of({{{0, 0, 0}, {9, 0, 0}}, {}})),
               InputError);
}

TEST(CommonNeighbours, KnowCrystals) {
  // Cut-offs between the shells: fcc and hcp 2.88 and 4.07, bcc 3.33 and 4.70.
  for (const auto p : common_neighbour_analysis(neighbours_of(fcc()), 3.48)) {
    EXPECT_EQ(p, Packing::fcc);
  }
  for (const auto p : common_neighbour_analysis(neighbours_of(hcp()), 3.48)) {
    EXPECT_EQ(p, Packing::hcp);
  }
  for (const auto p : common_neighbour_analysis(neighbours_of(bcc()), 4.0)) {
    EXPECT_EQ(p, Packing::bcc);
  }
  const auto ico = common_neighbour_analysis(neighbours_of(icosahedron()), 3.48);
  EXPECT_EQ(ico[0], Packing::icosahedral);
  EXPECT_EQ(std::ranges::count(ico, Packing::other), 12);
}

// Shaken by 3 % of the bonds every atom is still known, at any density: the cut-off follows.
TEST(CommonNeighbours, AdaptToTheDensity) {
  for (const double scale : {0.8, 1.0, 1.1}) {
    const auto check = [&](Crystal crystal, Packing expected) {
      shake(crystal, 0.03 * 2.88 / std::sqrt(3.0));
      for (auto& position : crystal.positions) position *= scale;
      crystal.box.cell_angstrom *= scale;
      for (const auto p : adaptive_common_neighbour_analysis(
               find_neighbour_vectors(crystal.positions, crystal.box, 5.2 * scale))) {
        EXPECT_EQ(p, expected) << scale;
      }
    };
    check(fcc(), Packing::fcc);
    check(hcp(), Packing::hcp);
    check(bcc(), Packing::bcc);
  }
  const auto ico = adaptive_common_neighbour_analysis(neighbours_of(icosahedron()));
  EXPECT_EQ(ico[0], Packing::icosahedral);
  EXPECT_EQ(ico[1], Packing::other);
}

// An atom and its 12 neighbours in fcc, and one atom more above a square of them: within 1.207 of
// the bonds' length (3.476) it is a neighbour too many.
TEST(CommonNeighbours, CountOneNeighbourTooMany) {
  Crystal cluster{.positions = {{0, 0, 0}}, .box = {}};
  const double h = 2.88 / std::numbers::sqrt2;
  for (const double a : {-h, h}) {
    for (const double b : {-h, h}) {
      for (const Eigen::Vector3d& site :
           {Eigen::Vector3d(0, a, b), Eigen::Vector3d(a, b, 0), Eigen::Vector3d(b, 0, a)}) {
        cluster.positions.push_back(site);
      }
    }
  }
  cluster.positions.emplace_back(0, 0, 3.6);
  EXPECT_EQ(adaptive_common_neighbour_analysis(neighbours_of(cluster))[0], Packing::fcc);
  cluster.positions.back().z() = 3.4;
  EXPECT_EQ(adaptive_common_neighbour_analysis(neighbours_of(cluster))[0], Packing::other);
}

// A stacking fault of fcc: two layers of hcp. ABCABC|BCABC: the layers left and right of the
// fault.
TEST(CommonNeighbours, FindAStackingFault) {
  Crystal made;
  const std::string layers = "ABCABCBCABCA";
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    const int kind = layers[layer] - 'A';
    for (int u = 0; u < 4; ++u) {
      for (int v = 0; v < 4; ++v) {
        const Eigen::Vector3d a(2.88, 0, 0);
        const Eigen::Vector3d b(1.44, 1.44 * std::numbers::sqrt3, 0);
        made.positions.emplace_back((u + kind / 3.0) * a + (v + kind / 3.0) * b +
                                    static_cast<double>(layer) *
                                        Eigen::Vector3d(0, 0, 2.88 * std::sqrt(2.0 / 3.0)));
      }
    }
  }
  made.box.cell_angstrom << 4 * 2.88, 0, 0, 4 * 1.44, 4 * 1.44 * std::numbers::sqrt3, 0, 0, 0, 100;
  made.box.periodic = {true, true, false};
  const auto found = adaptive_common_neighbour_analysis(neighbours_of(made));
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    const bool surface = layer == 0 || layer + 1 == layers.size();
    const Packing expected = surface                    ? Packing::other
                             : layer == 5 || layer == 6 ? Packing::hcp
                                                        : Packing::fcc;
    for (std::size_t i = 0; i < 16; ++i) EXPECT_EQ(found[16 * layer + i], expected) << layer;
  }
}

// Steinhardt et al., table I; bcc with its 14 neighbours: Mickel et al., J. Chem. Phys. 138 (2013)
// 044501. All given to four digits.
TEST(BondOrder, OfKnownCrystals) {
  const std::vector<std::size_t> orders = {4, 6};
  const auto expect = [&](const Crystal& crystal, double r_cut, double q4, double q6,
                          std::size_t atoms) {
    const auto order = bond_order(neighbours_of(crystal), r_cut, orders);
    for (std::size_t i = 0; i < atoms; ++i) {
      EXPECT_NEAR(order.q[2 * i], q4, 5.1e-5);
      EXPECT_NEAR(order.q[2 * i + 1], q6, 5.1e-5);
    }
  };
  expect(fcc(), 3.48, 0.1909, 0.5745, 108);
  expect(hcp(), 3.48, 0.0972, 0.4848, 256);
  expect(bcc(), 4.0, 0.0364, 0.5107, 128);
  expect(icosahedron(), 3.0, 0.0, 0.6633, 1);
}

// Where all atoms are alike the average is the value itself; of fcc all q_lm are equal. By the
// addition theorem q_l^2 = sum_jk P_l(cos) / n^2.
TEST(BondOrder, AverageAndAdditionTheorem) {
  const std::vector<std::size_t> orders = {0, 2, 6, 12};
  const auto perfect = bond_order(neighbours_of(fcc()), 3.48, orders);
  for (std::size_t k = 0; k < perfect.q.size(); ++k) {
    EXPECT_NEAR(perfect.averaged_q[k], perfect.q[k], 1e-12);
  }
  auto shaken = hcp();
  shake(shaken, 0.1);
  const auto list = neighbours_of(shaken);
  const auto order = bond_order(list, 4.6, orders);
  for (std::size_t i = 0; i < 5; ++i) {
    double sum = 0.0;
    double bonds = 0.0;
    for (std::size_t a = list.first[i]; a < list.first[i + 1]; ++a) {
      for (std::size_t b = list.first[i]; b < list.first[i + 1]; ++b) {
        const double ra = list.distance_angstrom[a];
        const double rb = list.distance_angstrom[b];
        if (ra > 4.6 || rb > 4.6) continue;
        const double dot = list.x_angstrom[a] * list.x_angstrom[b] +
                           list.y_angstrom[a] * list.y_angstrom[b] +
                           list.z_angstrom[a] * list.z_angstrom[b];
        sum += std::legendre(6, std::clamp(dot / (ra * rb), -1.0, 1.0));
        bonds += a == b ? 1.0 : 0.0;
      }
    }
    EXPECT_NEAR(order.q[4 * i], 1.0, 1e-12);
    EXPECT_NEAR(order.q[4 * i + 2], std::sqrt(sum) / bonds, 1e-10);
    // Neighbours that differ average to less order.
    EXPECT_LT(order.averaged_q[4 * i + 3], order.q[4 * i + 3]);
  }
  EXPECT_THROW((void)bond_order(list, 4.6, std::vector<std::size_t>{13}), InputError);
}

TEST(BondOrder, OfALonelyAtomIsNought) {
  const std::vector<std::size_t> orders = {6};
  const auto order = bond_order(neighbours_of({{{0, 0, 0}, {30, 0, 0}}, {}}), 4.0, orders);
  EXPECT_EQ(order.q, (std::vector<double>{0, 0}));
  EXPECT_EQ(order.averaged_q, (std::vector<double>{0, 0}));
}

}  // namespace
}  // namespace adatom::descriptors
