#pragma once
// How a series at any times hangs together with itself, and the period that this shows.
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "adatom/base/random.h"

namespace adatom::numeric {

struct Autocorrelation {
  std::vector<double> lag;          ///< mean distance of the pairs of each bin; first 0
  std::vector<double> correlation;  ///< 1 at lag 0
  std::vector<std::int64_t> pairs;
  /// Of white noise, 1/sqrt(pairs) (Bartlett, J. R. Stat. Soc. Suppl. 8 (1946) 27).
  std::vector<double> noise_stderr;
  /// Behind its first fall below zero the first return of the correlation that is at least 0.7 of
  /// the highest; empty: it does not fall there, or does not rise again within the lags.
  std::optional<double> period = std::nullopt;
  double period_stderr = std::numeric_limits<double>::quiet_NaN();
  double height = std::numeric_limits<double>::quiet_NaN();         ///< there
  double height_stderr = std::numeric_limits<double>::quiet_NaN();  ///< of white noise
};

/// The discrete correlation function of a series with itself (Edelson and Krolik, ApJ 333 (1988)
/// 646, eq. 3) in bins of the median distance of neighbouring times, up to half of the series; for
/// even times the usual autocorrelation, each lag divided by its number of pairs. Place and height
/// of the maximum are those of a parabola through the upper half of the peak. The error of the
/// period is the scatter among 100 sinusoids of that period with any phase, drawn at the same times
/// with the noise that the height of the return leaves (parametric bootstrap): white noise is taken
/// for granted. NaN where less than half of those return.
/// @throws InputError: lengths that differ, fewer than 10 values, values that are not finite, or
///         all times or all values the same
[[nodiscard]] Autocorrelation autocorrelation(std::span<const double> times,
                                              std::span<const double> values,
                                              const RandomStream& random);

}  // namespace adatom::numeric
