#pragma once
// Which atoms of which particles a dictionary of environments is made of.
#include <string>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/nanoparticle.h"
#include "adatom/storage/csv.h"

namespace adatom::dynamics {

/// One environment and an atom that is in it.
struct RecipeEntry {
  std::string environment;   ///< "s_(111)_to"
  std::string class_name;    ///< as published: "s"
  std::string particle;      ///< as build_recipe_particle takes it
  Eigen::Vector3d position;  ///< of the atom before it is relaxed, in nearest-neighbour distances
};

/// From columns environment, class, particle, x, y, z.
/// @throws InputError with file and line: a column is missing, no number, no rows, a name that is
/// empty or occurs twice
[[nodiscard]] std::vector<RecipeEntry> parse_recipe(const storage::Table& table);

/// "icosahedron 6" (shells), "truncated-octahedron 12 4" (length, cutoff), "decahedron 7 1 3"
/// (m, n, p): see crystal/nanoparticle.h and twinned.h.
/// @throws InputError: none of these, a size that is none
[[nodiscard]] crystal::Structure build_recipe_particle(const std::string& particle,
                                                       const crystal::FccCrystal& crystal);

}  // namespace adatom::dynamics
