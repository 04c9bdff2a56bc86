#include "adatom/descriptors/lens.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::descriptors {
namespace {

using Positions = std::vector<Eigen::Vector3d>;
using Sets = std::vector<std::set<std::uint32_t>>;

/// Every pair with every image that could matter, one after the other.
Sets brute_sets(const Positions& positions, const crystal::Box& box, double r_cut, int images) {
  Sets sets(positions.size());
  const auto each = [&](std::size_t axis) { return box.periodic[axis] ? images : 0; };
  for (std::uint32_t i = 0; i < positions.size(); ++i) {
    for (std::uint32_t j = 0; j < positions.size(); ++j) {
      for (int u = -each(0); u <= each(0); ++u) {
        for (int v = -each(1); v <= each(1); ++v) {
          for (int w = -each(2); w <= each(2); ++w) {
            const Eigen::Vector3d moved = box.cell_angstrom.transpose() * Eigen::Vector3d(u, v, w);
            const Eigen::Vector3d to = positions[j] - positions[i] + moved;
            if (i != j && to.norm() <= r_cut) sets[i].insert(j);
          }
        }
      }
    }
  }
  return sets;
}

double brute_lens(const std::set<std::uint32_t>& a, const std::set<std::uint32_t>& b) {
  std::vector<std::uint32_t> difference;
  std::ranges::set_symmetric_difference(a, b, std::back_inserter(difference));
  const auto both = static_cast<double>(a.size() + b.size());
  return both == 0.0 ? 0.0 : static_cast<double>(difference.size()) / both;
}

struct Frame {
  Positions positions;
  crystal::Box box;
};

/// Atoms anywhere in (and around) a box, every frame's box another one.
std::vector<Frame> random_frames(std::size_t atoms, const Eigen::Matrix3d& cell,
                                 std::array<bool, 3> periodic, std::size_t count) {
  std::vector<Frame> frames(count);
  RandomStream random(11);
  for (auto& frame : frames) {
    frame.box.cell_angstrom = cell * (0.9 + 0.2 * random.uniform());
    frame.box.origin_angstrom = {1.0, -2.0, 0.5};
    frame.box.periodic = periodic;
    for (std::size_t i = 0; i < atoms; ++i) {
      const Eigen::Vector3d fraction(1.4 * random.uniform() - 0.2, 1.4 * random.uniform() - 0.2,
                                     1.4 * random.uniform() - 0.2);
      frame.positions.emplace_back(frame.box.cell_angstrom.transpose() * fraction);
    }
  }
  return frames;
}

void expect_brute_force(const std::vector<Frame>& frames, double r_cut, std::size_t delay,
                        int images) {
  LensStream stream(delay);
  std::vector<Sets> sets;
  std::size_t changes = 0;
  for (std::size_t f = 0; f < frames.size(); ++f) {
    const auto& [positions, box] = frames[f];
    sets.push_back(brute_sets(positions, box, r_cut, images));
    std::vector<double> values(positions.size(), -1.0);
    const auto found = find_near_sets(positions, box, r_cut);
    for (std::uint32_t i = 0; i < positions.size(); ++i) {
      EXPECT_TRUE(std::ranges::equal(found.of(i), sets[f][i])) << f << " " << i;
    }
    ASSERT_EQ(stream.add(found, values), f >= delay);
    for (std::size_t i = 0; f >= delay && i < values.size(); ++i) {
      EXPECT_EQ(values[i], brute_lens(sets[f - delay][i], sets[f][i])) << f << " " << i;
      changes += values[i] > 0.0 ? 1U : 0U;
    }
  }
  EXPECT_GT(changes, 0U);
}

const Eigen::Matrix3d cube = 20.0 * Eigen::Matrix3d::Identity();
const Eigen::Matrix3d skew = (Eigen::Matrix3d() << 17, 0, 0, 6, 15, 0, -5, 7, 16).finished();

TEST(Lens, IsTheSetComputationInOpenSpace) {
  expect_brute_force(random_frames(150, cube, {false, false, false}, 4), 4.48, 1, 0);
}

TEST(Lens, IsTheSetComputationInPeriodicBoxes) {
  expect_brute_force(random_frames(100, cube, {true, true, true}, 2), 4.48, 1, 2);
  expect_brute_force(random_frames(100, skew, {true, true, true}, 2), 4.48, 1, 2);
  expect_brute_force(random_frames(100, skew, {true, false, true}, 2), 4.48, 1, 2);
}

// Cells narrower than the cut-off: atoms see several images of others and of themselves, which
// count once and not at all.
TEST(Lens, IsTheSetComputationInTinyCells) {
  const Eigen::Matrix3d rod = (Eigen::Matrix3d() << 3, 0, 0, 1, 2.5, 0, -1, 1, 40).finished();
  expect_brute_force(random_frames(25, rod, {true, true, true}, 2), 4.48, 1, 4);
  expect_brute_force(random_frames(25, rod, {true, true, false}, 2), 4.48, 1, 4);
}

TEST(Lens, LooksBackAsFarAsAskedFor) {
  expect_brute_force(random_frames(60, cube, {true, true, false}, 7), 4.48, 3, 2);
}

TEST(Lens, OfAtomsWithoutNeighboursIsNought) {
  const Positions apart = {{0, 0, 0}, {10, 0, 0}, {20, 0, 0}};
  const Positions met = {{0, 0, 0}, {3, 0, 0}, {20, 0, 0}};
  std::vector<double> values(3, -1.0);
  const auto none = find_near_sets(apart, {}, 4.48);
  const auto pair = find_near_sets(met, {}, 4.48);
  compare_sets(none, none, values);
  EXPECT_EQ(values, (std::vector<double>{0, 0, 0}));
  compare_sets(none, pair, values);
  EXPECT_EQ(values, (std::vector<double>{1, 1, 0}));
}

TEST(Lens, CountsNeighboursAtTheCutOffItself) {
  const Positions pair = {{0.5, 0, 0}, {5, 0, 0}};
  EXPECT_EQ(find_near_sets(pair, {}, 4.5).of(0).size(), 1U);
  EXPECT_EQ(find_near_sets(pair, {}, std::nextafter(4.5, 0.0)).of(0).size(), 0U);
}

TEST(Lens, RefusesAnotherNumberOfAtoms) {
  const Positions two = {{0, 0, 0}, {3, 0, 0}};
  const Positions three = {{0, 0, 0}, {3, 0, 0}, {6, 0, 0}};
  std::vector<double> values(2);
  EXPECT_THROW(compare_sets(find_near_sets(two, {}, 4.0), find_near_sets(three, {}, 4.0), values),
               InputError);
  EXPECT_THROW(LensStream(0), InputError);
}

}  // namespace
}  // namespace adatom::descriptors
