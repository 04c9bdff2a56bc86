#include "slab.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "adatom/base/error.h"
#include "adatom/crystal/zone_axis_cell.h"

namespace adatom::simulate {
namespace {

constexpr double a = 4.08;
using crystal::ZoneAxis;

crystal::Structure gold(ZoneAxis axis) { return crystal::fcc_zone_axis_cell({"Au", a}, axis); }

struct Case {
  ZoneAxis axis;
  double edge_x;  ///< of the cell, angstrom
  double edge_y;
  double spacing;      ///< of the layers along the beam
  std::size_t layers;  ///< of a period
  std::size_t atoms;   ///< of a cell
};

// Spacings of fcc planes with the multiplicity of their stacking: {200} a / 2, {220} a / (2 sqrt
// 2), {111} a / sqrt 3, {422} a / (2 sqrt 6).
const Case cases[] = {
    {ZoneAxis::axis_100, a, a, a / 2.0, 2, 4},
    {ZoneAxis::axis_110, a / std::sqrt(2.0), a, a / std::sqrt(8.0), 2, 2},
    {ZoneAxis::axis_111, a / std::sqrt(2.0), a* std::sqrt(1.5), a / std::sqrt(3.0), 3, 6},
    {ZoneAxis::axis_112, a / std::sqrt(2.0), a* std::sqrt(3.0), a / std::sqrt(24.0), 6, 6}};

TEST(Slab, LayersOfTheFourZoneAxes) {
  for (const Case& c : cases) {
    // Slices a little thicker than the spacing hold a layer each.
    const Slab slab = cut_slab(gold(c.axis), 11.0, 1.01 * c.spacing);
    ASSERT_EQ(slab.slices.size(), c.layers);
    EXPECT_NEAR(slab.slice_thickness_angstrom, c.spacing, 1e-9);
    const double repeat_x = std::ceil(11.0 / c.edge_x);
    const double repeat_y = std::ceil(11.0 / c.edge_y);
    EXPECT_NEAR(slab.length_x_angstrom, repeat_x * c.edge_x, 1e-9);
    EXPECT_NEAR(slab.length_y_angstrom, repeat_y * c.edge_y, 1e-9);
    const auto columns = static_cast<std::size_t>(repeat_x * repeat_y) * c.atoms;
    EXPECT_EQ(slab.columns, columns);
    // Each layer holds its share, no two atoms anywhere in one column.
    std::set<std::pair<long, long>> places;
    for (const auto& slice : slab.slices) {
      EXPECT_EQ(slice.size(), columns / c.layers);
      for (const SlabAtom& atom : slice) {
        EXPECT_EQ(atom.element, "Au");
        EXPECT_GE(atom.x_angstrom, -1e-9);
        EXPECT_LT(atom.x_angstrom, slab.length_x_angstrom);
        EXPECT_GE(atom.y_angstrom, -1e-9);
        EXPECT_LT(atom.y_angstrom, slab.length_y_angstrom);
        places.emplace(std::lround(100.0 * atom.x_angstrom), std::lround(100.0 * atom.y_angstrom));
      }
    }
    EXPECT_EQ(places.size(), columns);
  }
}

// A period that is cut in so many slices that every layer has the same number of them, or the other
// way round, and none is thicker than asked for.
TEST(Slab, SlicesShareLayersEvenly) {
  for (const Case& c : cases) {
    const double period = c.spacing * static_cast<double>(c.layers);
    for (const double thickest : {0.2, 0.5, 0.75, 1.0, 1.4, 2.1, 3.0, 9.0}) {
      const Slab slab = cut_slab(gold(c.axis), 1.0, thickest);
      const std::size_t slices = slab.slices.size();
      EXPECT_LE(slab.slice_thickness_angstrom, thickest + 1e-6);
      EXPECT_NEAR(slab.slice_thickness_angstrom * static_cast<double>(slices), period, 1e-9);
      std::size_t empty = 0;
      std::size_t fullest = 0;
      std::size_t atoms = 0;
      for (const auto& slice : slab.slices) {
        if (slice.empty()) ++empty;
        fullest = std::max(fullest, slice.size());
        atoms += slice.size();
      }
      EXPECT_EQ(atoms, slab.columns);
      if (slices <= c.layers) {
        EXPECT_EQ(empty, 0U);
        EXPECT_EQ(fullest * slices, slab.columns);
      } else {
        EXPECT_EQ(slices - empty, c.layers) << thickest;
        EXPECT_EQ(slices % c.layers, 0U);
        // As far from each other as the layers are.
        for (std::size_t i = 0; i < slices; ++i) {
          EXPECT_EQ(slab.slices[i].empty(), i % (slices / c.layers) != 0) << i;
        }
      }
    }
  }
}

TEST(Slab, SlicesAreNoMoreThanNeeded) {
  // Six layers in 5.0 angstrom, two in 4.08.
  EXPECT_EQ(cut_slab(gold(ZoneAxis::axis_112), 1.0, 9.0).slices.size(), 1U);
  EXPECT_EQ(cut_slab(gold(ZoneAxis::axis_112), 1.0, 3.0).slices.size(), 2U);
  EXPECT_EQ(cut_slab(gold(ZoneAxis::axis_112), 1.0, 2.1).slices.size(), 3U);
  EXPECT_EQ(cut_slab(gold(ZoneAxis::axis_112), 1.0, 1.4).slices.size(), 6U);
  EXPECT_EQ(cut_slab(gold(ZoneAxis::axis_100), 1.0, 2.1).slices.size(), 2U);
  EXPECT_EQ(cut_slab(gold(ZoneAxis::axis_100), 1.0, 1.4).slices.size(), 4U);
}

// Files give positions with few digits, and a layer at the bottom may stand at the top instead.
TEST(Slab, LayersNeedNotBeFlat) {
  crystal::Structure cell = gold(ZoneAxis::axis_112);
  for (auto& atom : cell.atoms) {
    atom.position_angstrom.z() -= 1.7;
    if (atom.position_angstrom.z() < 0.1) atom.position_angstrom.z() += cell.cell_angstrom(2, 2);
    atom.position_angstrom.z() -= 0.009;
  }
  // The lowest is too high, so that all others seem too low.
  const auto lowest = std::min_element(
      cell.atoms.begin(), cell.atoms.end(), [](const auto& left, const auto& right) {
        return left.position_angstrom.z() < right.position_angstrom.z();
      });
  lowest->position_angstrom.z() += 0.018;
  for (const double thickest : {9.0, 2.1, 1.0, 0.42, 0.1}) {
    const Slab noisy = cut_slab(cell, 1.0, thickest);
    const Slab flat = cut_slab(gold(ZoneAxis::axis_112), 1.0, thickest);
    ASSERT_EQ(noisy.slices.size(), flat.slices.size());
    std::multiset<std::size_t> sizes_of_noisy;
    std::multiset<std::size_t> sizes_of_flat;
    for (std::size_t i = 0; i < flat.slices.size(); ++i) {
      sizes_of_noisy.insert(noisy.slices[i].size());
      sizes_of_flat.insert(flat.slices[i].size());
    }
    EXPECT_EQ(sizes_of_noisy, sizes_of_flat) << thickest;
  }
}

// Atoms at heights of no order: slices of equal thickness, each atom in the one it stands in.
TEST(Slab, UnevenLayersAreCutAsTheyCome) {
  crystal::Structure cell;
  cell.cell_angstrom = Eigen::Vector3d(5.0, 6.0, 8.0).asDiagonal();
  cell.atoms = {{"Ti", {0.0, 0.0, 1.0}},
                {"O", {2.0, 0.0, 1.5}},
                {"O", {0.0, 2.0, 4.9}},
                {"Ti", {2.0, 2.0, 8.9}}};
  const Slab slab = cut_slab(cell, 1.0, 2.0);
  ASSERT_EQ(slab.slices.size(), 4U);
  EXPECT_EQ(slab.slice_thickness_angstrom, 2.0);
  EXPECT_EQ(slab.columns, 4U);
  // Heights above the lowest: 0, 0.5, 3.9, 7.9.
  EXPECT_EQ(slab.slices[0].size(), 2U);
  ASSERT_EQ(slab.slices[1].size(), 1U);
  EXPECT_EQ(slab.slices[1][0].element, "O");
  EXPECT_EQ(slab.slices[1][0].y_angstrom, 2.0);
  EXPECT_TRUE(slab.slices[2].empty());
  ASSERT_EQ(slab.slices[3].size(), 1U);
  EXPECT_EQ(slab.slices[3][0].element, "Ti");
  // All in one.
  const Slab thick = cut_slab(cell, 1.0, 10.0);
  ASSERT_EQ(thick.slices.size(), 1U);
  EXPECT_EQ(thick.slices[0].size(), 4U);
}

std::string complaint_of(const crystal::Structure& cell) {
  try {
    (void)cut_slab(cell, 5.0, 2.0);
  } catch (const InputError& error) {
    return error.what();
  }
  return "(accepted)";
}

TEST(Slab, RefusesCellsThatAreNone) {
  EXPECT_NE(complaint_of({}).find("no atom"), std::string::npos);
  crystal::Structure cell = gold(ZoneAxis::axis_100);
  cell.cell_angstrom(0, 1) = 0.3;
  EXPECT_NE(complaint_of(cell).find("x, y and z"), std::string::npos);
  cell = gold(ZoneAxis::axis_100);
  cell.cell_angstrom.setZero();
  EXPECT_NE(complaint_of(cell).find("x, y and z"), std::string::npos);
  cell = gold(ZoneAxis::axis_100);
  cell.cell_angstrom(2, 2) = -4.0;
  EXPECT_NE(complaint_of(cell).find("x, y and z"), std::string::npos);
  // A second atom above the third, beyond an edge of the cell.
  cell = gold(ZoneAxis::axis_100);
  crystal::Atom above = cell.atoms[2];
  above.position_angstrom += Eigen::Vector3d(a, -a, 1.0);
  cell.atoms.push_back(above);
  EXPECT_NE(complaint_of(cell).find("atoms 3 and 5"), std::string::npos);
}

}  // namespace
}  // namespace adatom::simulate
