#include "adatom/crystal/neighbours.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <Eigen/Dense>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"

namespace adatom::crystal {
namespace {

using Pair = std::tuple<std::uint32_t, std::uint32_t, int, int, int>;

std::vector<Pair> pairs_of(const NeighbourList& list) {
  std::vector<Pair> pairs;
  for (std::uint32_t i = 0; i + 1 < list.first.size(); ++i) {
    for (auto e = list.first[i]; e < list.first[i + 1]; ++e) {
      const Eigen::Vector3i s =
          list.shift.empty() ? Eigen::Vector3i(Eigen::Vector3i::Zero()) : list.shift[e];
      pairs.emplace_back(i, list.atom[e], s.x(), s.y(), s.z());
    }
  }
  return pairs;
}

/// Every pair of atoms and every image up to `images` cells away, in order.
std::vector<Pair> pairs_by_brute_force(const std::vector<Eigen::Vector3d>& positions,
                                       const Box& box, double reach, int images) {
  const std::array<int, 3> most = {box.periodic[0] ? images : 0, box.periodic[1] ? images : 0,
                                   box.periodic[2] ? images : 0};
  std::vector<Pair> pairs;
  for (std::uint32_t i = 0; i < positions.size(); ++i) {
    for (std::uint32_t j = 0; j < positions.size(); ++j) {
      for (int u = -most[0]; u <= most[0]; ++u) {
        for (int v = -most[1]; v <= most[1]; ++v) {
          for (int w = -most[2]; w <= most[2]; ++w) {
            if (i == j && u == 0 && v == 0 && w == 0) continue;
            const Eigen::Vector3d moved =
                box.open() ? Eigen::Vector3d(Eigen::Vector3d::Zero())
                           : Eigen::Vector3d(box.cell_angstrom.transpose() *
                                             Eigen::Vector3i(u, v, w).cast<double>());
            if ((positions[j] + moved - positions[i]).norm() <= reach) {
              pairs.emplace_back(i, j, u, v, w);
            }
          }
        }
      }
    }
  }
  return pairs;
}

struct RandomCase {
  std::vector<Eigen::Vector3d> positions;
  Box box;
  double reach = 0.0;
};

/// A skewed cell with edges from 2 to 14 A, atoms up to a cell and a half outside, reach 1 to 8 A.
RandomCase random_case(std::uint64_t seed) {
  RandomStream random(seed);
  RandomCase made;
  do {
    for (int row = 0; row < 3; ++row) {
      for (int column = 0; column < 3; ++column) {
        made.box.cell_angstrom(row, column) = 8.0 * (random.uniform() - 0.5);
      }
      made.box.cell_angstrom(row, row) += 2.0 + 8.0 * random.uniform();
    }
  } while (std::abs(made.box.cell_angstrom.determinant()) < 60.0);
  made.box.origin_angstrom = {random.normal(), random.normal(), random.normal()};
  for (auto& periodic : made.box.periodic) periodic = random.below(2) == 1;
  made.reach = 1.0 + 7.0 * random.uniform();
  const auto count = 1 + random.below(30);
  for (std::uint64_t i = 0; i < count; ++i) {
    Eigen::Vector3d fraction;
    for (int k = 0; k < 3; ++k) fraction[k] = 4.0 * random.uniform() - 1.5;
    made.positions.emplace_back(made.box.origin_angstrom +
                                made.box.cell_angstrom.transpose() * fraction);
  }
  return made;
}

TEST(Neighbours, AreThoseOfEveryPairAndImageTried) {
  std::size_t found = 0;
  std::size_t of_itself = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto made = random_case(seed);
    // 9 images either way are enough for these cells: with fewer the list would have pairs more.
    const auto expected = pairs_by_brute_force(made.positions, made.box, made.reach, 9);
    const auto list = find_neighbours(made.positions, made.box, made.reach);
    ASSERT_EQ(pairs_of(list), expected) << "case " << seed;  // the order is part of it
    found += expected.size();
    for (const auto& pair : expected) of_itself += std::get<0>(pair) == std::get<1>(pair) ? 1U : 0U;
  }
  EXPECT_GT(found, 10000U);
  EXPECT_GT(of_itself, 100U);
}

TEST(Neighbours, HalfListsHoldEveryPairOnce) {
  for (std::uint64_t seed = 301; seed <= 400; ++seed) {
    const auto made = random_case(seed);
    const auto half = pairs_of(find_half_neighbours(made.positions, made.box, made.reach));
    ASSERT_TRUE(std::is_sorted(half.begin(), half.end()));
    std::vector<Pair> both = half;
    for (const auto& [i, j, u, v, w] : half) {
      EXPECT_LE(i, j);
      both.emplace_back(j, i, -u, -v, -w);
    }
    std::sort(both.begin(), both.end());
    ASSERT_EQ(both, pairs_of(find_neighbours(made.positions, made.box, made.reach)))
        << "case " << seed;
  }
}

TEST(Neighbours, ShellsOfTheFccCrystal) {
  // 12, 6, 24, 12, 24, 8, 48, 6, 36, 24 at a sqrt(n / 2) (Ashcroft and Mermin, chapter 20).
  const std::array<std::size_t, 10> shells = {12, 6, 24, 12, 24, 8, 48, 6, 36, 24};
  constexpr double a = 4.0786;
  Box cube{a * Eigen::Matrix3d::Identity(), Eigen::Vector3d(-1, 5, 2), {true, true, true}};
  const std::vector<Eigen::Vector3d> four = {
      {0, 0, 0}, {0, a / 2, a / 2}, {a / 2, 0, a / 2}, {a / 2, a / 2, 0}};
  Box primitive = cube;
  primitive.cell_angstrom << 0, a / 2, a / 2, a / 2, 0, a / 2, a / 2, a / 2, 0;
  const std::vector<Eigen::Vector3d> one = {{0.3, 0.4, 0.5}};
  std::size_t total = 0;
  for (std::size_t n = 1; n <= shells.size(); ++n) {
    total += shells[n - 1];
    const double reach = a * std::sqrt((static_cast<double>(n) + 0.5) / 2.0);
    const auto list = find_neighbours(four, cube, reach);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(list.first[i + 1] - list.first[i], total);
    EXPECT_EQ(find_neighbours(one, primitive, reach).atom.size(), total);
    EXPECT_EQ(find_half_neighbours(one, primitive, reach).atom.size(), total / 2);
  }
}

TEST(Neighbours, AParticleInABoxIsTheParticleInTheOpen) {
  std::vector<Eigen::Vector3d> positions;
  for (const auto& atom : build_truncated_octahedron(fcc_crystal("Au"), 9, 4).atoms) {
    positions.push_back(atom.position_angstrom);
  }
  const auto open = find_neighbours(positions, {}, 5.4);
  const Box box{
      200.0 * Eigen::Matrix3d::Identity(), Eigen::Vector3d::Constant(-100.0), {true, true, true}};
  const auto boxed = find_neighbours(positions, box, 5.4);
  EXPECT_EQ(open.atom, boxed.atom);
  EXPECT_TRUE(open.shift.empty());
  for (const auto& shift : boxed.shift) EXPECT_EQ(shift, Eigen::Vector3i(0, 0, 0));
  // Cut by the box's corner, it is held together by its images.
  const Box corner{
      200.0 * Eigen::Matrix3d::Identity(), Eigen::Vector3d::Zero(), {true, true, true}};
  auto folded = positions;
  for (auto& p : folded) {
    for (int k = 0; k < 3; ++k) p[k] -= 200.0 * std::floor(p[k] / 200.0);
  }
  EXPECT_EQ(find_neighbours(folded, corner, 5.4).atom, open.atom);
}

TEST(Neighbours, AtomsFarAwayDoNoHarm) {
  RandomStream random(7);
  std::vector<Eigen::Vector3d> positions;
  for (int i = 0; i < 200; ++i) {
    positions.emplace_back(10.0 * random.uniform(), 10.0 * random.uniform(),
                           10.0 * random.uniform());
  }
  positions.emplace_back(1e9, -1e9, 1e9);
  positions.emplace_back(1e9, -1e9, 1e9 + 1.0);
  EXPECT_EQ(pairs_of(find_neighbours(positions, {}, 2.5)),
            pairs_by_brute_force(positions, {}, 2.5, 0));
  Box slab{
      Eigen::Vector3d(12.0, 1e8, 12.0).asDiagonal(), Eigen::Vector3d::Zero(), {true, true, false}};
  positions.resize(200);
  EXPECT_EQ(pairs_of(find_neighbours(positions, slab, 2.5)),
            pairs_by_brute_force(positions, slab, 2.5, 1));
}

TEST(Neighbours, EndsOfTheRange) {
  EXPECT_EQ(find_neighbours({}, {}, 3.0).first, std::vector<std::uint32_t>{0});
  const std::vector<Eigen::Vector3d> same = {{1, 2, 3}, {1, 2, 3}};
  EXPECT_EQ(find_neighbours(same, {}, 0.0).atom, (std::vector<std::uint32_t>{1, 0}));
  const std::vector<Eigen::Vector3d> apart = {{0, 0, 0}, {3, 0, 0}};
  EXPECT_EQ(find_neighbours(apart, {}, 3.0).atom.size(), 2U);  // inclusive
  EXPECT_EQ(find_neighbours(apart, {}, std::nextafter(3.0, 0.0)).atom.size(), 0U);
}

std::string complaint_about(const std::vector<Eigen::Vector3d>& positions, const Box& box,
                            double reach) {
  try {
    (void)find_neighbours(positions, box, reach);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Neighbours, RefuseWhatIsNowhere) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<Eigen::Vector3d> one = {{0, 0, 0}};
  EXPECT_NE(complaint_about({{0, 0, 0}, {1, nan, 0}}, {}, 3.0).find("atom 2 "), std::string::npos);
  EXPECT_NE(complaint_about({{infinity, 0, 0}}, {}, 3.0).find("atom 1 "), std::string::npos);
  EXPECT_NE(complaint_about(one, {}, nan), "");
  EXPECT_NE(complaint_about(one, {}, -1.0), "");
  Box flat{Eigen::Matrix3d::Ones(), Eigen::Vector3d::Zero(), {true, true, false}};
  EXPECT_NE(complaint_about(one, flat, 3.0).find("volume"), std::string::npos);
  flat.cell_angstrom(0, 0) = nan;
  EXPECT_NE(complaint_about(one, flat, 3.0), "");
  const Box tiny{1e-3 * Eigen::Matrix3d::Identity(), Eigen::Vector3d::Zero(), {true, false, false}};
  EXPECT_NE(complaint_about(one, tiny, 3.0).find("too small"), std::string::npos);
  // The cell of directions that are not periodic means nothing.
  Box chain{3.0 * Eigen::Matrix3d::Identity(), Eigen::Vector3d::Zero(), {true, false, false}};
  chain.cell_angstrom.bottomRows<2>().setZero();
  EXPECT_EQ(find_neighbours(one, chain, 3.5).atom.size(), 2U);
}

}  // namespace
}  // namespace adatom::crystal
