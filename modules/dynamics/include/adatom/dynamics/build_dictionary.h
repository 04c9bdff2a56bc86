#pragma once
// A dictionary of environments from particles that a potential relaxes.
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/crystal/structure.h"
#include "adatom/dynamics/dictionary.h"
#include "adatom/dynamics/dictionary_recipe.h"
#include "adatom/dynamics/environment_classes.h"
#include "adatom/energetics/embedded_atom.h"
#include "adatom/energetics/minimise.h"

namespace adatom::dynamics {

/// cut: clusters at the cut; recipe: the classes of the recipe, whatever the distances.
enum class ClassSource { cut, recipe };

struct DictionaryOptions {
  /// Empty: 4.48023312 angstrom (Rapetti et al.) times how much larger the potential's fcc lattice
  /// constant is than that of the gold it was published with (`smatb:Au`).
  std::optional<double> r_cut_angstrom = {};
  std::optional<double> sigma_angstrom = {};  ///< empty: 1 angstrom, scaled likewise
  double cut = 0.08;                          ///< distance up to which environments are one class
  ClassSource classes = ClassSource::cut;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// A particle of the recipe at rest.
struct RelaxedParticle {
  std::string name;  ///< as the recipe has it
  crystal::Structure structure;
  energetics::MinimiseResult minimum;
  /// How far the atom that moved most went, in nearest-neighbour distances, the shrinking of the
  /// particle as a whole not counted. Near one: it is another structure now.
  double farthest_move = 0.0;
};

struct BuiltDictionary {
  EnvironmentDictionary dictionary;
  double lattice_angstrom = 0.0;  ///< fcc lattice constant of the potential
  std::vector<RelaxedParticle> particles;
  std::vector<std::string> recipe_classes;  ///< of each environment
  EnvironmentClusters clusters;
};

/// Spectra of atoms in open space, normalised, kernel layout, one after another; by the exact
/// method.
/// @param atoms whose spectra are wanted
/// @throws InputError: options out of range, positions that are not finite
[[nodiscard]] std::vector<double> environment_spectra(
    std::span<const Eigen::Vector3d> positions_angstrom, std::span<const std::uint32_t> atoms,
    const descriptors::SoapOptions& soap);

/// Builds the particles of the recipe with the potential's lattice constant, brings each to its
/// minimum (every force below 1e-6 eV/angstrom) and takes the spectra of the recipe's atoms: GTO,
/// n_max = l_max = 8. A search that does not end is told in `particles`.
/// @param element of the potential, "Au"
/// @throws InputError: an element that the potential lacks, a recipe whose places hold no atom,
/// options out of range, more than 255 environments
[[nodiscard]] BuiltDictionary build_dictionary(
    std::span<const RecipeEntry> recipe,
    const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
    const std::string& element, const DictionaryOptions& options, Progress& progress);

}  // namespace adatom::dynamics

namespace adatom {
template <>
struct EnumNames<dynamics::ClassSource> {
  static constexpr std::array names = {"cut", "recipe"};
};
}  // namespace adatom
