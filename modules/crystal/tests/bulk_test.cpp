#include "adatom/crystal/bulk.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include <gtest/gtest.h>
#include <Eigen/LU>

#include "adatom/base/error.h"
#include "adatom/crystal/box.h"
#include "adatom/crystal/neighbours.h"
#include "adatom/crystal/select.h"
#include "adatom/crystal/surface_sites.h"

namespace adatom::crystal {
namespace {

const FccCrystal gold = fcc_crystal("Au");
const double bond = gold.lattice_parameter_angstrom / std::sqrt(2.0);

std::map<std::uint32_t, int> coordination(const Structure& structure) {
  std::map<std::uint32_t, int> histogram;
  for (const auto number : coordination_numbers(structure, bond)) ++histogram[number];
  return histogram;
}

TEST(Bulk, EveryCellFillsSpaceWithItsImages) {
  for (const auto axis :
       {ZoneAxis::axis_100, ZoneAxis::axis_110, ZoneAxis::axis_111, ZoneAxis::axis_112}) {
    const auto crystal = repeated(bulk_cell(gold, axis), {2, 1, 3});
    const int atoms = static_cast<int>(crystal.atoms.size());
    EXPECT_EQ(coordination(crystal), (std::map<std::uint32_t, int>{{12, atoms}}));
    // a^3 / 4 for an atom.
    EXPECT_NEAR(std::abs(crystal.cell_angstrom.determinant()) / atoms,
                std::pow(gold.lattice_parameter_angstrom, 3) / 4.0, 1e-9);
  }
}

TEST(Bulk, CeriaIsFluorite) {
  const auto ceria = repeated(phase_cell(*find_phase("CeO2")), {2, 2, 2});
  ASSERT_EQ(ceria.atoms.size(), 96U);
  std::vector<Eigen::Vector3d> positions;
  for (const auto& atom : ceria.atoms) positions.push_back(atom.position_angstrom);
  const double a = ceria.cell_angstrom(0, 0) / 2.0;
  EXPECT_NEAR(a, 5.411, 0.002);  // published values differ by so much
  const auto list = find_neighbours(positions, box_of(ceria), 1.05 * a * std::sqrt(3.0) / 4.0);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    // Cerium in a cube of 8 oxygens, oxygen in a tetrahedron of 4 ceriums.
    EXPECT_EQ(list.first[i + 1] - list.first[i], ceria.atoms[i].element == "Ce" ? 8U : 4U);
  }
}

TEST(Slab, FacesHaveTheirCoordination) {
  const SlabSize size{.cells_x = 4, .cells_y = 3, .layers = 7, .vacuum_angstrom = 8.0};
  // Textbook: 9 on {111}, 8 on {100}; 7 on {110} and 11 in the layer below.
  EXPECT_EQ(coordination(build_slab(gold, SlabFace::face_111, size)),
            (std::map<std::uint32_t, int>{{9, 48}, {12, 120}}));
  EXPECT_EQ(coordination(build_slab(gold, SlabFace::face_100, size)),
            (std::map<std::uint32_t, int>{{8, 48}, {12, 120}}));
  EXPECT_EQ(coordination(build_slab(gold, SlabFace::face_110, size)),
            (std::map<std::uint32_t, int>{{7, 24}, {11, 24}, {12, 36}}));
}

TEST(Slab, LiesBetweenItsVacua) {
  const auto slab = build_slab(gold, SlabFace::face_111,
                               {.cells_x = 1, .cells_y = 1, .layers = 5, .vacuum_angstrom = 6.0});
  double low = 1e9;
  double high = -1e9;
  for (const auto& atom : slab.atoms) {
    low = std::min(low, atom.position_angstrom.z());
    high = std::max(high, atom.position_angstrom.z());
  }
  EXPECT_NEAR(low, 6.0, 1e-12);
  EXPECT_NEAR(high - low, 4.0 * gold.lattice_parameter_angstrom / std::sqrt(3.0), 1e-9);
  EXPECT_NEAR(slab.cell_angstrom(2, 2) - high, 6.0, 1e-9);
  EXPECT_EQ(slab.periodic, (std::array<bool, 3>{true, true, false}));
  EXPECT_THROW((void)build_slab(gold, SlabFace::face_111, {.layers = 0}), InputError);
  EXPECT_THROW((void)build_slab(gold, SlabFace::face_111, {.cells_x = 0}), InputError);
  EXPECT_THROW((void)build_slab(gold, SlabFace::face_111, {.vacuum_angstrom = -1.0}), InputError);
}

TEST(Slab, HasAHollowSiteForEveryAtomOfItsFaces) {
  const SlabSize size{.cells_x = 3, .cells_y = 3, .layers = 6, .vacuum_angstrom = 8.0};
  const auto sites = [&](SlabFace face, HollowSite kind) {
    return hollow_sites(build_slab(gold, face, size), bond, kind).size();
  };
  // 18 atoms a layer, two faces.
  EXPECT_EQ(sites(SlabFace::face_111, HollowSite::any), 36U);
  EXPECT_EQ(sites(SlabFace::face_111, HollowSite::facet_111), 36U);
  EXPECT_EQ(sites(SlabFace::face_111, HollowSite::facet_100), 0U);
  EXPECT_EQ(sites(SlabFace::face_100, HollowSite::any), 36U);
  EXPECT_EQ(sites(SlabFace::face_100, HollowSite::facet_100), 36U);
  EXPECT_EQ(sites(SlabFace::face_100, HollowSite::facet_111), 0U);
}

TEST(HollowSites, OfAParticleAreTheNextSitesOfItsCrystal) {
  const auto particle = build_truncated_octahedron(gold, 9, 3);
  // The sites of the lattice that are empty and have three (four) neighbours; the centre of this
  // particle is a site.
  std::vector<Eigen::Vector3d> positions;
  for (const auto& atom : particle.atoms) positions.push_back(atom.position_angstrom);
  for (const std::uint32_t neighbours : {3U, 4U}) {
    std::size_t expected = 0;
    const auto sites = hollow_sites(
        particle, bond, neighbours == 3 ? HollowSite::facet_111 : HollowSite::facet_100);
    for (const auto& atom : build_sphere(gold, 25.0).atoms) {
      std::uint32_t near = 0;
      bool filled = false;
      for (const auto& p : positions) {
        const double distance = (p - atom.position_angstrom).norm();
        filled = filled || distance < 0.1;
        near += distance < 1.2 * bond ? 1U : 0U;
      }
      if (filled || near != neighbours) continue;
      ++expected;
      const bool found = std::any_of(sites.begin(), sites.end(), [&](const auto& site) {
        return (site - atom.position_angstrom).norm() < 1e-9;
      });
      EXPECT_TRUE(found) << atom.position_angstrom.transpose();
    }
    EXPECT_EQ(sites.size(), expected);
    EXPECT_GT(expected, 50U);
  }
}

}  // namespace
}  // namespace adatom::crystal
