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
/// Where the scatter of columns of equal thickness comes from: one fitted sigma for all, or that
/// and each column's own standard error, added in quadrature.
enum class Scatter { common, measured };

struct CountingOptions {
  Method method = Method::hybrid;
  Criterion criterion = Criterion::icl;
  /// Most components tried; empty: from the data (library length, range of cross-sections).
  std::optional<std::int64_t> max_components;
  /// Random starts of EM for every number of components, besides the systematic ones.
  std::int64_t starts = 20;
  Scatter scatter = Scatter::common;
  /// A component's variance gains mu/dose (Poisson share of a cross-section's error).
  std::optional<double> dose_per_angstrom2;
  /// Library and hybrid: a class of cross-section 0 for listed positions that may be empty. A
  /// detected column holds an atom at least, so not by default.
  bool allow_zero = false;
  /// Hybrid: standard deviation of the library's scale about 1 known beforehand (calibration of
  /// detector and pixel size); a scale further off than three of them is not considered.
  double library_scale_prior = 0.05;
  /// Library and hybrid: below this estimated share of right counts the answer is "not determined".
  double min_probability = 0.75;
  std::int64_t max_iterations = 2000;
  double tolerance = 1e-9;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// Cross-sections of 1, 2, ... atoms, A^2.
struct Library {
  std::vector<double> scs_angstrom2;
  /// Their standard errors; empty: not known. Some may be NaN.
  std::vector<double> stderr_angstrom2 = {};

  /// What is wrong with it: it must not be empty, and be finite, positive and increasing.
  [[nodiscard]] std::vector<OptionIssue> validate() const;
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
  std::int64_t atom_count = 0;  ///< the most probable
  double probability = 0.0;     ///< of that count
  /// Of every component, in the order of CountingResult::components.
  std::vector<double> posterior;
  /// Hybrid: its part of the change of the total when the library's scale is wrong by one standard
  /// error, the other parameters fitted anew.
  double scale_shift = 0.0;
};

/// Another answer the data allow: different counts, less probable.
struct Alternative {
  std::int64_t components = 0;
  double library_scale = 1.0;   ///< hybrid
  double step_angstrom2 = 0.0;  ///< equidistant: mean spacing
  std::int64_t atoms = 0;       ///< all columns together
  double odds = 0.0;            ///< its probability over that of the answer given
};

/// The number of atoms in a particle: sum over its columns, with a 95 % interval from the
/// posteriors of its columns (independent) and, hybrid, the common error of the scale.
struct Total {
  std::int64_t atoms = 0;  ///< sum of the most probable counts
  double mean = 0.0;       ///< sum of the posterior means
  double stderr_atoms = 0.0;
  std::int64_t low = 0;
  std::int64_t high = 0;
};

struct CountingResult {
  Method method = Method::hybrid;
  bool determined = false;          ///< false: "not determined"; the counts are the best guess
  std::string reason;               ///< in words: why this number of components, or why none
  std::vector<ColumnCount> counts;  ///< in the order of the cross-sections
  std::vector<Component> components;
  std::vector<Selection> selection;       ///< empty for the plain library match
  std::vector<Alternative> alternatives;  ///< most probable first; equidistant and hybrid
  double sigma_angstrom2 = 0.0;           ///< common scatter of the columns of one thickness
  /// Estimated share of right counts, if the components are labelled rightly: the mean over
  /// columns of the interior probability erf(delta / (2 sqrt2 sigma)), delta the spacing there.
  double separation_probability = 0.0;
  double library_scale = 1.0;  ///< a of the hybrid method (means a M_g)
  double library_scale_stderr = 0.0;
  double offset_angstrom2 = 0.0;  ///< of equidistant means
  double step_angstrom2 = 0.0;    ///< mean spacing of equidistant means
  double bend_angstrom2 = 0.0;    ///< of means offset + k b + k^2 bend; 0 where not needed
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
template <>
struct EnumNames<counting::Scatter> {
  static constexpr std::array names = {"common", "measured"};
};
}  // namespace adatom
