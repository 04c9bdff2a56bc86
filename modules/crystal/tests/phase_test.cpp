#include "adatom/crystal/phase.h"

#include <array>
#include <cmath>
#include <map>

#include <gtest/gtest.h>
#include <Eigen/LU>

#include "adatom/base/error.h"
#include "adatom/crystal/element.h"
#include "adatom/crystal/reflections.h"
#include "adatom/crystal/scattering_factor.h"

namespace adatom::crystal {
namespace {

std::map<std::string, Reflection> rings(const Phase& phase, double s_max = 1.0, double b = 0.5) {
  std::map<std::string, Reflection> map;
  for (const auto& ring : find_reflections(phase, {s_max, b})) map.emplace(ring.label(), ring);
  return map;
}

std::map<std::string, Reflection> rings(const char* name, double s_max = 1.0) {
  return rings(find_phase(name).value(), s_max);
}

Phase without_b(Phase phase) {
  for (auto& atom : phase.atoms) atom.b_factor_angstrom2.reset();
  return phase;
}

TEST(Phase, EveryStructureOfTheTableIsPossible) {
  const auto names = phase_names();
  EXPECT_GE(names.size(), 12U);
  for (const auto& name : names) {
    const auto phase = find_phase(name).value();
    EXPECT_NO_THROW(require_possible(phase)) << name;
    EXPECT_FALSE(phase.source.empty()) << name;
    // The shortest bond of a crystal of these elements is between 1.8 and 3.4 angstrom.
    const auto metric = phase.cell.metric_angstrom2();
    double shortest = 1e9;
    for (const auto& a : phase.atoms) {
      for (const auto& b : phase.atoms) {
        for (int cell = 0; cell < 27; ++cell) {
          const int layer = cell / 9;
          const Eigen::Vector3d shift(cell % 3 - 1, cell / 3 % 3 - 1, layer - 1);
          const Eigen::Vector3d v = b.fraction + shift - a.fraction;
          const double distance = std::sqrt(v.dot(metric * v));
          if (distance > 1e-9) shortest = std::min(shortest, distance);
        }
      }
    }
    EXPECT_GT(shortest, 1.8) << name;
    EXPECT_LT(shortest, 3.4) << name;
  }
  EXPECT_FALSE(find_phase("cu").has_value());
}

TEST(Phase, FccMetalsAgreeWithTheElementTable) {
  for (const char* name : {"Al", "Ni", "Cu", "Pd", "Ag", "Ir", "Pt", "Au"}) {
    EXPECT_EQ(find_phase(name)->cell.a_angstrom, fcc_lattice_parameter_angstrom(name)) << name;
  }
}

// Densities at room temperature, CRC Handbook of Chemistry and Physics: they hold the number of
// atoms of each element and the volume. 2 % is the scatter between weighed and X-ray densities.
// (CuO: the X-ray density of card 5-661; weighed powders are 3 % lighter.)
TEST(Phase, DensitiesAreThoseOfTheHandbook) {
  const std::map<std::string, double> densities = {{"Cu", 8.96},   {"Cu2O", 6.0},  {"CuO", 6.515},
                                                   {"CeO2", 7.22}, {"Si", 2.329},  {"TiO2", 4.23},
                                                   {"Au", 19.3},   {"TlCl", 7.00}, {"W", 19.3}};
  constexpr double gram_per_cm3 = 1.66053907;  // of 1 u/angstrom^3
  for (const auto& [name, density] : densities) {
    const auto phase = find_phase(name).value();
    double mass = 0.0;
    for (const auto& atom : phase.atoms) mass += find_element(atom.element)->mass_u;
    EXPECT_NEAR(mass / phase.cell.volume_angstrom3() * gram_per_cm3 / density, 1.0, 0.02) << name;
  }
}

// d-spacings of the powder diffraction file, cards 4-784 (Au), 4-836 (Cu), 5-667 (Cu2O), 5-661
// (CuO), 34-394 (CeO2), 21-1276 (rutile), 27-1402 (Si). The cards print three or four decimals, and
// their lattice parameters differ from the table's by up to 7e-4 (CuO); 2e-3 tells all lines apart.
TEST(Reflections, SpacingsAreThoseOfThePowderDiffractionFile) {
  const std::map<std::string, std::map<std::string, double>> cards = {
      {"Au", {{"111", 2.355}, {"200", 2.039}, {"220", 1.442}, {"311", 1.230}, {"222", 1.1774}}},
      {"Cu", {{"111", 2.088}, {"200", 1.808}, {"220", 1.278}, {"311", 1.0900}, {"222", 1.0436}}},
      {"Cu2O",
       {{"110", 3.020},
        {"111", 2.465},
        {"200", 2.135},
        {"211", 1.743},
        {"220", 1.510},
        {"311", 1.287},
        {"222", 1.233}}},
      {"CuO",
       {{"110", 2.751},
        {"002", 2.530},
        {"-111", 2.523},
        {"111", 2.323},
        {"200", 2.312},
        {"-112", 1.959},
        {"-202", 1.866},
        {"112", 1.778},
        {"020", 1.714}}},
      {"CeO2", {{"111", 3.1234}, {"200", 2.7056}, {"220", 1.9134}, {"311", 1.6318}}},
      {"TiO2", {{"110", 3.247}, {"101", 2.487}, {"111", 2.188}, {"211", 1.6874}}},
      {"Si", {{"111", 3.1355}, {"220", 1.9201}, {"311", 1.6375}, {"400", 1.3577}}}};
  for (const auto& [name, lines] : cards) {
    const auto found = rings(name.c_str());
    for (const auto& [hkl, d] : lines) {
      ASSERT_TRUE(found.contains(hkl)) << name << ' ' << hkl;
      EXPECT_NEAR(found.at(hkl).d_angstrom / d, 1.0, 2e-3) << name << ' ' << hkl;
    }
  }
}

TEST(Reflections, ExtinctionsFollowTheLattice) {
  std::string fcc;
  for (const auto& ring : find_reflections(*find_phase("Cu"), {1.25})) fcc += ring.label() + ' ';
  EXPECT_EQ(fcc, "111 200 220 311 222 400 331 420 ");
  std::string bcc;
  for (const auto& ring : find_reflections(*find_phase("Fe"), {1.42})) bcc += ring.label() + ' ';
  EXPECT_EQ(bcc, "110 200 211 220 310 222 321 400 ");
  std::string diamond;
  for (const auto& ring : find_reflections(*find_phase("Si"), {0.97}))
    diamond += ring.label() + ' ';
  EXPECT_EQ(diamond, "111 220 311 400 331 422 333 511 ");
  // Pn-3m: 0kl only with k + l even, so 100, 210 and 300 are absent; atoms on special positions.
  std::string cuprite;
  for (const auto& ring : find_reflections(*find_phase("Cu2O"), {0.78})) {
    cuprite += ring.label() + ' ';
  }
  EXPECT_EQ(cuprite, "110 111 200 211 220 310 311 ");
}

TEST(Reflections, MultiplicitiesAreThoseOfTheLaueClass) {
  // International Tables A, table 10.1.2.2: m-3m, 2/m, 4/mmm, 6/mmm and -1.
  const auto copper = rings("Cu", 1.7);
  EXPECT_EQ(copper.at("111").multiplicity, 8);
  EXPECT_EQ(copper.at("200").multiplicity, 6);
  EXPECT_EQ(copper.at("220").multiplicity, 12);
  EXPECT_EQ(copper.at("311").multiplicity, 24);
  EXPECT_EQ(copper.at("531").multiplicity, 48);
  // 333 and 511 have the same d and the same |F|, and are two families all the same.
  EXPECT_EQ(copper.at("333").multiplicity, 8);
  EXPECT_EQ(copper.at("511").multiplicity, 24);
  const auto tenorite = rings("CuO");
  EXPECT_EQ(tenorite.at("111").multiplicity, 4);
  EXPECT_EQ(tenorite.at("-111").multiplicity, 4);
  EXPECT_EQ(tenorite.at("002").multiplicity, 2);
  EXPECT_EQ(tenorite.at("020").multiplicity, 2);
  const auto rutile = rings("TiO2");
  EXPECT_EQ(rutile.at("110").multiplicity, 4);
  EXPECT_EQ(rutile.at("101").multiplicity, 8);
  EXPECT_EQ(rutile.at("211").multiplicity, 16);

  const Phase magnesium = {
      .name = "Mg",
      .space_group = "P63/mmc",
      .cell = {3.2094, 3.2094, 5.2105, 90.0, 90.0, 120.0},
      .atoms = {{"Mg", {1.0 / 3, 2.0 / 3, 0.25}}, {"Mg", {2.0 / 3, 1.0 / 3, 0.75}}},
      .source = {}};
  const auto hexagonal = rings(magnesium);
  EXPECT_FALSE(hexagonal.contains("001"));
  EXPECT_EQ(hexagonal.at("100").multiplicity, 6);
  EXPECT_EQ(hexagonal.at("002").multiplicity, 2);
  EXPECT_EQ(hexagonal.at("101").multiplicity, 12);
  // Card 35-821: 2.778, 2.605, 2.452 angstrom.
  EXPECT_NEAR(hexagonal.at("100").d_angstrom, 2.778, 2e-3);
  EXPECT_NEAR(hexagonal.at("101").d_angstrom, 2.452, 2e-3);

  const Phase triclinic = {.name = "none",
                           .space_group = "P1",
                           .cell = {4.0, 5.0, 6.0, 80.0, 95.0, 103.0},
                           .atoms = {{"Cu", {0.1, 0.2, 0.3}}, {"O", {0.4, 0.15, 0.77}}},
                           .source = {}};
  for (const auto& ring : find_reflections(triclinic)) EXPECT_EQ(ring.multiplicity, 2);
}

TEST(Reflections, LowerSymmetryOfTheAtomsThanOfTheLatticeIsSeen) {
  // Pyrite, Pa-3 (Laue class m-3): 210 and 120 differ. a = 5.418, u = 0.385 (Wyckoff).
  Phase pyrite{.name = "FeS2",
               .space_group = "Pa-3",
               .cell = {5.418, 5.418, 5.418},
               .atoms = {},
               .source = {}};
  const double u = 0.385;
  for (const Eigen::Vector3d& x : {Eigen::Vector3d(0, 0, 0), Eigen::Vector3d(0, 0.5, 0.5),
                                   Eigen::Vector3d(0.5, 0, 0.5), Eigen::Vector3d(0.5, 0.5, 0)}) {
    pyrite.atoms.push_back({"Fe", x});
  }
  for (const Eigen::Vector3d& x :
       {Eigen::Vector3d(u, u, u), Eigen::Vector3d(0.5 - u, 1 - u, 0.5 + u),
        Eigen::Vector3d(1 - u, 0.5 + u, 0.5 - u), Eigen::Vector3d(0.5 + u, 0.5 - u, 1 - u)}) {
    pyrite.atoms.push_back({"S", x});
    pyrite.atoms.push_back({"S", Eigen::Vector3d::Ones() - x});
  }
  const auto found = rings(pyrite);
  // h0l needs l even, 0kl k even, hk0 h even: 210 is there, 120 is extinct.
  EXPECT_EQ(found.at("210").multiplicity, 12);
  EXPECT_FALSE(found.contains("120"));
  EXPECT_EQ(found.at("321").multiplicity, 24);
  EXPECT_TRUE(found.contains("312"));
}

TEST(Reflections, StructureFactorsAreThoseOfTheFormula) {
  const auto copper = *find_scattering_factor("Cu");
  const auto oxygen = *find_scattering_factor("O");
  const auto found = rings(without_b(*find_phase("Cu2O")), 1.0, 0.0);
  const auto square = [](double x) { return x * x; };
  const auto expect = [&](const char* hkl, double cu, double o) {
    const Reflection& ring = found.at(hkl);
    const double s = ring.s_per_angstrom;
    const double f2 = square(cu * copper.at(s) + o * oxygen.at(s));
    EXPECT_NEAR(ring.structure_factor2_angstrom2 / f2, 1.0, 1e-12) << hkl;
  };
  expect("110", 0, 2);
  expect("111", 4, 0);
  expect("200", -4, 2);
  expect("220", 4, 2);
  expect("211", 0, 2);
  expect("311", 4, 0);

  // By hand for Cu with B = 0.562: 200 over 111 is (6/8)(d200/d111)(f200/f111)^2 and the
  // thermal factor exp(-B (s200^2 - s111^2) / 2), which is exp(-0.281 / a^2).
  const auto metal = rings("Cu");
  const double s111 = std::sqrt(3.0) / 3.6150;
  const double s200 = 2.0 / 3.6150;
  const double ratio = 0.75 * (s111 / s200) * square(copper.at(s200) / copper.at(s111)) *
                       std::exp(-0.281 / (3.6150 * 3.6150));
  const double volume = std::pow(3.6150, 3);
  EXPECT_NEAR(ring_strength_per_volume(metal.at("200"), volume) /
                  ring_strength_per_volume(metal.at("111"), volume),
              ratio, 1e-12);
}

TEST(Reflections, HalfAnAtomScattersHalf) {
  auto phase = without_b(*find_phase("Cu"));
  const double whole = rings(phase).at("111").structure_factor2_angstrom2;
  for (auto& atom : phase.atoms) atom.occupancy = 0.5;
  EXPECT_NEAR(rings(phase).at("111").structure_factor2_angstrom2, 0.25 * whole, 1e-12 * whole);
}

TEST(Phase, WhatCannotBeIsRefused) {
  Phase phase{
      .name = "X", .space_group = {}, .cell = {4, 4, 4, 90, 90, 400}, .atoms = {}, .source = {}};
  EXPECT_THROW(require_possible(phase), InputError);
  phase.cell.gamma_deg = 90;
  EXPECT_THROW(require_possible(phase), InputError);
  phase.atoms = {{"Xx", {0, 0, 0}}};
  EXPECT_THROW(require_possible(phase), InputError);
  phase.atoms = {{"Cu", {0, 0, 0}, 1.5}};
  EXPECT_THROW(require_possible(phase), InputError);
  phase.atoms = {{"Cu", {0, 0, 0}}};
  EXPECT_NO_THROW(require_possible(phase));
  EXPECT_THROW((void)find_reflections(phase, {0.0}), InputError);
  EXPECT_THROW((void)find_reflections(phase, {std::nan("")}), InputError);
  phase.cell.a_angstrom = phase.cell.b_angstrom = phase.cell.c_angstrom = 900.0;
  EXPECT_THROW((void)find_reflections(phase, {1.0}), InputError);
}

TEST(Phase, ItsCellAsAStructure) {
  UnitCell cell{3.0, 4.0, 5.0, 80.0, 95.0, 110.0};
  const Eigen::Matrix3d edges = cell.vectors_angstrom();
  // Rounding of a decomposition of numbers up to 25.
  EXPECT_LT((edges * edges.transpose() - cell.metric_angstrom2()).norm(), 1e-13);
  EXPECT_NEAR(edges.determinant(), cell.volume_angstrom3(), 1e-12);
  EXPECT_GT(edges.diagonal().minCoeff(), 0.0);
  EXPECT_TRUE(edges.isLowerTriangular());
  const auto copper = unit_cell_structure(find_phase("Cu").value());
  ASSERT_EQ(copper.atoms.size(), 4U);
  EXPECT_EQ(copper.periodic, (std::array{true, true, true}));
  EXPECT_EQ(copper.comment, "Cu");
  // The nearest neighbours in fcc are a / sqrt 2 apart.
  EXPECT_NEAR((copper.atoms[1].position_angstrom - copper.atoms[0].position_angstrom).norm(),
              copper.cell_angstrom(0, 0) / std::sqrt(2.0), 1e-12);
}

}  // namespace
}  // namespace adatom::crystal
