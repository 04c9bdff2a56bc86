// Particles that other people built and relaxed, beside ours of the same name.
#include <cmath>
#include <cstdint>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/surface_sites.h"
#include "adatom/crystal/twinned.h"
#include "external_data.h"

namespace adatom::crystal {
namespace {

/// How many atoms have how many neighbours: relaxing does not change it.
std::map<std::uint32_t, int> coordination(const Structure& structure) {
  std::map<std::uint32_t, int> histogram;
  for (const auto number : coordination_numbers(structure, typical_bond_angstrom(structure))) {
    ++histogram[number];
  }
  return histogram;
}

void expect_same_particle(const std::string& file, const Structure& ours) {
  const auto path = adatom::testing::external_data() / "structures" / "reference_nps" / file;
  ADATOM_REQUIRE_EXTERNAL(path);
  const auto theirs = read_structure(path);
  EXPECT_EQ(ours.atoms.size(), theirs.atoms.size());
  EXPECT_EQ(coordination(ours), coordination(theirs));
}

// The lattice parameter of the potential they were relaxed with.
const FccCrystal gold{"Au", 4.0642};

TEST(RealShapes, MarksDecahedra) {
  expect_same_particle("dh1086_7_1_3_minimized.data", build_decahedron(gold, {7, 1, 3}));
  expect_same_particle("dh1734_5_4_4_minimized.data", build_decahedron(gold, {5, 4, 4}));
}

TEST(RealShapes, Icosahedra) {
  expect_same_particle("ico309.minimization.data", build_icosahedron(gold, 4));
  expect_same_particle("ico923_6_minimized.data", build_icosahedron(gold, 6));
}

TEST(RealShapes, TruncatedOctahedra) {
  expect_same_particle("to309_9_4.minimization.data", build_truncated_octahedron(gold, 9, 4));
  expect_same_particle("to807_11_3_minimized.data", build_truncated_octahedron(gold, 11, 3));
  expect_same_particle("to976_12_4_minimized.data", build_truncated_octahedron(gold, 12, 4));
}

}  // namespace
}  // namespace adatom::crystal
