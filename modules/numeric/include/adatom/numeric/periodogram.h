#pragma once
// Does a series oscillate? Period, amplitude and phase of the strongest sinusoid in values at any
// times, with standard errors, and how probable it is by chance.
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/base/random.h"

namespace adatom::numeric {

/// Unit of times and periods: that of the times given.
struct PeriodogramOptions {
  /// Empty: one whole period within the series.
  std::optional<double> longest_period = std::nullopt;
  /// Empty: twice the median distance of neighbouring times.
  std::optional<double> shortest_period = std::nullopt;
  double oversampling = 10.0;       ///< frequencies in the width 1/T of a peak
  std::int64_t permutations = 999;  ///< 0: none

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// value = mean + amplitude sin(2 pi t / period + phase), by least squares. What errors are given
/// count as weights; standard errors are scaled by the scatter about the sinusoid. The amplitude
/// of mere noise of standard deviation s is not zero but about s sqrt(pi/n) at one frequency.
struct Oscillation {
  double frequency = std::numeric_limits<double>::quiet_NaN();
  double frequency_stderr = std::numeric_limits<double>::quiet_NaN();
  double period = std::numeric_limits<double>::quiet_NaN();
  double period_stderr = std::numeric_limits<double>::quiet_NaN();
  double amplitude = 0.0;
  double amplitude_stderr = std::numeric_limits<double>::quiet_NaN();
  double phase_rad = std::numeric_limits<double>::quiet_NaN();  ///< at t = 0, (-pi, pi]
  double phase_stderr_rad = std::numeric_limits<double>::quiet_NaN();
  double mean = std::numeric_limits<double>::quiet_NaN();  ///< about which it oscillates
  double mean_stderr = std::numeric_limits<double>::quiet_NaN();
  double scatter = 0.0;              ///< weighted standard deviation about the sinusoid, n - 4 free
  double reduced_chi_squared = 0.0;  ///< of the errors given; 1 where none are
  double power = 0.0;  ///< share of the (weighted) variance that the sinusoid explains, 0 to 1
  /// Probability that white noise has as high a peak anywhere in the range: Davies' bound in the
  /// form of Baluev (MNRAS 385 (2008) 1279, eqs. 5, 6 and table 1, the variance not known).
  double false_alarm_bound = 1.0;
  /// The same from random orders of the values, (1 + as high) / (1 + orders); empty: not asked for.
  std::optional<double> false_alarm_permutation = std::nullopt;
  bool at_edge = false;  ///< highest at an end of the range: the period may lie outside
};

struct Periodogram {
  std::vector<double> frequency;
  std::vector<double> power;  ///< 1 - chi^2 / chi^2 of the mean
  Oscillation strongest;
};

/// So many values at least are needed.
inline constexpr std::size_t least_periodogram_values = 6;

/// The generalised Lomb-Scargle periodogram: at each frequency a sinusoid and a mean are fitted
/// with weights (Zechmeister and Kuerster, A&A 496 (2009) 577, eqs. 4 to 19); the highest peak is
/// then refined. A series without scatter gives amplitude 0 and probabilities 1.
/// Random orders keep the times and errors and exchange the deviations in units of their error.
/// Both probabilities are those of white noise: of a drift or another slow noise they say nothing.
/// Times need not rise. Time n (frequencies) (permutations + 1).
/// @param errors standard errors of the values; empty: all alike
/// @throws InputError: lengths that differ, fewer than least_periodogram_values values, values that
///         are not finite, errors not positive, all times the same, options out of range or a range
///         of periods that is empty or asks for more than a million frequencies; Interrupted
[[nodiscard]] Periodogram periodogram(std::span<const double> times, std::span<const double> values,
                                      std::span<const double> errors,
                                      const PeriodogramOptions& options, const RandomStream& random,
                                      Progress& progress);

}  // namespace adatom::numeric
