#pragma once
// Videos of one condition taken together.
#include <cstddef>
#include <vector>

#include "adatom/numeric/random_effects.h"
#include "conditions/measurement.h"

namespace adatom::pipeline {

struct PooledValue {
  Quantity quantity;
  numeric::Pooled pooled;
  std::size_t warned = 0;  ///< videos in which it says little
};

/// By random effects; counts: their sum over the sum of the times, with Garwood's interval and a
/// factor for what they scatter beyond Poisson's law. One measurement keeps its own interval;
/// shares stay within 0 and 1.
[[nodiscard]] PooledValue pool(const Quantity& quantity, const std::vector<const Measurement*>& all,
                               double confidence);

/// Shares of all displacements of all videos together: adds `more` to the one of its lag.
void add_histogram(const SpeedHistogram& more, std::vector<SpeedHistogram>& all);

}  // namespace adatom::pipeline
