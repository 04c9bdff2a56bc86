#pragma once
// From where on a trajectory is stationary.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/dynamics/populations.h"

namespace adatom::dynamics {

struct PlateauOptions {
  double least_fraction = 0.01;
  double least_effective_samples = 20.0;
  double significance = 0.01;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const { return check_ranges(*this); }
};

enum class PlateauVerdict {
  reached,
  /// Too few independent samples from anywhere on, or shorter than what comes before, in which a
  /// drift that goes on would not be seen.
  too_short,
  drifting,  ///< some class still goes up or down
};

struct Plateau {
  PlateauVerdict verdict = PlateauVerdict::too_short;
  /// Where it starts; where none is reached, where it would start at best.
  std::size_t first_frame = 0;
  double effective_samples = 0.0;  ///< independent ones from there on, of the slowest class
  std::uint8_t slowest = 0;        ///< the class of fewest independent samples
  /// Of that class: frames that tell as much as one independent sample (g = 1 + 2 tau).
  double statistical_inefficiency_frames = 1.0;
  double drift_p_value = 1.0;  ///< of the class that drifts most, times the number of classes
  std::uint8_t most_drifting = 0;

  [[nodiscard]] bool reached() const { return verdict == PlateauVerdict::reached; }
};

/// Leaves out as many frames as leave most effective samples, (frames left) / g (Chodera, J. Chem.
/// Theory Comput. 12 (2016) 1799, eqs. 10-12), in the class that has fewest: the slowest class says
/// when all are done. Classes that hold less than `least_fraction` of the atoms on average, or
/// never change, have no say: a single late atom would. What is left is then tested for drift: the
/// means of its first and last third may differ by no more than the correlated noise about a
/// straight line lets them (Student's t with the effective samples' degrees of freedom, Bonferroni
/// over the classes). Long series are first averaged to 2048 to 4095 values.
/// @throws InputError: options out of range, no frame
[[nodiscard]] Plateau find_plateau(const PopulationSeries& series, const PlateauOptions& options);

}  // namespace adatom::dynamics
