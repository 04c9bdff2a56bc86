#include "adatom/dynamics/build_dictionary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::dynamics {
namespace {

using energetics::make_potential;

/// Atoms of an icosahedron of 55: the centre, two that its symmetry exchanges, an edge. Its
/// vertices lie two neighbours away, along (0, 1, golden ratio).
std::vector<RecipeEntry> small_recipe() {
  const double golden = (1.0 + std::sqrt(5.0)) / 2.0;
  const double half = 1.0 / std::sqrt(1.0 + golden * golden);
  const Eigen::Vector3d a = half * Eigen::Vector3d(golden, 0.0, 1.0);
  const Eigen::Vector3d b = half * Eigen::Vector3d(golden, 0.0, -1.0);
  return {{"centre", "inside", "icosahedron 2", Eigen::Vector3d::Zero()},
          {"vertex", "outside", "icosahedron 2", 2.0 * a},
          {"other vertex", "outside", "icosahedron 2", 2.0 * b},
          {"edge", "outside", "icosahedron 2", a + b}};
}

BuiltDictionary build(const std::string& potential, const std::string& element,
                      const DictionaryOptions& options = {}) {
  NoProgress progress;
  return build_dictionary(small_recipe(), make_potential(potential), element, options, progress);
}

double distance(const BuiltDictionary& built, std::size_t i, std::size_t j) {
  return built.clusters.distances[numeric::condensed_index(built.dictionary.size(), i, j)];
}

TEST(BuildDictionary, TakesTheSpectraOfTheAtomsOfTheRecipe) {
  const auto built = build("smatb:Au", "Au");
  const auto& dictionary = built.dictionary;
  EXPECT_EQ(dictionary.element, "Au");
  EXPECT_EQ(dictionary.soap.r_cut_angstrom, 4.48023312);  // no rounding on the way
  EXPECT_EQ(dictionary.soap.sigma_angstrom, 1.0);
  EXPECT_NEAR(built.lattice_angstrom, 4.0642, 5e-5);  // energetics' README, half of a digit
  ASSERT_EQ(built.particles.size(), 1U);
  EXPECT_EQ(built.particles[0].structure.atoms.size(), 55U);
  EXPECT_TRUE(energetics::converged(built.particles[0].minimum.reason));
  EXPECT_LT(built.particles[0].minimum.final_largest_force_ev_per_angstrom, 1e-6);
  // What a force of 1e-6 leaves of the symmetry.
  EXPECT_LT(distance(built, 1, 2), 1e-6);
  EXPECT_GT(distance(built, 0, 1), 0.1);
  EXPECT_GT(distance(built, 1, 3), 0.01);
  EXPECT_EQ(dictionary.environments.size(), 4U);
  EXPECT_EQ(dictionary.spectra.size(), 4U * 324U);
}

TEST(BuildDictionary, ClassesComeFromTheCutOrTheRecipe) {
  const auto by_cut = build("smatb:Au", "Au", {.cut = 1e-5});
  EXPECT_EQ(by_cut.dictionary.classes,
            (std::vector<std::string>{"inside", "outside 1", "outside 2"}));
  EXPECT_EQ(by_cut.dictionary.class_of, (std::vector<std::uint8_t>{0, 1, 1, 2}));
  const auto coarse = build("smatb:Au", "Au", {.cut = 1.0});
  EXPECT_EQ(coarse.dictionary.classes, (std::vector<std::string>{"inside+outside"}));
  const auto by_recipe = build("smatb:Au", "Au", {.cut = 1e-5, .classes = ClassSource::recipe});
  EXPECT_EQ(by_recipe.dictionary.classes, (std::vector<std::string>{"inside", "outside"}));
  EXPECT_EQ(by_recipe.dictionary.class_of, (std::vector<std::uint8_t>{0, 1, 1, 1}));
}

// A metal whose lengths are all 0.9 of gold's has the same particles 0.9 times as large, and
// everything that SOAP measures with is scaled as well, but for the first Gaussian of the basis,
// which always ends at 1 angstrom.
TEST(BuildDictionary, OtherMetalsAreScaled) {
  const testing::ScratchFolder scratch;
  const auto file = scratch.path() / "small.csv";
  storage::write_file(file,
                      "element_a,element_b,p,q,a_ev,xi_ev,r0_angstrom,cutoff_start_angstrom,"
                      "cutoff_end_angstrom\n"
                      "Cu,Cu,10.35,4.178,0.21,1.818,2.592,3.665641554,4.48947569321853\n");
  const auto gold = build("smatb:Au", "Au");
  const auto small = build("smatb:" + file.string(), "Cu");
  EXPECT_NEAR(small.lattice_angstrom / gold.lattice_angstrom, 0.9, 1e-9);
  EXPECT_NEAR(small.dictionary.soap.r_cut_angstrom, 0.9 * 4.48023312, 1e-8);
  EXPECT_NEAR(small.dictionary.soap.sigma_angstrom, 0.9, 1e-9);
  const auto& atoms = gold.particles[0].structure.atoms;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const Eigen::Vector3d apart =
        small.particles[0].structure.atoms[i].position_angstrom - 0.9 * atoms[i].position_angstrom;
    EXPECT_LT(apart.norm(), 1e-5);  // a force of 1e-6 eV/angstrom on springs of some tenths
  }
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = i + 1; j < 4; ++j) {
      // The unscaled Gaussian is worth 2.8 % at most here; with sigma left at 1 it would be 4 to 10
      // %.
      EXPECT_NEAR(distance(small, i, j), distance(gold, i, j), 0.03 * distance(gold, i, j) + 1e-6);
    }
  }
  const auto fixed =
      build("smatb:" + file.string(), "Cu", {.r_cut_angstrom = 4.0, .sigma_angstrom = 0.7});
  EXPECT_EQ(fixed.dictionary.soap.r_cut_angstrom, 4.0);
  EXPECT_EQ(fixed.dictionary.soap.sigma_angstrom, 0.7);
}

TEST(BuildDictionary, RefusesRecipesAndPotentialsThatDoNotFit) {
  NoProgress progress;
  const auto gold = make_potential("smatb:Au");
  EXPECT_THROW((void)build("smatb:Au", "Cu"), InputError);
  EXPECT_THROW((void)build_dictionary({}, gold, "Au", {}, progress), InputError);
  auto recipe = small_recipe();
  recipe[1].position.x() += 0.01;
  EXPECT_THROW((void)build_dictionary(recipe, gold, "Au", {}, progress), InputError);
  recipe = small_recipe();
  recipe[1].particle = "cube 4";
  EXPECT_THROW((void)build_dictionary(recipe, gold, "Au", {}, progress), InputError);
  EXPECT_THROW((void)build("smatb:Au", "Au", {.r_cut_angstrom = -1.0}), InputError);
  EXPECT_THROW((void)build("smatb:Au", "Au", {.cut = 3.0}), InputError);
}

}  // namespace
}  // namespace adatom::dynamics
