#pragma once
// Sums of a bin to its mean and that mean's standard error.
#include "adatom/diffraction/integrate.h"
#include "bin_sums.h"

namespace adatom::diffraction {

struct BinMean {
  double intensity = 0.0;
  double stderr_counts = 0.0;
};

/// NaN where there is no weight.
[[nodiscard]] BinMean mean_of(const BinSums& sums, const IntegrateOptions& options);

}  // namespace adatom::diffraction
