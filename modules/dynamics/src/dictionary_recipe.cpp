#include "adatom/dynamics/dictionary_recipe.h"

#include <set>
#include <sstream>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/twinned.h"

namespace adatom::dynamics {

std::vector<RecipeEntry> parse_recipe(const storage::Table& table) {
  const auto environments = table.texts("environment");
  const auto classes = table.texts("class");
  const auto particles = table.texts("particle");
  const auto x = table.numbers("x");
  const auto y = table.numbers("y");
  const auto z = table.numbers("z");
  const auto refuse = [&table](std::size_t row, std::string what) {
    throw InputError(Complaint{std::move(what), table.place(row), "it is a row of a recipe",
                               "compare it with environments/recipe.csv of the program's data"});
  };
  if (table.rows() == 0) {
    throw InputError(Complaint{"the recipe has no environments", table.source, "", ""});
  }
  std::vector<RecipeEntry> recipe;
  std::set<std::string> seen;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (environments[row].empty() || classes[row].empty()) refuse(row, "a name is empty");
    if (!seen.insert(environments[row]).second) {
      refuse(row, "the environment '" + environments[row] + "' is there twice");
    }
    recipe.push_back(
        {environments[row], classes[row], particles[row], Eigen::Vector3d(x[row], y[row], z[row])});
    if (!recipe.back().position.allFinite()) refuse(row, "the position is not finite");
  }
  return recipe;
}

crystal::Structure build_recipe_particle(const std::string& particle,
                                         const crystal::FccCrystal& crystal) {
  std::istringstream words(particle);
  std::string shape;
  words >> shape;
  std::vector<std::int64_t> sizes;
  bool sound = true;
  for (std::string word; words >> word;) {
    const auto number = parse_integer(word);
    sound = sound && number.has_value();
    if (sound) sizes.push_back(*number);
  }
  if (sound && shape == "icosahedron" && sizes.size() == 1) {
    return crystal::build_icosahedron(crystal, sizes[0]);
  }
  if (sound && shape == "truncated-octahedron" && sizes.size() == 2) {
    return crystal::build_truncated_octahedron(crystal, sizes[0], sizes[1]);
  }
  if (sound && shape == "decahedron" && sizes.size() == 3) {
    return crystal::build_decahedron(crystal, {.m = sizes[0], .n = sizes[1], .p = sizes[2]});
  }
  throw InputError(
      Complaint{"no particle '" + particle + "' can be built", "the dictionary's recipe", "",
                "write 'icosahedron SHELLS', 'truncated-octahedron LENGTH CUTOFF' or 'decahedron M "
                "N P'"});
}

}  // namespace adatom::dynamics
