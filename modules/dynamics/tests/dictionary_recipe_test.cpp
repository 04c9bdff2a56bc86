#include "adatom/dynamics/dictionary_recipe.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "adatom/base/error.h"

namespace adatom::dynamics {
namespace {

const crystal::FccCrystal gold = crystal::fcc_crystal("Au");

std::vector<RecipeEntry> shipped() {
  return parse_recipe(storage::read_csv(std::filesystem::path(ADATOM_SOURCE_DIR) / "data" /
                                        "environments" / "recipe.csv"));
}

// Published: 47 environments of ten classes from particles of 923, 807, 976, 1086 and 1734 atoms.
TEST(DictionaryRecipe, TheShippedOneIsThePublishedOne) {
  std::map<std::string, int> classes;
  std::set<std::string> particles;
  std::set<std::size_t> sizes;
  for (const auto& entry : shipped()) {
    ++classes[entry.class_name];
    particles.insert(entry.particle);
  }
  for (const auto& particle : particles) {
    sizes.insert(build_recipe_particle(particle, gold).atoms.size());
  }
  EXPECT_EQ(classes, (std::map<std::string, int>{{"b", 8},
                                                 {"ss", 7},
                                                 {"ss'", 3},
                                                 {"c", 2},
                                                 {"c'", 3},
                                                 {"s", 8},
                                                 {"e", 3},
                                                 {"e'", 7},
                                                 {"v'", 3},
                                                 {"v", 3}}));
  EXPECT_EQ(sizes, (std::set<std::size_t>{807, 923, 976, 1086, 1734}));
}

TEST(DictionaryRecipe, ReadsItsColumnsWhereverTheyStand) {
  const auto recipe = parse_recipe(
      storage::parse_csv("z,class,environment,particle,x,y\n3,b,centre,icosahedron 1,1,2\n", "r"));
  ASSERT_EQ(recipe.size(), 1U);
  EXPECT_EQ(recipe[0].environment, "centre");
  EXPECT_EQ(recipe[0].class_name, "b");
  EXPECT_EQ(recipe[0].particle, "icosahedron 1");
  EXPECT_EQ(recipe[0].position, Eigen::Vector3d(1, 2, 3));
}

TEST(DictionaryRecipe, RefusesTablesThatAreNone) {
  const std::string header = "environment,class,particle,x,y,z\n";
  for (const char* rows :
       {"", "a,b,icosahedron 1,0,0\n", "a,b,icosahedron 1,0,0,far\n", "a,b,icosahedron 1,0,0,nan\n",
        ",b,icosahedron 1,0,0,0\n", "a,,icosahedron 1,0,0,0\n",
        "a,b,icosahedron 1,0,0,0\na,b,icosahedron 1,1,0,0\n"}) {
    EXPECT_THROW((void)parse_recipe(storage::parse_csv(header + rows, "r")), InputError) << rows;
  }
  EXPECT_THROW((void)parse_recipe(storage::parse_csv("environment,x,y,z\na,0,0,0\n", "r")),
               InputError);
}

TEST(DictionaryRecipe, RefusesParticlesThatAreNone) {
  for (const char* particle : {"", "cube 3", "icosahedron", "icosahedron 3 3", "icosahedron three",
                               "icosahedron -1", "truncated-octahedron 4 9", "decahedron 0 1 1"}) {
    EXPECT_THROW((void)build_recipe_particle(particle, gold), InputError) << particle;
  }
}

}  // namespace
}  // namespace adatom::dynamics
