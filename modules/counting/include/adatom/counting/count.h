#pragma once
// Atom counts from scattering cross-sections.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/base/random.h"

namespace adatom::counting {

enum class Method { mixture, equidistant, library, hybrid };
enum class Criterion { icl, bic, aic };

struct CountingOptions {
  Method method = Method::hybrid;
  Criterion criterion = Criterion::icl;
  /// Most components tried; empty: from the data (library length, range of cross-sections).
  std::optional<std::int64_t> max_components;
  /// Random starts of EM for every number of components, besides the systematic ones.
  std::int64_t starts = 20;
  /// A component's variance gains mu/dose (Poisson share of a cross-section's error).
  std::optional<double> dose_per_angstrom2;
  /// A column may hold zero atoms (library and hybrid: a class of cross-section 0).
  bool allow_zero = false;
  std::int64_t max_iterations = 2000;
  double tolerance = 1e-9;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// Cross-sections of 1, 2, ... atoms, A^2.
struct Library {
  std::vector<double> scs_angstrom2;
};

struct Component {
  std::int64_t atom_count = 0;
  double mean_angstrom2 = 0.0;
  double sigma_angstrom2 = 0.0;
  double weight = 0.0;
};

/// One number of components K of the selection curve.
struct Selection {
  std::int64_t components = 0;
  double log_likelihood = 0.0;
  double entropy = 0.0;
  double icl = 0.0;
  double bic = 0.0;
  double aic = 0.0;
};

struct ColumnCount {
  std::int64_t atom_count = 0;       ///< the most probable
  double probability = 0.0;          ///< of that count
  std::vector<double> posterior;     ///< of every component, in the order of CountingResult::components
};

/// The number of atoms in a particle: sum over its columns, with a 95 % interval from the posteriors.
struct Total {
  std::int64_t atoms = 0;      ///< sum of the most probable counts
  double mean = 0.0;           ///< sum of the posterior means
  double stderr_atoms = 0.0;   ///< from the posteriors (columns independent)
  std::int64_t low = 0;
  std::int64_t high = 0;
};

struct CountingResult {
  Method method = Method::hybrid;
  bool determined = false;  ///< false: "not determined"; the counts are the best guess
  std::string reason;       ///< in words: why this number of components, or why none
  std::vector<ColumnCount> counts;     ///< in the order of the cross-sections
  std::vector<Component> components;
  std::vector<Selection> selection;    ///< empty for the plain library match
  double library_scale = 1.0;          ///< a of the hybrid method (means a M_g)
  double library_scale_stderr = 0.0;
  double offset_angstrom2 = 0.0;       ///< of equidistant means
  double step_angstrom2 = 0.0;
  std::vector<std::string> warnings;
};

/// @param scs_angstrom2 cross-sections of all columns (several frames of one particle together)
/// @param scs_stderr_angstrom2 their standard errors, same length, or empty when not known
/// @param library needed by library and hybrid
/// @throws InputError: too few columns, a missing library, lengths that differ, non-finite values
[[nodiscard]] CountingResult count_atoms(std::span<const double> scs_angstrom2,
                                         std::span<const double> scs_stderr_angstrom2,
                                         const std::optional<Library>& library,
                                         const CountingOptions& options, const RandomStream& random,
                                         Progress& progress);

/// Total of the columns `members` (indices into result.counts; one frame's columns).
[[nodiscard]] Total total_atoms(const CountingResult& result, std::span<const std::size_t> members);

}  // namespace adatom::counting

namespace adatom {
template <>
struct EnumNames<counting::Method> {
  static constexpr std::array names = {"mixture", "equidistant", "library", "hybrid"};
};
template <>
struct EnumNames<counting::Criterion> {
  static constexpr std::array names = {"icl", "bic", "aic"};
};
}  // namespace adatom
