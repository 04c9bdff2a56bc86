#pragma once
// Robust statistics of a sample.
#include <span>
#include <vector>

namespace adatom::numeric {

/// The value below which the fraction `probability` of the sample lies, interpolated linearly
/// between order statistics (Hyndman and Fan, The American Statistician 50 (1996) 361, type 7).
/// @throws InputError: empty sample, probability outside [0, 1]
[[nodiscard]] double quantile(std::span<const double> sample, double probability);

/// Several quantiles of one sample, sorted only once; in the order of `probabilities`.
[[nodiscard]] std::vector<double> quantiles(std::span<const double> sample,
                                            std::span<const double> probabilities);

/// @throws InputError: empty sample
[[nodiscard]] double median(std::span<const double> sample);

/// The standard deviation of a normal sample from the median absolute deviation about the median:
/// MAD / 0.6744897501960817, the third quartile of the standard normal. Up to half of the sample
/// may be anything. @throws InputError: empty sample
[[nodiscard]] double mad_sigma(std::span<const double> sample);

}  // namespace adatom::numeric
