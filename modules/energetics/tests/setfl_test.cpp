#include "adatom/energetics/setfl.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/energetics/eam_file.h"
#include "adatom/energetics/eam_potential.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "support/test_structures.h"

namespace adatom::energetics {
namespace {

TEST(Setfl, ReadBackGivesTheSameEnergies) {
  for (const auto* spec : {"smatb:Au", "smatb:Pd"}) {
    const auto potential = make_potential(spec);
    const auto written = format_setfl(*potential);
    EXPECT_EQ(written.pair_style, "eam/alloy");
    const EamPotential table("table", parse_eam(written.text, "table"));
    EXPECT_EQ(table.elements(), potential->elements());
    EXPECT_EQ(table.mass_u(0), potential->mass_u(0));
    EXPECT_DOUBLE_EQ(table.largest_density(0), 240.0);
    EXPECT_DOUBLE_EQ(table.cutoff_angstrom(), potential->cutoff_angstrom());
    const auto cluster = testing::rattled_cluster(potential->elements(), 4.0, 0.2, 6);
    const auto exact = testing::energies_of(*potential, cluster);
    const auto tabled = testing::energies_of(table, cluster);
    // What the issue of comparing the native engine with LAMMPS takes: 1e-7 eV an atom, 1e-5 eV/A.
    EXPECT_NEAR(exact.total_ev, tabled.total_ev, 1e-7 * 38) << spec;
    for (std::size_t i = 0; i < cluster.atoms.size(); ++i) {
      EXPECT_LT((exact.forces_ev_per_angstrom[i] - tabled.forces_ev_per_angstrom[i]).norm(), 1e-5)
          << spec;
    }
    EXPECT_LT(written.pair_error_ev, 1e-6);
    EXPECT_GT(written.pair_error_ev, 0.0);
  }
}

TEST(Setfl, AlloysWithPairDensitiesTakeTheFinnisSinclairForm) {
  const auto alloy = make_potential("smatb:Ag,Cu");
  const auto written = format_setfl(*alloy);
  EXPECT_EQ(written.pair_style, "eam/fs");
  const EamPotential table("table", parse_eam(written.text, "table"));
  const auto cluster = testing::rattled_cluster({"Ag", "Cu"}, 3.9, 0.2, 7);
  EXPECT_NEAR(testing::energies_of(*alloy, cluster).total_ev,
              testing::energies_of(table, cluster).total_ev, 1e-7 * 38);
}

TEST(Setfl, KeepsWhoActsOnWhom) {
  // Copper adds another density at zirconium than zirconium at copper.
  const auto line = [](double from) {
    std::vector<double> values;
    for (int i = 0; i < 200; ++i) values.push_back(from * (1.0 - i / 199.0));
    return values;
  };
  const EamTables tables{.elements = {{"Cu", 63.5, 3.6, "fcc"}, {"Zr", 91.2, 3.2, "hcp"}},
                         .density_step = 0.1,
                         .r_step_angstrom = 5.0 / 199.0,
                         .cutoff_angstrom = 5.0,
                         .embedding_ev = {line(-1), line(-2)},
                         .density = {line(1), line(2), line(3), line(4)},
                         .r_times_pair = {line(5), line(6), line(6), line(7)}};
  const EamPotential alloy("alloy", tables);
  EXPECT_NEAR(alloy.density(0, 1, 2.5).value, 1.0, 1e-12);
  const auto written = format_setfl(alloy);
  EXPECT_EQ(written.pair_style, "eam/fs");
  const EamPotential again("again", parse_eam(written.text, "again"));
  for (std::size_t a = 0; a < 2; ++a) {
    EXPECT_NEAR(again.embedding(a, 3.0).value, alloy.embedding(a, 3.0).value, 1e-9);
    for (std::size_t b = 0; b < 2; ++b) {
      EXPECT_NEAR(again.density(a, b, 2.5).value, alloy.density(a, b, 2.5).value, 1e-9);
      EXPECT_NEAR(again.pair(a, b, 2.5).value, alloy.pair(a, b, 2.5).value, 1e-9);
    }
  }
}

TEST(Setfl, ATableOfTheSameGridIsWrittenAsItIs) {
  const auto gold = make_potential("smatb:Au");
  const SetflOptions coarse{.distances = 500, .densities = 600, .largest_density = 60.0};
  const EamPotential table("table", parse_eam(format_setfl(*gold, coarse).text, "table"));
  const auto again = format_setfl(table, coarse);
  const EamPotential twice("twice", parse_eam(again.text, "twice"));
  // Rounding of r phi / r. Only at r = 0 may they differ, which nothing uses.
  for (double r = 1.2; r < 5.0; r += 0.01) {
    EXPECT_NEAR(table.pair(0, 0, r).value, twice.pair(0, 0, r).value, 1e-12);
    EXPECT_NEAR(table.density(0, 0, r).value, twice.density(0, 0, r).value, 1e-12);
  }
  // The table ends at 60: so does one made of it, whatever is usual.
  EXPECT_DOUBLE_EQ(EamPotential("x", parse_eam(format_setfl(table).text, "x")).largest_density(0),
                   60.0);
}

TEST(Setfl, RefusesBadOptions) {
  const auto gold = make_potential("smatb:Au");
  EXPECT_THROW(static_cast<void>(format_setfl(*gold, {.distances = 2})), InputError);
  EXPECT_THROW(static_cast<void>(format_setfl(*gold, {.largest_density = -1.0})), InputError);
}

}  // namespace
}  // namespace adatom::energetics
