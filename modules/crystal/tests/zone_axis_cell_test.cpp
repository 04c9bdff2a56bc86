#include "adatom/crystal/zone_axis_cell.h"

#include <gtest/gtest.h>

#include <cmath>

namespace adatom::crystal {
namespace {

// As many atoms as the cell's volume holds (four per cubic cell), no two in one column, and each
// with the twelve neighbours of an fcc crystal at a / sqrt 2 once the cell repeats.
TEST(ZoneAxisCell, IsThePerfectCrystal) {
  const FccCrystal gold{"Au", 4.0782};
  const double nearest = 4.0782 / std::sqrt(2.0);
  for (const auto axis :
       {ZoneAxis::axis_100, ZoneAxis::axis_110, ZoneAxis::axis_111, ZoneAxis::axis_112}) {
    const Structure cell = fcc_zone_axis_cell(gold, axis);
    const Eigen::Vector3d edges = cell.cell_angstrom.diagonal();
    const double expected = 4.0 * edges.prod() / std::pow(4.0782, 3);
    EXPECT_NEAR(static_cast<double>(cell.atoms.size()), expected, 1e-9);
    for (const Atom& atom : cell.atoms) {
      int neighbours = 0;
      int in_column = 0;
      for (const Atom& other : cell.atoms) {
        const Eigen::Vector3d between = other.position_angstrom - atom.position_angstrom;
        if (between.head<2>().norm() < 0.1) ++in_column;
        for (int i = -2; i <= 2; ++i) {
          for (int j = -2; j <= 2; ++j) {
            for (int k = -2; k <= 2; ++k) {
              const Eigen::Vector3d image = between + edges.cwiseProduct(Eigen::Vector3d(i, j, k));
              if (std::abs(image.norm() - nearest) < 1e-6) ++neighbours;
            }
          }
        }
      }
      EXPECT_EQ(neighbours, 12);
      EXPECT_EQ(in_column, 1);
    }
  }
}

}  // namespace
}  // namespace adatom::crystal
