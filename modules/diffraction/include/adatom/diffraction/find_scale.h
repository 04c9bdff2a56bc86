#pragma once
// The scale of a pattern from the rings of known phases.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/phase.h"
#include "adatom/diffraction/find_geometry.h"

namespace adatom::diffraction {

/// automatic: if it is clear from four rings or more.
enum class PincushionSearch { none, automatic };

struct FindScaleOptions {
  std::optional<double> s_per_px = std::nullopt;  ///< about; empty: not known
  double start_tolerance = 0.1;                   ///< of that, relative
  double match_tolerance = 0.012;  ///< a ring may be off a reflection by this, relative
  PincushionSearch pincushion = PincushionSearch::automatic;
  double s_max_per_angstrom = 1.5;
  double least_strength = 0.02;  ///< of a phase's strongest reflection; weaker ones are not used

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// A ring and the reflection it is; those of a phase too near to be told apart from it are taken
/// together, s their mean with the weights of their strengths.
struct ScaleMatch {
  std::size_t ring = 0;  ///< of the list given
  std::string phase;
  std::string hkl;
  double s_per_angstrom = 0.0;  ///< of the phase
  double residual = 0.0;        ///< relative, of the radius
  double weight = 0.0;          ///< in the fit, 0: an outlier
};

/// ambiguous: the best there is, but another scale explains the rings as well, or this one explains
/// less than half of their heights, or random rings would be explained as well in more than 1 % of
/// cases. no_match: in more than 10 %, or there are fewer than three matches.
enum class ScaleState { found, ambiguous, no_match };

struct ScaleResult {
  ScaleState state = ScaleState::no_match;
  double s_per_px = 0.0;            ///< 1/angstrom
  double s_per_px_stderr = 0.0;     ///< from the scatter of the rings
  double pincushion_per_px2 = 0.0;  ///< of Geometry; 0: not found
  double pincushion_stderr_per_px2 = 0.0;
  double residual_rms = 0.0;  ///< relative, of those that have weight
  /// In which share of 400 draws as many rings of random radii in the same range are explained as
  /// well by some scale: the test whether the phases fit at all.
  double chance = 1.0;
  double explained_share = 0.0;  ///< of the sum of the rings' heights
  double second_s_per_px = 0.0;  ///< the next best scale; 0: none
  std::vector<ScaleMatch> matches;
  std::vector<std::size_t> unexplained;  ///< rings that no reflection explains
  std::vector<std::string> missing;      ///< strong reflections in the range seen without a ring
};

/// Every pair of a strong ring and a reflection proposes a scale; the best explains most rings by
/// reflections, against the chance of that (many reflections lie anywhere far out), leaves few
/// strong reflections without a ring that are not hidden by one, and has rings as high as their
/// reflections are strong (to a factor of about e). Then weighted least squares with outliers left
/// out (4.7 standard deviations by the median), as blended rings are no measure: s = s_per_px R (1
/// - k R^2), with the pincushion k if it is five times its error and explains half of the
/// residuals.
/// @param rings of find_geometry, two or more
/// @throws InputError: invalid options, no phase, fewer than two rings
[[nodiscard]] ScaleResult find_scale(std::span<const FoundRing> rings,
                                     std::span<const crystal::Phase> phases,
                                     const FindScaleOptions& options = {});

/// L = pixel / (lambda s_per_px), small angles.
[[nodiscard]] double camera_length_mm(double s_per_px, double pixel_size_um, double voltage_kv);
[[nodiscard]] double s_per_px_at(double camera_length_mm, double pixel_size_um, double voltage_kv);

}  // namespace adatom::diffraction

namespace adatom {
template <>
struct EnumNames<diffraction::PincushionSearch> {
  static constexpr std::array names = {"none", "automatic"};
};
}  // namespace adatom
