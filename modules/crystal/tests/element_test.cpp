#include "adatom/crystal/element.h"

#include <gtest/gtest.h>

namespace adatom::crystal {
namespace {

TEST(Element, NumbersSymbolsAndMassesBelongTogether) {
  EXPECT_EQ(find_element("Au")->atomic_number, 79);
  EXPECT_EQ(find_element("Pt")->atomic_number, 78);
  EXPECT_EQ(find_element("Ce")->atomic_number, 58);
  EXPECT_EQ(find_element(46)->symbol, "Pd");
  EXPECT_EQ(find_element(118)->symbol, "Og");
  EXPECT_DOUBLE_EQ(find_element("C")->mass_u, 12.011);
  EXPECT_FALSE(find_element("au"));
  EXPECT_FALSE(find_element(""));
  EXPECT_FALSE(find_element(0));
  EXPECT_FALSE(find_element(119));
}

TEST(Element, EveryMassFindsItsElement) {
  for (int z = 1; z <= 118; ++z) {
    const auto element = find_element(z);
    EXPECT_EQ(find_element(element->symbol)->atomic_number, z);
    if (element->mass_u > 0.0) {
      EXPECT_EQ(find_element_by_mass(element->mass_u)->atomic_number, z);
    }
  }
}

TEST(Element, MassesAsSimulationFilesWriteThem) {
  EXPECT_EQ(find_element_by_mass(196.96655)->symbol, "Au");
  EXPECT_EQ(find_element_by_mass(195.078)->symbol, "Pt");
  EXPECT_EQ(find_element_by_mass(58.6934)->symbol, "Ni");
  EXPECT_EQ(find_element_by_mass(58.9332)->symbol, "Co");
  EXPECT_FALSE(find_element_by_mass(0.0));
  EXPECT_FALSE(find_element_by_mass(100.0));
}

TEST(Element, LatticesGiveTheMetalsDensities) {
  // Density = 4 m / a^3 against the CRC Handbook (g/cm^3 at 25 C); its values carry two decimals
  // and scatter by 0.5 % (Ir 22.562 in newer editions).
  const auto density = [](const char* symbol) {
    const double a = *fcc_lattice_parameter_angstrom(symbol);
    return 4.0 * find_element(symbol)->mass_u * 1.66053907 / (a * a * a);
  };
  EXPECT_NEAR(density("Au"), 19.3, 0.005 * 19.3);
  EXPECT_NEAR(density("Pt"), 21.5, 0.005 * 21.5);
  EXPECT_NEAR(density("Ag"), 10.5, 0.005 * 10.5);
  EXPECT_NEAR(density("Cu"), 8.96, 0.005 * 8.96);
  EXPECT_NEAR(density("Pd"), 12.0, 0.005 * 12.0);
  EXPECT_NEAR(density("Ni"), 8.90, 0.005 * 8.90);
  EXPECT_NEAR(density("Al"), 2.70, 0.005 * 2.70);
  EXPECT_NEAR(density("Ir"), 22.56, 0.005 * 22.56);
  EXPECT_FALSE(fcc_lattice_parameter_angstrom("Fe"));
}

}  // namespace
}  // namespace adatom::crystal
