#pragma once
// Sums of a bin to its mean and that mean's standard error.
#include "adatom/diffraction/integrate.h"
#include "bin_sums.h"
#include "split_matrix.h"

namespace adatom::diffraction {

struct BinMean {
  double intensity = 0.0;
  double stderr_counts = 0.0;
};

/// NaN where there is no weight.
[[nodiscard]] BinMean mean_of(const BinSums& sums, const IntegrateOptions& options);

/// Variance of a single pixel of the bin about their mean; infinite where one pixel is all there
/// is.
[[nodiscard]] double variance_about_mean(const BinSums& sums);
/// The same about their straight line over the radius; infinite for two pixels.
[[nodiscard]] double variance_about_line(const BinSums& sums);

/// The sums over bin `index` of a frame.
void sum_bin(const float* frame, const SplitMatrix& matrix, std::size_t index, BinSums& sums);

}  // namespace adatom::diffraction
